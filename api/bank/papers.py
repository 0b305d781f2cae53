"""Bank: files in folders, as papers: which files are papers, and what those hold. An archive may
grow for years: each file is named once."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Container, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from api.bank.errors import BankUnreachable
from api.bank.port import BankPaper
from api.bank.signatures import SUFFIX, Signers

__all__ = ["KEPT_BALANCE", "Folders", "may_be_paper", "paper_stat"]

KEPT_BALANCE: Final = "balance.json"
"""The file adapter's own file in the archive."""
_PENDING: Final = ".pending"
_BESIDE: Final = (SUFFIX, ".part", ".tmp", _PENDING, ".outgoing")
"""What lies beside documents and orders, or is one that is not whole yet."""
_Stamp = tuple[int, int]
"""Time of the last change in nanoseconds, and bytes."""


def may_be_paper(path: Path) -> bool:
    """Whether a file of this name is a document or an order: the one rule for whoever reads what
    the bank delivers, the bridge, the attestor and the audit."""
    name = path.name
    return not name.startswith(".") and name != KEPT_BALANCE and path.suffix not in _BESIDE


def paper_stat(path: Path, *, pending: bool = False) -> os.stat_result | None:
    """What the file system says of a paper; None of what is none: a directory, a link, another
    name, or nothing any more. With `pending`, a record that is not done is a paper, too. Raises
    `OSError` when the folder cannot be searched."""
    if not (may_be_paper(path) or (pending and path.suffix == _PENDING)):
        return None
    try:
        found = path.lstat()
    except FileNotFoundError:  # moved meanwhile: it is found where it went
        return None
    return found if stat.S_ISREG(found.st_mode) else None


class Folders:
    """The files of some folders, oldest first; the same content is one paper.

    In `arriving` a file that cannot be read is passed over: nobody has taken it in. `records` is
    our own record of orders: one that is not known to have gone out is a paper there, for the bank
    may have it, and it is whole from the beginning.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        signers: Signers,
        *,
        arriving: Path | None = None,
        records: Path | None = None,
    ) -> None:
        self._folders = tuple(folders)
        self._signers = signers
        self._arriving = arriving
        self._records = records
        self._named: dict[Path, tuple[_Stamp, str | None]] = {}

    def passed(self, known: Container[str]) -> list[BankPaper]:
        """Files that are not `known`, each behind its signature where signatures are asked for.

        Raises `BankUnreachable` when a folder cannot be read, or a file in it.
        """
        found: dict[str, BankPaper] = {}
        for stamp, path in sorted(self._files()):
            name = self._name(path, stamp)
            if name is not None and name not in known and name not in found:
                found[name] = BankPaper(name, stamp[1], partial(_open, path))
        return list(found.values())

    def _files(self) -> Iterator[tuple[_Stamp, Path]]:
        for folder in self._folders:
            try:
                files = list(folder.iterdir())
                pending = folder == self._records
                found = [(path, paper_stat(path, pending=pending)) for path in files]
            except OSError as error:
                raise BankUnreachable(
                    f"The directory {folder} cannot be read ({error.strerror}).",
                    remedy="Make it, readable by this process, or name another in the settings.",
                ) from error
            for path, known in found:
                if known is not None:
                    yield (known.st_mtime_ns, known.st_size), path

    def _name(self, path: Path, stamp: _Stamp) -> str | None:
        """The content's digest; None while it is not signed as it must be."""
        kept = self._named.get(path)
        if kept is not None and kept[0] == stamp and kept[1] is not None:
            return kept[1]
        named = None
        try:
            content = path.read_bytes()
            if self._signers.problem(path, content) is None:
                named = hashlib.sha256(content).hexdigest()
        except FileNotFoundError:
            return None
        except OSError as error:
            if path.parent == self._arriving:
                return None
            raise BankUnreachable(
                f"The file {path} cannot be read ({error.strerror}).",
                remedy="Let this process read it, or take it out of the directory.",
            ) from error
        self._named[path] = (stamp, named)
        return named


def _open(path: Path) -> BinaryIO:
    return path.open("rb")

"""Bank: files in folders, as papers. An archive may grow for years: each file is named once."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from api.bank.errors import BankUnreachable
from api.bank.port import BankPaper
from api.bank.signatures import SUFFIX, Signers

__all__ = ["Folders"]

_BESIDE: Final = (SUFFIX, ".json", ".txt", ".part", ".tmp", ".outgoing")
"""What lies beside documents and orders, or is one that is not whole yet. An order's record is
whole from the beginning: while it is pending, the bank may have the order."""
_Stamp = tuple[int, int]
"""Time of the last change in nanoseconds, and bytes."""


class Folders:
    """The files of some folders, oldest first; the same content is one paper."""

    def __init__(self, folders: Sequence[Path], signers: Signers) -> None:
        self._folders = tuple(folders)
        self._signers = signers
        self._named: dict[Path, tuple[_Stamp, str | None]] = {}

    def passed(self, known: Container[str]) -> list[BankPaper]:
        """Files that are not `known`, each behind its signature where signatures are asked for.

        Raises `BankUnreachable` when a folder cannot be read.
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
            except OSError as error:
                raise BankUnreachable(
                    f"The directory {folder} cannot be read ({error.strerror}).",
                    remedy="Make it, readable by this process, or name another in the settings.",
                ) from error
            for path in files:
                if path.suffix in _BESIDE or path.name.startswith("."):
                    continue
                with suppress(FileNotFoundError):  # moved meanwhile: it is found where it went
                    if path.is_file():
                        stat = path.stat()
                        yield (stat.st_mtime_ns, stat.st_size), path

    def _name(self, path: Path, stamp: _Stamp) -> str | None:
        """The content's digest; None while it is not signed as it must be."""
        kept = self._named.get(path)
        if kept is not None and kept[0] == stamp and kept[1] is not None:
            return kept[1]
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        named = None
        if self._signers.problem(path, content) is None:
            named = hashlib.sha256(content).hexdigest()
        self._named[path] = (stamp, named)
        return named


def _open(path: Path) -> BinaryIO:
    return path.open("rb")

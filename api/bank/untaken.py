"""Bank: what lies in the file adapter's directories and was not taken in, each with the reason."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.bank.papers import may_be_paper
from api.bank.port import Untaken
from api.bank.signatures import SUFFIX

__all__ = ["REASON", "refused_files", "unreadable_files"]

REASON: Final = ".reason.txt"
"""What the file beside a refused one, which says why, is called behind its name."""
_MOST: Final = 2_000
"""Characters of a reason."""


def unreadable_files(inbox: Path) -> Iterator[Untaken]:
    """What has the name of a document or of its signature, and cannot be read as one."""
    for path in sorted(inbox.iterdir()):
        named = may_be_paper(path) or path.suffix == SUFFIX
        if named and (problem := _problem(path)) is not None:
            yield Untaken(_shown(path), problem, refused=False)


def refused_files(folder: Path) -> Iterator[Untaken]:
    """What was set aside, each with the reason beside it."""
    for path in sorted(folder.iterdir()):
        if may_be_paper(path) and not path.name.endswith(REASON):
            yield Untaken(_shown(path), _reason(path.with_name(path.name + REASON)), refused=True)


def _problem(path: Path) -> str | None:
    try:
        if stat.S_ISREG(path.lstat().st_mode):
            with path.open("rb") as stream:
                stream.read(1)
            return None
    except FileNotFoundError:  # it was taken in meanwhile
        return None
    except OSError as error:
        return f"It cannot be read ({error.strerror})."
    return "It is no file, but a directory, a link or a device."


def _reason(beside: Path) -> str:
    try:
        return beside.read_text("utf-8", "replace")[:_MOST].strip()
    except OSError as error:
        return f"Its reason cannot be read ({error.strerror})."


def _shown(path: Path) -> str:
    """Its name as text, whatever bytes that is of."""
    return str(path.name.encode(errors="replace").decode())

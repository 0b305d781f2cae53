"""Kernel: files that hold customers' data are nobody else's to read, whatever the umask says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["MODE", "make_private"]

MODE: Final = 0o600
"""Its owner reads and writes it; nobody else does either."""


def make_private(path: Path) -> None:
    """Make the file, empty and with `MODE`; one that is there already stays as it is.

    For a database: SQLite would make the file by the umask, and gives its journals the file's
    mode. Raises `OSError`.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    except FileExistsError:
        return  # an operator may have let a group read it: that is for the operator to say
    try:
        os.fchmod(descriptor, MODE)  # a umask can have taken bits of it
    finally:
        os.close(descriptor)

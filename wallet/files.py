"""Wallet: writing the wallet's files so that a kill or a full disk leaves the old one whole."""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

PRIVATE_MODE: Final = 0o600
PRIVATE_DIRECTORY_MODE: Final = 0o700


def write_private(path: Path, data: bytes) -> None:
    """Put `data` at `path`, mode 0600, all of it or nothing; on disk when this returns."""
    draft = _write_draft(path, data)
    try:
        draft.replace(path)
    except OSError:
        draft.unlink()
        raise
    _sync_directory(path.parent)


def create_private(path: Path, data: bytes) -> None:
    """As `write_private`, but FileExistsError if there is something at `path` already."""
    draft = _write_draft(path, data)
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces
    finally:
        draft.unlink()
    _sync_directory(path.parent)


def _write_draft(path: Path, data: bytes) -> Path:
    path.parent.mkdir(mode=PRIVATE_DIRECTORY_MODE, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(draft, flags, PRIVATE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(FileNotFoundError):
            draft.unlink()
        raise
    return draft


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Locked:
    """The lock of a directory, which is made if it is not there: `with Locked(directory): …`.

    One process at a time holds it; the system lets it go when that process ends.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._descriptor = -1

    def __enter__(self) -> None:
        self._directory.mkdir(mode=PRIVATE_DIRECTORY_MODE, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        self._descriptor = os.open(self._directory / ".lock", flags, PRIVATE_MODE)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

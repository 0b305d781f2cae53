"""Setup: a step that is done once and again only when what it depends on has changed."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scripts.toolchain import CACHE, ROOT

STAMPS = CACHE / "stamps"


@dataclass(frozen=True)
class Step:
    """One thing to install: what it depends on, what it leaves behind, how it is done."""

    name: str
    label: str
    action: Callable[[], None]
    files: tuple[Path, ...] = ()
    facts: tuple[str, ...] = ()
    leaves: tuple[Path, ...] = ()
    stamps: Path = field(default=STAMPS)

    def key(self) -> str:
        """A digest of all that the result depends on, this checkout's place included.

        Environments hold absolute paths, so a moved checkout must be set up again.
        """
        digest = hashlib.sha256()
        machine = (platform.system(), platform.machine(), sys.base_prefix, sys.version)
        for fact in (self.name, str(ROOT), *machine, *self.facts):
            digest.update(fact.encode() + b"\0")
        for path in self.files:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def is_done(self) -> bool:
        """Whether the same step ended well before and its results are still there."""
        stamp = self.stamps / self.name
        if not all(path.exists() for path in self.leaves):
            return False
        return stamp.exists() and stamp.read_text() == self.key()

    def do(self) -> None:
        """Do it. The stamp goes first and comes back last: a broken-off step is done again."""
        stamp = self.stamps / self.name
        stamp.unlink(missing_ok=True)
        self.action()
        self.stamps.mkdir(parents=True, exist_ok=True)
        stamp.write_text(self.key())

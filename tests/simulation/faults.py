"""Tests of the simulation: which fault happens when. Dice of one seed; nothing else is random."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Faults"]


@dataclass(slots=True)
class Faults:
    """Rolls the dice, counts what fell, and keeps a hash of all that happened, in order."""

    seed: int
    on: bool = True
    happened: Counter[str] = field(default_factory=Counter)

    dice: random.Random = field(init=False)
    loss: float = field(init=False)
    """How likely a message is lost: 0–30 %."""
    replay: float = field(init=False)
    """How likely a message comes again: 0–50 %."""
    _trace: hashlib._Hash = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - not for secrets: a seed must replay
        self.loss = self.dice.uniform(0, 0.30)
        self.replay = self.dice.uniform(0, 0.50)
        self._trace = hashlib.sha256()

    def note(self, *words: object) -> None:
        """Something happened."""
        self._trace.update(repr(words).encode())

    @property
    def trace(self) -> str:
        """The hash of all that happened so far."""
        return self._trace.hexdigest()

    def falls(self, name: str, chance: float) -> bool:
        """Whether this fault happens now."""
        if not self.on or self.dice.random() >= chance:
            return False
        self.happened[name] += 1
        self.note(name)
        return True

    def node(self, method: str) -> str | None:
        """What goes wrong with this question to a node; None for nothing."""
        self.note(method)
        if self.falls("node silent", self.loss / 6):
            return "silent"
        if self.falls("node busy", self.loss / 20):
            return "busy"
        if self.falls("node nonsense", self.loss / 40):
            return "nonsense"
        if method == "eth_sendRawTransaction" and self.falls("lost reply", self.loss):
            return "lost reply"
        return None

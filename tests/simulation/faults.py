"""Tests of the simulation: which fault happens when. Dice of one seed; nothing else is random."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field

__all__ = ["KINDS", "RARE_EVERY", "Faults"]

RARE_EVERY = 11
"""Every so many seeds a life meets what happens seldom, too, and then often."""

KINDS = frozenset(
    {
        # the node: silent, busy, wrong, behind, on another chain; what it says of events
        "node silent", "node busy", "node nonsense", "lost reply", "node lags",
        "node of another chain", "event hidden", "event doubled",
        # the chain
        "reorganisation", "transaction dropped", "gas spike", "no gas money", "token paused",
        "role missing", "holder frozen", "attestor silent", "stranger signs with our key",
        # the processes and their store
        "killed before", "killed after", "before commit", "after commit", "disk full",
        "two workers", "worker paused", "lease lost", "clock jumped", "clock a day off",
        "older database restored",
        # the customers' line
        "request doubled", "answer lost",
        # the bank, its papers and its line
        "bank silent", "bank's clock a day off", "bank: confirm lost",
        "bank: confirm's reply lost", "bank: submit lost", "bank: submit's reply lost",
        "bank: collect lost", "bank: acknowledge lost", "bank: acknowledge's reply lost",
        "payment rejected", "file refused for good", "document replayed", "document late",
        "old statement again", "amount changed under an old id", "file of nobody",
        "foreign currency line", "statement of a foreign account", "credit taken back",
    }
)  # fmt: skip
"""Every kind of fault that a life may meet."""


@dataclass(slots=True)
class Faults:
    """Rolls the dice, counts what fell, and keeps a hash of all that happened, in order."""

    seed: int
    on: bool = True
    behind: int = 0
    """Blocks that the node lacks."""
    other_chain: bool = False
    full: bool = False
    """Nothing can be written to the database."""
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

    def falls(self, name: str, chance: float, *, always: bool = False) -> bool:
        """Whether this fault happens now. `always`: in the calm, too."""
        if not (self.on or always) or self.dice.random() >= chance:
            return False
        self.happened[name] += 1
        self.note(name)
        return True

    @property
    def eventful(self) -> bool:
        """Whether this life meets what is rare."""
        return self.seed % RARE_EVERY == 0

    def rare(self, name: str, chance: float, *, always: bool = False) -> bool:
        """As `falls`, in the lives that meet what is rare; in all others never."""
        return self.eventful and self.falls(name, chance, always=always)

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

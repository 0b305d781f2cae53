"""Chain: what the newest block holds, read before it is final, and told of only then.

When a block becomes final, customers wait for it, and the node is busy with its newest one: that
is no time to ask for thousands of logs. So they are asked for while the block is the newest. What
is kept stands under its block's hash: of a block that was replaced, nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from api.chain.model import ChainEvent
from api.chain.node import Header, RawLog

__all__ = ["Ahead", "Known"]

_MOST_LOGS = 20_000
"""That are kept at most, in some tens of megabytes; what is not kept is read when it is final."""


@dataclass(frozen=True, slots=True)
class Known:
    """The logs of a block that held some, and what they say."""

    header: Header
    logs: Sequence[RawLog]
    events: Sequence[ChainEvent]


@dataclass(slots=True)
class Ahead:
    """Blocks above the reader's position, by number."""

    _blocks: dict[int, Known] = field(default_factory=dict)

    def keep(self, known: Known) -> None:
        """Remember a block, unless there are too many logs.

        None is no answer to rely on: there are nodes that show a block before they have its logs.
        """
        kept = sum(len(each.logs) for each in self._blocks.values())
        if known.logs and kept + len(known.logs) <= _MOST_LOGS:
            self._blocks[known.header.number] = known

    def take(self, number: int) -> Known | None:
        """What was kept of the block of this number; it and all before it are forgotten."""
        known = self._blocks.get(number)
        self._blocks = {at: each for at, each in self._blocks.items() if at > number}
        return known

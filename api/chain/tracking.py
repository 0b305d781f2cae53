"""Chain: the newest blocks, followed one by one, so that a reorganisation is noticed and named.

Blocks above the reader's position are kept with their hashes. When the chain leaves one of them,
the incident is written down, and they are rolled back to the fork: nothing was told of them. When
it leaves one that was read, the fork is named and everything stops: see `Reader`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from api.chain import blocks
from api.chain.blocks import Incident
from api.chain.model import Work
from api.chain.node import Header, Node
from api.kernel.clock import Clock
from api.kernel.errors import Unavailable
from api.kernel.log import note

__all__ = ["DEEP", "KEPT", "REORG", "Tracker"]

KEPT = 128
"""Blocks that are kept below the reader's position, to name the fork of a deep reorganisation."""
REORG = "reorganisation"
DEEP = "deep reorganisation"


@dataclass(frozen=True, slots=True)
class Tracker:
    """Keeps the blocks between the reader's position and the head."""

    work: Work
    node: Node
    depth: int
    clock: Clock
    log: logging.Logger

    def follow(self, head: Header, position: tuple[int, str]) -> None:
        """Keep the blocks up to `head`; write down what the chain has left.

        Raises `Unavailable` when the node is behind what was seen of the chain, or when its
        chain moves while it is asked.
        """
        known = self._kept()
        top = max(known, default=None)
        if top is not None and known[top] == head.hash:
            return
        if top is not None and head.number < top and known.get(head.number) == head.hash:
            raise Unavailable(
                f"{self.node.place} is at block {head.number}, but block {top} was seen before.",
                remedy="It is asked again: this node is behind.",
                slug="node-behind",
            )
        fork = self.fork(known)
        first = head.number - self.depth - KEPT if fork is None else fork + 1
        # what is far above the last known block is begun anew: nobody asks for what lies between
        first = max(first, head.number - self.depth - KEPT, position[0])
        fresh = self._chain_of(first, head, known)
        incident = self._incident(known, fork, head)
        with self.work.transaction() as connection:
            if incident is not None:
                blocks.record(connection, incident)
            blocks.drop_above(connection, min(first - 1, head.number))
            blocks.keep(connection, fresh)
            blocks.drop_below(connection, position[0] - KEPT)
        if incident is not None:
            self.tell(incident)

    def fork(self, known: dict[int, str]) -> int | None:
        """The newest of these blocks that the node's chain still has; None when it has none."""
        newest = max(known, default=None)
        if newest is None:
            return None
        header = self.node.header(newest)
        if header is not None and header.hash == known[newest]:
            return newest
        numbers = sorted(known)
        found = self.node.headers(numbers)
        same = [
            number
            for number, header in zip(numbers, found, strict=True)
            if header is not None and header.hash == known[number]
        ]
        return max(same, default=None)

    def deep(self, head: Header) -> Incident:
        """Write down that the chain left a block that was read, and where it forked."""
        known = self._kept()
        incident = self._incident(known, self.fork(known), head, kind=DEEP)
        if incident is None:  # no block but the position's own is known to be gone
            incident = Incident(
                DEEP, self.clock.now(), (0, ""), (head.number, ""), (head.number, head.hash)
            )
        with self.work.transaction() as connection:
            blocks.record(connection, incident)
        self.tell(incident)
        return incident

    def tell(self, incident: Incident) -> None:
        """Into the log, with its numbers."""
        note(
            self.log,
            f"the chain was reorganised: {incident.kind}",
            level=logging.CRITICAL if incident.kind == DEEP else logging.WARNING,
            fork=incident.fork[0],
            left=incident.left[0],
            joined=incident.joined[0],
            depth=incident.depth,
        )

    def _kept(self) -> dict[int, str]:
        with self.work.asking() as connection:
            return blocks.kept(connection)

    def _incident(
        self, known: dict[int, str], fork: int | None, head: Header, kind: str = REORG
    ) -> Incident | None:
        """None when the newest known block still stands."""
        top = max(known, default=None)
        if top is None or fork == top:
            return None
        at = (min(known) - 1, "") if fork is None else (fork, known[fork])
        return Incident(kind, self.clock.now(), at, (top, known[top]), (head.number, head.hash))

    def _chain_of(self, first: int, head: Header, known: dict[int, str]) -> list[Header]:
        """The blocks from `first` to the head, each the parent of the next."""
        found = [*self.node.headers(range(first, head.number)), head]
        chain = [header for header in found if header is not None]
        parents = [known.get(first - 1, chain[0].parent_hash), *(each.hash for each in chain)]
        linked = all(
            parent == each.parent_hash for parent, each in zip(parents, chain, strict=False)
        )
        if len(chain) != len(found) or not linked:
            raise Unavailable(
                f"The chain changed around block {head.number} while it was read.",
                remedy="It is read again; nothing was stored.",
                slug="chain-moved",
            )
        return chain

"""Chain: several nodes. One is asked; the others must not contradict it.

A further node that does not answer, or is behind, is told and passed over when events are read;
one that has other blocks or other logs stops the reading until they agree. Before money leaves the
bank every node must answer, and agree: see `agreed_final`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from api.chain.alarms import AlarmKind, list_alarms, lower, raise_alarm
from api.chain.model import Work
from api.chain.node import Header, Node, RawLog
from api.kernel.clock import Clock
from api.kernel.errors import Unavailable
from api.kernel.ids import Address
from api.kernel.log import note

__all__ = ["Question", "Witnesses", "agreed_final"]

_KINDS = (AlarmKind.NODE_DOWN, AlarmKind.NODE_BEHIND, AlarmKind.NODES_DISAGREE)


def agreed_final(node: Node, witnesses: Sequence[Node]) -> int:
    """The last block that all nodes call finalized, and that is the same block for all of them.

    Raises `Unavailable` while one of them does not answer, names no such block, or has another
    block there: it may lie, or be on another fork.
    """
    agreed = node.finalized().number
    if not witnesses:
        return agreed
    agreed = min(agreed, *(witness.finalized().number for witness in witnesses))
    expected = node.header(agreed)
    for witness in witnesses:
        found = witness.header(agreed)
        if expected is None or found is None or found.hash != expected.hash:
            _differ(node, witness, f"which has another block {agreed}")
    return agreed


@dataclass(frozen=True, slots=True)
class Question:
    """The logs that were asked for."""

    addresses: Sequence[Address]
    topics: Sequence[bytes]
    first: int
    end: Header


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Further nodes that confirm what the first one says of final blocks."""

    nodes: Sequence[Node]
    lag: int
    """Blocks that a node may be behind before it is told."""
    work: Work
    clock: Clock
    log: logging.Logger

    def confirm(self, question: Question, logs: Sequence[RawLog], node: Node) -> None:
        """Ask each for the same logs. Raises `Unavailable` when one has others."""
        for witness in self.nodes:
            try:
                trouble = self._ask(witness, question, logs)
            except Unavailable as error:
                trouble = (AlarmKind.NODE_DOWN, error.detail)
            self._tell(witness, trouble)
            if trouble is not None and trouble[0] is AlarmKind.NODES_DISAGREE:
                _differ(node, witness, f"of which it is said: {trouble[1]}")

    def _ask(
        self, witness: Node, question: Question, logs: Sequence[RawLog]
    ) -> tuple[AlarmKind, str] | None:
        end = question.end
        header = witness.header(end.number)
        if header is None:
            behind = end.number - witness.head().number
            if behind <= self.lag:
                return None
            return AlarmKind.NODE_BEHIND, f"{witness.place} is {behind} blocks behind or more."
        if header.hash != end.hash:
            found = f"{witness.place} has {header.hash} as block {end.number}, not {end.hash}."
            return AlarmKind.NODES_DISAGREE, found
        theirs = witness.logs(question.addresses, question.topics, question.first, end.number)
        if theirs != list(logs):
            range_ = f"{question.first} to {end.number}"
            found = f"{witness.place} has {len(theirs)} events in blocks {range_}, not {len(logs)}"
            return AlarmKind.NODES_DISAGREE, f"{found}, or others."
        return None

    def _tell(self, witness: Node, trouble: tuple[AlarmKind, str] | None) -> None:
        """Let the node's alarm stand, or let its alarms go."""
        with self.work.reading() as connection:
            standing = {
                alarm.kind for alarm in list_alarms(connection) if alarm.subject == witness.place
            }
        wanted = set() if trouble is None else {trouble[0]}
        if standing & set(_KINDS) == wanted:
            return
        with self.work.transaction() as connection:
            for kind in standing & set(_KINDS) - wanted:
                lower(connection, kind, witness.place)
            if trouble is not None:
                raise_alarm(connection, trouble[0], witness.place, trouble[1], self.clock.now())
        if trouble is not None:
            note(
                self.log,
                f"alarm: {trouble[0].value}",
                level=logging.CRITICAL,
                node=witness.place,
                reason=trouble[1],
            )


def _differ(node: Node, witness: Node, what: str) -> NoReturn:
    raise Unavailable(
        f"{node.place} does not agree with {witness.place}, {what}.",
        remedy="It is asked again. If this lasts, find out which of them is right.",
        slug="nodes-disagree",
    )

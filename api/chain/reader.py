"""Chain: the reader. It brings the events of final blocks to the rooms, each exactly once.

Its position is the last block whose events were handled, with that block's hash; it moves in the
same transaction as the handlers' effects. A block is final when `depth` blocks follow it. Before
anything is read, the stored hash is compared with the chain: another hash means that the chain
was reorganised deeper than the depth, or is another chain altogether, and the bridge stops.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from api.chain import store
from api.chain.abi import EventType, event_types
from api.chain.ahead import Ahead, Known
from api.chain.alarms import AlarmKind, raise_alarm
from api.chain.blocks import kept, time_above
from api.chain.deployment import Deployment
from api.chain.handling import Handlers, handle
from api.chain.model import ChainEvent, Work
from api.chain.node import Header, Node, RawLog, Refusal
from api.chain.quorum import Question, Witnesses
from api.chain.tracking import Tracker
from api.kernel.clock import Clock
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address
from api.kernel.telling import tell

__all__ = ["MOST_BLOCKS", "MOST_EVENTS", "Reader"]

MOST_BLOCKS = 2_000
"""Blocks that a node is asked for at once at most; halved while it finds them too many."""
MOST_LOGS = 5_000
"""Logs that an answer should have at most, as far as the last one tells."""
_FIRST_BLOCKS = 256
_TRY_MORE_AFTER = 16
_NOBODY = bytes(32)
MOST_EVENTS = 1_000
"""Events after which a transaction ends, at the next end of a block."""


@dataclass(slots=True)
class _Span:
    """How many blocks are asked for at once, learned from the node's answers."""

    blocks: int = _FIRST_BLOCKS
    most: int = MOST_BLOCKS
    """What the node has not refused; after a while more is tried: it may have meant the logs."""
    answers: int = 0

    def refused(self, asked: int) -> None:
        """So many blocks were too many, or took too long."""
        self.most = self.blocks = max(asked // 2, 1)
        self.answers = 0

    def answered(self, asked: int, logs: int) -> None:
        """So many blocks had so many logs."""
        self.answers += 1
        if self.answers % _TRY_MORE_AFTER == 0:
            self.most = min(self.most * 2, MOST_BLOCKS)
        fitting = asked * MOST_LOGS // logs if logs else self.most
        self.blocks = max(min(fitting, self.blocks * 2, self.most), 1)


@dataclass(slots=True)
class _Looked:
    """The newest block and the position when there was last nothing more to read."""

    head: str = ""
    position: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the token's and the Teller's events for `handlers`, which are by event name."""

    work: Work
    node: Node
    deployment: Deployment
    depth: int
    handlers: Handlers
    clock: Clock
    log: logging.Logger
    witnesses: Sequence[Node] = ()
    """Further nodes, which must have the same logs."""
    lag: int = 20
    """Blocks that a further node may be behind before that is told."""
    span: _Span = field(default_factory=_Span)
    looked: _Looked = field(default_factory=_Looked)
    ahead: Ahead = field(default_factory=Ahead)

    def step(self) -> bool:
        """Read the next range of final blocks; True when the position moved.

        Raises `Unavailable` when the node does not answer or its chain moved meanwhile, `Broken`
        when the chain is not the one that was read before.
        """
        head = self.node.head()
        last = head.number - self.depth
        before = self._position()
        if before is None:
            if last < self.deployment.block - 1:
                return False
            return self._begin()
        if (head.hash, before) == (self.looked.head, self.looked.position):
            return False  # the hash commits to every block before it: nothing can have changed
        self._same_chain(before, head)
        self._tracker().follow(head, before)
        first = before[0] + 1
        if last < first:
            if head.number > before[0]:
                self._look_ahead(head)
            self.looked.head, self.looked.position = head.hash, before
            return False
        known = self.ahead.take(first)
        if known is not None and self._header(first).hash == known.header.hash:
            self._confirm(first, known.header, known.logs)
            self._commit(known.events, before, known.header)
            return True
        logs, end = self._fetch(first, min(last, first + self.span.blocks - 1))
        self._handle(logs, before, end)
        return True

    def scan(self) -> Iterator[list[ChainEvent]]:
        """Every final event from the first block on, in ranges; nothing is stored or told."""
        last = self.node.head().number - self.depth
        first = max(self.deployment.block, 0)
        while first <= last:
            logs, end = self._fetch(first, min(last, first + self.span.blocks - 1))
            for header, of_block in self._by_block(logs, end):
                yield self._events(of_block, header)
            first = end.number + 1

    def _position(self) -> tuple[int, str] | None:
        with self.work.asking() as connection:
            return store.position(connection)

    def _begin(self) -> bool:
        """The position before the first block that may hold an event of ours."""
        start = self._header(max(self.deployment.block - 1, 0))
        with self.work.transaction() as connection:
            store.set_position(connection, None, (start.number, start.hash), self.clock.now())
        return True

    def _same_chain(self, stored: tuple[int, str], head: Header) -> None:
        """The last block that was read must still be there. Else the chain was reorganised deeper
        than the depth (or is another one): payouts are frozen, and everything stops.
        """
        header = head if head.number == stored[0] else self.node.header(stored[0])
        if header is not None and header.hash == stored[1]:
            return
        # a chain that is as long has the block: behind one address there are two nodes
        if header is None and (head.number >= stored[0] or not self._is_another_chain(head)):
            raise Unavailable(
                f"{self.node.place} is at block {head.number}, but does not show block "
                f"{stored[0]}, which was read before.",
                remedy="It is asked again: this node, or another one behind the same address, "
                "lags.",
                slug="node-behind",
            )
        incident = self._tracker().deep(head)
        found = "does not reach it" if header is None else f"has {header.hash} there"
        fork = f"block {incident.fork[0]}" if incident.fork[1] else "a block that is not kept"
        detail = (
            f"The bridge has read the chain up to block {stored[0]} ({stored[1]}), but the node's "
            f"chain {found}: they part after {fork}."
        )
        with self.work.transaction() as connection:
            kind, subject = AlarmKind.DEEP_REORG, self.deployment.caip2
            raise_alarm(connection, kind, subject, detail, self.clock.now())
        raise Broken(
            detail,
            remedy="If this is a local chain that was started anew, start the bridge anew too "
            "(a fresh database). If not, the chain was reorganised deeper than chain.depth: "
            "payouts are frozen. Compare several nodes, then run: jiaozi-bridge rebuild.",
            slug="chain-differs",
        )

    def _is_another_chain(self, head: Header) -> bool:
        """Whether a chain that is shorter than what was read contradicts it: else it lags."""
        with self.work.reading() as connection:
            known = kept(connection)
            later = time_above(connection, head.number)
        top = max((number for number in known if number <= head.number), default=None)
        if top is not None:
            if head.number < self.deployment.block:
                return True  # without our contracts: a local chain may begin with the same block
            header = head if top == head.number else self.node.header(top)
            if header is not None and header.hash != known[top]:
                return True
        # no block is made later than one that follows it
        return later is not None and head.timestamp > later.timestamp()

    def _tracker(self) -> Tracker:
        return Tracker(self.work, self.node, self.depth, self.clock, self.log)

    def _fetch(self, first: int, last: int) -> tuple[list[RawLog], Header]:
        """The logs of a range and its last block.

        That block's hash is read before and after the logs. It commits to every block before it,
        so the logs are of one and the same chain.
        """
        end = self._header(last)
        try:
            logs = self.node.logs(*self._wanted(), first, last)
        except Unavailable as error:  # a node may also fall silent over a question too large
            self.span.refused(last - first + 1)
            if first == last or not isinstance(error, Refusal):
                raise
            return self._fetch(first, min(last, first + self.span.blocks - 1))
        self.span.answered(last - first + 1, len(logs))
        if self._header(last).hash != end.hash or not _one_each(logs):
            raise _moved(last)
        self._confirm(first, end, logs)
        return logs, end

    def _look_ahead(self, head: Header) -> None:
        """Ask for the newest block's logs now, which are told when it is final."""
        try:
            logs = self.node.logs(*self._wanted(), head.number, head.number)
            if _one_each(logs) and all(log.block_hash == head.hash for log in logs):
                self.ahead.keep(Known(head, logs, self._events(logs, head)))
        except (Unavailable, Broken):
            return  # nobody needs them yet: when it is final it is read, and judged

    def _confirm(self, first: int, end: Header, logs: Sequence[RawLog]) -> None:
        """Further nodes must have the same logs from block `first` to `end`."""
        if self.witnesses:
            others = Witnesses(self.witnesses, self.lag, self.work, self.clock, self.log)
            others.confirm(Question(*self._wanted(), first, end), logs, self.node)

    def _by_block(
        self, logs: Sequence[RawLog], end: Header
    ) -> Iterator[tuple[Header, list[RawLog]]]:
        """The logs of each block with its header; those are asked for together."""
        numbers = sorted({log.block_number for log in logs} - {end.number})
        headers = dict(zip(numbers, self.node.headers(numbers), strict=True))
        headers[end.number] = end
        for number, of_block in groupby(logs, key=lambda log: log.block_number):
            header = headers[number]
            if header is None:
                raise _moved(number)
            yield header, list(of_block)

    def _handle(self, logs: Sequence[RawLog], before: tuple[int, str], end: Header) -> None:
        """Handle events block by block; a transaction ends after enough of them."""
        batch: list[ChainEvent] = []
        for header, of_block in self._by_block(logs, end):
            batch += self._events(of_block, header)
            if len(batch) >= MOST_EVENTS:
                before = self._commit(batch, before, header)
                batch = []
        if batch or before[0] < end.number:
            self._commit(batch, before, end)

    def _commit(
        self, events: Sequence[ChainEvent], before: tuple[int, str], header: Header
    ) -> tuple[int, str]:
        after = (header.number, header.hash)
        with self.work.transaction() as connection:
            handle(connection, self.handlers, events)
            store.set_position(connection, before, after, self.clock.now())
            told = [{"event_id": each.event_id, "name": each.name} for each in events]
            tell(connection, "event handled", told, block=header.number)
        return after

    def _events(self, logs: Sequence[RawLog], header: Header) -> list[ChainEvent]:
        types = self._types()
        at = datetime.fromtimestamp(header.timestamp, UTC)
        events = []
        for log in logs:
            if log.block_hash != header.hash:
                raise _moved(header.number)
            kind = types.get((log.address, log.topics[0]))
            # another of our contracts may share a topic that nobody handles
            if kind is not None and not _told_twice(kind, log):
                events.append(self._event(kind, log, at))
        return events

    def _event(self, kind: EventType, log: RawLog, at: datetime) -> ChainEvent:
        return ChainEvent(
            event_id=f"{self.deployment.caip2}:{log.tx_hash}:{log.log_index}",
            name=kind.name,
            args=kind.decode(log.topics, log.data),
            contract=log.address,
            block_number=log.block_number,
            block_hash=log.block_hash,
            tx_hash=log.tx_hash,
            log_index=log.log_index,
            block_time=at,
        )

    def _wanted(self) -> tuple[list[Address], list[bytes]]:
        """The contracts and first topics of the events that somebody handles."""
        types = self._types()
        return list({address for address, _ in types}), list({topic for _, topic in types})

    def _types(self) -> dict[tuple[Address, bytes], EventType]:
        """The events that somebody handles, by contract and topic."""
        contracts = (
            (self.deployment.token, "DepositToken"),
            (self.deployment.teller, "Teller"),
        )
        return {
            (address, topic): kind
            for address, name in contracts
            for topic, kind in event_types(name).items()
            if kind.name in self.handlers
        }

    def _header(self, number: int) -> Header:
        header = self.node.header(number)
        if header is None:
            raise _moved(number)
        return header


def _one_each(logs: Sequence[RawLog]) -> bool:
    """Whether no log is there twice."""
    return len({(log.block_hash, log.log_index) for log in logs}) == len(logs)


def _told_twice(kind: EventType, log: RawLog) -> bool:
    """A transfer from or to nobody: what was issued or burned has an event of its own."""
    return kind.name == "Transfer" and _NOBODY in log.topics[1:3]


def _moved(number: int) -> Unavailable:
    return Unavailable(
        f"The chain changed around block {number} while it was read.",
        remedy="It is read again; nothing was stored.",
        slug="chain-moved",
    )

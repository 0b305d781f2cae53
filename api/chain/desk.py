"""Chain: what serving one address of a lane needs: its lease, its key, the node, its own rows.

`settling`, `resending`, `preparing` and `history` are what happens at the desk; none of them
commits but through it, so that a process which slept past its lease can commit nothing more.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.chain import alarms, attempts, store
from api.chain.alarms import AlarmKind
from api.chain.fees import Fees
from api.chain.keys import SigningKey
from api.chain.model import (
    Attempt,
    Failure,
    Lane,
    RevertHandler,
    SentHandler,
    Transaction,
    TxState,
    Work,
)
from api.chain.node import Header, Node, Sent
from api.kernel.clock import Clock
from api.kernel.errors import Unavailable
from api.kernel.ids import Address, TxId
from api.kernel.lease import Lease, renew
from api.kernel.log import note

__all__ = [
    "ADOPTED",
    "FOREIGN",
    "GAP",
    "NO_OP_GAS",
    "Desk",
    "LaneContext",
    "LaneHalted",
    "SendingRules",
    "Unsettled",
]

GAP = "gap"
"""The purpose of a transaction that only uses up a nonce."""
NO_OP_GAS = 21_000
"""What every transaction costs at least, and one that does nothing at most."""
ADOPTED = "adopted"
"""The purpose of a transaction that is ours, but is not in this database: it is older."""
FOREIGN = "foreign"
"""The purpose of a transaction that is not ours, and of which two persons know."""


class LaneHalted(Unavailable):
    """Something must be over before this address signs; the others go on."""

    slug = "lane-halted"


class Unsettled(Unavailable):
    """How a transaction ended is not certain yet; what is not mined can go on meanwhile."""


@dataclass(frozen=True, slots=True)
class SendingRules:
    """The settings that the sender goes by."""

    fee_ceiling: int = 500 * 10**9
    """Wei per gas that is paid at most."""
    bump_after: timedelta = timedelta(seconds=30)
    bump_after_blocks: int = 3
    max_skew: timedelta | None = None
    """How far our clock and the chain's may be apart; None: they are not compared."""
    needs_reader: bool = False
    """Whether nothing is signed before the chain was read to its last final block."""


@dataclass(frozen=True, slots=True)
class LaneContext:
    """What every lane works with."""

    work: Work
    node: Node
    chain_id: int
    depth: int
    """Blocks that must follow a block before it counts as final."""
    on_revert: Mapping[str, RevertHandler]
    """By purpose: whom to tell when a transaction ends without effect. Every purpose is there."""
    on_sent: Mapping[str, SentHandler]
    """By purpose: who wants to know that a node took a transaction."""
    clock: Clock
    log: logging.Logger
    rules: SendingRules = field(default_factory=SendingRules)
    tried: frozenset[str] = frozenset()
    """Purposes whose owners try their calls out themselves, right before they are queued."""
    doubtful: frozenset[str] = frozenset()
    """Purposes that wait while it is in doubt what this database does not know (`frozen`)."""
    contracts: frozenset[Address] = frozenset()
    """Our contracts: a call of one of them under our key may be ours though it is not saved."""
    witnesses: Sequence[Node] = ()
    """Further nodes: a receipt that one of them lacks is not believed."""


@dataclass(slots=True)
class Desk:
    """One address of a lane under its lease, which lasts `lasting` from each transaction on."""

    context: LaneContext
    lane: Lane
    key: SigningKey
    lease: Lease
    lasting: timedelta
    behind: bool = False
    """Whether the address has used nonces that are not saved: to be adopted, without work too."""
    met: dict[int, Sent] = field(default_factory=dict)
    """What was met in blocks of the key's own history, by nonce (`searching`)."""
    standing: set[tuple[AlarmKind, str]] = field(default_factory=set)
    """The alarms that stood when this pass began."""
    _head: Header | None = None
    _open: list[Transaction] | None = None
    _used: int | None = None

    @property
    def address(self) -> Address:
        """The address that is served."""
        return self.key.address

    @property
    def node(self) -> Node:
        """The node that is asked."""
        return self.context.node

    def head(self) -> Header:
        """The newest block, asked once a pass."""
        if self._head is None:
            self._head = self.node.head()
        return self._head

    def used(self) -> int:
        """How many nonces the newest final block counts as used, asked once a pass."""
        if self._used is None:
            final = self.head().number - self.context.depth
            self._used = self.node.nonce(self.address, block=final) if final >= 0 else 0
        return self._used

    def now(self) -> datetime:
        """The time for records."""
        return self.context.clock.now()

    def open(self) -> list[Transaction]:
        """What this address has signed and no final block has ended, by nonce.

        Read once, and again after each transaction of this desk: nobody else changes them.
        """
        if self._open is None:
            with self.context.work.asking() as connection:
                self._open = store.open_of(connection, self.lane, self.address)
        return self._open

    def attempts(self, transactions: Sequence[Transaction]) -> dict[TxId, list[Attempt]]:
        """The attempts of each, oldest first."""
        with self.context.work.reading() as connection:
            found = attempts.attempts_of(connection, [each.id for each in transactions])
        by_id: dict[TxId, list[Attempt]] = {each.id: [] for each in transactions}
        for attempt in found:
            by_id[attempt.tx_id].append(attempt)
        return by_id

    def fees(self) -> Fees:
        """What a transaction pays that is to be in one of the next blocks."""
        base_fee = self.head().base_fee
        return Fees.of(base_fee, self.node.tip() if base_fee else 0)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One read-write transaction under the lease. Raises `LeaseLost`."""
        self._open = None
        with self.context.work.transaction() as connection:
            renew(connection, self.lease, now=self.now(), lasting=self.lasting)
            yield connection

    def sign(
        self, transaction: Transaction, *, nonce: int, number: int, gas: int, fees: Fees
    ) -> Attempt:
        """An attempt at a transaction; nobody has it before it is saved."""
        attempt = self._sign(transaction.to, transaction.data, nonce, gas, fees)
        return replace(attempt, tx_id=transaction.id, number=number)

    def sign_no_op(
        self, transaction: Transaction, *, nonce: int, number: int, gas: int, fees: Fees
    ) -> Attempt:
        """An attempt that gives the transaction up: it pays nothing to its own address."""
        attempt = self._sign(self.address, b"", nonce, gas, fees)
        return replace(attempt, tx_id=transaction.id, number=number, no_op=True)

    def fail(
        self, connection: Connection, transaction: Transaction, state: TxState, why: Failure
    ) -> None:
        """End a transaction without effect, and tell its owner."""
        store.advance(connection, transaction, state, now=self.now(), reason=str(why))
        if transaction.purpose not in {GAP, ADOPTED, FOREIGN}:
            self.context.on_revert[transaction.purpose](connection, transaction.ref, why)
        self.note("transaction failed", transaction, logging.WARNING, reason=str(why))

    def record_sent(
        self, connection: Connection, told: Sequence[tuple[Transaction, Attempt]]
    ) -> None:
        """Note that a node has these attempts."""
        now = self.now()
        attempts.mark_tried(connection, [attempt for _, attempt in told], now)
        for transaction, attempt in told:
            if transaction.state is not TxState.SIGNED:
                continue
            store.advance(connection, transaction, TxState.SENT, now=now)
            tell = self.context.on_sent.get(transaction.purpose)
            if tell is not None and not attempt.no_op:
                tell(connection, transaction.ref, attempt.tx_hash)

    def load_alarms(self) -> None:
        """Know which alarms stand."""
        with self.context.work.asking() as connection:
            self.standing = {(each.kind, each.subject) for each in alarms.list_alarms(connection)}

    def alarm(self, kind: AlarmKind, subject: str, detail: str) -> None:
        """Let an alarm stand, and say so when it is new."""
        if (kind, subject) in self.standing:
            return
        with self.transaction() as connection:
            alarms.raise_alarm(connection, kind, subject, detail, self.now())
        self.standing.add((kind, subject))
        note(
            self.context.log,
            f"alarm: {kind.value}",
            level=logging.CRITICAL,
            lane=self.lane.value,
            subject=subject,
            reason=detail,
        )

    def calm(self, kind: AlarmKind, subject: str) -> None:
        """Let an alarm go that stood."""
        if (kind, subject) not in self.standing:
            return
        with self.transaction() as connection:
            alarms.lower(connection, kind, subject)
        self.standing.discard((kind, subject))
        note(self.context.log, f"over: {kind.value}", lane=self.lane.value, subject=subject)

    def note(
        self, event: str, transaction: Transaction, level: int = logging.INFO, **fields: object
    ) -> None:
        """Write an event of a transaction into the log."""
        note(
            self.context.log,
            event,
            level=level,
            transaction=transaction.id,
            lane=self.lane.value,
            purpose=transaction.purpose,
            ref=transaction.ref,
            **fields,
        )

    def _sign(self, to: Address, data: bytes, nonce: int, gas: int, fees: Fees) -> Attempt:
        signed = self.key.sign(
            chain_id=self.context.chain_id, nonce=nonce, to=to, data=data, gas=gas, fees=fees
        )
        return Attempt(
            tx_id=TxId(""),
            number=0,
            address=self.address,
            nonce=nonce,
            tx_hash=signed.tx_hash,
            raw=signed.raw,
            sent_at=None,
            created_at=self.now(),
            gas=gas,
            fees=fees,
            at_block=self.head().number,
        )

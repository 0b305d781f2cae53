"""Chain: one pass over one lane. Three steps, each of which may be repeated at any time:

1. settle — what final blocks hold is done or reverted; a revert's owner is told in the same
   transaction;
2. resend — saved bytes that no node is known to have, or that a node may have dropped;
3. prepare — the oldest intents are tried out on the node, given the next nonce, signed, saved,
   and only then sent.

The next nonce follows the largest that was ever saved, or the chain's count where that is larger.
Signed bytes never change: whatever happened, the same bytes are sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from api.chain import store
from api.chain.keys import Fees, SigningKey
from api.chain.model import Attempt, Lane, RevertHandler, SentHandler, Transaction, TxState, Work
from api.chain.node import CallReverted, Node, Receipt, SendOutcome
from api.chain.passing import PASSES_AGAIN
from api.kernel.clock import Clock
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import TxId
from api.kernel.lease import Lease, renew
from api.kernel.log import note

__all__ = ["RESEND_AFTER", "WINDOW", "LaneContext", "LaneWorker"]

RESEND_AFTER = timedelta(seconds=15)
WINDOW = 64
"""Transactions of a lane that may wait for their block at once."""

_OPEN = (TxState.SIGNED, TxState.SENT)
_LONGEST_REASON = 500


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


@dataclass(frozen=True, slots=True)
class LaneWorker:
    """One lane under its lease, which lasts `lasting` from each transaction on."""

    context: LaneContext
    lane: Lane
    key: SigningKey
    lease: Lease
    lasting: timedelta

    def step(self) -> bool:
        """Settle, resend, prepare; True when something moved."""
        settled = self._settle()
        resent = self._resend()
        prepared = self._prepare()
        return settled or resent or prepared

    # ---------------------------------------------------------------- settle

    def _settle(self) -> bool:
        waiting = self._stored(_OPEN, WINDOW)
        node = self.context.node
        final = node.head().number - self.context.depth if waiting else -1
        if final < 0:
            return False
        used = node.nonce(self.key.address, block=final)
        # a nonce that final blocks have used has a receipt, or was used by somebody else
        gone = [t for t in waiting if t.nonce is not None and t.nonce < used]
        receipts = self._receipts(gone, final)
        ended = [(t, receipts[t.id]) for t in gone if receipts[t.id].block_number <= final]
        reasons = {t.id: self._why(t, receipt) for t, receipt in ended}
        if not ended:
            return False
        with self._transaction() as connection:
            for transaction, _ in ended:
                self._end(connection, transaction, reasons[transaction.id])
        return True

    def _receipts(self, transactions: Sequence[Transaction], final: int) -> dict[TxId, Receipt]:
        """The receipt of each; `Broken` only when a stranger has used a nonce beyond doubt.

        Behind one address there may be several nodes, and one that lags has no receipt yet: so
        the nonce must be used as many blocks deeper again before its lack means anything.
        """
        receipts: dict[TxId, Receipt] = {}
        for attempt in self._attempts(transactions):
            found = self.context.node.receipt(attempt.tx_hash)
            if found is not None:
                receipts[attempt.tx_id] = found
        for transaction in transactions:
            if transaction.id not in receipts:
                self._require_deep(transaction, final - self.context.depth)
                raise Broken(
                    f"Nonce {transaction.nonce} of {self.key.address} was used by a transaction "
                    f"that this bridge did not save (its own is {transaction.id}).",
                    remedy="Somebody else signs with the key of lane "
                    f"«{self.lane}»: revoke its role, find out who, then give the lane a new key.",
                )
        return receipts

    def _require_deep(self, transaction: Transaction, block: int) -> None:
        used = self.context.node.nonce(self.key.address, block=block) if block >= 0 else 0
        if transaction.nonce is None or used <= transaction.nonce:
            raise Unavailable(
                f"The node has no receipt of {transaction.tx_hash}, but counts its nonce as used.",
                remedy="It is asked again: a node behind the same address may lag.",
                slug="receipt-missing",
            )

    def _why(self, transaction: Transaction, receipt: Receipt) -> str | None:
        """None for success; else the contract's reason, found by running the call again."""
        if receipt.succeeded:
            return None
        try:
            self.context.node.call(
                transaction.to,
                transaction.data,
                sender=self.key.address,
                block=receipt.block_number,
            )
        except CallReverted as again:
            return str(again.revert)
        return PASSES_AGAIN

    def _end(self, connection: Connection, transaction: Transaction, reason: str | None) -> None:
        if reason is None:
            self._advance(connection, transaction, TxState.DONE)
        else:
            self._fail(connection, transaction, TxState.REVERTED, reason)

    # ---------------------------------------------------------------- resend

    def _resend(self) -> bool:
        open_ = {transaction.id: transaction for transaction in self._stored(_OPEN, WINDOW)}
        newest = {attempt.tx_id: attempt for attempt in self._attempts(list(open_.values()))}
        old = self.context.clock.now() - RESEND_AFTER
        due = [a for a in newest.values() if a.sent_at is None or a.sent_at <= old]
        for attempt in due:
            transaction = open_[attempt.tx_id]
            if self.context.node.receipt(attempt.tx_hash) is None:
                self._send(transaction, attempt)
            else:  # a block holds it: there is nothing to send
                self._record_sent(transaction, attempt)
        return any(attempt.sent_at is None for attempt in due)

    # ---------------------------------------------------------------- prepare

    def _prepare(self) -> bool:
        room = WINDOW - len(self._stored(_OPEN, WINDOW))
        queued = self._stored((TxState.QUEUED,), room) if room > 0 else []
        if not queued:
            return False
        head = self.context.node.head()
        fees = Fees.of(head.base_fee, self.context.node.tip() if head.base_fee else 0)
        for transaction in queued:
            self._prepare_one(transaction, fees)
        return True

    def _prepare_one(self, transaction: Transaction, fees: Fees) -> None:
        node = self.context.node
        try:
            gas = node.estimate(transaction.to, transaction.data, sender=self.key.address)
        except CallReverted as refused:
            with self._transaction() as connection:
                self._fail(connection, transaction, TxState.REFUSED, str(refused.revert))
            return
        counted = node.nonce(self.key.address)
        with self._transaction() as connection:
            attempt = self._sign(connection, transaction, counted, gas, fees)
            store.record_attempt(connection, attempt, self.context.clock.now())
            self._advance(connection, transaction, TxState.SIGNED)
        self._send(replace(transaction, state=TxState.SIGNED), attempt)

    def _sign(
        self, connection: Connection, transaction: Transaction, counted: int, gas: int, fees: Fees
    ) -> Attempt:
        saved = store.last_nonce(connection, self.key.address)
        nonce = counted if saved is None else max(saved + 1, counted)
        signed = self.key.sign(
            chain_id=self.context.chain_id,
            nonce=nonce,
            to=transaction.to,
            data=transaction.data,
            gas=gas + gas // 3,  # what it writes may have become dearer when its block is made
            fees=fees,
        )
        return Attempt(
            tx_id=transaction.id,
            number=1,
            address=self.key.address,
            nonce=nonce,
            tx_hash=signed.tx_hash,
            raw=signed.raw,
            sent_at=None,
        )

    # ---------------------------------------------------------------- shared

    def _send(self, transaction: Transaction, attempt: Attempt) -> None:
        outcome = self.context.node.send(attempt.raw)
        if outcome is not SendOutcome.TAKEN:
            # a used nonce is settled, or found to be a stranger's, once its block is final
            self._note("nonce is taken", transaction, logging.WARNING, outcome=outcome.value)
        self._record_sent(transaction, attempt)
        self._note("transaction sent", transaction, nonce=attempt.nonce, hash=attempt.tx_hash)

    def _record_sent(self, transaction: Transaction, attempt: Attempt) -> None:
        with self._transaction() as connection:
            store.mark_sent(connection, attempt, self.context.clock.now())
            if transaction.state is TxState.SIGNED:
                self._advance(connection, transaction, TxState.SENT)
                if (tell := self.context.on_sent.get(transaction.purpose)) is not None:
                    tell(connection, transaction.ref, attempt.tx_hash)

    def _fail(
        self, connection: Connection, transaction: Transaction, state: TxState, reason: str
    ) -> None:
        reason = reason[:_LONGEST_REASON]
        self._advance(connection, transaction, state, reason)
        self.context.on_revert[transaction.purpose](connection, transaction.ref, reason)
        self._note("transaction failed", transaction, logging.WARNING, reason=reason)

    def _advance(
        self,
        connection: Connection,
        transaction: Transaction,
        state: TxState,
        reason: str | None = None,
    ) -> None:
        store.advance(connection, transaction, state, now=self.context.clock.now(), reason=reason)

    def _stored(self, states: Collection[TxState], limit: int) -> list[Transaction]:
        with self.context.work.reading() as connection:
            return store.of_lane(connection, self.lane, states, limit)

    def _attempts(self, transactions: Sequence[Transaction]) -> list[Attempt]:
        with self.context.work.reading() as connection:
            return store.attempts_of(connection, [transaction.id for transaction in transactions])

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self.context.work.transaction() as connection:
            renew(connection, self.lease, now=self.context.clock.now(), lasting=self.lasting)
            yield connection

    def _note(
        self, event: str, transaction: Transaction, level: int = logging.INFO, **fields: object
    ) -> None:
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

"""Relay: gathering signed messages into batches, and following each message to its end.

One call of the Teller brings many messages; what fails in it is told by `RelayFailed` and stops
nothing. Before a batch is queued it is run on the node: messages that would fail now are told so
at once, and cost nobody a fee. A batch that fails as a whole is split, down to the message that
makes it fail.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.chain import (
    REDEEMS,
    TRANSFERS,
    ChainEvent,
    ChainView,
    Failure,
    FailureKind,
    Lane,
    Relayed,
    TxState,
    Work,
    back_off,
    count_open,
    enqueue,
    explain_selector,
    find_by_hash,
    passing,
    position,
    states_of,
)
from api.kernel.clock import Clock
from api.kernel.errors import Broken
from api.kernel.ids import Address, new_id
from api.kernel.log import note
from api.relay import store
from api.relay.model import (
    MOST_ENTRIES,
    Batch,
    BatchState,
    Entry,
    EntryState,
    Kind,
    Subject,
    fitting,
    gas_limit,
    split,
)

__all__ = ["PURPOSE", "Relay"]

PURPOSE = "relay"
"""The purpose of the transactions that this room queues: their ends come back under it."""
BATCHES_AT_ONCE = 8
MOST_UNSENT = 16
"""Batches that may wait for the sender: more would only be tried out too early."""

_CALLS: Mapping[Kind, Relayed] = {Kind.TRANSFER: TRANSFERS, Kind.REDEEM: REDEEMS}
_OPEN = (BatchState.QUEUED, BatchState.SENT)
_MOST_OPEN = 256
_USED = frozenset({"AuthorizationUsedOrCanceled", "OrderUsed"})
_LOOKS = 5
"""How often a used message is looked at again before it is given up: for two minutes."""
_NO_REASON = b"\xff\xff\xff\xff"


@dataclass(frozen=True, slots=True)
class Relay:
    """Brings the entries of every kind. `subjects` are the rooms that they belong to."""

    chain: ChainView
    teller: Address
    subjects: Mapping[Kind, Subject]
    clock: Clock
    log: logging.Logger
    gather: timedelta = timedelta(0)
    """How long entries gather after batches of their kind went off: each batch has its price, and
    mostly there is no block for the next one yet."""
    _rests_until: dict[Kind, float] = field(default_factory=dict)
    _heads: dict[str, int] = field(default_factory=dict)
    """By batch: the chain's head when its transaction was first seen to be final."""

    def step(self, work: Work) -> bool:
        """End what has ended, send what waits; True when there was any.

        Raises `Unavailable` when the node does not answer.
        """
        closed = self._close(work)
        gathered = [self._gather(work, kind) for kind in Kind]
        return closed or any(gathered)

    # ---------------------------------------------------------------- the sender's word

    def on_sent(self, connection: Connection, ref: str, tx_hash: str, *, now: datetime) -> None:
        """A node has taken a batch."""
        batch = self._batch(connection, ref)
        if batch.state is BatchState.QUEUED:
            store.change_batch(connection, batch, BatchState.SENT, now=now)
        members = store.entries_of(connection, batch.id)
        subjects = [entry.subject for entry in members]
        self.subjects[batch.kind].on_sent(connection, subjects, tx_hash, now)

    def on_reverted(self, connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
        """A batch had no effect as a whole: its halves travel apart; one alone is told why.

        A batch that was given up was never tried: its entries wait for the next one.
        """
        batch = self._batch(connection, ref)
        members = store.entries_of(connection, batch.id)
        store.change_batch(connection, batch, BatchState.SPLIT, now=now, reason=reason)
        note(self.log, "relay batch split", batch=batch.id, entries=len(members), reason=reason)
        given_up = isinstance(reason, Failure) and reason.kind is FailureKind.GIVEN_UP
        if len(members) == 1 and not given_up:
            self._failed(connection, members[0], reason, now)
            return
        store.change_entries(
            connection,
            members,
            EntryState.BATCHED,
            EntryState.WAITING,
            now=now,
            failed=not given_up,
        )
        if given_up:
            return
        again = store.by_position(connection, [entry.position for entry in members])
        for members in split(again):
            self._queue(connection, members, parent=batch.id, now=now)

    # ---------------------------------------------------------------- the chain's word

    def on_relay_failed(self, connection: Connection, event: ChainEvent) -> None:
        """The Teller could not bring an entry. Others relay, too: only our own batches count."""
        tx_id = find_by_hash(connection, event.tx_hash)
        batch = None if tx_id is None else store.find_batch_of_tx(connection, tx_id)
        if batch is None:
            return
        index, signer = event.args["index"], event.args["signer"]
        nonce = f"0x{event.args['nonce'].hex()}"
        entry = store.find_entry(connection, batch.id, index)
        if entry is None and store.has_entry(connection, batch.kind, signer, nonce):
            return  # told again from genesis: it has left this batch, and was told of then
        if entry is None or (entry.signer, entry.nonce) != (signer, nonce):
            raise Broken(
                f"The chain tells of entry {index} in the relay batch {batch.id}, "
                "which the database knows otherwise.",
                remedy="Stop. Compare the batch's call data with the table relay_entries.",
            )
        if entry.state is EntryState.BATCHED:
            selector = event.args["reason"]
            reason = "out of gas" if selector == _NO_REASON else explain_selector(selector)
            self._failed(connection, entry, reason, self.clock.now())
            self._note_entry("relay failed", entry, event_id=event.event_id, reason=reason)

    # ---------------------------------------------------------------- the worker's step

    def _gather(self, work: Work, kind: Kind) -> bool:
        if self.clock.monotonic() < self._rests_until.get(kind, 0.0):
            return False
        moved = False
        for _ in range(BATCHES_AT_ONCE):
            with work.reading() as connection:
                if not store.any_waiting(connection, kind):
                    break
                if count_open(connection, Lane.RELAYER) >= MOST_UNSENT:
                    break
                found = store.waiting(connection, kind, now=self.clock.now(), limit=MOST_ENTRIES)
                ended = self._ended(connection, kind, found)
            if ended:
                with work.transaction() as connection:
                    self._done(connection, ended, EntryState.WAITING)
                moved = True
                continue
            if not found:
                break
            brought = fitting(found)
            self._bring(work, brought)
            moved = True
            if len(brought) == len(found) < MOST_ENTRIES:  # what comes meanwhile gathers again
                break
        if moved:
            self._rests_until[kind] = self.clock.monotonic() + self.gather.total_seconds()
        return moved

    def _bring(self, work: Work, members: Sequence[Entry]) -> None:
        refused = self._tried(members)
        good = [entry for entry in members if entry.position not in refused]
        with work.transaction() as connection:
            now = self.clock.now()
            for entry in members:
                if entry.position in refused:
                    self._failed(connection, entry, refused[entry.position], now)
            if good:
                self._queue(connection, good, parent=None, now=now)

    def _tried(self, members: Sequence[Entry]) -> dict[int, str]:
        """Those that would fail in the next block, by position: why. Halves tell which they are."""
        call = _CALLS[members[0].kind]
        if self.chain.try_relay(call.together([entry.data for entry in members])) == len(members):
            return {}
        if len(members) == 1:
            revert = self.chain.try_out(call.alone(members[0].data))
            return {} if revert is None else {members[0].position: str(revert)}
        middle = len(members) // 2
        return self._tried(members[:middle]) | self._tried(members[middle:])

    def _close(self, work: Work) -> bool:
        """Entries end when what they were stored for has; a batch when all its entries have."""
        with work.reading() as connection:
            open_ = store.in_state(connection, _OPEN, _MOST_OPEN)
            if not open_:
                return False
            states = states_of(connection, [batch.tx_id for batch in open_])
        mined = [batch for batch in open_ if states.get(batch.tx_id) is TxState.DONE]
        if not mined:
            return False
        self._look_at_head(mined)
        with work.transaction() as connection:
            read = position(connection)
            read_to = -1 if read is None else read[0]
            closed = [self._close_one(connection, batch, read_to) for batch in mined]
        return any(closed)

    def _look_at_head(self, mined: Sequence[Batch]) -> None:
        """Once that far is read, the chain has told what became of every entry."""
        heads = {batch.id: self._heads.get(batch.id) for batch in mined}
        head = self.chain.head() if None in heads.values() else 0
        self._heads.clear()
        self._heads.update({each: known or head for each, known in heads.items()})

    def _close_one(self, connection: Connection, batch: Batch, read_to: int) -> bool:
        # held against the reader, which may be ending one of them at this moment
        members = store.entries_of(connection, batch.id, lock=True)
        ended = self._ended(connection, batch.kind, members)
        self._done(connection, ended, EntryState.BATCHED)
        left = [entry for entry in members if entry not in ended]
        if left and read_to >= self._heads[batch.id]:
            self._bring_again(connection, left)
            left = []
        if not left:
            store.change_batch(connection, batch, BatchState.DONE, now=self.clock.now())
            note(self.log, "relay batch done", batch=batch.id, transaction=batch.tx_id)
        return bool(ended) or not left

    def _bring_again(self, connection: Connection, left: Sequence[Entry]) -> None:
        """Of these the chain told while a restored database did not know the batch's transaction
        as its own: they failed, and nothing will tell why. No message is carried out twice."""
        now = self.clock.now()
        store.change_entries(
            connection, left, EntryState.BATCHED, EntryState.WAITING, now=now, failed=True
        )
        for entry in left:
            self._note_entry("relay unheard of", entry)

    # ---------------------------------------------------------------- shared

    def _queue(
        self, connection: Connection, members: Sequence[Entry], *, parent: str | None, now: datetime
    ) -> None:
        batch_id, kind = new_id("relay"), members[0].kind
        tx_id = enqueue(
            connection,
            lane=Lane.RELAYER,
            to=self.teller,
            data=_CALLS[kind].together([entry.data for entry in members]),
            purpose=PURPOSE,
            ref=batch_id,
            now=now,
            gas=gas_limit(members),
        )
        store.add_batch(connection, batch_id, members, tx_id=tx_id, parent=parent, now=now)
        store.take_in(connection, batch_id, members, now=now)
        note(
            self.log,
            "relay batch queued",
            batch=batch_id,
            transaction=tx_id,
            kind=kind.value,
            entries=[entry.subject for entry in members],
            parent=parent,
        )

    def _failed(self, connection: Connection, entry: Entry, reason: str, now: datetime) -> None:
        """Told why; or, where the reason passes, brought again later.

        «Used» can mean that somebody else has brought it, in a block that is not final yet: then
        it ends by its own event meanwhile.
        """
        used = reason.partition("(")[0] in _USED and entry.failures < _LOOKS
        if used or passing(reason) is not None:
            again = now + back_off(entry.failures + 1)
            store.postpone(connection, entry, now=now, not_before=again, reason=reason)
            return
        store.change_entries(
            connection, [entry], entry.state, EntryState.FAILED, now=now, reason=reason
        )
        self.subjects[entry.kind].on_failed(connection, entry.subject, reason, now)

    def _ended(self, connection: Connection, kind: Kind, members: Sequence[Entry]) -> list[Entry]:
        if not members:
            return []
        ended = set(self.subjects[kind].ended(connection, [entry.subject for entry in members]))
        return [entry for entry in members if entry.subject in ended]

    def _done(self, connection: Connection, members: list[Entry], before: EntryState) -> None:
        if members:
            store.change_entries(connection, members, before, EntryState.DONE, now=self.clock.now())

    def _batch(self, connection: Connection, ref: str) -> Batch:
        batch = store.find_batch(connection, ref)
        if batch is None:
            raise Broken(
                f"The relay batch {ref} is not in the database that queued its transaction.",
                remedy="Stop. The tables relay_batches and chain_transactions do not belong "
                "together: one of them was restored alone.",
            )
        return batch

    def _note_entry(self, event: str, entry: Entry, **fields: object) -> None:
        note(
            self.log,
            event,
            level=logging.WARNING,
            batch=entry.batch,
            **{entry.kind.value: entry.subject},
            **fields,
        )

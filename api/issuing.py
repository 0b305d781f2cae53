"""Bridge: how fast deposits are sent to the chain, and which first.

What the Teller still lets us issue is worked out from one block that the reader has handled: what
was minted up to it, and what this database has sent since. So nothing of what waits in the node's
pool has to be executed to know it. Two things keep room for deposits that come alone:

- a bulk takes three quarters of a block's gas, so that the next block has room for others; while
  others come it takes half of it, in single batches;
- while more of a bulk waits than fits, it leaves a part of the attested backing.

What waits may go into the very block that attests its money: the pending block is asked once all
that was queued before is in the node's pool. That makes the node execute the pool, so while a bulk
lies in it, it is not asked at every look.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sqlalchemy import Connection

from api.chain import ChainView, Lane, count_open, enqueue, frozen, position
from api.deposits import Deposit, check_numbers, enqueue_batch, look
from api.deposits.calls import ENTRY_GAS
from api.kernel.errors import Broken, Unavailable
from api.kernel.log import note
from api.ledger import Account, balances
from api.refunds import booked_too_early
from api.reserve import issuing_allowed
from api.web.context import Bridge
from api.worker import FencedWork

__all__ = ["Issuing"]

_BATCHES_AT_ONCE: Final = 4
"""Of a look: its transaction holds SQLite's only write lock for some hundredths of a second, and
nobody who comes alone waits for more of a bulk."""
_BULK_PERCENT: Final = 75
"""Of a block's gas, for bulks: a quarter stays free for whoever comes alone."""
_BESIDE_PERCENT: Final = 50
"""The same while some do come alone: a block is made, read and booked as a whole, and they wait
for all of it."""
_BATCHES_BESIDE: Final = 1
"""And of a look meanwhile: whoever comes next waits for no more than this one."""
_BESIDE: Final = 10.0
"""Seconds after one who came alone in which others are expected."""
_FEW: Final = 512
"""Entries in the pool that take no time to execute: the pending block is asked at every look."""
_ASK_EVERY: Final = 0.15
"""Seconds between two such questions while more are in it."""
_SILENT: Final = 20
"""Questions without an answer after which it is told: now and then one has none."""
_FLOWS: Final = 5.0
"""Seconds after a batch in which nobody need be told what the rest of a bulk waits for."""
_SPARE: Final = 8
"""A bulk that does not fit leaves this part of the backing: one in eight."""


@dataclass(slots=True)
class _Room:
    """What may be sent in this round; minor units, entries."""

    headroom: int
    bucket: int
    bulk: int
    batches: int

    def take(self, batch: Sequence[Deposit]) -> None:
        """A batch is queued: its sum is no longer free."""
        total = sum(deposit.amount.minor for deposit in batch)
        if total > min(self.headroom, self.bucket):
            raise Broken(
                "A batch is larger than the room it was made for.",
                remedy="Nothing was queued.",
            )
        self.headroom -= total
        self.bucket -= total
        self.bulk -= len(batch)


@dataclass(slots=True)
class Issuing:
    """The step that queues deposits."""

    bridge: Bridge
    chain: ChainView
    work: FencedWork
    _numbers_checked: bool = field(default=False, init=False)
    _head: int = field(default=-1, init=False)
    _sent: int = field(default=0, init=False)
    """Entries that were queued since this block was the newest: they wait for the next."""
    _flows_until: float = field(default=0.0, init=False)
    """Monotonic time until which a bulk counts as flowing: something was queued a moment ago."""
    _beside_until: float = field(default=0.0, init=False)
    """Monotonic time until which a bulk leaves more of each block to others."""
    _silent: int = field(default=0, init=False)
    """Questions about the pending block, one after the other, that had no answer."""
    _spare: int = field(default=0, init=False)
    """Minor units of the backing that the bulk has left, until it fits."""
    _ask_at: float = field(default=0.0, init=False)
    """Monotonic time from which on the pending block may be asked again."""

    def step(self) -> bool:
        """Queue what fits; while a break of the reserve stands, nothing. True when it moved."""
        with self.work.reading() as connection:
            waiting = look(connection)  # first: mostly there is none
            if waiting is None:
                return False
            if not issuing_allowed(connection) or frozen(connection) is not None:
                return False
            books = balances(connection, self.bridge.currency)
            read_to = position(connection)
            unsent = count_open(connection, Lane.OPERATOR)
        if read_to is None:
            return False
        self._check_numbers()
        seen = self.chain.issue_room(read_to[0])
        if seen.head != self._head:
            self._head, self._sent = seen.head, 0
        beside = self.bridge.clock.monotonic() < self._beside_until
        percent = _BESIDE_PERCENT if beside else _BULK_PERCENT
        room = _Room(
            # returns use the same backing: what is to be returned may be on its way
            headroom=max(seen.headroom - waiting.issuing - books[Account.RETURNS], 0),
            bucket=max(seen.bucket - waiting.issuing, 0),
            bulk=seen.gas_limit * percent // 100 // ENTRY_GAS - self._sent,
            batches=_BATCHES_BESIDE if beside else _BATCHES_AT_ONCE,
        )
        wanted = books[Account.ISSUING] - waiting.issuing
        if room.bulk <= 0 and not waiting.alone:
            return False
        known = room.headroom >= wanted
        if not known and not unsent and self._may_ask():
            # an attestation may be in the pool, in front of what we send now
            pending = self._pending()
            known = pending is not None
            room.headroom = max(room.headroom, pending or 0)
        self._keep(room, wanted, known=known)
        return self._queue(room)

    def _pending(self) -> int | None:
        """The backing in the pending block; None while the node has none to ask: it may be making
        a block at this moment, and whoever waits need not wait for the next look.
        """
        try:
            found = self.chain.headroom()
        except Unavailable as error:
            self._silent += 1
            if self._silent == _SILENT:
                note(
                    self.bridge.log,
                    "the node has no pending block",
                    level=logging.WARNING,
                    reason=error.detail,
                    remedy=error.remedy,
                    times=self._silent,
                )
            return None
        self._silent = 0
        return found

    def _may_ask(self) -> bool:
        """Whether the pending block may be asked: often while the pool is nearly empty."""
        now = self.bridge.clock.monotonic()
        if self._sent > _FEW and now < self._ask_at:
            return False
        self._ask_at = now + _ASK_EVERY
        return True

    def _keep(self, room: _Room, wanted: int, *, known: bool) -> None:
        """What a bulk that does not fit leaves. Not a part of what it left before: look by look
        nothing would remain of it, and the next attestation may be a second away. Unless all is
        `known`, the pool may hold more room than the block that was read last.
        """
        left = min(self._spare, room.headroom) if known else self._spare
        self._spare = max(left, room.headroom // _SPARE) if wanted > room.headroom else 0

    def _queue(self, room: _Room) -> bool:
        with self.work.transaction() as connection:
            entries = self._fill(connection, room)
            if entries:
                _require_not_paid_back(connection)
        if not entries:
            return False
        self._sent += entries
        self._flows_until = self.bridge.clock.monotonic() + _FLOWS
        return True

    def _fill(self, connection: Connection, room: _Room) -> int:
        """Queue batches until nothing fits or the transaction holds enough; how many entries."""
        entries = 0
        for _ in range(room.batches):
            batch = enqueue_batch(
                connection,
                headroom=room.headroom,
                bucket=room.bucket,
                spare=self._spare,
                bulk=max(room.bulk, 0),
                flowing=self.bridge.clock.monotonic() < self._flows_until,
                enqueue=partial(enqueue, lane=Lane.OPERATOR, to=self.bridge.deployment.teller),
                now=self.bridge.clock.now(),
            )
            if not batch:  # room may be less than none: returns of others are in it
                break
            room.take(batch)
            entries += len(batch)
            if not batch[0].bulk:  # who came alone is sent at once: no bulk is queued behind him
                self._beside_until = self.bridge.clock.monotonic() + _BESIDE
                break
        return entries

    def _check_numbers(self) -> None:
        if not self._numbers_checked:
            with self.work.reading() as connection:
                check_numbers(connection, self.chain.number_used)
            self._numbers_checked = True


def _require_not_paid_back(connection: Connection) -> None:
    """After a restore the bank may have paid back what is about to be issued: undo the batch."""
    debit = booked_too_early(connection)
    if debit is not None:
        raise Unavailable(
            f"The bank has paid a credit back ({debit.id}) that these books could still issue.",
            remedy="It waits until the credit is known and closed. If that does not help, hand in "
            "the bank's statements from the day of the backup on.",
            slug="paid-back-already",
        )

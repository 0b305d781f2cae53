"""Deposits: matching lines, filling batches, and what the token said of each entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.bank import Direction
from api.chain import back_off, explain_selector, passing
from api.deposits import store
from api.deposits.model import (
    INITIAL,
    MAX_ATTEMPTS,
    MAX_BATCH,
    NUMBERS,
    Deposit,
    DepositState,
    WaitingFor,
    chain_reference,
    choose_batch,
)
from api.kernel.counter import last_number, next_numbers
from api.kernel.errors import Broken
from api.kernel.ids import DepositId, TxId, new_id
from api.kernel.outbox import Enqueue, Event
from api.ledger import Account, Posting, post, post_all
from api.links import Link, active_link_for, has_active_link
from api.statements import StoredLine, explain, refuse, waiting_lines
from wallet.secret import Secret

__all__ = [
    "PURPOSE",
    "check_numbers",
    "enqueue_batch",
    "match_waiting",
    "on_batch_reverted",
    "on_issue_refused",
    "on_issued",
]

PURPOSE = "issue"
"""The purpose of the transactions that this room queues: its reverts come back under it."""
_NUMBER_USED = "NumberUsed"
_BATCHES = "issue-batch"
_LINES_AT_ONCE = 500
_QUEUED_AT_ONCE = 1000
_ENDED = frozenset({DepositState.ISSUED, DepositState.REFUSED})


def match_waiting(connection: Connection, *, reference_key: Secret, now: datetime) -> int:
    """Give every waiting credit line with an active link its deposit; returns how many.

    Number, ledger posting and the line's explanation commit together with the caller.
    """
    matched = after = 0
    while lines := waiting_lines(
        connection,
        Direction.CREDIT,
        _LINES_AT_ONCE,
        after=after,
        lock=True,
        where=has_active_link,
    ):
        after = lines[-1].position
        matched += _match(connection, lines, reference_key, now)
    return matched


def enqueue_batch(
    connection: Connection,
    *,
    headroom: int,
    bucket: int,
    enqueue: Enqueue,
    encode: Callable[[Sequence[Deposit]], bytes],
    now: datetime,
) -> TxId | None:
    """Queue one issue of at most a hundred deposits; None when none waits or none fits.

    `headroom` and `bucket` are what the Teller has left, in minor units, less what is already in
    flight. Deposits that do not fit stay queued and show what they wait for; after a failed
    batch all wait until its next try is due. `enqueue` is bound to the operator's lane and the
    Teller, `encode` makes issue's call data.
    """
    queued = store.queued(connection, _QUEUED_AT_ONCE)
    backed_off = next((d for d in queued if d.not_before is not None and d.not_before > now), None)
    if backed_off is not None:
        why = backed_off.waiting_for or WaitingFor.RETRY
        store.set_waiting(connection, queued, {d.id: why for d in queued}, now)
        return None
    batch, waiting = choose_batch(queued, headroom=headroom, bucket=bucket)
    store.set_waiting(connection, queued, waiting, now)
    if not batch:
        return None
    ref = f"batch-{next_numbers(connection, _BATCHES)[0]}"
    tx_id = enqueue(connection, data=encode(batch), purpose=PURPOSE, ref=ref, now=now)
    store.change_state(connection, batch, DepositState.ISSUING, now=now, batch=ref, tx_id=tx_id)
    return tx_id


def on_issued(connection: Connection, event: Event) -> None:
    """The token credited a deposit, finally: its money is owed to the holder as tokens."""
    deposit = _told_of(connection, event)
    if _ended_by(deposit, event, DepositState.ISSUED):
        return
    _require_new_end(deposit, event)
    _settle(connection, deposit, event, to=Account.TOKENS)
    store.change_state(
        connection,
        [deposit],
        DepositState.ISSUED,
        now=event.block_time,
        event_id=event.event_id,
        reason=None,
    )


def on_issue_refused(connection: Connection, event: Event) -> None:
    """The token refused a deposit and closed its number: money and line are unmatched again.

    The line is not matched by itself once more: an operator decides what becomes of it.
    A number that was used before is refused without any effect: what used it was told earlier.
    """
    deposit = _told_of(connection, event)
    reason = explain_selector(event.args["reason"])
    if _ended_by(deposit, event, DepositState.REFUSED):
        return
    if reason == _NUMBER_USED and deposit.state in _ENDED:
        return
    if reason == _NUMBER_USED:
        raise Broken(
            f"The chain says that number {deposit.number} was used, but no event that used it "
            "is known.",
            remedy="Compare the token's events with the deposits before going on.",
        )
    _require_new_end(deposit, event)
    _settle(connection, deposit, event, to=Account.UNMATCHED)
    refuse(connection, deposit.line_id, ref=deposit.id, reason=reason)
    store.change_state(
        connection,
        [deposit],
        DepositState.REFUSED,
        now=event.block_time,
        event_id=event.event_id,
        reason=reason,
    )


def on_batch_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """A batch had no effect: its deposits queue again, to be tried later each time.

    A reason that concerns every call alike (a pause, no room, a missing role) is waited out for
    as long as it lasts; any other counts, and after its fifth time a deposit is held.
    """
    known = store.deposits_of_batch(connection, ref)
    batch = [deposit for deposit in known if deposit.state is DepositState.ISSUING]
    if not batch:
        return
    why = passing(reason)
    waits = max(deposit.waits for deposit in batch) + 1
    for deposit in batch:
        attempts = deposit.attempts + (why is None)
        held = why is None and attempts >= MAX_ATTEMPTS
        store.change_state(
            connection,
            [deposit],
            DepositState.HELD if held else DepositState.QUEUED,
            now=now,
            attempts=attempts,
            reason=reason,
            tx_id=None,
            waits=waits,
            not_before=None if held else now + back_off(waits),
            waiting_for=None if held else WaitingFor(why or WaitingFor.RETRY),
        )


def check_numbers(connection: Connection, number_used: Callable[[int], bool]) -> None:
    """Before the first issue: no number that comes next may be used on chain already.

    A used one means that this database is older than the chain (a restored backup): issuing from
    it would credit twice. Raises `Broken`; nothing can be issued until that is resolved.
    """
    last = last_number(connection, NUMBERS)
    for number in range(last + 1, last + 1 + MAX_BATCH):
        if number_used(number):
            raise Broken(
                f"Deposit number {number} is used on chain, but this database gave out only "
                f"{last}: it is older than the chain.",
                remedy="Stop. Restore a newer backup, or rebuild the deposits from the chain.",
            )


def _match(connection: Connection, lines: Sequence[StoredLine], key: Secret, now: datetime) -> int:
    matched = [(line, link) for line in lines if (link := _link_of(connection, line)) is not None]
    if not matched:
        return 0
    numbers = next_numbers(connection, NUMBERS, len(matched))
    batch = [
        _deposit(number, line, link, key, now)
        for number, (line, link) in zip(numbers, matched, strict=True)
    ]
    for deposit in batch:
        explain(connection, deposit.line_id, by="deposits", ref=deposit.id, now=now)
    store.add_deposits(connection, batch)
    post_all(
        connection,
        [
            Posting(
                event_id=f"deposit:{deposit.number}",
                kind="deposit matched",
                debit=Account.UNMATCHED,
                credit=Account.ISSUING,
                amount=deposit.amount,
                about=deposit.id,
                at=now,
            )
            for deposit in batch
        ],
    )
    return len(batch)


def _link_of(connection: Connection, line: StoredLine) -> Link | None:
    if line.reversal or line.return_reason is not None:
        return None  # the bank undoes something of ours: that is no new money of a customer
    return active_link_for(
        connection,
        structured_reference=line.structured_reference,
        payer_account=line.payer_account,
    )


def _deposit(number: int, line: StoredLine, link: Link, key: Secret, now: datetime) -> Deposit:
    return Deposit(
        id=DepositId(new_id("deposit")),
        number=number,
        reference=chain_reference(key, line.account, line.bank_id),
        line_id=line.id,
        link_id=link.id,
        holder=link.wallet,
        amount=line.amount,
        state=INITIAL,
        reason=None,
        waiting_for=None,
        attempts=0,
        waits=0,
        not_before=None,
        batch=None,
        tx_id=None,
        event_id=None,
        created_at=now,
        updated_at=now,
    )


def _told_of(connection: Connection, event: Event) -> Deposit:
    """The deposit that an event speaks of; `Broken` when it is not exactly ours."""
    deposit = store.find_by_number(connection, event.args["number"])
    told = (bytes(event.args["ref"]), event.args["holder"], event.args["amount"])
    if deposit is None or told != (deposit.reference, deposit.holder, deposit.amount.minor):
        raise Broken(
            f"The chain tells of deposit number {event.args['number']} with another reference, "
            "holder or amount than this database has.",
            remedy="Stop. Find out who issued it, and from which database.",
        )
    return deposit


def _ended_by(deposit: Deposit, event: Event, state: DepositState) -> bool:
    """Whether this very event has been taken in before."""
    return deposit.state is state and deposit.event_id == event.event_id


def _require_new_end(deposit: Deposit, event: Event) -> None:
    if deposit.state in _ENDED:
        raise Broken(
            f"The chain ended deposit number {deposit.number} twice: by {deposit.event_id} and "
            f"by {event.event_id}.",
            remedy="Stop. The token's bitmap of used numbers should make this impossible.",
        )


def _settle(connection: Connection, deposit: Deposit, event: Event, *, to: Account) -> None:
    """Post what the token's event means: the money leaves ISSUING."""
    post(
        connection,
        Posting(
            event_id=event.event_id,
            kind="issued" if to is Account.TOKENS else "issue refused",
            debit=Account.ISSUING,
            credit=to,
            amount=deposit.amount,
            about=deposit.id,
            at=event.block_time,
        ),
    )

"""Deposits: matching lines, filling batches, and what the token said of each entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.bank import Direction
from api.chain import Failure, FailureKind, back_off, explain_selector, passing, put_off
from api.deposits import store
from api.deposits.adopted import adopt, still_to_end, take_adopted, take_over
from api.deposits.calls import issue_call, issue_gas
from api.deposits.matching import BY, matched, tell_matched
from api.deposits.model import (
    MAX_ATTEMPTS,
    MAX_BATCH,
    NUMBERS,
    Deposit,
    DepositState,
    WaitingFor,
    chain_reference,
    choose_batch,
)
from api.deposits.store import NewDeposit
from api.kernel.counter import next_numbers
from api.kernel.errors import Broken
from api.kernel.ids import DepositId, LineId, new_id
from api.kernel.money import Money
from api.kernel.outbox import Enqueue, Event
from api.kernel.telling import tell
from api.ledger import Account, Posting, post, post_all
from api.links import due_links, match, set_lines_due
from api.statements import (
    ALONE,
    StoredLine,
    explain,
    hold_waiting,
    lines_naming,
    refuse,
    waiting_lines,
)
from wallet.secret import Secret

__all__ = [
    "PURPOSE",
    "enqueue_batch",
    "match_lines",
    "match_waiting",
    "on_batch_reverted",
    "on_issue_refused",
    "on_issued",
    "on_issued_all",
    "overlooked",
]

PURPOSE = "issue"
"""The purpose of the transactions that this room queues: its reverts come back under it."""
_NUMBER_USED = "NumberUsed"
_BATCHES = "issue-batch"
_LINES_AT_ONCE = 500
_LINKS_AT_ONCE = 100
_QUEUED_AT_ONCE = 1000
_ENDED = frozenset({DepositState.ISSUED, DepositState.REFUSED})


def match_waiting(connection: Connection, *, reference_key: Secret, now: datetime) -> int:
    """Give lines that waited for a link its deposits, once it is active; returns how many.

    A line whose link is active is matched when it is stored; this is for those that came before.
    At most some hundred lines are looked at; number, ledger posting and the line's explanation
    commit together with the caller.
    """
    matched = 0
    for link in due_links(connection, _LINKS_AT_ONCE):
        lines = lines_naming(
            connection,
            Direction.CREDIT,
            _LINES_AT_ONCE,
            after=link.lines_due or 0,
            structured_reference=[link.deposit_reference],
            payer_account=[link.account],
            payee_account=[] if link.virtual_account is None else [link.virtual_account],
        )
        matched += _match(connection, lines, reference_key, now)
        full = len(lines) == _LINES_AT_ONCE
        set_lines_due(connection, link.id, lines[-1].position if full else None)
        if full:
            break
    return matched


def overlooked(
    connection: Connection, *, after: int = 0, limit: int = _LINES_AT_ONCE
) -> tuple[list[LineId], int | None]:
    """Waiting credits behind position `after` that name an active link all the same.

    Nothing should be among them: a line is matched when it is stored, and when its link becomes
    active. Yet a line can be stored by a slow process at the very moment of the latter. Returns
    them and the position to go on from, None at the end.
    """
    lines = waiting_lines(connection, Direction.CREDIT, limit, after=after)
    found = [
        line.id
        for line, link in zip(lines, match(connection, lines), strict=True)
        if link is not None
    ]
    return found, lines[-1].position if len(lines) == limit else None


def match_lines(
    connection: Connection, line_ids: Sequence[LineId], *, reference_key: Secret, now: datetime
) -> int:
    """Give those of the lines that wait and name an active link their deposits; how many."""
    return _match(connection, hold_waiting(connection, line_ids), reference_key, now)


def enqueue_batch(
    connection: Connection,
    *,
    headroom: int,
    bucket: int,
    enqueue: Enqueue,
    now: datetime,
    spare: int = 0,
    bulk: int = MAX_BATCH,
    flowing: bool = False,
    encode: Callable[[Sequence[Deposit]], bytes] = issue_call,
) -> list[Deposit]:
    """Queue one issue; the deposits in it, none when none waits or none fits.

    `headroom` and `bucket` are what the Teller has left, in minor units, less what is already in
    flight; of `spare` and `bulk` see `choose_batch`. Deposits that came alone go first. Those that
    do not fit stay queued and show what they wait for; after a failed batch all wait until its
    next try is due. While a bulk is `flowing`, its rest waits for the next attestation every second
    or two: that is not written down, for it would be one more write of nearly every row. `enqueue`
    is bound to the operator's lane and the Teller.
    """
    batch: list[Deposit] = []
    for depth in (MAX_BATCH, _QUEUED_AT_ONCE):
        queued = store.queued(connection, depth)
        if _backed_off(connection, queued, now):
            return []
        due = [deposit for deposit in queued if not put_off(deposit.not_before, now)]
        batch, waiting = choose_batch(due, headroom=headroom, bucket=bucket, spare=spare, bulk=bulk)
        if batch or len(queued) < depth:
            break
    if flowing:
        waiting = {d.id: waiting[d.id] for d in due if d.id in waiting and not d.bulk}
    store.set_waiting(connection, due, waiting, now)
    if not batch:
        return []
    ref = f"batch-{next_numbers(connection, _BATCHES)[0]}"
    tx_id = enqueue(
        connection, data=encode(batch), purpose=PURPOSE, ref=ref, now=now, gas=issue_gas(batch)
    )
    store.change_state(
        connection, batch, DepositState.ISSUING, now=now, batch=ref, tx_id=tx_id, waiting_for=None
    )
    named = [{"deposit": deposit.id} for deposit in batch]
    tell(connection, "batch queued", named, batch=ref, transaction=tx_id)
    return batch


def _backed_off(connection: Connection, queued: Sequence[Deposit], now: datetime) -> bool:
    """Whether a failed batch is to be tried again later; all that wait show why."""
    first = next(
        (d for d in queued if put_off(d.not_before, now) and d.waiting_for is not WaitingFor.RETRY),
        None,
    )
    if first is None:
        return False
    why = first.waiting_for or WaitingFor.RETRY
    store.set_waiting(connection, queued, {d.id: why for d in queued}, now)
    return True


def on_issued(connection: Connection, event: Event) -> None:
    """The token credited a deposit, finally: its money is owed to the holder as tokens."""
    deposit = _told_of(connection, event)
    if deposit is None:
        adopt(connection, event, DepositState.ISSUED, reason=None, now=event.block_time)
        return
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


def on_issued_all(connection: Connection, events: Sequence[Event]) -> None:
    """The same for many events at once: one question, one change, one posting batch.

    Whatever is not simply the first end of a deposit that is on its way goes the way of a single
    event, with all its checks.
    """
    waiting = store.unended(connection, [event.args["number"] for event in events])
    ended: list[tuple[DepositId, Event]] = []
    postings: list[Posting] = []
    for event in events:
        args = event.args
        deposit = waiting.pop(args["number"], None)
        if deposit is None or deposit[1:4] != (args["ref"], args["holder"], args["amount"]):
            continue
        ended.append((deposit[0], event))
        amount = Money(deposit[3], deposit[4])
        postings.append(_end_posting(deposit[0], amount, event, to=Account.TOKENS))
    post_all(connection, postings)
    store.end_all(connection, ended, DepositState.ISSUED)
    plain = {id(event) for _, event in ended}
    for event in events:
        if id(event) not in plain:
            on_issued(connection, event)


def on_issue_refused(connection: Connection, event: Event) -> None:
    """The token refused a deposit and closed its number: money and line are unmatched again.

    The line is not matched by itself once more: an operator decides what becomes of it.
    A number that was used before is refused without any effect: what used it was told earlier.
    """
    reason = explain_selector(event.args["reason"])
    if reason == _NUMBER_USED:
        _require_used(connection, event)
        return
    deposit = _told_of(connection, event)
    if deposit is None:
        adopt(connection, event, DepositState.REFUSED, reason=reason, now=event.block_time)
        return
    if _ended_by(deposit, event, DepositState.REFUSED):
        return
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


def _require_used(connection: Connection, event: Event) -> None:
    """An entry had no effect, because its number was used: what used it was told earlier."""
    deposit = store.find_by_number(connection, event.args["number"])
    if deposit is None or deposit.state in _ENDED:
        return
    if deposit.reference != bytes(event.args["ref"]):
        return
    raise Broken(
        f"The chain says that number {deposit.number} was used, but no event that used it "
        "is known.",
        remedy="Compare the token's events with the deposits before going on.",
    )


def on_batch_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """A batch had no effect: its deposits queue again, to be tried later each time.

    A reason that concerns every call alike (a pause, no room, a missing role) is waited out for
    as long as it lasts. Any other, and gas that did not suffice, lies in the batch: it comes again
    in halves, at once, until the entry that spoils it is alone. Then each time counts, and after
    the fifth that deposit is held.
    """
    known = store.deposits_of_batch(connection, ref)
    batch = [deposit for deposit in known if deposit.state is DepositState.ISSUING]
    if not batch:
        return
    exhausted = isinstance(reason, Failure) and reason.kind is FailureKind.OUT_OF_GAS
    why = None if exhausted else passing(reason)
    if why is None and len(batch) > 1:
        store.change_state(
            connection,
            batch,
            DepositState.QUEUED,
            now=now,
            reason=reason,
            tx_id=None,
            batch_limit=(len(batch) + 1) // 2,
            waiting_for=WaitingFor.RETRY,
        )
        return
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


def _match(connection: Connection, lines: Sequence[StoredLine], key: Secret, now: datetime) -> int:
    found = [
        NewDeposit(
            id=DepositId(new_id("deposit")),
            reference=chain_reference(key, line.account, line.bank_id),
            line_id=line.id,
            link_id=link.id,
            holder=link.wallet,
            amount=line.amount,
        )
        for line, link in zip(lines, match(connection, lines), strict=True)
        if link is not None
    ]
    if not found:
        return 0
    for deposit in found:
        explain(connection, deposit.line_id, by=BY, ref=deposit.id, now=now)
    new, taken = take_adopted(connection, found)
    postings = still_to_end(connection, taken, now=now)
    if new:
        numbers = next_numbers(connection, NUMBERS, len(new))
        store.add_new(connection, new, numbers, bulk=len(new) > ALONE, now=now)
        tell_matched(connection, numbers, new)
        postings += [matched(number, each, now) for number, each in zip(numbers, new, strict=True)]
    post_all(connection, postings)
    return len(found)


def _told_of(connection: Connection, event: Event) -> Deposit | None:
    """The deposit that an event speaks of; None when another life of this bridge issued it.

    `Broken` when it is one of ours, but not exactly.
    """
    deposit = store.find_by_number(connection, event.args["number"])
    if deposit is None or deposit.reference != bytes(event.args["ref"]):
        deposit = take_over(connection, event)
    if deposit is None:
        return None
    told = (event.args["holder"], event.args["amount"])
    if told != (deposit.holder, deposit.amount.minor):
        raise Broken(
            f"The chain tells of deposit number {deposit.number} with another holder or amount "
            "than this database has.",
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
    post(connection, _end_posting(deposit.id, deposit.amount, event, to=to))


def _end_posting(deposit_id: DepositId, amount: Money, event: Event, *, to: Account) -> Posting:
    return Posting(
        event_id=event.event_id,
        kind="issued" if to is Account.TOKENS else "issue refused",
        debit=Account.ISSUING,
        credit=to,
        amount=amount,
        about=deposit_id,
        at=event.block_time,
    )

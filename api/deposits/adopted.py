"""Deposits: issues that the chain shows and this database never made: it is older than the chain.

After a restore of yesterday's backup the chain tells of numbers that were given out since. They are
kept here, and the counter goes past them. When the bank's line that one of them credited is read
(again), its keyed reference names it: the deposit takes that very number and its end, and the line
is not credited a second time. While one waits for its line, nothing is issued or paid out: it may
also be that somebody else issued it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    Row,
    String,
    Table,
    select,
    update,
)

from api.chain import AlarmKind, lower, raise_alarm, withdraw
from api.deposits import store
from api.deposits.model import MAX_BATCH, NUMBERS, TRANSITIONS, UNSENT, Deposit, DepositState
from api.deposits.store import NewDeposit
from api.kernel.counter import at_least, last_number, next_numbers
from api.kernel.database import Minor, UtcDateTime, insert_new, metadata
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address, DepositId, new_id
from api.kernel.outbox import Event
from api.ledger import Account, Posting
from api.statements import refuse

__all__ = [
    "Adopted",
    "adopt",
    "adopted_issues",
    "check_numbers",
    "make_way",
    "still_to_end",
    "take_adopted",
    "take_over",
]

_ISSUED_BEFORE = "a line of it was issued before: by another life of this database"

adopted_issues = Table(
    "adopted_issues",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("reference", LargeBinary(16), nullable=False, index=True),
    Column("holder", String(42), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("event", String(16), nullable=False),
    Column("reason", String(100)),
    Column("event_id", String(200), nullable=False, unique=True),
    Column("block_time", UtcDateTime, nullable=False),
    Column("deposit_id", String(64)),
)


@dataclass(frozen=True, slots=True)
class Adopted:
    """A deposit that a line was found for, and what is booked of it."""

    deposit: NewDeposit
    number: int
    state: DepositState
    reason: str | None
    event_id: str
    block_time: datetime
    is_last: bool
    """Whether it accounts for the line; before it the token refused the line under other ones."""


def adopt(
    connection: Connection, event: Event, state: DepositState, *, reason: str | None, now: datetime
) -> None:
    """Keep the end of a number that this database does not know as the chain tells it.

    A deposit of ours that was given the same number since takes another one. Raises `Broken` when
    the chain told this number otherwise before.
    """
    args = event.args
    number = int(args["number"])
    ours = store.find_by_number(connection, number)
    at_least(connection, NUMBERS, number)
    if ours is not None:
        make_way(connection, ours, now=now)
    row = {
        "number": number,
        "reference": bytes(args["ref"]),
        "holder": args["holder"],
        "amount": args["amount"],
        "event": state.value,
        "reason": reason,
        "event_id": event.event_id,
        "block_time": event.block_time,
        "deposit_id": None,
    }
    if insert_new(connection, adopted_issues, [row], key="number"):
        detail = f"Number {number} was issued for a line that this database does not have."
        if state is DepositState.ISSUED:
            raise_alarm(connection, AlarmKind.UNEXPLAINED, str(number), detail, now)
        return
    known = connection.execute(
        select(adopted_issues.c.event_id).where(adopted_issues.c.number == number)
    ).scalar_one_or_none()
    if known != event.event_id:
        raise Broken(
            f"The chain ended deposit number {number} twice: by {known} and by {event.event_id}.",
            remedy="Stop. The token's bitmap of used numbers should make this impossible.",
        )


def take_over(connection: Connection, event: Event) -> Deposit | None:
    """The waiting deposit that another life of this database issued under the event's number.

    Its line was read again before the chain was: it takes the number that the chain gave it, and
    whatever of ours was given that number since takes another one. None, too, when a transaction
    that is signed carries it: that cannot be taken back any more.
    """
    now = event.block_time
    ours = _unsent(connection, bytes(event.args["ref"]), now=now)
    if ours is None:
        return None
    number = int(event.args["number"])
    at_least(connection, NUMBERS, number)
    other = store.find_by_number(connection, number)
    if other is not None:
        make_way(connection, other, now=now)
    return _give_number(connection, ours, number)


def _unsent(connection: Connection, reference: bytes, *, now: datetime) -> Deposit | None:
    """The deposit of this reference if no transaction carries it; one that nobody has signed yet
    is withdrawn, with all that is in it.
    """
    ours = store.find_waiting(connection, reference)
    if ours is None or ours.state in UNSENT:
        return ours
    if ours.tx_id is None or not withdraw(connection, ours.tx_id, now=now, reason=_ISSUED_BEFORE):
        return None
    batch = store.deposits_of_batch(connection, ours.batch or "")
    carried = [each for each in batch if each.state is DepositState.ISSUING]
    store.change_state(connection, carried, DepositState.QUEUED, now=now, batch=None, tx_id=None)
    return replace(ours, state=DepositState.QUEUED, batch=None, tx_id=None)


def take_adopted(
    connection: Connection, found: Sequence[NewDeposit]
) -> tuple[list[NewDeposit], list[Adopted]]:
    """Which of these new deposits the chain has ended already, and which are new in truth.

    A line that the token refused and that was tried again has ended more than once: each end is
    here, under its own number. Raises `Broken` when the chain credited another amount for a line.
    """
    waiting = connection.execute(
        select(adopted_issues.c.number).where(adopted_issues.c.deposit_id.is_(None)).limit(1)
    ).one_or_none()
    if waiting is None:
        return list(found), []
    ends: dict[bytes, list[Row[tuple[object, ...]]]] = {}
    for row in connection.execute(
        select(adopted_issues)
        .where(adopted_issues.c.deposit_id.is_(None))
        .order_by(adopted_issues.c.number)
    ):
        ends.setdefault(bytes(row.reference), []).append(row)
    new = [each for each in found if each.reference not in ends]
    taken = [end for each in found for end in _ends(each, ends.get(each.reference, ()))]
    return new, taken


def still_to_end(
    connection: Connection, taken: Sequence[Adopted], *, now: datetime
) -> list[Posting]:
    """Store deposits that the chain has ended already, with their end; what is to be posted."""
    postings: list[Posting] = []
    for each in taken:
        store.add_new(connection, [each.deposit], [each.number], bulk=False, now=now)
        deposit = store.find_by_number(connection, each.number)
        if deposit is None:
            raise LookupError(f"deposit {each.number} was stored a moment ago")
        reason = each.reason
        store.change_state(
            connection,
            [deposit],
            each.state,
            now=each.block_time,
            event_id=each.event_id,
            reason=reason,
        )
        if each.is_last and each.state is DepositState.REFUSED:
            refuse(connection, deposit.line_id, ref=deposit.id, reason=reason or each.state)
        connection.execute(
            update(adopted_issues)
            .where(adopted_issues.c.number == each.number)
            .values(deposit_id=deposit.id)
        )
        lower(connection, AlarmKind.UNEXPLAINED, str(each.number))
        postings += _postings(deposit, each, now)
    return postings


def _ends(deposit: NewDeposit, rows: Sequence[Row[tuple[object, ...]]]) -> list[Adopted]:
    """All that the chain did with one line. Only one issue: a second one has no line to rest on."""
    refused = [row for row in rows if row._mapping["event"] != DepositState.ISSUED.value]
    issued = [row for row in rows if row._mapping["event"] == DepositState.ISSUED.value]
    ends = [*refused, *issued[:1]]
    return [
        _taken(replace(deposit, id=DepositId(new_id("deposit"))), row, is_last=False)
        for row in ends[:-1]
    ] + [_taken(deposit, row, is_last=True) for row in ends[-1:]]


def _taken(deposit: NewDeposit, row: Row[tuple[object, ...]], *, is_last: bool) -> Adopted:
    values = row._mapping
    if values["amount"] != deposit.amount.minor:
        raise Broken(
            f"The chain credited {values['amount']} minor units for line {deposit.line_id}, "
            f"which has {deposit.amount}.",
            remedy="Stop. Compare the line with the bank's own statement.",
        )
    # whoever is linked now, the tokens are with the holder whom the chain names
    return Adopted(
        deposit=replace(deposit, holder=Address(values["holder"])),
        number=values["number"],
        state=DepositState(values["event"]),
        reason=values["reason"],
        event_id=values["event_id"],
        block_time=values["block_time"],
        is_last=is_last,
    )


def make_way(connection: Connection, ours: Deposit, *, now: datetime) -> Deposit:
    """The chain has used the number of our deposit for something else: it takes another one.

    If a transaction carries it, its entry there has no effect: the token ends each number once. So
    it waits for a batch again. One that is held, because its money goes back, stays so: what closes
    its number is tried again when it finds the old one used, and then with the new one. Raises
    `Broken` for one that the chain has ended.
    """
    if ours.state not in TRANSITIONS.into(DepositState.ISSUED):
        raise Broken(
            f"The chain tells of deposit number {ours.number} with another reference, holder or "
            "amount than this database has.",
            remedy="Stop. Find out who issued it, and from which database.",
        )
    if ours.state is DepositState.ISSUING:
        store.change_state(connection, [ours], DepositState.QUEUED, now=now, batch=None, tx_id=None)
        ours = replace(ours, state=DepositState.QUEUED)
    return _give_number(connection, ours, next_numbers(connection, NUMBERS)[0])


def check_numbers(connection: Connection, number_used: Callable[[int], bool]) -> None:
    """Before the first issue: no number that comes next may be used on chain already.

    A used one means that this database is older than the chain (a restored backup): issuing from
    it would credit twice. Raises `Unavailable`; nothing is issued until the reader has met them.
    """
    last = last_number(connection, NUMBERS)
    for number in range(last + 1, last + 1 + MAX_BATCH):
        if number_used(number):
            raise Unavailable(
                f"Deposit number {number} is used on chain, but this database gave out only "
                f"{last}: it is older than the chain.",
                remedy="It waits until the chain was read to its last final block. If that does "
                "not help, somebody else issued it: run jiaozi-bridge rebuild.",
                slug="older-than-the-chain",
            )


def _give_number(connection: Connection, deposit: Deposit, number: int) -> Deposit:
    """Give a deposit that the chain has not ended another number; `Broken` when it has moved."""
    table = store.deposits
    changed = connection.execute(
        update(table)
        .where(
            table.c.id == deposit.id,
            table.c.number == deposit.number,
            table.c.state == deposit.state.value,
        )
        .values(number=number)
    ).rowcount
    if changed != 1:
        raise Broken(
            f"Deposit {deposit.number} was moved by another process meanwhile.",
            remedy="Nothing was changed; it is tried again.",
        )
    return replace(deposit, number=number)


def _postings(deposit: Deposit, adopted: Adopted, now: datetime) -> list[Posting]:
    to = Account.TOKENS if adopted.state is DepositState.ISSUED else Account.UNMATCHED
    return [
        Posting(
            event_id=f"deposit:{adopted.number}:adopted",
            kind="deposit matched",
            debit=Account.UNMATCHED,
            credit=Account.ISSUING,
            amount=deposit.amount,
            about=deposit.id,
            at=now,
        ),
        Posting(
            event_id=adopted.event_id,
            kind="issued" if to is Account.TOKENS else "issue refused",
            debit=Account.ISSUING,
            credit=to,
            amount=deposit.amount,
            about=deposit.id,
            at=now,
        ),
    ]

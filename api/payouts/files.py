"""Payouts: making files and handing them in. Save the whole file, then hand it in, then note it.

A payment is in one file for ever (unique), and a file's id is made of its payments: after a crash
between any two steps the same file goes to the bank again, which knows it by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.bank import Bank, BankRefused, Direction, PayoutBatch, SubmittedFile
from api.chain import Work
from api.kernel.clock import Clock
from api.kernel.errors import Broken, Conflict
from api.kernel.log import note
from api.kernel.money import Money
from api.kernel.telling import tell
from api.payouts import store
from api.payouts.alarms import raise_alarm
from api.payouts.model import (
    BusinessDays,
    FileState,
    Limits,
    Payment,
    PaymentKind,
    PayoutFile,
    Stage,
    batch_message_id,
)
from api.statements import LineState, lines_under

__all__ = [
    "Rules",
    "hear_of_payment",
    "heard",
    "kind_of",
    "payments_in",
    "prepare",
    "require_not_saved",
    "submit",
]

_FILES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """What the bank's operator has set for files."""

    days: BusinessDays
    limits: Limits
    currency: str


def prepare(
    connection: Connection,
    kinds: Sequence[PaymentKind],
    rules: Rules,
    *,
    up_to: int,
    now: datetime,
    given: Container[str] = frozenset(),
) -> list[str]:
    """Save a file of the oldest payments of each kind; the message ids of what was saved.

    `up_to` is the last block whose burns are paid. A payment whose debit stands on a statement
    already is left out: an earlier life of this database made it, and `settle` ends it. So is one
    whose end-to-end id is `given`: it is in an order that another life gave the bank.
    """
    saved = []
    for kind in kinds:
        ready = kind.ready(connection, up_to=up_to, limit=rules.limits.most_payments)
        booked = _booked(connection, ready)
        batch = [
            payment
            for payment in ready
            if payment.subject not in booked and payment.end_to_end_id not in given
        ]
        if batch:
            saved.append(_save(connection, kind, batch, rules, now))
    return saved


def submit(
    work: Work,
    bank: Bank,
    clock: Clock,
    kinds: Sequence[PaymentKind],
    *,
    currency: str,
    log: logging.Logger,
) -> int:
    """Hand in every saved file; returns how many the bank took.

    Raises `BankUnreachable`: the file stays saved and is handed in again, as it is. A file that
    the bank refuses stays too, with its reason on show; nothing of it was paid.
    """
    with work.reading() as connection:
        files = store.files_to_hand_in(connection, _FILES_AT_ONCE)
    taken = 0
    for file in files:
        kind = kind_of(kinds, file)
        batch = _begin(work, clock, kind, file, currency)
        if batch is None:
            continue
        try:
            proof = bank.submit_payouts(batch)
        except BankRefused as refused:
            note(log, "payout file refused", level=logging.ERROR, message=file.message_id)
            _refused(work, kind, file, refused.detail, now=clock.now())
            continue
        _taken(work, kind, file, proof, now=clock.now(), log=log)
        taken += 1
    return taken


def heard(
    connection: Connection, kinds: Sequence[PaymentKind], message_id: str, *, now: datetime
) -> bool:
    """The bank speaks of a file, so it has it: whoever stopped or held it was too late.

    A saved one is handed in once more all the same, for the proof: the bank knows it by its id.
    False when there is no such file.
    """
    file = store.find_file(connection, message_id)
    if file is not None and file.state is not FileState.SUBMITTED:
        _known_to_bank(connection, kinds, message_id, (FileState.HELD, FileState.STOPPED), now)
    return file is not None


def hear_of_payment(
    connection: Connection, kinds: Sequence[PaymentKind], end_to_end_id: str, *, now: datetime
) -> None:
    """The bank speaks of a payment: see `heard`. But a saved file is handed in no more: somebody
    may have made the payment by hand, under its id, and the bank would make it again."""
    file = store.file_of(connection, end_to_end_id)
    if file is not None and file.state is not FileState.SUBMITTED:
        ends = (FileState.HELD, FileState.STOPPED, FileState.SAVED)
        _known_to_bank(connection, kinds, file.message_id, ends, now)


def require_not_saved(connection: Connection, end_to_end_id: str) -> None:
    """Raises `Conflict` while the file of a payment may still be handed in, and the payment made
    by it."""
    file = store.file_of(connection, end_to_end_id)
    if file is None or file.state in (FileState.SUBMITTED, FileState.WITHDRAWN):
        return
    if _locked(connection, file.message_id).state is FileState.SAVED:
        raise Conflict(
            f"Payout file {file.message_id} is SAVED: the bank may be given it yet.",
            remedy="Stop it first, lest the payment be made twice: jiaozi-bridge stop "
            f"{file.message_id}.",
        )


def payments_in(connection: Connection, kind: PaymentKind, message_id: str) -> list[Payment]:
    """The payments of a file, as their subjects stand."""
    found = [kind.find(connection, each) for each in store.ids_in_file(connection, message_id)]
    return [payment for payment in found if payment is not None]


def _known_to_bank(
    connection: Connection,
    kinds: Sequence[PaymentKind],
    message_id: str,
    ends: Container[FileState],
    now: datetime,
) -> None:
    """Note it; a file in one of the states `ends` is handed in no more."""
    file = _locked(connection, message_id)
    if file.heard_at is None:
        store.set_fields(connection, file, heard_at=now)
    if file.state in ends:
        _submitted(connection, kind_of(kinds, file), file, now=now)


def _begin(
    work: Work, clock: Clock, kind: PaymentKind, file: PayoutFile, currency: str
) -> PayoutBatch | None:
    """Write down that the bank may have it from now on; None when it was stopped meanwhile, or
    is stopped here: a payment that has moved on would be made again, unless the bank knows the
    file."""
    with work.transaction() as connection:
        current = _locked(connection, file.message_id)
        if current.state is not FileState.SAVED:
            return None
        moved_on = _moved_on(connection, kind, current)
        if moved_on is not None:
            problem = f"{moved_on.subject} is {moved_on.state}"
            store.change_file(
                connection, current, FileState.STOPPED, now=clock.now(), problem=problem
            )
            return None
        store.set_fields(connection, current, tried_at=clock.now())
        return _batch(connection, kind, current, currency)


def _moved_on(connection: Connection, kind: PaymentKind, file: PayoutFile) -> Payment | None:
    """A payment that the file is not to make any more; None, too, where the bank knows the file."""
    found = payments_in(connection, kind, file.message_id) if file.heard_at is None else []
    return next((each for each in found if each.state != Stage.PAYING), None)


def _refused(
    work: Work, kind: PaymentKind, file: PayoutFile, problem: str, *, now: datetime
) -> None:
    """Nothing of it was paid, unless the bank has spoken of it: then it refuses a second copy."""
    with work.transaction() as connection:
        current = _locked(connection, file.message_id)
        if current.state is FileState.SAVED and current.heard_at is not None:
            _submitted(connection, kind, current, now=now)
        elif current.state is not FileState.SUBMITTED:
            store.set_fields(connection, current, problem=problem)


def _taken(
    work: Work,
    kind: PaymentKind,
    file: PayoutFile,
    proof: SubmittedFile,
    *,
    now: datetime,
    log: logging.Logger,
) -> None:
    """The bank has the file, also when it was stopped, or worse, while it was on its way."""
    proven = {"sha256": proof.sha256, "location": proof.where}
    with work.transaction() as connection:
        current = _locked(connection, file.message_id)
        if current.state in (FileState.SAVED, FileState.STOPPED):
            _submitted(connection, kind, current, now=now, **proven)
        else:
            store.set_fields(connection, current, **proven)
        if current.state is FileState.WITHDRAWN:
            for payment in payments_in(connection, kind, file.message_id):
                alarm = f"the bank took the withdrawn file of a payout that is {payment.state}"
                raise_alarm(connection, kind, payment, alarm)
    in_time = current.state in (FileState.SAVED, FileState.SUBMITTED)
    note(
        log,
        "payout file submitted" if in_time else f"payout file submitted, though {current.state}",
        level=logging.INFO if in_time else logging.ERROR,
        message=file.message_id,
        payments=file.payments,
    )


def _submitted(
    connection: Connection, kind: PaymentKind, file: PayoutFile, *, now: datetime, **proven: str
) -> None:
    store.change_file(connection, file, FileState.SUBMITTED, now=now, **proven)
    for payment in payments_in(connection, kind, file.message_id):
        if payment.state == Stage.PAYING:  # else the bank has spoken of it already
            kind.move(connection, payment, Stage.SUBMITTED, now=now)


def _locked(connection: Connection, message_id: str) -> PayoutFile:
    file = store.find_file(connection, message_id, lock=True)
    if file is None:
        raise LookupError(f"payout file {message_id} vanished while it was being handed in")
    return file


def _booked(connection: Connection, ready: Sequence[Payment]) -> set[str]:
    """Subjects of which the bank has booked a payment: this one, or an earlier one unexplained."""
    own = {payment.end_to_end_id: payment.subject for payment in ready}
    earlier = store.earlier_payments(connection, [payment.subject for payment in ready])
    lines = lines_under(connection, own.keys() | earlier.keys(), direction=Direction.DEBIT)
    return {
        own.get(line.end_to_end_id or "") or earlier[line.end_to_end_id or ""]
        for line in lines
        if line.end_to_end_id in own or line.state is LineState.STORED
    }


def _save(
    connection: Connection,
    kind: PaymentKind,
    batch: Sequence[Payment],
    rules: Rules,
    now: datetime,
) -> str:
    day = rules.days.execution_date(now)
    total = sum(payment.amount for payment in batch)
    problem = _above(rules, total, total + store.day_total(connection, day))
    file = PayoutFile(
        message_id=batch_message_id(payment.end_to_end_id for payment in batch),
        kind=kind.name,
        created_at=now,
        execution_date=day,
        state=FileState.SAVED if problem is None else FileState.HELD,
        payments=len(batch),
        total=total,
        problem=problem,
    )
    store.add_file(connection, file, batch)
    named = [{kind.name: each.subject, "payment": each.end_to_end_id} for each in batch]
    tell(connection, "payout prepared", named, message=file.message_id)
    for payment in batch:
        kind.move(connection, payment, Stage.PAYING, now=now)
    return file.message_id


def _above(rules: Rules, total: int, of_day: int) -> str | None:
    """Which ceiling a file is above, in words for a person; None when it may go."""
    for sum_, most, what in (
        (total, rules.limits.file_total, "the file comes to"),
        (of_day, rules.limits.day_total, "the files of its day come to"),
    ):
        if sum_ > most:
            shown = Money(sum_, rules.currency), Money(most, rules.currency)
            return f"{what} {shown[0]}, above the ceiling of {shown[1]}"
    return None


def kind_of(kinds: Sequence[PaymentKind], file: PayoutFile) -> PaymentKind:
    """The kind of a file's payments. Raises `Broken` for one of another version."""
    for kind in kinds:
        if kind.name == file.kind:
            return kind
    raise Broken(
        f"Payout file {file.message_id} is of the kind «{file.kind}», which nobody knows.",
        remedy="Start the version of the program that made it.",
    )


def _batch(
    connection: Connection, kind: PaymentKind, file: PayoutFile, currency: str
) -> PayoutBatch:
    """The same file every time: nothing of a payment changes once it is in one."""
    return PayoutBatch(
        message_id=file.message_id,
        created_at=file.created_at,
        execution_date=file.execution_date,
        instructions=kind.instructions(
            connection, store.ids_in_file(connection, file.message_id), currency
        ),
    )

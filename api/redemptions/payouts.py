"""Redemptions: paying out through the bank. Save the file, hand it in, believe only the bank.

Each step may be repeated after a crash between any two:

- `prepare` saves a payout file whole; a payment is in one file for ever (unique);
- `submit` hands saved files in; the bank knows a file by its message id;
- `take_statuses` reads what the bank says of payments (pain.002);
- `settle` finds payouts among the statement's debit lines;
- `give_up_waiting` names those of which nothing was heard for days. Nothing is ever sent again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.bank import Bank, BankRefused, Direction, PaymentStatus, PayoutBatch, PayoutInstruction
from api.chain import Work
from api.kernel.clock import Clock
from api.kernel.errors import Broken
from api.kernel.log import note
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from api.redemptions import batches, store
from api.redemptions.batches import BatchState, PayoutFile
from api.redemptions.model import (
    TRANSITIONS,
    Redemption,
    RedemptionState,
    batch_message_id,
)
from api.statements import StoredLine, explain, waiting_lines

__all__ = ["SILENCE", "give_up_waiting", "prepare", "settle", "submit", "take_statuses"]

MOST_PAYMENTS = 500
SILENCE = timedelta(days=3)
_FILES_AT_ONCE = 20
_LINES_AT_ONCE = 500

_S = RedemptionState

# ISO 20022 external codes of a payment's status: what the bank promises with each.
_WILL_PAY = frozenset({"ACCP", "ACSP", "ACSC", "ACWC", "ACCC", "ACFC", "ACWP"})
_WILL_NOT_PAY = frozenset({"RJCT", "CANC"})
# Reasons for refusing a second copy (message, order, transaction …): the first copy may be paid.
_DUPLICATE = re.compile(r"\b(?:DU0[1-5]|AM05)\b")
# A bank that has spoken of single payments, or may have, no longer refuses their file as a whole.
_FILE_REFUSABLE = frozenset({_S.PAYING, _S.SUBMITTED})

_BOOKED = "the bank booked"
"""How an alarm on a booking begins: the first such one stands."""


def prepare(connection: Connection, *, now: datetime) -> str | None:
    """Save a file of the oldest burned redemptions; its message id, None when none waits."""
    burned = store.in_state(connection, _S.BURNED, MOST_PAYMENTS)
    if not burned:
        return None
    ids = [redemption.end_to_end_id for redemption in burned]
    message_id = batch_message_id(ids)
    file = PayoutFile(message_id, now, now.date(), BatchState.SAVED, None)
    batches.add_file(connection, file, ids)
    for redemption in burned:
        store.change_state(connection, redemption, _S.PAYING, now=now)
    return message_id


def submit(work: Work, bank: Bank, clock: Clock, *, currency: str, log: logging.Logger) -> int:
    """Hand in every saved file; returns how many the bank took.

    Raises `BankUnreachable`: the file stays saved and is handed in again, as it is. A file that
    the bank refuses stays too, with its reason on show; nothing of it was paid.
    """
    with work.reading() as connection:
        files = batches.files_in_state(connection, BatchState.SAVED, _FILES_AT_ONCE)
    taken = 0
    for file in files:
        with work.reading() as connection:
            batch = _batch(connection, file, currency)
        try:
            proof = bank.submit_payouts(batch)
        except BankRefused as refused:
            note(log, "payout file refused", level=logging.ERROR, message=file.message_id)
            with work.transaction() as connection:
                batches.note_problem(connection, file, refused.detail, now=clock.now())
            continue
        with work.transaction() as connection:
            now = clock.now()
            batches.change_file(
                connection,
                file,
                BatchState.SUBMITTED,
                now=now,
                sha256=proof.sha256,
                location=proof.where,
            )
            for redemption in _in_file(connection, file.message_id):
                if redemption.state is _S.PAYING:  # else the bank has spoken of it already
                    store.change_state(connection, redemption, _S.SUBMITTED, now=now)
        note(
            log, "payout file submitted", message=file.message_id, payments=len(batch.instructions)
        )
        taken += 1
    return taken


def take_statuses(
    connection: Connection, statuses: Iterable[PaymentStatus], *, currency: str, now: datetime
) -> int:
    """Follow the bank's word on payments; returns how many changed.

    The word on a whole order is the word on each of its payments, until the bank has accepted
    them. A word that contradicts what is known (a rejection after the booking) changes nothing
    and raises an alarm on the redemption; the same word again is no contradiction. So does a
    rejection as a duplicate: it speaks of a second copy, and the first one may be paid.
    """
    report = list(statuses)
    copies = {
        status.original_message_id
        for status in report
        if status.end_to_end_id is None and _is_duplicate(status)
    }
    changed = 0
    for status in report:
        if status.end_to_end_id is None:
            payments = _in_file(connection, status.original_message_id)
        else:
            one = store.find_by_end_to_end_id(connection, status.end_to_end_id)
            payments = [] if one is None else [one]
        for redemption in payments:
            if status.status in _WILL_NOT_PAY and (
                status.original_message_id in copies or _is_duplicate(status)
            ):
                _doubt(connection, redemption, status, "of a second copy of a payout")
            else:
                changed += _follow(connection, redemption, status, currency, now)
    return changed


def settle(connection: Connection, *, now: datetime) -> int:
    """Match debit lines with our end-to-end ids to payouts; returns how many were settled."""
    settled = after = 0
    while lines := waiting_lines(connection, Direction.DEBIT, _LINES_AT_ONCE, after=after):
        after = lines[-1].position
        settled += sum(_settle(connection, line, now) for line in lines)
    return settled


def give_up_waiting(connection: Connection, *, now: datetime) -> int:
    """Name the payouts that the bank has been silent on for days; returns how many."""
    silent = [
        redemption
        for state in (_S.SUBMITTED, _S.ACCEPTED)
        for redemption in store.in_state(connection, state, MOST_PAYMENTS)
        if redemption.changed_at <= now - SILENCE
    ]
    for redemption in silent:
        store.change_state(connection, redemption, _S.NEVER_HEARD_BACK, now=now)
    return len(silent)


def _batch(connection: Connection, file: PayoutFile, currency: str) -> PayoutBatch:
    """The same file every time: nothing of a redemption changes once it is in one."""
    return PayoutBatch(
        message_id=file.message_id,
        created_at=file.created_at,
        execution_date=file.execution_date,
        instructions=tuple(
            _instruction(redemption, currency)
            for redemption in _in_file(connection, file.message_id)
        ),
    )


def _instruction(redemption: Redemption, currency: str) -> PayoutInstruction:
    if redemption.payout is None:
        raise Broken(
            f"Redemption {redemption.id} is in a payout file without a payout.",
            remedy="Stop. Compare the redemption's row with the chain's event.",
        )
    return PayoutInstruction(
        end_to_end_id=redemption.end_to_end_id,
        creditor_account=redemption.payout.account,
        creditor_name=redemption.payout.name,
        amount=Money(redemption.payable, currency),
        reference=redemption.payout.reference,
    )


def _in_file(connection: Connection, message_id: str) -> list[Redemption]:
    found = [
        store.find_by_end_to_end_id(connection, each)
        for each in batches.ids_in_file(connection, message_id)
    ]
    return [redemption for redemption in found if redemption is not None]


def _follow(
    connection: Connection,
    redemption: Redemption,
    status: PaymentStatus,
    currency: str,
    now: datetime,
) -> int:
    if status.status in _WILL_PAY:
        after, behind = _S.ACCEPTED, {_S.ACCEPTED, _S.SETTLED}
    elif status.status in _WILL_NOT_PAY:
        after, behind = _S.REJECTED, {_S.REJECTED, _S.RETURNING, _S.RETURNED}
    else:
        return 0  # received, pending, and codes that promise nothing
    if redemption.state in behind:
        return 0
    if after not in TRANSITIONS[redemption.state]:
        _doubt(connection, redemption, status, "of a payout")
        return 0
    if (
        after is _S.REJECTED
        and status.end_to_end_id is None
        and redemption.state not in _FILE_REFUSABLE
    ):
        _doubt(connection, redemption, status, "of the whole file of a payout")
        return 0
    store.change_state(connection, redemption, after, now=now, reason=status.reason)
    if after is _S.REJECTED:
        post(
            connection,
            Posting(
                event_id=f"rejected:{redemption.end_to_end_id}",
                kind="payout rejected",
                debit=Account.PAYOUTS,
                credit=Account.RETURNS,
                amount=Money(redemption.payable, currency),
                about=redemption.id,
                at=now,
            ),
        )
    return 1


def _is_duplicate(status: PaymentStatus) -> bool:
    return status.status in _WILL_NOT_PAY and _DUPLICATE.search(status.reason or "") is not None


def _doubt(
    connection: Connection, redemption: Redemption, status: PaymentStatus, what: str
) -> None:
    """The bank's word is not followed; a person reads it beside the state it was said in."""
    word = " ".join(filter(None, [status.status, status.reason]))
    store.raise_alarm(
        connection, redemption, f"the bank said {word} {what} that is {redemption.state}"
    )


def _settle(connection: Connection, line: StoredLine, now: datetime) -> int:
    if line.end_to_end_id is None or line.reversal:
        return 0
    redemption = store.find_by_end_to_end_id(connection, line.end_to_end_id)
    if redemption is None:
        return 0
    contradiction = _contradiction(redemption, line)
    if contradiction is not None:  # the line waits where everybody sees it
        if not (redemption.alarm or "").startswith(_BOOKED):  # a booking outweighs any word
            store.raise_alarm(connection, redemption, contradiction)
        return 0
    store.change_state(connection, redemption, _S.SETTLED, now=now, reason=None)
    explain(connection, line.id, by="redemptions", ref=redemption.id, now=now)
    post(
        connection,
        Posting(
            event_id=f"settled:{redemption.end_to_end_id}",
            kind="payout settled",
            debit=Account.PAYOUTS,
            credit=Account.UNMATCHED,
            amount=line.amount,
            about=redemption.id,
            at=now,
        ),
    )
    return 1


def _contradiction(redemption: Redemption, line: StoredLine) -> str | None:
    if redemption.state not in _OUT:
        return f"{_BOOKED} the payout ({line.id}) while it was {redemption.state}"
    if line.amount.minor != redemption.payable:
        return f"{_BOOKED} {line.amount} instead of the payout's amount ({line.id})"
    return None


_OUT = frozenset({_S.PAYING, _S.SUBMITTED, _S.ACCEPTED, _S.NEVER_HEARD_BACK})
"""A payout file holds it and the bank has not booked or rejected it."""

"""Payouts: the bank's word on payments (pain.002), and its silence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.bank import Direction, PaymentStatus
from api.kernel.errors import Conflict, NotFound
from api.kernel.machine import LONGEST_REASON
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from api.payouts import store
from api.payouts.alarms import raise_alarm
from api.payouts.files import hear_of_payment, heard, payments_in
from api.payouts.model import FileState, Payment, PaymentKind, Stage, may_be_message_id
from api.statements import LineState, lines_under

__all__ = ["SILENCE", "find_payment", "give_up_waiting", "resolve", "take_statuses"]

SILENCE = timedelta(days=3)
_AT_ONCE = 500

# ISO 20022 external codes of a payment's status: what the bank promises with each.
_WILL_PAY = frozenset({"ACCP", "ACSP", "ACSC", "ACWC", "ACCC", "ACFC", "ACWP"})
_WILL_NOT_PAY = frozenset({"RJCT", "CANC"})
# Reasons for refusing a second copy (message, order, transaction …): the first copy may be paid.
_DUPLICATE = re.compile(r"\b(?:DU0[1-5]|AM05)\b")
# A bank that has spoken of single payments, or may have, no longer refuses their file as a whole.
_FILE_REFUSABLE = frozenset({Stage.PAYING, Stage.SUBMITTED})
# After these, a promise to pay is no news; the same word again is no contradiction.
_PAID = frozenset({Stage.ACCEPTED, Stage.SETTLED, Stage.RETURNED_BY_BANK, Stage.RETURN_DIFFERS})


def take_statuses(
    connection: Connection,
    statuses: Iterable[PaymentStatus],
    kinds: Sequence[PaymentKind],
    *,
    currency: str,
    now: datetime,
) -> int:
    """Follow the bank's word on payments; returns how many changed.

    The word on a whole order is the word on each of its payments, until the bank has accepted
    them. A word that contradicts what is known (a rejection after the booking) changes nothing
    and raises an alarm on the payment; the same word again is no contradiction. So does a
    rejection as a duplicate: it speaks of a second copy, and the first one may be paid. So does a
    word on another order with the payment, which another life of the database gave the bank.
    """
    report = list(statuses)
    copies = {
        status.original_message_id
        for status in report
        if status.end_to_end_id is None and _is_duplicate(status)
    }
    files = {status.original_message_id for status in report}
    known = {
        each: frozenset(store.ids_in_file(connection, each))
        for each in sorted(files)
        if heard(connection, kinds, each, now=now)
    }
    changed = 0
    for status in report:
        copy = status.original_message_id in copies or _is_duplicate(status)
        copy = copy and status.status in _WILL_NOT_PAY
        strange = not copy and _is_of_another_order(connection, known, status)
        # what another order does not pay says nothing of this file
        nothing = strange and status.status in _WILL_NOT_PAY
        if (
            status.end_to_end_id is not None
            and status.original_message_id not in known
            and not nothing
        ):
            hear_of_payment(connection, kinds, status.end_to_end_id, now=now)
        for kind, payment in _spoken_of(connection, kinds, status):
            if copy:
                _doubt(connection, kind, payment, status, "of a second copy of a payout")
            elif strange:
                _doubt_another(connection, kind, payment, status)
            else:
                changed += _follow(connection, (kind, payment), status, currency, now)
    return changed


def find_payment(
    connection: Connection, kinds: Sequence[PaymentKind], end_to_end_id: str
) -> tuple[PaymentKind, Payment] | None:
    """The payment of this id, of whichever kind."""
    for kind in kinds:
        payment = kind.find(connection, end_to_end_id)
        if payment is not None:
            return kind, payment
    return None


def give_up_waiting(connection: Connection, kinds: Sequence[PaymentKind], *, now: datetime) -> int:
    """Name the payments that the bank has been silent on for days; returns how many.

    The days are counted from the bank's last word, and not before the day on which it was to pay.
    """
    given_up = 0
    for kind in kinds:
        for stage in (Stage.SUBMITTED, Stage.ACCEPTED):
            for payment in kind.in_stage(connection, stage, _AT_ONCE):
                if payment.changed_at > now - SILENCE:
                    break  # those that changed first come first
                file = store.file_of(connection, payment.end_to_end_id)
                if file is None or file.execution_date <= (now - SILENCE).date():
                    kind.move(connection, payment, Stage.NEVER_HEARD_BACK, now=now)
                    given_up += 1
    return given_up


def resolve(
    connection: Connection,
    kind: PaymentKind,
    end_to_end_id: str,
    *,
    paid: bool,
    currency: str,
    now: datetime,
    reason: str,
) -> None:
    """Two persons write down the bank's word on a payment of which nothing was heard.

    `paid` makes it ACCEPTED: its debit is still to be booked, and settles it. Not paid makes it
    REJECTED. Raises `NotFound`; `Conflict` for a payment in another state, or when a debit under
    its id speaks against the word.
    """
    payment = kind.find(connection, end_to_end_id)
    if payment is None:
        raise NotFound(f"There is no payment {end_to_end_id}.", remedy="Look under status.")
    if payment.state != Stage.NEVER_HEARD_BACK:
        raise Conflict(
            f"The payment is {payment.state}: the bank has not been silent about it.",
            remedy="Nothing was changed.",
        )
    booked = lines_under(
        connection,
        [end_to_end_id],
        direction=Direction.DEBIT,
        states=(LineState.STORED, LineState.EXPLAINED),
    )
    if booked and not paid:
        raise Conflict(
            f"The bank has booked a debit under the payment's id ({booked[0].id}).",
            remedy="Ask the bank which of its words is true; nothing was changed.",
        )
    if paid:
        kind.move(connection, payment, Stage.ACCEPTED, now=now, reason=reason)
    else:
        reject(connection, kind, payment, currency=currency, now=now, reason=reason)


def reject(
    connection: Connection,
    kind: PaymentKind,
    payment: Payment,
    *,
    currency: str,
    now: datetime,
    reason: str | None,
) -> None:
    """The bank does not pay: the money is owed again, where the kind says."""
    kind.move(connection, payment, Stage.REJECTED, now=now, reason=reason)
    if kind.owed_again is not Account.PAYOUTS:
        posting = Posting(
            event_id=f"rejected:{payment.end_to_end_id}",
            kind="payout rejected",
            debit=Account.PAYOUTS,
            credit=kind.owed_again,
            amount=Money(payment.amount, currency),
            about=payment.subject,
            at=now,
        )
        post(connection, posting)


def _spoken_of(
    connection: Connection, kinds: Sequence[PaymentKind], status: PaymentStatus
) -> list[tuple[PaymentKind, Payment]]:
    if status.end_to_end_id is not None:
        one = find_payment(connection, kinds, status.end_to_end_id)
        return [] if one is None else [one]
    return [
        (kind, payment)
        for kind in kinds
        for payment in payments_in(connection, kind, status.original_message_id)
    ]


def _is_of_another_order(
    connection: Connection, known: Mapping[str, Collection[str]], status: PaymentStatus
) -> bool:
    """Whether the bank names an order of ours that is not the file which holds the payment here.

    A bank may also name none, or one by an id of its own: then it speaks of the only one there is.
    """
    message_id, end_to_end_id = status.original_message_id, status.end_to_end_id
    if end_to_end_id is None or end_to_end_id in known.get(message_id, ()):
        return False
    return may_be_message_id(message_id) and store.file_of(connection, end_to_end_id) is not None


def _follow(
    connection: Connection,
    spoken_of: tuple[PaymentKind, Payment],
    status: PaymentStatus,
    currency: str,
    now: datetime,
) -> int:
    kind, payment = spoken_of
    reason = status.reason and status.reason[:LONGEST_REASON]  # a bank may give many
    if status.status in _WILL_PAY:
        after, known = Stage.ACCEPTED, payment.state in _PAID or payment.sent_back > 0
    elif status.status in _WILL_NOT_PAY:
        after, known = Stage.REJECTED, payment.state in kind.unpaid
    else:  # received, pending, and codes that promise nothing
        file = store.file_of(connection, payment.end_to_end_id)
        if file is not None and file.state is FileState.WITHDRAWN:
            _doubt(connection, kind, payment, status, "of a withdrawn payout")
        return 0
    if known:
        return 0
    if not kind.allows(payment, after):
        _doubt(connection, kind, payment, status, "of a payout")
    elif after is Stage.ACCEPTED:
        kind.move(connection, payment, after, now=now, reason=reason)
        return 1
    elif status.end_to_end_id is None and payment.state not in _FILE_REFUSABLE:
        _doubt(connection, kind, payment, status, "of the whole file of a payout")
    else:
        reject(connection, kind, payment, currency=currency, now=now, reason=reason)
        return 1
    return 0


def _is_duplicate(status: PaymentStatus) -> bool:
    return status.status in _WILL_NOT_PAY and _DUPLICATE.search(status.reason or "") is not None


def _doubt_another(
    connection: Connection, kind: PaymentKind, payment: Payment, status: PaymentStatus
) -> None:
    """The bank has the payment twice, or had: whether it is paid here is not said."""
    if status.status not in _WILL_NOT_PAY or payment.state not in kind.unpaid:
        what = f"in another order ({status.original_message_id}) of a payout"
        _doubt(connection, kind, payment, status, what)


def _doubt(
    connection: Connection, kind: PaymentKind, payment: Payment, status: PaymentStatus, what: str
) -> None:
    """The bank's word is not followed; a person reads it beside the state it was said in."""
    word = " ".join(filter(None, [status.status, status.reason]))
    alarm = f"the bank said {word} {what} that is {payment.state}"
    raise_alarm(connection, kind, payment, alarm)

"""Payouts: what the bank books. Debits settle payments; what it books back is owed again, once.

A line counts once because it is explained once: a repetition under the same bank id never becomes
a second line. Nothing is ever guessed: what fits no payment waits as unmatched money, with an
alarm on the payment that it names.

- A debit of the right amount settles a payment that the bank has not ended.
- A credit that the bank marks as a return or reversal undoes a settled payment.
- A debit and such a credit of one amount under one id, neither of which does that, are even: the
  bank booked and took back. Both are explained together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.bank import Direction
from api.kernel.errors import Conflict, NotFound
from api.kernel.money import Money
from api.kernel.telling import tell
from api.ledger import Account, Posting, post
from api.payouts import store
from api.payouts.alarms import raise_alarm
from api.payouts.files import hear_of_payment, require_not_saved
from api.payouts.model import Payment, PaymentKind, Stage
from api.payouts.words import find_payment
from api.statements import (
    LineState,
    StoredLine,
    explain,
    find_line,
    ids_undone_by,
    lines_under,
    waiting_ours,
    waiting_undone,
)

__all__ = ["accept_debit", "accept_difference", "accept_return", "settle"]

_LINES_AT_ONCE = 500
_ID = re.compile(r"\bJZ[A-Z][0-9a-f]{32}\b")
_BOOKED = "the bank booked"
"""How an alarm on a booking begins: it outweighs an alarm on a word."""
_BEFORE_BOOKING = frozenset({Stage.PAYING, Stage.SUBMITTED, Stage.ACCEPTED, Stage.NEVER_HEARD_BACK})


def settle(connection: Connection, kinds: Sequence[PaymentKind], *, now: datetime) -> int:
    """Match the bank's bookings with payments; returns how many lines were explained."""
    explained = after = 0
    while lines := waiting_ours(connection, Direction.DEBIT, _LINES_AT_ONCE, after=after):
        after = lines[-1].position
        explained += sum(_debit(connection, kinds, line, now) for line in lines)
    after = 0
    while lines := waiting_undone(connection, _LINES_AT_ONCE, after=after):
        after = lines[-1].position
        explained += sum(_undone(connection, kinds, line, now) for line in lines)
    return explained


def accept_return(
    connection: Connection,
    kinds: Sequence[PaymentKind],
    line_id: str,
    end_to_end_id: str,
    *,
    now: datetime,
) -> None:
    """Two persons say which payment a returned sum belongs to, where the bank did not name it.

    Raises `NotFound`, `Conflict` (a line that is no waiting credit, a payment that the bank has
    not booked).
    """
    line = find_line(connection, line_id)
    found = find_payment(connection, kinds, end_to_end_id)
    if line is None or found is None:
        raise NotFound(
            "There is no such line, or no such payment.", remedy="Look under status for both."
        )
    if line.state is not LineState.STORED or line.direction is not Direction.CREDIT:
        raise Conflict(
            f"Line {line_id} is {line.state} and a {line.direction.lower()}.",
            remedy="Name a credit that nobody has explained.",
        )
    if not _sent_back(connection, *found, line, now):
        raise Conflict(
            f"The payment is {found[1].state}: the bank has not paid it.",
            remedy="Nothing was changed.",
        )


def accept_debit(
    connection: Connection,
    kinds: Sequence[PaymentKind],
    line_id: str,
    end_to_end_id: str,
    *,
    now: datetime,
) -> None:
    """Two persons say that a debit is the booking of a payment: the bank did not name it, or
    booked another sum. What it is more (or less) is borne by (or left to) the bank's own funds.

    So may a payment be settled that was rejected, or whose file was withdrawn, or whose return was
    ordered, as long as nothing of it is under way again: the bank made it after all. One that it
    sent back, and books once more, is settled once more.

    Raises `NotFound`, `Conflict` (a line that is no waiting debit, a payment that is not out, or
    whose file may still be handed in).
    """
    line = find_line(connection, line_id)
    if line is not None and line.end_to_end_id == end_to_end_id:
        hear_of_payment(connection, kinds, end_to_end_id, now=now)
    require_not_saved(connection, end_to_end_id)
    found = find_payment(connection, kinds, end_to_end_id)
    if line is None or found is None:
        raise NotFound(
            "There is no such line, or no such payment.", remedy="Look under status for both."
        )
    kind, payment = found
    if line.state is not LineState.STORED or line.direction is not Direction.DEBIT:
        raise Conflict(
            f"Line {line_id} is {line.state} and a {line.direction.lower()}.",
            remedy="Name a debit that nobody has explained.",
        )
    again = payment.state == Stage.RETURNED_BY_BANK
    in_part = again and payment.sent_back != payment.amount
    if in_part or not kind.allows(payment, Stage.SETTLED):
        raise Conflict(
            f"The payment is {payment.state}: no booking of it is awaited.",
            remedy="Nothing was changed.",
        )
    if payment.state in kind.unpaid and not again and kind.owed_again is not Account.PAYOUTS:
        posting = Posting(
            event_id=f"paid-after-all:{end_to_end_id}",
            kind="payout made after all",
            debit=kind.owed_again,
            credit=Account.PAYOUTS,
            amount=Money(payment.amount, line.amount.currency),
            about=payment.subject,
            at=now,
        )
        post(connection, posting)
    if again:
        _settle_again(connection, kind, payment, line, now)
    else:
        _settle(connection, kind, payment, line, now)
    _bear(
        connection,
        line.amount.minor - payment.amount,
        Account.UNMATCHED,
        event_id=f"booked-otherwise:{line.id}",
        kind="difference of a booking",
        payment=payment,
        currency=line.amount.currency,
        now=now,
    )


def accept_difference(
    connection: Connection, kind: PaymentKind, end_to_end_id: str, *, currency: str, now: datetime
) -> None:
    """Two persons let the bank's own funds bear what a return lacks (or take what is too much).

    The whole sum is owed again afterwards. Raises `NotFound`, `Conflict`.
    """
    payment = kind.find(connection, end_to_end_id)
    if payment is None:
        raise NotFound(f"There is no payment {end_to_end_id}.", remedy="Look under status.")
    if payment.state != Stage.RETURN_DIFFERS:
        raise Conflict(
            f"The payment is {payment.state}: no other sum came back than was paid.",
            remedy="Nothing was changed.",
        )
    _bear(
        connection,
        payment.amount - payment.sent_back,
        kind.owed_again,
        event_id=f"difference:{end_to_end_id}",
        kind="difference of a return",
        payment=payment,
        currency=currency,
        now=now,
    )
    kind.set_alarm(connection, payment, None)
    kind.move(connection, payment, Stage.RETURNED_BY_BANK, now=now)


def _bear(
    connection: Connection,
    lacking: int,
    other: Account,
    *,
    event_id: str,
    kind: str,
    payment: Payment,
    currency: str,
    now: datetime,
) -> None:
    """The bank's own funds give `other` what it lacks, in minor units, or take what is too much."""
    if lacking == 0:
        return
    debit, credit = (Account.OWN_FUNDS, other) if lacking > 0 else (other, Account.OWN_FUNDS)
    posting = Posting(
        event_id=event_id,
        kind=kind,
        debit=debit,
        credit=credit,
        amount=Money(abs(lacking), currency),
        about=payment.subject,
        at=now,
    )
    post(connection, posting)


def _debit(
    connection: Connection, kinds: Sequence[PaymentKind], line: StoredLine, now: datetime
) -> int:
    hear_of_payment(connection, kinds, line.end_to_end_id or "", now=now)
    found = find_payment(connection, kinds, line.end_to_end_id or "")
    if found is None:
        return 0
    kind, payment = found
    plain = not line.reversal and line.return_reason is None
    right = line.amount.minor == payment.amount
    unpaid = payment.state in kind.unpaid  # so the bank said, or two persons: no more of itself
    if plain and right and not unpaid and kind.allows(payment, Stage.SETTLED):
        _settle(connection, kind, payment, line, now)
        return 1
    if _even(connection, kind, payment, line, now):
        return 2
    if plain and right:
        alarm = f"{_BOOKED} the payout ({line.id}) while it was {payment.state}"
    elif plain:
        alarm = f"{_BOOKED} {line.amount} instead of the payout's amount ({line.id})"
    else:
        alarm = f"{_BOOKED} a return back ({line.id}) while the payout was {payment.state}"
    _alarm(connection, kind, payment, alarm)
    return 0


def _settle(
    connection: Connection, kind: PaymentKind, payment: Payment, line: StoredLine, now: datetime
) -> None:
    kind.move(connection, payment, Stage.SETTLED, now=now)
    _booked(connection, kind, payment, line, now)
    posting = Posting(
        event_id=f"settled:{payment.end_to_end_id}",
        kind="payout settled",
        debit=Account.PAYOUTS,
        credit=Account.UNMATCHED,
        amount=Money(payment.amount, line.amount.currency),
        about=payment.subject,
        at=now,
    )
    post(connection, posting)


def _settle_again(
    connection: Connection, kind: PaymentKind, payment: Payment, line: StoredLine, now: datetime
) -> None:
    """What was owed again, because the bank had sent it back, is paid by this line."""
    kind.move(connection, payment, Stage.SETTLED, now=now, sent_back=0)
    _booked(connection, kind, payment, line, now)
    posting = Posting(
        event_id=f"settled-again:{line.id}",
        kind="payout settled again",
        debit=kind.owed_again,
        credit=Account.UNMATCHED,
        amount=Money(payment.amount, line.amount.currency),
        about=payment.subject,
        at=now,
    )
    post(connection, posting)


def _booked(
    connection: Connection, kind: PaymentKind, payment: Payment, line: StoredLine, now: datetime
) -> None:
    """The line is the payment's, and an alarm on it has ended."""
    if payment.alarm is not None and line.id in payment.alarm:
        kind.set_alarm(connection, payment, None)
    explain(connection, line.id, by=kind.name, ref=payment.subject, now=now)
    named = {"line": line.id, kind.name: payment.subject, "payment": payment.end_to_end_id}
    tell(connection, "payout settled", [named])


def _even(
    connection: Connection,
    kind: PaymentKind,
    payment: Payment,
    debit: StoredLine,
    now: datetime,
) -> bool:
    """Explain a debit together with a credit that takes it back; False when there is none."""
    credits_ = lines_under(
        connection,
        [payment.end_to_end_id],
        direction=Direction.CREDIT,
        states=[LineState.STORED],
    )
    for credit in credits_:
        if credit.amount == debit.amount and (credit.reversal or credit.return_reason):
            for line in (debit, credit):
                explain(connection, line.id, by=kind.name, ref=payment.subject, now=now)
            if payment.alarm is not None and (
                debit.id in payment.alarm or credit.id in payment.alarm
            ):
                kind.set_alarm(connection, payment, None)
            return True
    return False


def _undone(
    connection: Connection, kinds: Sequence[PaymentKind], line: StoredLine, now: datetime
) -> int:
    """A credit that undoes something: of the payment that it names, if it names one."""
    words = f"{line.end_to_end_id or ''} {line.remittance or ''}"
    for named in dict.fromkeys([*_ID.findall(words), *_by_reference(connection, line)]):
        found = find_payment(connection, kinds, named)
        if found is None:
            found = _only_one_of(connection, kinds, named)
        if found is None:
            continue
        if _sent_back(connection, *found, line, now):
            return 1
        kind, payment = found
        if payment.state not in _BEFORE_BOOKING:  # before: its debit is still to come
            alarm = f"{_BOOKED} {line.amount} back ({line.id}) while it was {payment.state}"
            _alarm(connection, kind, payment, alarm)
        return 0
    return 0


def _by_reference(connection: Connection, line: StoredLine) -> list[str]:
    """Ids by the bank's own references; two of them are as good as none."""
    found = ids_undone_by(connection, line)
    return found if len(found) == 1 else []


def _only_one_of(
    connection: Connection, kinds: Sequence[PaymentKind], message_id: str
) -> tuple[PaymentKind, Payment] | None:
    """The payment of a file with one payment: then the file's id names it."""
    ids = store.ids_in_file(connection, message_id)
    return find_payment(connection, kinds, ids[0]) if len(ids) == 1 else None


def _sent_back(
    connection: Connection,
    kind: PaymentKind,
    payment: Payment,
    line: StoredLine,
    now: datetime,
) -> bool:
    """What the bank paid came back, or a part of it: it is owed again, and the line explained."""
    if payment.state not in (Stage.SETTLED, Stage.RETURN_DIFFERS):
        return False
    total = payment.sent_back + line.amount.minor
    whole = total == payment.amount
    explain(connection, line.id, by=kind.name, ref=payment.subject, now=now)
    posting = Posting(
        event_id=f"sent-back:{line.id}",
        kind="payout sent back",
        debit=Account.UNMATCHED,
        credit=kind.owed_again,
        amount=line.amount,
        about=payment.subject,
        at=now,
    )
    post(connection, posting)
    after = Stage.RETURNED_BY_BANK if whole else Stage.RETURN_DIFFERS
    reason = line.return_reason or "reversed"
    kind.move(connection, payment, after, now=now, reason=reason, sent_back=total)
    paid = Money(payment.amount, line.amount.currency)
    back = Money(total, line.amount.currency)
    kind.set_alarm(connection, payment, None)
    if not whole:
        alarm = f"the bank sent back {back} of {paid} ({line.id})"
        raise_alarm(connection, kind, payment, alarm)
    return True


def _alarm(connection: Connection, kind: PaymentKind, payment: Payment, alarm: str) -> None:
    """The first alarm on a booking stands; it outweighs any word."""
    if not (payment.alarm or "").startswith(_BOOKED):
        raise_alarm(connection, kind, payment, alarm)

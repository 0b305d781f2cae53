"""Refunds: their payments as the bank's words concern them (see `api.payouts`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from api.bank import PayoutInstruction
from api.kernel.errors import Broken
from api.ledger import Account
from api.payouts import Payment, Stage, subject_of
from api.refunds import store
from api.refunds.model import TRANSITIONS, Refund, RefundState
from api.refunds.taken import perhaps_taken_back

__all__ = ["REFUNDS", "reference_of"]

_S = RefundState
_SUPERSEDED = "SUPERSEDED"
"""Stands for the state of a payment that another attempt has taken the place of."""


class _RefundPayments:
    """See `PaymentKind`."""

    name: str = "refund"
    owed_again: Account = Account.PAYOUTS
    unpaid: frozenset[str] = frozenset({_S.REJECTED, _S.RETURNED_BY_BANK, _SUPERSEDED})

    def find(self, connection: Connection, end_to_end_id: str) -> Payment | None:
        """See `PaymentKind.find`; an earlier attempt's id finds its refund, too."""
        current = store.by_end_to_end_id(connection, [end_to_end_id]).get(end_to_end_id)
        subject = subject_of(connection, end_to_end_id) if current is None else current.id
        refund = None if subject is None else store.find(connection, subject, lock=True)
        return None if refund is None else _payment(refund, end_to_end_id)

    def ready(self, connection: Connection, *, up_to: int, limit: int) -> list[Payment]:  # noqa: ARG002 - the port's signature
        """See `PaymentKind.ready`: a bank's line is final by itself, unless the bank takes it
        back."""
        gone = perhaps_taken_back(connection)
        found = store.ready(connection, limit)
        return [_payment(each, each.end_to_end_id) for each in found if each.line_id not in gone]

    def in_stage(self, connection: Connection, stage: Stage, limit: int) -> list[Payment]:
        """See `PaymentKind.in_stage`."""
        found = store.longest_in_state(connection, RefundState(stage.value), limit)
        return [_payment(each, each.end_to_end_id) for each in found]

    def instructions(
        self, connection: Connection, end_to_end_ids: Sequence[str], currency: str
    ) -> tuple[PayoutInstruction, ...]:
        """See `PaymentKind.instructions`."""
        found = store.by_end_to_end_id(connection, end_to_end_ids)
        return tuple(_instruction(found[each], currency) for each in end_to_end_ids)

    def allows(self, payment: Payment, after: Stage) -> bool:
        """See `PaymentKind.allows`."""
        if payment.state == _SUPERSEDED:
            return False
        return RefundState(after.value) in TRANSITIONS[RefundState(payment.state)]

    def move(
        self,
        connection: Connection,
        payment: Payment,
        after: Stage,
        *,
        now: datetime,
        reason: str | None = None,
        sent_back: int | None = None,
    ) -> None:
        """See `PaymentKind.move`."""
        refund = _of(connection, payment)
        values: dict[str, object] = {"word": reason}
        if sent_back is not None:
            values["sent_back"] = sent_back
        state = RefundState(after.value)
        if refund.state is state:  # a second part of what comes back
            store.set_fields(connection, refund, **values)
        else:
            store.change_state(connection, refund, state, now=now, **values)

    def set_alarm(self, connection: Connection, payment: Payment, alarm: str | None) -> None:
        """See `PaymentKind.set_alarm`."""
        store.set_fields(connection, _of(connection, payment), alarm=alarm and alarm[:500])


REFUNDS: Final = _RefundPayments()
"""The kind of payment that sends money back to its payer."""


def reference_of(refund: Refund) -> str:
    """What the payer reads on the booking: the line's id, by which the bank finds the payment."""
    return f"RETURN OF {refund.line_id}"


def _of(connection: Connection, payment: Payment) -> Refund:
    refund = store.find(connection, payment.subject)
    if refund is None:
        raise LookupError(f"{payment.subject} vanished while it was being changed")
    return refund


def _payment(refund: Refund, end_to_end_id: str) -> Payment:
    current = refund.end_to_end_id == end_to_end_id
    return Payment(
        kind=REFUNDS.name,
        subject=refund.id,
        end_to_end_id=end_to_end_id,
        amount=refund.amount.minor,
        state=refund.state.value if current else _SUPERSEDED,
        alarm=refund.alarm,
        sent_back=refund.sent_back if current else 0,
        changed_at=refund.changed_at,
    )


def _instruction(refund: Refund, currency: str) -> PayoutInstruction:
    if refund.account is None or refund.name is None or refund.amount.currency != currency:
        raise Broken(
            f"Refund {refund.id} is in a payout file without an account, a name or its currency.",
            remedy="Stop. Compare the refund's row with the bank's line.",
        )
    return PayoutInstruction(
        end_to_end_id=refund.end_to_end_id,
        creditor_account=refund.account,
        creditor_name=refund.name,
        amount=refund.amount,
        reference=reference_of(refund),
    )

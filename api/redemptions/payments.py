"""Redemptions: their payouts as the bank's words concern them (see `api.payouts`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from api.bank import PayoutInstruction
from api.kernel.errors import Broken
from api.kernel.money import Money
from api.ledger import Account
from api.payouts import Payment, Stage
from api.redemptions import store
from api.redemptions.model import TRANSITIONS, Redemption, RedemptionState

__all__ = ["PAYOUTS"]

_S = RedemptionState
_BEFORE_BURN = frozenset({_S.RECEIVED, _S.BURNING, _S.REFUSED})


class _RedemptionPayouts:
    """See `PaymentKind`."""

    name: str = "redemption"
    owed_again: Account = Account.RETURNS
    unpaid: frozenset[str] = frozenset(
        {_S.REJECTED, _S.RETURN_ORDERED, _S.RETURNED_BY_BANK, _S.RETURNING, _S.RETURNED}
    )

    def find(self, connection: Connection, end_to_end_id: str) -> Payment | None:
        """See `PaymentKind.find`."""
        found = store.find_by_end_to_end_id(connection, end_to_end_id, lock=True)
        return None if found is None else _payment(found)

    def ready(self, connection: Connection, *, up_to: int, limit: int) -> list[Payment]:
        """See `PaymentKind.ready`."""
        return [_payment(each) for each in store.payable(connection, up_to, limit)]

    def in_stage(self, connection: Connection, stage: Stage, limit: int) -> list[Payment]:
        """See `PaymentKind.in_stage`."""
        state = RedemptionState(stage.value)
        return [_payment(each) for each in store.longest_in_state(connection, state, limit)]

    def instructions(
        self, connection: Connection, end_to_end_ids: Sequence[str], currency: str
    ) -> tuple[PayoutInstruction, ...]:
        """See `PaymentKind.instructions`."""
        found = store.by_end_to_end_id(connection, end_to_end_ids)
        return tuple(_instruction(found[each], currency) for each in end_to_end_ids)

    def allows(self, payment: Payment, after: Stage) -> bool:
        """See `PaymentKind.allows`. Before its burn is known, nothing is owed that could settle."""
        if payment.state in _BEFORE_BURN:
            return False
        return RedemptionState(after.value) in TRANSITIONS[RedemptionState(payment.state)]

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
        redemption = _of(connection, payment)
        values = (
            {"reason": reason}
            if sent_back is None
            else {
                "reason": reason,
                "sent_back": sent_back,
            }
        )
        state = RedemptionState(after.value)
        if redemption.state is state:  # a second part of what comes back
            store.set_fields(connection, redemption, **values)
        else:
            store.change_state(connection, redemption, state, now=now, **values)

    def set_alarm(self, connection: Connection, payment: Payment, alarm: str | None) -> None:
        """See `PaymentKind.set_alarm`."""
        redemption = _of(connection, payment)
        store.set_fields(connection, redemption, alarm=alarm and alarm[:500])


PAYOUTS: Final = _RedemptionPayouts()
"""The kind of payment that pays redemptions out."""


def _of(connection: Connection, payment: Payment) -> Redemption:
    redemption = store.find(connection, payment.subject)
    if redemption is None:
        raise LookupError(f"{payment.subject} vanished while it was being changed")
    return redemption


def _payment(redemption: Redemption) -> Payment:
    return Payment(
        kind=PAYOUTS.name,
        subject=redemption.id,
        end_to_end_id=redemption.end_to_end_id,
        amount=redemption.payable,
        state=redemption.state,
        alarm=redemption.alarm,
        sent_back=redemption.sent_back,
        changed_at=redemption.changed_at,
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

"""Redemptions: what two persons decide, where neither chain nor bank says enough.

Each of these is called by the approval of a second person, in its transaction; each looks again at
everything that must hold, and says `Conflict` with nothing changed when it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from api import payouts
from api.bank import Direction
from api.kernel.errors import Conflict, NotFound
from api.kernel.money import Money
from api.ledger import Account, Posting, post, postings_about
from api.redemptions import store
from api.redemptions.model import Redemption, RedemptionState
from api.redemptions.payments import PAYOUTS
from api.statements import lines_under

__all__ = ["accept_difference", "release", "resolve", "return_burn"]

_S = RedemptionState


def return_burn(
    connection: Connection, redemption_id: str, now: datetime, *, orders: Sequence[str] = ()
) -> Redemption:
    """A burn without a payout is to be credited again; returns what it became.

    Once it is RETURN_ORDERED no payout file can take it, and no preimage completes it. The same
    decision again changes nothing. `orders` are those of another life of the database that hold
    its payment (see `payouts.orders_with`). Raises `NotFound`; `Conflict` when a payout file or
    such an order holds it or held it, when it was heard of late (see `release`), when an alarm
    stands on it, or when the bank has booked a debit under its id.
    """
    redemption = _find(connection, redemption_id)
    if redemption.state is _S.RETURN_ORDERED:
        return redemption
    if redemption.state not in (_S.AWAITING_INSTRUCTIONS, _S.BURNED) or redemption.late:
        late = " and was heard of late" if redemption.late else ""
        raise Conflict(
            f"Redemption {redemption_id} is {redemption.state}{late}.",
            remedy="Only a burn that no payout file ever held is returned; release one that was "
            "heard of late first.",
        )
    if redemption.alarm is not None:
        raise Conflict(
            f"An alarm stands on {redemption_id}: {redemption.alarm}.",
            remedy="Find out what the bank pays, and acknowledge it first: jiaozi-bridge "
            f"acknowledge {redemption_id}.",
        )
    if given := payouts.unseen(connection, redemption_id, orders):
        raise Conflict(
            f"{redemption_id} cannot be credited again: {payouts.why_given(given[0])}.",
            remedy="Ask the bank what became of that order; release the burn first where it was "
            "not paid.",
        )
    _require_no_debit(connection, redemption)
    reason = "credited again by decision of two persons"
    store.change_state(connection, redemption, _S.RETURN_ORDERED, now=now, reason=reason)
    posting = Posting(
        event_id=f"return-ordered:{redemption.end_to_end_id}",
        kind="return ordered",
        debit=Account.PAYOUTS,
        credit=Account.RETURNS,
        amount=Money(redemption.payable, _currency(connection, redemption)),
        about=redemption.id,
        at=now,
    )
    post(connection, posting)
    return _find(connection, redemption_id)


def release(
    connection: Connection, redemption_id: str, now: datetime, *, orders: Sequence[str] = ()
) -> Redemption:
    """A burn that was heard of late has not been paid before: the bank's statements are read.

    Nor has it been by `orders` of another life of the database (see `payouts.orders_with`), which
    count no more. It is then paid, or awaits its instructions, like any other. Raises `NotFound`;
    `Conflict` when it was not heard of late and is in no such order, or when the bank has booked
    a debit under its id.
    """
    redemption = _find(connection, redemption_id)
    given = payouts.unseen(connection, redemption_id, orders)
    late = redemption.late and redemption.state in (_S.PARKED, _S.AWAITING_INSTRUCTIONS)
    # a worker has not met the order yet
    unmet = given and redemption.state in (_S.BURNED, _S.AWAITING_INSTRUCTIONS)
    if not (late or unmet):
        raise Conflict(
            f"Redemption {redemption_id} is {redemption.state} and waits for nobody's release.",
            remedy="Nothing was changed.",
        )
    _require_no_debit(connection, redemption)
    payouts.look_at(connection, redemption_id, given, now=now)
    store.set_fields(connection, redemption, late=False)
    if redemption.state is _S.PARKED:
        store.change_state(connection, redemption, _S.BURNED, now=now, reason=None)
    return _find(connection, redemption_id)


def resolve(
    connection: Connection, redemption_id: str, paid: bool, now: datetime, *, reason: str
) -> Redemption:
    """The bank's written word on a payout of which nothing was heard; see `payouts.resolve`."""
    redemption = _find(connection, redemption_id)
    payouts.resolve(
        connection,
        PAYOUTS,
        redemption.end_to_end_id,
        paid=paid,
        currency=_currency(connection, redemption),
        now=now,
        reason=reason,
    )
    return _find(connection, redemption_id)


def accept_difference(connection: Connection, redemption_id: str, now: datetime) -> Redemption:
    """The bank's own funds bear what came back too little; the holder is credited in full."""
    redemption = _find(connection, redemption_id)
    payouts.accept_difference(
        connection,
        PAYOUTS,
        redemption.end_to_end_id,
        currency=_currency(connection, redemption),
        now=now,
    )
    return _find(connection, redemption_id)


def _find(connection: Connection, redemption_id: str) -> Redemption:
    redemption = store.find(connection, redemption_id, lock=True)
    if redemption is None:
        raise NotFound(
            f"There is no redemption {redemption_id}.", remedy="Look under status for its id."
        )
    return redemption


def _require_no_debit(connection: Connection, redemption: Redemption) -> None:
    lines = lines_under(connection, [redemption.end_to_end_id], direction=Direction.DEBIT)
    if lines:
        raise Conflict(
            f"The bank has booked a debit under its id ({lines[0].id}).",
            remedy="Nothing was changed: the debit is matched, or shown as an alarm.",
        )


def _currency(connection: Connection, redemption: Redemption) -> str:
    """The currency of the burn, as the ledger has it."""
    return postings_about(connection, redemption.id)[0].amount.currency

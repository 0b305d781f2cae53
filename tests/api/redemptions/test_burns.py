"""Tests of burns: the chain's word, its postings, and what contradicts it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from api.kernel.errors import Broken
from api.ledger.store import postings
from api.redemptions import (
    Redemption,
    RedemptionState,
    count_by_state,
    on_burn_reverted,
    on_burn_sent,
    store,
)
from tests.api.redemptions.desk import FEE, STOCK, Desk, burned, cancelled, order, returned
from tests.api.world import ADA, NOW, FakeEvent
from wallet.typed_data import Payout

S = RedemptionState


def test_burned_and_owed(desk: Desk) -> None:
    """The tokens are gone, the money is owed to the account, the fee is the bank's."""
    redemption = desk.hand_in(order())
    with desk.write() as connection:
        on_burn_sent(connection, redemption.id, "0xt", now=NOW)
    assert desk.now(redemption).state is S.BURNING
    desk.burn(order())
    assert desk.now(redemption).state is S.BURNED
    assert desk.books() == {
        "RESERVE": STOCK,
        "TOKENS": STOCK - 1000,
        "PAYOUTS": 1000 - FEE,
        "OWN_FUNDS": FEE,
    }


def test_a_burn_that_nobody_announced(desk: Desk) -> None:
    """It is owed all the same; where to is not known yet."""
    desk.burn(order())
    with desk.database.reading() as connection:
        assert count_by_state(connection) == {S.AWAITING_INSTRUCTIONS: 1}
    assert desk.books()["PAYOUTS"] == 1000 - FEE


def test_an_order_handed_in_while_its_burn_is_being_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored between the handler's look and its own row: the burn is this order's."""
    real, stored = store.find_by_order, []
    if desk.database.is_sqlite:  # one writer at a time: there nothing comes in between
        stored.append(desk.hand_in(order()))
    looks: list[bool] = []

    def late(*args: Any, **named: Any) -> Redemption | None:
        looks.append(True)
        if len(looks) > 1:
            return real(*args, **named)
        if not stored:
            stored.append(desk.hand_in(order()))
        return None

    monkeypatch.setattr(store, "find_by_order", late)
    desk.burn(order())
    monkeypatch.undo()
    [redemption] = stored
    assert desk.now(redemption).state is S.BURNED
    with desk.database.reading() as connection:
        about = connection.execute(select(postings.c.about).where(postings.c.event_id == "burn:1"))
        assert about.scalar_one() == redemption.id
    with desk.write() as connection:
        on_burn_reverted(connection, redemption.id, "OrderUsed()", now=NOW)
    assert desk.pay_out() is not None
    assert desk.now(redemption).state is S.SUBMITTED


def test_a_burn_that_is_all_fee(desk: Desk) -> None:
    """Nothing is left to pay."""
    desk.burn(order(fee=1000))
    with desk.database.reading() as connection:
        assert count_by_state(connection) == {S.SETTLED: 1}
    assert desk.books() == {"RESERVE": STOCK, "TOKENS": STOCK - 1000, "OWN_FUNDS": 1000}


def test_another_order_under_the_same_nonce(desk: Desk) -> None:
    """The stored payout is not the holder's will for what was burned."""
    redemption = desk.hand_in(order())
    other = order(amount=400, payout=Payout(ADA.account, ADA.name, "other", b"t" * 32))
    desk.burn(other)
    found = desk.now(redemption)
    assert (found.state, found.amount, found.payout) == (S.AWAITING_INSTRUCTIONS, 400, None)
    assert desk.hand_in(other).state is S.BURNED


def test_our_failure_does_not_outlive_the_burn(desk: Desk) -> None:
    """Our transaction reverts because somebody else's was first; in either order."""
    first, second = order(), order(nonce=b"m" * 32)
    for given, burn_first in ((first, True), (second, False)):
        redemption = desk.hand_in(given)
        if burn_first:
            desk.burn(given, "burn:first")
        with desk.write() as connection:
            on_burn_reverted(connection, redemption.id, "OrderUsed()", now=NOW)
        if not burn_first:
            assert desk.now(redemption).state is S.REFUSED
            desk.burn(given, "burn:second")
        assert (desk.now(redemption).state, desk.now(redemption).reason) == (S.BURNED, None)


def test_cancelled_by_the_holder(desk: Desk) -> None:
    """Refused with the reason; an order that nobody handed in is no news."""
    redemption = desk.hand_in(order())
    desk.tell("on_cancelled", cancelled(order()))
    desk.tell("on_cancelled", cancelled(order(nonce=b"x" * 32)))
    assert (desk.now(redemption).state, desk.now(redemption).reason) == (
        S.REFUSED,
        "cancelled by holder",
    )


def test_returned_by_hand(desk: Desk) -> None:
    """Before any payout file: straight from what is owed back to tokens."""
    desk.burn(order())
    desk.tell("on_payout_returned", returned(order()))
    assert desk.books() == {"RESERVE": STOCK, "TOKENS": STOCK - FEE, "OWN_FUNDS": FEE}


def test_returned_while_it_is_being_paid(desk: Desk) -> None:
    """Paid twice, if nobody stops: the bridge does."""
    desk.hand_in(order())
    desk.burn(order())
    desk.pay_out()
    with pytest.raises(Broken):
        desk.tell("on_payout_returned", returned(order()))
    assert desk.books()["PAYOUTS"] == 1000 - FEE


def test_a_return_that_is_not_ours(desk: Desk) -> None:
    """Unknown, or of another amount."""
    with pytest.raises(Broken, match="does not know"):
        desk.tell("on_payout_returned", returned(order()))
    desk.burn(order())
    with pytest.raises(Broken, match="does not know"):
        desk.tell("on_payout_returned", returned(order(), amount=1))


def test_more_than_a_ledger_can_hold(desk: Desk) -> None:
    """96 bits on chain, 63 in the ledger: refused loudly, never cut."""
    event = burned(order())
    huge = FakeEvent(event.event_id, event.args | {"amount": 2**63})
    with pytest.raises(Broken, match="more than a ledger can hold"):
        desk.tell("on_redeemed", huge)

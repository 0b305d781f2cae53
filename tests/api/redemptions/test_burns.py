"""Tests of burns: the chain's word, its postings, and what contradicts it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.kernel.errors import Broken, Unavailable
from api.ledger.store import postings
from api.paying import KINDS
from api.payouts import acknowledge, give_up_waiting
from api.redemptions import (
    PAYOUTS,
    Burns,
    Redemption,
    RedemptionState,
    accept_difference,
    count_by_state,
    on_burn_reverted,
    on_burn_sent,
    store,
)
from tests.api.redemptions.desk import (
    FEE,
    PARK_AFTER,
    PAYABLE,
    STOCK,
    Desk,
    book,
    burned,
    cancelled,
    order,
    returned,
    say,
    send_back,
)
from tests.api.world import ADA, NOW, FakeEvent, deployment
from wallet.typed_data import Payout

S = RedemptionState
EVEN = {"RESERVE": STOCK, "TOKENS": STOCK - FEE, "OWN_FUNDS": FEE}


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


AT_BANK = {"SUBMITTED": None, "ACCEPTED": "ACSP", "NEVER_HEARD_BACK": None}
"""States in which the bank has the payout, with its word."""


def at_bank(desk: Desk, paid: Redemption, stage: str) -> Redemption:
    """The bank has come so far with it."""
    word = AT_BANK[stage]
    if word is not None:
        say(desk, paid, word)
    if stage == "NEVER_HEARD_BACK":
        with desk.write() as connection:
            give_up_waiting(connection, KINDS, now=NOW + timedelta(days=3))
    assert desk.now(paid).state == stage
    return desk.now(paid)


@pytest.mark.parametrize("stage", AT_BANK)
def test_returned_while_the_bank_has_it(desk: Desk, paid: Redemption, stage: str) -> None:
    """A life that a backup forgot heard the bank's no: the books follow, and a person is told. What
    the bank says once more is no news; the person has looked, and nothing is told again."""
    at_bank(desk, paid, stage)
    for _ in range(2):  # the chain is read again
        desk.tell("on_payout_returned", returned(order()))
        assert desk.now(paid).state is S.RETURNED
        assert desk.books() == EVEN
    assert desk.now(paid).alarm == (
        f"the chain credited it again while it was {stage}: the bank may pay it"
    )
    assert say(desk, paid, "RJCT", "AC04") == 0
    with desk.write() as connection:
        payment = PAYOUTS.find(connection, paid.end_to_end_id)
        assert payment is not None
        acknowledge(connection, PAYOUTS, payment, now=NOW)
    desk.tell("on_payout_returned", returned(order()))
    assert desk.now(paid).alarm is None


def test_returned_and_paid_all_the_same(desk: Desk, paid: Redemption) -> None:
    """The debit is in nobody's name until it comes back; then both are even."""
    desk.tell("on_payout_returned", returned(order()))
    line = book(desk, paid)
    assert line in (desk.now(paid).alarm or "")
    assert desk.books() == EVEN | {"RESERVE": STOCK - PAYABLE, "UNMATCHED": -PAYABLE}
    send_back(desk, paid)
    assert (desk.now(paid).state, desk.now(paid).alarm) == (S.RETURNED, None)
    assert desk.books() == EVEN


def test_returned_before_it_is_read_that_it_came_back(desk: Desk, paid: Redemption) -> None:
    """The books have it as paid: the chain's word waits for the bank's statements."""
    book(desk, paid)
    before = desk.books()
    with pytest.raises(Unavailable, match="which is SETTLED here") as caught:
        desk.tell("on_payout_returned", returned(order()))
    assert caught.value.slug == "books-behind"
    assert (desk.now(paid).state, desk.books()) == (S.SETTLED, before)
    send_back(desk, paid)
    desk.tell("on_payout_returned", returned(order()))
    assert (desk.now(paid).state, desk.now(paid).alarm) == (S.RETURNED, None)
    assert desk.books() == EVEN


def test_returned_before_two_persons_have_borne_the_difference(
    desk: Desk, paid: Redemption
) -> None:
    """They had decided it in a life that a backup forgot, and decide it again."""
    book(desk, paid)
    send_back(desk, paid, minor=PAYABLE - 5)
    with pytest.raises(Unavailable, match="which is RETURN_DIFFERS here"):
        desk.tell("on_payout_returned", returned(order()))
    with desk.write() as connection:
        accept_difference(connection, paid.id, NOW)
    desk.tell("on_payout_returned", returned(order()))
    assert desk.now(paid).state is S.RETURNED


@pytest.mark.parametrize(
    ("reader", "after"), [("on_redeemed", S.BURNED), ("on_cancelled", S.REFUSED)]
)
@pytest.mark.parametrize("effect", [True, False], ids=["sent", "without effect"])
def test_the_sender_waits_for_what_the_reader_is_writing(
    desk: Desk, reader: str, after: RedemptionState, effect: bool
) -> None:
    """Two workers, one order: neither stops, and the chain's word stands."""
    taken = desk.hand_in(order())

    def meanwhile() -> None:
        with desk.write() as connection:
            if effect:
                on_burn_sent(connection, taken.id, "0xt", now=NOW)
            else:
                on_burn_reverted(connection, taken.id, "OrderUsed()", now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with desk.write() as connection:
            told = burned(order()) if reader == "on_redeemed" else cancelled(order())
            getattr(Burns(deployment(), desk.clock, PARK_AFTER), reader)(connection, told)
            waiting = pool.submit(meanwhile)
            wait([waiting], timeout=0.5)
        waiting.result()
    assert desk.now(taken).state is after


def test_returned_without_a_burn(desk: Desk) -> None:
    """The chain tells of no such thing: an invariant does not hold."""
    redemption = desk.hand_in(order())
    with pytest.raises(Broken, match="RECEIVED cannot become RETURNED"):
        desk.tell("on_payout_returned", returned(order()))
    assert desk.now(redemption).state is S.RECEIVED


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

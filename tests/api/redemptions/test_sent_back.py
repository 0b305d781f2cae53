"""Tests of payouts that come back: owed again once, credited again once, never beside a payout."""

from __future__ import annotations

from typing import Any

import pytest

from api.kernel.errors import Conflict
from api.kernel.ids import LineId
from api.paying import KINDS
from api.payouts import accept_debit, acknowledge, batch_message_id
from api.redemptions import PAYOUTS, Redemption, RedemptionState, accept_difference, return_burn
from api.redemptions import returns as returns_module
from api.reserve import bear
from api.statements import LineState, find_line, take_in
from tests.api.redemptions.desk import (
    FEE,
    PAYABLE,
    STOCK,
    Desk,
    book,
    credit_again,
    order,
    returned,
    say,
    send_back,
)
from tests.api.world import NOW, RESERVE, camt, credit

S = RedemptionState
PAID = {"RESERVE": STOCK - PAYABLE, "TOKENS": STOCK - FEE - PAYABLE, "OWN_FUNDS": FEE}
EVEN = {"RESERVE": STOCK, "TOKENS": STOCK - FEE, "OWN_FUNDS": FEE}


@pytest.fixture
def settled(desk: Desk, paid: Redemption) -> Redemption:
    """A redemption that the bank has paid and booked."""
    book(desk, paid, transaction_id="CLEARING-7")
    return desk.now(paid)


def state_of(desk: Desk, line: str) -> LineState:
    """What a line has come to."""
    with desk.database.reading() as connection:
        found = find_line(connection, line)
    assert found is not None
    return found.state


def test_paid_sent_back_and_credited_again_once(desk: Desk, settled: Redemption) -> None:
    """The reserve grows by the line, the holder's tokens come back, and the books are even."""
    assert settled.state is S.SETTLED
    send_back(desk, settled)
    assert (desk.now(settled).state, desk.now(settled).reason) == (S.RETURNED_BY_BANK, "AC04")
    assert desk.books()["RETURNS"] == PAYABLE
    assert desk.books()["RESERVE"] == STOCK
    assert credit_again(desk, headroom=PAYABLE - 1) == 0
    assert credit_again(desk) == 1
    assert credit_again(desk) == 0
    desk.tell("on_payout_returned", returned(order()))
    assert desk.now(settled).state is S.RETURNED
    assert desk.books() == EVEN


def test_the_same_return_again_changes_nothing(desk: Desk, settled: Redemption) -> None:
    """In the notification, in the statement, in another file, before and after the credit."""
    line = credit("C1", PAYABLE, end_to_end_id=settled.end_to_end_id, return_reason="AC04")
    for number, moment in enumerate(("before", "queued", "credited", "after")):
        file = camt([line], message_id=f"again-{number}")
        take_in(
            desk.database,
            file,
            currency="EUR",
            reserve_account=RESERVE,
            now=NOW,
            source=moment,
        )
        desk.follow()
        if moment == "queued":
            assert credit_again(desk) == 1
        if moment == "credited":
            desk.tell("on_payout_returned", returned(order()))
    assert (desk.now(settled).state, desk.now(settled).alarm) == (S.RETURNED, None)
    assert credit_again(desk) == 0
    assert desk.books() == EVEN


@pytest.mark.parametrize(
    "named", ["end-to-end", "remittance", "message", "reversal", "bank's reference", "clearing"]
)
def test_however_the_bank_names_the_payout(desk: Desk, settled: Redemption, named: str) -> None:
    """By its id, in its words, by the id of a file with one payment, as a reversal."""
    ids: dict[str, dict[str, Any]] = {
        "end-to-end": {},
        "remittance": {
            "end_to_end_id": None,
            "remittance": f"RETURN {settled.end_to_end_id} AC04",
        },
        "message": {
            "end_to_end_id": None,
            "remittance": f"/{batch_message_id([settled.end_to_end_id])}/",
        },
        "reversal": {"return_reason": None, "reversal": True},
        "bank's reference": {
            "end_to_end_id": None,
            "return_reason": None,
            "reversal": True,
            "original_reference": "D1",
        },
        "clearing": {"end_to_end_id": None, "transaction_id": "CLEARING-7"},
    }
    send_back(desk, settled, **ids[named])
    assert desk.now(settled).state is S.RETURNED_BY_BANK


def test_a_customer_s_own_payment_is_no_return(desk: Desk, settled: Redemption) -> None:
    """Whoever writes our id on a payment of theirs undoes nothing."""
    line = send_back(desk, settled, return_reason=None)
    assert desk.now(settled).state is S.SETTLED
    assert state_of(desk, line) is LineState.STORED


def test_the_return_is_read_before_the_debit(desk: Desk, paid: Redemption) -> None:
    """It waits for the booking that it undoes."""
    line = send_back(desk, paid)
    assert (desk.now(paid).state, desk.now(paid).alarm) == (S.SUBMITTED, None)
    assert state_of(desk, line) is LineState.STORED
    book(desk, paid)
    assert desk.now(paid).state is S.RETURNED_BY_BANK
    assert desk.books()["RETURNS"] == PAYABLE


@pytest.mark.parametrize("minor", [PAYABLE - 100, PAYABLE + 7])
def test_another_sum_comes_back(desk: Desk, settled: Redemption, minor: int) -> None:
    """Named, with an alarm, credited to nobody; two persons let the bank bear the difference."""
    send_back(desk, settled, minor=minor)
    found = desk.now(settled)
    assert (found.state, found.sent_back) == (S.RETURN_DIFFERS, minor)
    assert "9.75" in (found.alarm or "")
    assert credit_again(desk) == 0
    assert desk.books()["RETURNS"] == minor
    with desk.write() as connection:
        assert accept_difference(connection, settled.id, NOW).state is S.RETURNED_BY_BANK
    with desk.write() as connection, pytest.raises(Conflict):
        accept_difference(connection, settled.id, NOW)
    assert desk.books()["RETURNS"] == PAYABLE
    assert credit_again(desk) == 1
    desk.tell("on_payout_returned", returned(order()))
    assert desk.now(settled).alarm is None
    difference = PAYABLE - minor
    assert desk.books() == {
        "RESERVE": STOCK - difference,
        "TOKENS": STOCK - FEE,
        "OWN_FUNDS": FEE - difference,
    }


def test_it_comes_back_in_parts(desk: Desk, settled: Redemption) -> None:
    """Together they are the payout: nobody need decide."""
    send_back(desk, settled, minor=400)
    assert desk.now(settled).state is S.RETURN_DIFFERS
    send_back(desk, settled, "C2", minor=PAYABLE - 400)
    found = desk.now(settled)
    assert (found.state, found.alarm, found.sent_back) == (S.RETURNED_BY_BANK, None, PAYABLE)


def test_refused_although_booked_and_taken_back(desk: Desk, paid: Redemption) -> None:
    """A bank may book, take back, and say so in words first: even, and credited once."""
    say(desk, paid, "RJCT", "AC04")
    line = book(desk, paid)
    assert credit_again(desk) == 0  # the money has left, as far as anybody knows
    assert line in (desk.now(paid).alarm or "")
    send_back(desk, paid)
    assert desk.now(paid).alarm is None
    assert state_of(desk, line) is LineState.EXPLAINED
    assert desk.books()["RETURNS"] == PAYABLE
    assert credit_again(desk) == 1


def test_paid_twice_and_one_of_them_sent_back(desk: Desk, settled: Redemption) -> None:
    """The payout stands; the bank has mended its own mistake, and the alarm ends."""
    line = book(desk, settled, bank_id="D2")
    assert "booked" in (desk.now(settled).alarm or "")
    send_back(desk, settled)
    assert state_of(desk, line) is LineState.EXPLAINED
    assert (desk.now(settled).state, desk.now(settled).alarm) == (S.SETTLED, None)
    assert credit_again(desk) == 0


@pytest.mark.parametrize("credited", [False, True])
def test_sent_back_and_booked_once_more(desk: Desk, settled: Redemption, credited: bool) -> None:
    """An alarm; what is not yet credited again waits until a person knows what is true."""
    send_back(desk, settled)
    if credited:
        assert credit_again(desk) == 1
        desk.tell("on_payout_returned", returned(order()))
    line = book(desk, settled, bank_id="D2")
    assert line in (desk.now(settled).alarm or "")
    assert state_of(desk, line) is LineState.STORED
    assert credit_again(desk) == 0
    assert desk.books()["UNMATCHED"] == -PAYABLE


def booked_as(desk: Desk, line: LineId, redemption: Redemption) -> None:
    """Two persons say what a debit is the booking of."""
    with desk.write() as connection:
        accept_debit(connection, KINDS, line, redemption.end_to_end_id, now=NOW)


def test_sent_back_and_settled_once_more(desk: Desk, settled: Redemption) -> None:
    """Before it is credited again, two persons say that the holder has the money; and it may come
    back once more."""
    send_back(desk, settled)
    line = book(desk, settled, bank_id="D2")
    booked_as(desk, line, settled)
    found = desk.now(settled)
    assert (found.state, found.alarm, found.sent_back) == (S.SETTLED, None, 0)
    assert state_of(desk, line) is LineState.EXPLAINED
    assert credit_again(desk) == 0
    assert desk.books() == PAID
    send_back(desk, settled, "C2")
    assert (desk.now(settled).state, desk.now(settled).sent_back) == (S.RETURNED_BY_BANK, PAYABLE)
    assert credit_again(desk) == 1
    desk.tell("on_payout_returned", returned(order()))
    assert desk.books() == EVEN


def test_what_is_being_credited_again_is_not_settled(desk: Desk, settled: Redemption) -> None:
    """Nor what came back in part: its difference is borne already."""
    send_back(desk, settled, minor=PAYABLE - 100)
    with desk.write() as connection:
        accept_difference(connection, settled.id, NOW)
    line = book(desk, settled, bank_id="D2")
    with pytest.raises(Conflict, match="RETURNED_BY_BANK: no booking"):
        booked_as(desk, line, settled)
    with desk.write() as connection:
        bear(connection, line, now=NOW)
    look_at(desk, settled)
    assert credit_again(desk) == 1
    other = book(desk, settled, bank_id="D3")
    with pytest.raises(Conflict, match="RETURNING: no booking"):
        booked_as(desk, other, settled)


def test_ordered_back_and_booked(desk: Desk) -> None:
    """The bank pays what two persons ordered back: held with an alarm, and theirs to settle."""
    handed_in = desk.hand_in(order())
    desk.burn(order())
    with desk.write() as connection:
        return_burn(connection, handed_in.id, NOW)
    line = book(desk, handed_in)
    assert desk.now(handed_in).state is S.RETURN_ORDERED
    assert line in (desk.now(handed_in).alarm or "")
    assert credit_again(desk) == 0
    booked_as(desk, line, handed_in)
    assert (desk.now(handed_in).state, desk.now(handed_in).alarm) == (S.SETTLED, None)
    assert desk.books() == PAID


def test_words_after_a_return(desk: Desk, settled: Redemption) -> None:
    """What agrees with it is no news, whenever it is said."""
    send_back(desk, settled)
    assert say(desk, settled, "RJCT", "AC04") == 0
    assert say(desk, settled, "ACSC") == 0
    assert credit_again(desk) == 1
    assert say(desk, settled, "ACSC") == 0
    assert say(desk, settled, "RJCT", "AC04") == 0
    assert (desk.now(settled).state, desk.now(settled).alarm) == (S.RETURNING, None)


def look_at(desk: Desk, redemption: Redemption) -> None:
    """A person has looked at its alarm."""
    with desk.write() as connection:
        payment = PAYOUTS.find(connection, redemption.end_to_end_id)
        assert payment is not None
        acknowledge(connection, PAYOUTS, payment, now=NOW)


def test_without_the_last_look_both_would_have_it(
    desk: Desk, paid: Redemption, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: once a person has looked at the alarm, the debit under a refused payout's
    id is all that holds the credit."""
    say(desk, paid, "RJCT", "AC04")
    book(desk, paid)
    look_at(desk, paid)
    assert credit_again(desk) == 0
    look_at(desk, paid)
    monkeypatch.setattr(returns_module, "_held_by_debit", lambda *_: False)
    assert credit_again(desk) == 1

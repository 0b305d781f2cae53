"""Tests of the bank's word on a payment in another order than the file that holds it here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.bank import PaymentStatus
from api.paying import take_statuses
from api.payouts import batch_message_id
from api.redemptions import Redemption, RedemptionState
from tests.api.redemptions.desk import Desk, credit_again, order, say
from tests.api.world import NOW

S = RedemptionState
FORGOTTEN = batch_message_id(["of another life"])
"""A file that this database does not have."""


@pytest.mark.parametrize("word", ["RJCT", "CANC", "ACSC", "PDNG"])
def test_a_word_on_another_order_is_not_on_this_file(
    desk: Desk, paid: Redemption, word: str
) -> None:
    """Another life gave the payment to the bank, too: nothing is credited again by its end, and
    nothing counts as accepted; the word on this file still counts."""
    other = PaymentStatus(FORGOTTEN, paid.end_to_end_id, word, "AC04")
    for _ in range(2):
        with desk.write() as connection:
            assert take_statuses(connection, [other], currency="EUR", now=NOW) == 0
    assert desk.now(paid).state is S.SUBMITTED
    assert desk.now(paid).alarm == (
        f"the bank said {word} AC04 in another order ({FORGOTTEN}) of a payout that is SUBMITTED"
    )
    mine = replace(other, original_message_id=batch_message_id([paid.end_to_end_id]))
    with desk.write() as connection:
        said = replace(mine, status="RJCT")
        assert take_statuses(connection, [said], currency="EUR", now=NOW) == 1
    assert desk.now(paid).state is S.REJECTED
    assert credit_again(desk) == 0  # the alarm holds it until a person has looked


def test_a_word_on_another_file_that_is_known(desk: Desk, paid: Redemption) -> None:
    """A file of this database that does not hold the payment is another order, too."""
    other = order(nonce=b"m" * 32)
    second = desk.hand_in(other)
    desk.burn(other, "burn:2")
    known = desk.pay_out()
    assert known is not None
    for id_, changed in ((paid.end_to_end_id, 0), (second.end_to_end_id, 1)):
        with desk.write() as connection:
            said = PaymentStatus(known, id_, "RJCT", "AC04")
            assert take_statuses(connection, [said], currency="EUR", now=NOW) == changed
    assert [desk.now(each).state for each in (paid, second)] == [S.SUBMITTED, S.REJECTED]


@pytest.mark.parametrize(("word", "after"), [("RJCT", S.PAYING), ("ACSP", S.SUBMITTED)])
def test_what_another_order_comes_to_before_the_file_is_handed_in(
    desk: Desk, word: str, after: RedemptionState
) -> None:
    """What the bank rejects there it has not heard of here; what it pays there, this file must not
    pay again."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    desk.prepare()
    with desk.write() as connection:
        said = PaymentStatus(FORGOTTEN, redemption.end_to_end_id, word, None)
        assert take_statuses(connection, [said], currency="EUR", now=NOW) == 0
    assert desk.now(redemption).state is after
    assert desk.submit() == (1 if word == "RJCT" else 0)


def test_another_order_of_what_is_rejected_anyway(desk: Desk, paid: Redemption) -> None:
    """Rejected in both: it is credited again, and nobody need look."""
    say(desk, paid, "RJCT", "AC04")
    with desk.write() as connection:
        said = PaymentStatus(FORGOTTEN, paid.end_to_end_id, "RJCT", "AC04")
        assert take_statuses(connection, [said], currency="EUR", now=NOW) == 0
    assert credit_again(desk) == 1


@pytest.mark.parametrize("named", ["NOTPROVIDED", "BANK-2026-11-19"])
def test_a_bank_that_names_no_order_of_ours(desk: Desk, paid: Redemption, named: str) -> None:
    """Its word on the payment counts, by the payment's own id."""
    with desk.write() as connection:
        said = PaymentStatus(named, paid.end_to_end_id, "RJCT", "AC04")
        assert take_statuses(connection, [said], currency="EUR", now=NOW) == 1
    assert (desk.now(paid).state, desk.now(paid).alarm) == (S.REJECTED, None)

"""Tests of redemption orders: what is taken in, what is refused before anything burns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.chain import Revert
from api.kernel.errors import Conflict, InvalidInput, Unavailable
from api.redemptions import RedemptionState, store
from api.relay import EntryState, count_entries
from tests.api.chain import by_abi
from tests.api.redemptions.desk import FEE, SECONDS, Desk, order
from tests.api.world import ADA, BO, DOMAIN
from wallet.typed_data import Payout


def queued(desk: Desk) -> int:
    """Entries that wait for the relay's next batch."""
    with desk.database.reading() as connection:
        return count_entries(connection).get(EntryState.WAITING, 0)


def test_taken_in_once(desk: Desk) -> None:
    """The same again is the same answer; another order under the nonce is refused."""
    first = desk.hand_in(order())
    assert first.state is RedemptionState.RECEIVED
    assert first.payable == 1000 - FEE
    assert len(first.end_to_end_id) == 35
    assert desk.hand_in(order()) == first
    assert queued(desk) == 1
    signature = ADA.signer.sign_message(order(), DOMAIN)
    assert desk.chain.tried == [by_abi.redeem(order(), signature)]
    with pytest.raises(Conflict) as caught:
        desk.hand_in(order(amount=1001))
    assert caught.value.slug == "nonce-used"
    assert desk.hand_in(order(nonce=b"m" * 32)).end_to_end_id != first.end_to_end_id


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"fee": FEE - 1}, "order.fee"),
        ({"fee": FEE + 1}, "order.fee"),
        ({"amount": FEE}, "order.amount"),
        ({"deadline": SECONDS - 1}, "order.deadline"),
        ({"deadline": SECONDS + 31 * 86_400}, "order.deadline"),
        ({"payout": Payout(ADA.account, "two\nlines", "", b"s" * 32)}, "payout"),
        ({"payout": Payout(ADA.account, ADA.name, "x" * 141, b"s" * 32)}, "payout"),
    ],
)
def test_what_cannot_be_used_is_named(desk: Desk, changed: dict[str, Any], field: str) -> None:
    """Before anything is stored or burned."""
    with pytest.raises(InvalidInput) as caught:
        desk.hand_in(order(**changed))
    assert caught.value.field == field
    assert queued(desk) == 0


def test_only_the_linked_account_is_paid(desk: Desk) -> None:
    """Another account, no link at all, and another's linked account."""
    elsewhere = Payout("NL91ABNA0417164300", ADA.name, "", b"s" * 32)
    with pytest.raises(Conflict) as caught:
        desk.hand_in(order(payout=elsewhere))
    assert caught.value.slug == "account-not-linked"
    with pytest.raises(Conflict):
        desk.hand_in(order(holder=BO.wallet), BO)
    desk.link(BO)
    with pytest.raises(Conflict):
        desk.hand_in(order(holder=BO.wallet), BO)
    assert queued(desk) == 0


def test_the_signature_covers_everything(desk: Desk) -> None:
    """Another signer, and another payout than was signed."""
    with pytest.raises(InvalidInput) as caught:
        desk.hand_in(order(), BO)
    assert caught.value.slug == "invalid-signature"


def test_the_tokens_no_is_told(desk: Desk) -> None:
    """Before anything is queued; and without the chain nothing is taken in."""
    desk.chain.refusal = Revert("OrderUsed", {})
    with pytest.raises(Conflict) as caught:
        desk.hand_in(order())
    assert caught.value.slug == "order-used"
    desk.chain.down = True
    with pytest.raises(Unavailable):
        desk.hand_in(order())
    assert queued(desk) == 0


def test_a_burn_without_payout_waits_for_its_preimage(desk: Desk) -> None:
    """Somebody else brought the order: the holder hands it in later, whatever the deadline."""
    given = order(deadline=SECONDS - 10)
    desk.burn(given)
    desk.chain.refusal = Revert("OrderUsed", {})
    with pytest.raises(Conflict) as caught:
        desk.hand_in(replace(given, amount=999))
    assert caught.value.slug == "other-order-burned"
    completed = desk.hand_in(given)
    assert completed.state is RedemptionState.BURNED
    assert completed.payout == given.payout
    assert desk.hand_in(given) == completed
    assert queued(desk) == 0


def test_a_burn_without_the_banks_fee_is_not_paid(desk: Desk) -> None:
    """Burned past the bank with a fee of the holder's choice: it waits, and shows why."""
    given = order(fee=FEE - 1)
    desk.burn(given)
    for _ in range(2):
        with pytest.raises(Conflict) as caught:
            desk.hand_in(given)
        assert caught.value.slug == "fee-not-paid"
    with desk.database.reading() as connection:
        found = store.find_by_order(connection, given.holder, given.nonce)
    assert found is not None
    assert found.state is RedemptionState.AWAITING_INSTRUCTIONS
    assert found.payout is None
    assert found.reason == "burned with a fee of 0.24 EUR; the bank's is 0.25 EUR"
    assert desk.pay_out() is None


def test_a_burn_with_more_than_the_banks_fee_is_paid(desk: Desk) -> None:
    """The bank asked for more when it was signed: the holder is not left waiting for that."""
    given = order(fee=FEE + 1)
    desk.burn(given)
    assert desk.hand_in(given).state is RedemptionState.BURNED

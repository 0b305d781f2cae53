"""Tests of orders that another life of the database gave the bank: none is paid twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.bank import PayoutBatch, PayoutInstruction
from api.bank.errors import BankUnreachable
from api.kernel.money import Money
from api.paying import pay_out
from api.payouts import Orders
from api.redemptions import Redemption, RedemptionState, release
from api.web.context import Bridge
from tests.api.redemptions.conftest import desk
from tests.api.redemptions.desk import FEE, Desk, order
from tests.api.world import ADA, NOW

__all__ = ["desk"]

S = RedemptionState


@pytest.fixture
def two(desk: Desk) -> list[Redemption]:
    """Two burns that are to be paid; of the first one the bank was given an order before."""
    orders = [order(), replace(order(), nonce=b"m" * 32)]
    found = [desk.hand_in(each) for each in orders]
    for number, each in enumerate(orders):
        desk.burn(each, f"burn:{number}")
    desk.chain.final = 100
    desk.bank.submit_payouts(earlier(found[0]))
    return found


def earlier(redemption: Redemption) -> PayoutBatch:
    """The order in which a life that a backup forgot paid it, with nothing else."""
    pays = PayoutInstruction(
        redemption.end_to_end_id, ADA.account, ADA.name, Money(1000 - FEE, "EUR"), ""
    )
    return PayoutBatch("FORGOTTEN-1", NOW, NOW.date(), (pays,))


def given(desk: Desk, redemption: Redemption) -> int:
    """In how many orders the bank was told to pay it."""
    told = [
        each.end_to_end_id for batch in desk.bank.batches.values() for each in batch.instructions
    ]
    return told.count(redemption.end_to_end_id)


def test_what_the_bank_was_given_before_is_parked(
    bridge: Bridge, desk: Desk, two: list[Redemption]
) -> None:
    """The other one is paid; this one goes when two persons say that the bank did not pay it."""
    forgotten, other = two
    orders = Orders(desk.bank)
    assert pay_out(bridge, desk.chain, desk.database, orders)
    assert (given(desk, forgotten), given(desk, other)) == (1, 1)
    parked = desk.now(forgotten)
    assert parked.state is S.PARKED
    assert "FORGOTTEN-1" in (parked.reason or "")
    assert not pay_out(bridge, desk.chain, desk.database, orders)
    with desk.write() as connection:
        release(connection, forgotten.id, NOW)
    assert pay_out(bridge, desk.chain, desk.database, orders)
    assert desk.now(forgotten).state is S.SUBMITTED


def test_without_a_look_at_the_orders_it_would_be_paid_twice(
    bridge: Bridge, desk: Desk, two: list[Redemption], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: in a file of other payments the bank takes it for a new one."""
    monkeypatch.setattr(Orders, "read", lambda *_: None)
    assert pay_out(bridge, desk.chain, desk.database, Orders(desk.bank))
    assert given(desk, two[0]) == 2


def test_a_burn_that_is_heard_of_after_the_order(bridge: Bridge, desk: Desk) -> None:
    """The order was read when nobody knew the burn: it is remembered until then."""
    first, later = order(), replace(order(), nonce=b"m" * 32)
    desk.hand_in(first)
    known = desk.hand_in(later)
    desk.burn(first, "burn:1")
    desk.chain.final = 100
    desk.bank.submit_payouts(earlier(known))
    orders = Orders(desk.bank)
    assert pay_out(bridge, desk.chain, desk.database, orders)
    desk.burn(later, "burn:2")
    pay_out(bridge, desk.chain, desk.database, orders)
    assert desk.now(known).state is S.PARKED
    assert given(desk, known) == 1


def test_while_the_bank_cannot_say_what_it_was_given_nothing_is(
    bridge: Bridge, desk: Desk, two: list[Redemption], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file is made, and none handed in."""

    def silent(*_: Any) -> None:
        raise BankUnreachable("No answer came.", remedy="Ask again.")

    with monkeypatch.context() as patch:
        patch.setattr(desk.bank, "passed", silent)
        with pytest.raises(BankUnreachable):
            pay_out(bridge, desk.chain, desk.database, Orders(desk.bank))
    assert [desk.now(each).state for each in two] == [S.BURNED, S.BURNED]
    assert [given(desk, each) for each in two] == [1, 0]


def test_our_own_orders_and_other_papers_are_nothing_strange(
    bridge: Bridge, desk: Desk, two: list[Redemption]
) -> None:
    """After a restart all is read anew, and nothing that this database made is parked."""
    assert pay_out(bridge, desk.chain, desk.database, Orders(desk.bank))
    desk.bank.deliver("camt.053", b"<Document>no order</Document>")
    desk.bank.file(b"<CstmrCdtTrfInitn>that nobody can read")
    anew = Orders(desk.bank)
    anew.read(desk.database)
    assert list(anew.strange) == [two[0].end_to_end_id]

"""Tests of decisions on payments that another life of the database gave the bank already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import pytest

from api.approvals import Action
from api.bank import BankUnreachable, PayoutBatch, PayoutInstruction
from api.bank.memory import FakeBank
from api.chain import AlarmKind, raise_alarm, resume
from api.kernel.errors import Conflict
from api.kernel.money import Money
from api.operations import build_actions
from api.paying import pay_out
from api.payouts import UNDER_WAY, FileState, Orders, batch_message_id
from api.redemptions import Redemption, RedemptionState, store
from api.web.context import Bridge
from tests.api.payouts.steps import refused, state, stop
from tests.api.redemptions.conftest import desk
from tests.api.redemptions.desk import PAYABLE, Desk, book, credit_again, order, say
from tests.api.world import ADA, KEY, NOW
from tests.faults.kills import Death, Killed, Kills
from tests.faults.points import Point

__all__ = ["desk"]

S = RedemptionState
FORGOTTEN = "FORGOTTEN-1"


def give(desk: Desk, redemption: Redemption, message_id: str = FORGOTTEN) -> None:
    """A life that a backup forgot gave the bank an order with this payment."""
    pays = PayoutInstruction(
        redemption.end_to_end_id, ADA.account, ADA.name, Money(PAYABLE, "EUR"), ""
    )
    desk.bank.submit_payouts(PayoutBatch(message_id, NOW, NOW.date(), (pays,)))


def do(desk: Desk, name: str, subject: str) -> Mapping[str, Any]:
    """Two persons decide it."""
    kind = build_actions(KEY, lambda: desk.bank)[name]
    with desk.write() as connection:
        return kind.run(connection, Action(name, subject), desk.clock.now())


@pytest.fixture(params=[False, True], ids=["unknown", "known"])
def burn(desk: Desk, request: pytest.FixtureRequest) -> Redemption:
    """A burn whose instructions are known, or not; no worker has looked at any order."""
    if request.param:
        desk.hand_in(order())
    desk.burn(order())
    desk.chain.final = 100
    with desk.database.reading() as connection:
        found = store.find_by_order(connection, ADA.wallet, order().nonce)
    assert found is not None
    return found


def test_what_another_life_gave_the_bank_is_not_credited_again(
    bridge: Bridge, desk: Desk, burn: Redemption
) -> None:
    """Before two persons say that the order did not pay it. That is remembered: it is credited
    again, and no worker parks it for the same order."""
    give(desk, burn)
    with pytest.raises(Conflict, match="order FORGOTTEN-1, unknown here, gave it to the bank"):
        do(desk, "return-burn", burn.id)
    assert desk.now(burn) == burn
    do(desk, "release-burn", burn.id)
    assert (desk.now(burn).state, desk.now(burn).late) == (burn.state, False)
    with pytest.raises(Conflict, match="waits for nobody's release"):
        do(desk, "release-burn", burn.id)
    do(desk, "return-burn", burn.id)
    assert desk.now(burn).state is S.RETURN_ORDERED
    assert credit_again(desk) == 1
    assert not pay_out(bridge, desk.chain, desk.database, Orders(desk.bank))


def test_a_released_burn_is_not_parked_by_the_next_worker(
    bridge: Bridge, desk: Desk, burn: Redemption
) -> None:
    """It meets the orders at its first look; another order is another matter."""
    desk.hand_in(order())
    for number in (1, 2):
        give(desk, burn, f"FORGOTTEN-{number}")
        pay_out(bridge, desk.chain, desk.database, Orders(desk.bank))
        assert desk.now(burn).state is S.PARKED
        assert f"FORGOTTEN-{number}" in (desk.now(burn).reason or "")
        do(desk, "release-burn", burn.id)
    assert pay_out(bridge, desk.chain, desk.database, Orders(desk.bank))
    assert desk.now(burn).state is S.SUBMITTED


def test_a_debit_stands_above_two_persons_word(desk: Desk, burn: Redemption) -> None:
    """The bank has paid it by the other order: it is settled, not credited again."""
    give(desk, burn)
    book(desk, burn)
    assert desk.now(burn).state is S.SETTLED
    for name in ("release-burn", "return-burn"):
        with pytest.raises(Conflict, match="SETTLED"):
            do(desk, name, burn.id)


def test_a_burn_with_an_alarm_is_not_credited_again(desk: Desk, burn: Redemption) -> None:
    """The bank spoke of a payment that no file here holds; one person looks at it first."""
    say(desk, burn, "ACSP")
    with pytest.raises(Conflict, match=r"An alarm stands on .*: the bank said ACSP"):
        do(desk, "return-burn", burn.id)
    acknowledge = build_actions(KEY, lambda: desk.bank)["acknowledge"]
    with desk.write() as connection:
        acknowledge.run(connection, Action("acknowledge", burn.id), NOW)
    do(desk, "return-burn", burn.id)
    assert desk.now(burn).state is S.RETURN_ORDERED


def test_while_the_bank_does_not_answer_nothing_is_decided(desk: Desk, burn: Redemption) -> None:
    """What it was given is not known."""
    for name in ("return-burn", "release-burn"):
        desk.bank.failures = [BankUnreachable("down", remedy="wait")]
        with pytest.raises(BankUnreachable):
            do(desk, name, burn.id)
    assert desk.now(burn) == burn


@pytest.mark.parametrize("when", ["before", "after"])
def test_it_dies_while_it_looks(
    desk: Desk,
    burn: Redemption,
    monkeypatch: pytest.MonkeyPatch,
    when: Literal["before", "after"],
) -> None:
    """Nothing was decided; the second time it is."""
    looks = Death(when, Point("api.payouts.orders", "orders_with", "passed"))
    kills = Kills(plan=lambda death, _number: death == looks and not kills.died)
    kills.install(monkeypatch, FakeBank)
    with pytest.raises(Killed):
        do(desk, "return-burn", burn.id)
    kills.revive()
    assert (desk.now(burn), kills.died) == (burn, 1)
    do(desk, "return-burn", burn.id)
    assert desk.now(burn).state is S.RETURN_ORDERED


def test_while_payouts_are_frozen_nothing_is_credited_again(desk: Desk, burn: Redemption) -> None:
    """The statements since the backup are still to be read."""
    with desk.write() as connection:
        raise_alarm(connection, AlarmKind.RESTORED, "operator", "older", NOW)
    with pytest.raises(Conflict, match="Payouts are frozen: older"):
        do(desk, "return-burn", burn.id)
    with desk.write() as connection:
        resume(connection)
    do(desk, "return-burn", burn.id)
    assert desk.now(burn).state is S.RETURN_ORDERED


def test_our_own_orders_and_orders_of_others_stand_in_nobodys_way(
    desk: Desk, burn: Redemption
) -> None:
    """One that pays something else, a document, and what nobody can read."""
    desk.hand_in(other := replace(order(), nonce=b"m" * 32))
    desk.burn(other, "burn:2")
    with desk.database.reading() as connection:
        found = store.find_by_order(connection, ADA.wallet, other.nonce)
    assert found is not None
    give(desk, found)
    desk.bank.deliver("camt.053", b"<Document>no order</Document>")
    desk.bank.file(b"<CstmrCdtTrfInitn>" + f"EndToEndId>{burn.end_to_end_id}<".encode())
    do(desk, "return-burn", burn.id)
    assert desk.now(burn).state is S.RETURN_ORDERED


def test_a_file_whose_payment_another_order_makes_is_not_withdrawn(desk: Desk) -> None:
    """It would be owed again, and the bank pays it; its debit settles it."""
    redemption, message_id = refused(desk)
    stop(desk, message_id)
    desk.clock.move(UNDER_WAY)
    desk.bank.refuses = None
    give(desk, redemption)
    with pytest.raises(Conflict, match="order FORGOTTEN-1, unknown here, gave redemption_"):
        do(desk, "withdraw-file", message_id)
    assert (state(desk, message_id), desk.now(redemption).state) == (FileState.STOPPED, S.PAYING)
    book(desk, redemption)
    assert desk.now(redemption).state is S.SETTLED


def test_a_file_is_withdrawn_whatever_other_payments_were_given(desk: Desk) -> None:
    """Another payment in an order that is unknown here, and the file's own order."""
    redemption, message_id = refused(desk)
    stop(desk, message_id)
    desk.clock.move(UNDER_WAY)
    desk.bank.refuses = None
    give(desk, replace(redemption, end_to_end_id="JZR" + "0" * 32))
    assert batch_message_id([redemption.end_to_end_id]) == message_id
    give(desk, redemption, message_id)
    assert do(desk, "withdraw-file", message_id)["payments"] == 1
    assert desk.now(redemption).state is S.REJECTED


def test_what_was_released_before_may_be_withdrawn(
    bridge: Bridge, desk: Desk, burn: Redemption
) -> None:
    """Two persons have said that the order did not pay it; the bank refuses the new file, too."""
    desk.hand_in(order())
    give(desk, burn)
    do(desk, "release-burn", burn.id)
    desk.bank.refuses = "FF01"
    pay_out(bridge, desk.chain, desk.database, Orders(desk.bank))
    message_id = batch_message_id([burn.end_to_end_id])
    stop(desk, message_id)
    desk.clock.move(UNDER_WAY)
    assert do(desk, "withdraw-file", message_id)["payments"] == 1
    assert desk.now(burn).state is S.REJECTED

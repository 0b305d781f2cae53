"""Tests of what two persons decide: burns without a payout, late ones, silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.kernel.errors import Conflict, NotFound
from api.paying import KINDS
from api.payouts import accept_debit, accept_return, give_up_waiting
from api.payouts import files as files_module
from api.redemptions import (
    Redemption,
    RedemptionState,
    enqueue_returns,
    on_return_reverted,
    release,
    resolve,
    return_burn,
    store,
)
from tests.api.redemptions.desk import (
    FEE,
    PAYABLE,
    STOCK,
    Desk,
    book,
    burned,
    credit_again,
    order,
    returned,
    say,
    send_back,
)
from tests.api.world import ADA, NOW, deployment
from wallet.typed_data import Payout

S = RedemptionState
EVEN = {"RESERVE": STOCK, "TOKENS": STOCK - FEE, "OWN_FUNDS": FEE}


def unknown(desk: Desk) -> Redemption:
    """A burn that nobody announced."""
    desk.burn(order())
    with desk.database.reading() as connection:
        found = store.find_by_order(connection, ADA.wallet, order().nonce)
    assert found is not None
    return found


def decide(desk: Desk, redemption: Redemption) -> Redemption:
    """Two persons return a burn."""
    with desk.write() as connection:
        return return_burn(connection, redemption.id, NOW)


@pytest.mark.parametrize("known", [False, True])
def test_a_burn_is_returned(desk: Desk, known: bool) -> None:
    """Its instructions unknown, or known and not paid: credited again once."""
    if known:
        desk.hand_in(order())
    redemption = unknown(desk)
    assert decide(desk, redemption).state is S.RETURN_ORDERED
    assert decide(desk, redemption).state is S.RETURN_ORDERED
    assert desk.books()["RETURNS"] == PAYABLE
    assert desk.pay_out() is None
    with desk.write() as connection:
        assert enqueue_returns(connection, deployment(), headroom=STOCK, now=NOW) == 1
        on_return_reverted(connection, f"{redemption.id}#1", "no", now=NOW)
    assert desk.now(redemption).state is S.RETURN_ORDERED
    with desk.write() as connection:
        later = NOW + timedelta(minutes=1)
        assert enqueue_returns(connection, deployment(), headroom=STOCK, now=later) == 1
    desk.tell("on_payout_returned", returned(order()))
    assert desk.now(redemption).state is S.RETURNED
    assert desk.books() == EVEN


def test_instructions_come_too_late(desk: Desk) -> None:
    """After the decision, the preimage completes nothing: one of both, never both."""
    redemption = unknown(desk)
    decide(desk, redemption)
    assert desk.hand_in(order()).state is S.RETURN_ORDERED
    assert desk.pay_out() is None


def test_instructions_come_in_time(desk: Desk) -> None:
    """It is paid; the decision is refused from then on."""
    redemption = unknown(desk)
    desk.hand_in(order())
    assert desk.pay_out() is not None
    with pytest.raises(Conflict, match="SUBMITTED"):
        decide(desk, redemption)


@pytest.mark.parametrize("stage", ["PAYING", "SUBMITTED", "SETTLED", "REJECTED"])
def test_never_while_a_payout_file_may_hold_it(desk: Desk, paid: Redemption, stage: str) -> None:
    """Whatever its file has come to."""
    with desk.write() as connection:
        store.set_fields(connection, paid, state=stage)
    with pytest.raises(Conflict, match=stage):
        decide(desk, paid)
    with desk.write() as connection, pytest.raises(NotFound):
        return_burn(connection, "redemption_0", NOW)


def late(desk: Desk, *, known: bool) -> Redemption:
    """A burn that the database hears of a day after it happened."""
    if known:
        desk.hand_in(order())
    event = replace(burned(order()), block_time=NOW - timedelta(days=1))
    desk.tell("on_redeemed", event)
    with desk.database.reading() as connection:
        found = store.find_by_order(connection, ADA.wallet, order().nonce)
    assert found is not None
    return found


def test_a_burn_heard_of_late_is_parked(desk: Desk) -> None:
    """It may have been paid by an earlier life of this database: nothing is sent by itself."""
    redemption = late(desk, known=True)
    assert redemption.state is S.PARKED
    assert desk.pay_out() is None
    with pytest.raises(Conflict, match="late"):
        decide(desk, redemption)
    book(desk, redemption)  # the bank's statement is replayed: it was paid
    assert desk.now(redemption).state is S.SETTLED
    assert desk.books() == {
        "RESERVE": STOCK - PAYABLE,
        "TOKENS": STOCK - 1000,
        "OWN_FUNDS": FEE,
    }
    with desk.write() as connection, pytest.raises(Conflict):
        release(connection, redemption.id, NOW)


def test_a_parked_burn_is_released(desk: Desk) -> None:
    """Two persons have read the statements: it is paid, once."""
    redemption = late(desk, known=True)
    with desk.write() as connection:
        assert release(connection, redemption.id, NOW).state is S.BURNED
    assert desk.pay_out() is not None
    desk.hear()
    assert desk.now(redemption).state is S.SETTLED


def test_late_and_without_instructions(desk: Desk) -> None:
    """The holder's order completes it to PARKED, not to a payout; nor is it returned unseen."""
    redemption = late(desk, known=False)
    assert redemption.state is S.AWAITING_INSTRUCTIONS
    with pytest.raises(Conflict, match="late"):
        decide(desk, redemption)
    assert desk.hand_in(order()).state is S.PARKED
    assert desk.pay_out() is None


def test_what_an_earlier_life_paid_is_not_paid_again(desk: Desk) -> None:
    """Its debit stands on a statement, read before the burn: it settles, and no file has it."""
    redemption = desk.hand_in(order())
    book(desk, redemption)
    assert desk.now(redemption).state is S.RECEIVED
    desk.burn(order())
    assert desk.prepare() is None
    desk.follow()
    assert (desk.now(redemption).state, desk.now(redemption).alarm) == (S.SETTLED, None)


def test_without_the_look_at_the_statements_it_would_be(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control of the test above."""
    monkeypatch.setattr(files_module, "lines_under", lambda *_args, **_named: [])
    redemption = desk.hand_in(order())
    book(desk, redemption)
    desk.burn(order())
    assert desk.prepare() is not None


@pytest.fixture
def silent(desk: Desk, paid: Redemption) -> Redemption:
    """A payout of which nothing was heard."""
    with desk.write() as connection:
        assert give_up_waiting(connection, KINDS, now=NOW + timedelta(days=3)) == 1
    return desk.now(paid)


def test_the_bank_writes_that_it_paid(desk: Desk, silent: Redemption) -> None:
    """Accepted again, and settled by the booking alone."""
    with desk.write() as connection:
        assert resolve(connection, silent.id, True, NOW, reason="letter 7").state is S.ACCEPTED
    assert desk.now(silent).reason == "letter 7"
    book(desk, silent)
    assert desk.now(silent).state is S.SETTLED


def test_the_bank_writes_that_it_did_not_pay(desk: Desk, silent: Redemption) -> None:
    """Rejected: credited again, unless a debit speaks against it after all."""
    with desk.write() as connection:
        assert resolve(connection, silent.id, False, NOW, reason="letter").state is S.REJECTED
    assert desk.books()["RETURNS"] == PAYABLE
    book(desk, silent)
    assert credit_again(desk) == 0
    send_back(desk, silent)
    assert credit_again(desk) == 1


def test_a_word_against_the_statement(desk: Desk, silent: Redemption) -> None:
    """Not paid, says a letter; a debit of another sum says otherwise."""
    book(desk, silent, minor=1)
    with desk.write() as connection, pytest.raises(Conflict, match="debit"):
        resolve(connection, silent.id, False, NOW, reason="letter")
    assert desk.now(silent).state is S.NEVER_HEARD_BACK


def test_nobody_was_silent(desk: Desk, paid: Redemption) -> None:
    """A word on any other state is refused."""
    say(desk, paid, "ACSP")
    with desk.write() as connection, pytest.raises(Conflict, match="not been silent"):
        resolve(connection, paid.id, False, NOW, reason="letter")


def test_another_payout_than_the_burned_one_completes_nothing(desk: Desk) -> None:
    """Wrong instructions leave it waiting, and returnable."""
    redemption = unknown(desk)
    other = order(payout=Payout(ADA.account, ADA.name, "another", b"s" * 32))
    with pytest.raises(Conflict, match="not the one that was burned"):
        desk.hand_in(other)
    assert decide(desk, redemption).state is S.RETURN_ORDERED


@pytest.mark.parametrize("minor", [PAYABLE, PAYABLE + 40, PAYABLE - 40])
def test_a_debit_that_the_bank_did_not_name(desk: Desk, paid: Redemption, minor: int) -> None:
    """Two persons say what it is; the bank's own funds bear the difference; once."""
    line = book(desk, paid, end_to_end_id=None, minor=minor)
    assert desk.now(paid).state is S.SUBMITTED
    with desk.write() as connection:
        accept_debit(connection, KINDS, line, paid.end_to_end_id, now=NOW)
    assert desk.now(paid).state is S.SETTLED
    assert desk.books() == {
        "RESERVE": STOCK - minor,
        "TOKENS": STOCK - 1000,
        "OWN_FUNDS": FEE - (minor - PAYABLE),
    }
    with desk.write() as connection, pytest.raises(Conflict, match="EXPLAINED"):
        accept_debit(connection, KINDS, line, paid.end_to_end_id, now=NOW)
    again = book(desk, paid, "D2", end_to_end_id=None)
    with desk.write() as connection, pytest.raises(Conflict, match="no booking of it is awaited"):
        accept_debit(connection, KINDS, again, paid.end_to_end_id, now=NOW)


def test_a_debit_of_another_sum_is_accepted(desk: Desk, paid: Redemption) -> None:
    """The alarm that it raised ends with it."""
    line = book(desk, paid, minor=PAYABLE + 5)
    assert line in (desk.now(paid).alarm or "")
    with desk.write() as connection:
        accept_debit(connection, KINDS, line, paid.end_to_end_id, now=NOW)
    assert (desk.now(paid).state, desk.now(paid).alarm) == (S.SETTLED, None)


def test_a_sum_that_the_bank_did_not_name_came_back(desk: Desk, paid: Redemption) -> None:
    """A plain credit: two persons say whose return it is."""
    book(desk, paid)
    line = send_back(desk, paid, end_to_end_id=None, return_reason=None)
    with desk.write() as connection:
        accept_return(connection, KINDS, line, paid.end_to_end_id, now=NOW)
    assert desk.now(paid).state is S.RETURNED_BY_BANK
    with desk.write() as connection, pytest.raises(Conflict):
        accept_return(connection, KINDS, line, paid.end_to_end_id, now=NOW)


@pytest.mark.parametrize(("status", "after"), [("RJCT", S.REJECTED), ("ACSP", S.ACCEPTED)])
def test_a_reason_without_end(
    desk: Desk, paid: Redemption, status: str, after: RedemptionState
) -> None:
    """The word is followed, and as much of its reason kept as there is room for."""
    assert say(desk, paid, status, "AC04 " + "x" * 600) == 1
    assert desk.now(paid).state is after
    assert desk.now(paid).reason == "AC04 " + "x" * 495

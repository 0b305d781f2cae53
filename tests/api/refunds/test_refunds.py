"""Tests of refunds: a line's money goes back at most once, to its payer, by the bank's word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.kernel.errors import Conflict, InvalidInput, NotFound
from api.kernel.ids import LineId
from api.ledger import Account
from api.paying import KINDS
from api.payouts import give_up_waiting
from api.refunds import RefundState, accept_difference, resolve, return_line
from api.refunds import flow as flow_module
from api.refunds.model import end_to_end_id
from api.statements import LineState, find_line
from tests.api.refunds.steps import AMOUNT, Counter
from tests.api.world import ADA, BO, NOW, debit

S = RefundState


def test_back_to_its_payer_once(counter: Counter) -> None:
    """The whole way; the line is explained, the bank is told once, the books end at nothing."""
    line = counter.line()
    refund = counter.decide(line)
    assert (refund.state, refund.account) == (S.READY, BO.account)
    assert counter.books() == {Account.RESERVE: AMOUNT, Account.PAYOUTS: AMOUNT}
    assert counter.decide(line) == refund
    assert len(counter.pay_out()) == 1
    assert counter.pay_out() == []
    assert counter.say(refund, "ACSP") == 1
    counter.book(refund)
    assert counter.now(refund).state is S.SETTLED
    assert counter.books() == {}
    assert counter.decide(line).state is S.SETTLED
    assert counter.pay_out() == []
    [batch] = counter.bank.batches.values()
    [payment] = batch.instructions
    assert (payment.creditor_account, payment.creditor_name) == (BO.account, BO.name)
    assert payment.amount.minor == AMOUNT
    assert refund.line_id in payment.reference


def test_the_id_is_the_line_s(counter: Counter) -> None:
    """Made of the bank's own words: another database gives the same, another line another."""
    first, second = (counter.decide(counter.line(name)) for name in ("L1", "L2"))
    assert first.end_to_end_id == end_to_end_id(first.line_id, 1)
    assert first.end_to_end_id != second.end_to_end_id
    assert len(first.end_to_end_id) == 35


def test_after_a_restore_the_bank_s_booking_ends_it(counter: Counter) -> None:
    """The database is older than the payment: the same decision again pays nothing."""
    line = counter.line()
    counter.take(debit("D0", AMOUNT, end_to_end_id=end_to_end_id(LineId(line), 1)))
    refund = counter.decide(line)
    assert counter.pay_out() == []
    counter.follow()
    assert counter.now(refund).state is S.SETTLED
    assert counter.payments() == []
    assert counter.books() == {}


@pytest.mark.parametrize("missing", ["payer_account", "payer_name"])
def test_nobody_to_pay(counter: Counter, missing: str) -> None:
    """It waits, by name, for what two persons type; what pain.001 cannot carry is refused."""
    refund = counter.decide(counter.line(**{missing: None}))
    assert refund.state is S.AWAITING_ACCOUNT
    assert counter.pay_out() == []
    with pytest.raises(InvalidInput, match="creditor_account"):
        counter.name_account(refund, "not an account")
    assert counter.name_account(refund).state is S.READY
    assert counter.now(refund).end_to_end_id == refund.end_to_end_id
    assert len(counter.pay_out()) == 1
    with pytest.raises(Conflict, match="waits for no account"):
        counter.name_account(refund)


def test_rejected_and_tried_at_another_account(counter: Counter) -> None:
    """Still owed; the next attempt has an id of its own, and a word on the first ends nothing."""
    refund = counter.decide(counter.line())
    counter.pay_out()
    assert counter.say(refund, "RJCT", "AC04") == 1
    assert counter.books()[Account.PAYOUTS] == AMOUNT
    second = counter.name_account(refund, ADA.account)
    assert (second.attempt, second.state) == (2, S.READY)
    assert second.end_to_end_id != refund.end_to_end_id
    counter.pay_out()
    assert counter.say(refund, "RJCT", "AC04") == 0
    assert counter.say(refund, "ACSC") == 0
    assert "ACSC" in (counter.now(refund).alarm or "")
    counter.book(second)
    assert counter.now(refund).state is S.SETTLED
    assert len(counter.payments()) == len(set(counter.payments())) == 2


def test_rejected_and_yet_booked(counter: Counter) -> None:
    """The bank contradicts itself: no other attempt while the debit stands unexplained."""
    refund = counter.decide(counter.line())
    counter.pay_out()
    counter.say(refund, "RJCT", "AC04")
    counter.book(refund)
    assert counter.now(refund).alarm is not None
    with pytest.raises(Conflict, match="An alarm stands"):
        counter.name_account(refund, ADA.account)
    counter.look_at(refund)
    with pytest.raises(Conflict, match="debit"):
        counter.name_account(refund, ADA.account)
    counter.send_back(refund)
    assert counter.now(refund).alarm is None
    assert counter.name_account(refund, ADA.account).attempt == 2


def test_an_earlier_attempt_is_booked_late(counter: Counter) -> None:
    """After the second attempt is out: an alarm, and money that waits where it is seen."""
    refund = counter.decide(counter.line())
    counter.pay_out()
    counter.say(refund, "RJCT", "AC04")
    second = counter.name_account(refund, ADA.account)
    counter.book(refund)
    assert "booked" in (counter.now(refund).alarm or "")
    assert counter.books()[Account.UNMATCHED] == -AMOUNT
    counter.pay_out()
    assert counter.payments() == [refund.end_to_end_id]  # the second waits for a person
    assert counter.now(second).state is S.READY


def test_paid_and_sent_back(counter: Counter) -> None:
    """Owed again, to be tried at another account."""
    refund = counter.decide(counter.line())
    counter.pay_out()
    counter.book(refund)
    counter.send_back(refund)
    assert counter.now(refund).state is S.RETURNED_BY_BANK
    assert counter.books() == {Account.RESERVE: AMOUNT, Account.PAYOUTS: AMOUNT}
    second = counter.name_account(refund, ADA.account)
    counter.pay_out()
    counter.book(second, "D2")
    assert counter.books() == {}


def test_less_is_sent_back(counter: Counter) -> None:
    """Two persons let the bank bear the charges."""
    refund = counter.decide(counter.line())
    counter.pay_out()
    counter.book(refund)
    counter.send_back(refund, minor=AMOUNT - 5)
    assert counter.now(refund).state is S.RETURN_DIFFERS
    with pytest.raises(Conflict):
        counter.name_account(refund)
    with counter.database.transaction() as connection:
        assert accept_difference(connection, refund.id, NOW).state is S.RETURNED_BY_BANK
    assert counter.books() == {
        Account.RESERVE: AMOUNT - 5,
        Account.PAYOUTS: AMOUNT,
        Account.OWN_FUNDS: -5,
    }


@pytest.mark.parametrize("paid", [False, True])
def test_silence(counter: Counter, paid: bool) -> None:
    """Named after days, and ended by the bank's written word alone."""
    refund = counter.decide(counter.line())
    counter.pay_out()
    with counter.database.transaction() as connection:
        assert give_up_waiting(connection, KINDS, now=NOW + timedelta(days=3)) == 1
    with counter.database.transaction() as connection:
        found = resolve(connection, refund.id, paid, NOW, reason="letter 12")
    assert found.state is (S.ACCEPTED if paid else S.REJECTED)
    assert found.word == "letter 12"
    assert counter.books()[Account.PAYOUTS] == AMOUNT


@pytest.mark.parametrize(
    "fields", [{"return_reason": "AC04"}, {"reversal": True}], ids=["return", "reversal"]
)
def test_what_undoes_something_is_nobody_s_payment(
    counter: Counter, fields: dict[str, Any]
) -> None:
    """Refused by name, nothing changed."""
    line = counter.line(**fields)
    with pytest.raises(Conflict, match="no payment of a customer"):
        counter.decide(line)
    assert counter.books()[Account.UNMATCHED] == AMOUNT
    with counter.database.transaction() as connection, pytest.raises(NotFound):
        return_line(connection, "line_0", "x", NOW)


def test_without_the_unique_line_it_would_go_back_twice(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: forget the refund that a line has: the store itself stops the second."""
    line = counter.line()
    counter.decide(line)
    monkeypatch.setattr(flow_module.store, "find_by_line", lambda *_args, **_named: None)
    with pytest.raises(Conflict, match="EXPLAINED by refund"):
        counter.decide(line)
    monkeypatch.setattr(flow_module, "_stop_issue", lambda *_args: None)
    with pytest.raises(Exception, match=r"(?i)unique"):
        counter.decide(line)
    assert counter.books()[Account.PAYOUTS] == AMOUNT


def test_the_line_is_accounted_for(counter: Counter) -> None:
    """It is matched by nothing else any more."""
    line = counter.line()
    refund = counter.decide(line)
    with counter.database.reading() as connection:
        found = find_line(connection, line)
    assert found is not None
    assert (found.state, found.explained_by, found.explained_ref) == (
        LineState.EXPLAINED,
        "refund",
        refund.id,
    )


@pytest.mark.parametrize("missing", [None, "payer_name"])
def test_the_bank_takes_the_credit_back_first(counter: Counter, missing: str | None) -> None:
    """Nothing is paid, and nothing is owed: one payment too many otherwise."""
    fields: dict[str, Any] = {} if missing is None else {missing: None}
    line = counter.line(end_to_end_id="THEIRS", **fields)
    refund = counter.decide(line)
    recalled = debit("R1", AMOUNT, end_to_end_id="THEIRS", return_reason="FOCR")
    counter.take(recalled)
    assert counter.pay_out() == []
    counter.follow()
    assert (counter.now(refund).state, counter.now(refund).word) == (S.TAKEN_BACK, "FOCR")
    assert counter.pay_out() == []
    assert counter.books() == {}
    assert counter.decide(line).state is S.TAKEN_BACK


def test_without_that_look_both_would_go(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the test above."""
    monkeypatch.setattr("api.refunds.payments.perhaps_taken_back", lambda _connection: set())
    counter.decide(counter.line(end_to_end_id="THEIRS"))
    counter.take(debit("R1", AMOUNT, end_to_end_id="THEIRS", return_reason="FOCR"))
    assert len(counter.pay_out()) == 1


def test_which_credit_is_meant_is_left_to_people(counter: Counter) -> None:
    """Two of one amount and reference: neither is paid while nobody knows."""
    refunds = [counter.decide(counter.line(f"L{n}", end_to_end_id="THEIRS")) for n in (1, 2)]
    counter.take(debit("R1", AMOUNT, end_to_end_id="THEIRS", return_reason="FOCR"))
    counter.follow()
    assert counter.pay_out() == []
    assert {counter.now(refund).state for refund in refunds} == {S.READY}

"""Tests of payout files that are stopped and withdrawn: the way out of one that nobody takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.bank import BankUnreachable, PaymentStatus
from api.bank.memory import FakeBank
from api.kernel.errors import Conflict, NotFound
from api.paying import KINDS, take_statuses
from api.payouts import (
    UNDER_WAY,
    FileState,
    Limits,
    Stage,
    accept_debit,
    count_files,
    count_stuck,
    release_file,
    stop_file,
    withdraw_file,
)
from api.payouts.store import find_file
from api.redemptions import PAYOUTS, RedemptionState
from api.statements import take_in
from tests.api.payouts.steps import (
    CREDITED_AGAIN,
    NO,
    let_go,
    refused,
    state,
    stop,
    withdraw,
)
from tests.api.redemptions.conftest import desk
from tests.api.redemptions.desk import (
    PAYABLE,
    RULES,
    Desk,
    book,
    credit_again,
    order,
    returned,
    say,
)
from tests.api.world import RESERVE, camt, debit

__all__ = ["desk"]

S, F = RedemptionState, FileState


def test_the_way_out_of_a_file_that_is_refused_for_good(desk: Desk) -> None:
    """Refused again and again, stopped, withdrawn: the holder has the tokens again, once."""
    redemption, message_id = refused(desk)
    desk.clock.move(timedelta(hours=2))
    assert desk.submit() == 0
    with desk.database.reading() as connection:
        file = find_file(connection, message_id)
        assert file is not None
        assert (file.problem, file.tried_at) == (NO, desk.clock.now())
        assert count_stuck(connection) == 1
    stop(desk, message_id)
    desk.bank.refuses = None  # nobody asks it any more
    assert desk.submit() == 0
    assert desk.bank.batches == {}
    assert withdraw(desk, message_id) == 1
    now = desk.now(redemption)
    assert (now.state, now.reason) == (S.REJECTED, "its payout file was withdrawn")
    assert state(desk, message_id) is F.WITHDRAWN
    assert desk.pay_out() is None
    assert credit_again(desk) == 1
    assert credit_again(desk) == 0
    desk.tell("on_payout_returned", returned(order()))
    assert desk.now(redemption).state is S.RETURNED
    assert desk.books() == CREDITED_AGAIN


def test_what_cannot_be_done_says_so(desk: Desk) -> None:
    """Each in its order, and none twice."""
    _, message_id = refused(desk)
    now = desk.clock.now()
    with desk.write() as connection, pytest.raises(NotFound):
        stop_file(connection, "JZM0", now=now)
    with desk.write() as connection, pytest.raises(Conflict, match="SAVED, neither stopped"):
        withdraw_file(connection, KINDS, message_id, now=now)
    stop(desk, message_id)
    with desk.write() as connection, pytest.raises(Conflict, match="nothing to stop"):
        stop_file(connection, message_id, now=now)
    early = now + UNDER_WAY - timedelta(seconds=1)
    with desk.write() as connection, pytest.raises(Conflict, match="on its way"):
        withdraw_file(connection, KINDS, message_id, now=early)
    withdraw(desk, message_id)
    with desk.write() as connection, pytest.raises(Conflict, match="WITHDRAWN"):
        withdraw_file(connection, KINDS, message_id, now=desk.clock.now())
    with desk.write() as connection, pytest.raises(Conflict, match="neither held"):
        release_file(connection, KINDS, message_id, now=now)


def test_a_stopped_file_is_let_go_again(desk: Desk) -> None:
    """The bank has mended what was wrong on its side."""
    redemption, message_id = refused(desk)
    stop(desk, message_id)
    desk.bank.refuses = None
    let_go(desk, message_id)
    assert desk.submit() == 1
    desk.hear()
    assert desk.now(redemption).state is S.SETTLED


def test_a_held_file_need_not_be_stopped(desk: Desk) -> None:
    """It was never handed in: two persons withdraw it at once, and its day's sum is free."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    message_id = desk.prepare(rules=replace(RULES, limits=Limits(500, 10**15, 0)))
    assert message_id is not None
    with desk.write() as connection:
        assert withdraw_file(connection, KINDS, message_id, now=desk.clock.now()) == 1
    assert desk.now(redemption).state is S.REJECTED
    other = order(nonce=b"o" * 32)
    desk.hand_in(other)
    desk.burn(other, "burn:2")
    assert desk.prepare(rules=replace(RULES, limits=Limits(500, 10**15, PAYABLE))) is not None
    with desk.database.reading() as connection:
        assert count_files(connection, F.SAVED) == 1


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_stopped_while_it_was_on_its_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    """The bank has it: its answer, or its word, counts; nothing is owed again."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    message_id = desk.prepare()
    assert message_id is not None
    real = FakeBank.submit_payouts

    def slowly(bank: FakeBank, batch: Any) -> Any:
        stop(desk, batch.message_id)
        proof = real(bank, batch)
        if lost:
            raise BankUnreachable("the answer is lost", remedy="submit it again")
        return proof

    monkeypatch.setattr(FakeBank, "submit_payouts", slowly)
    if lost:
        with pytest.raises(BankUnreachable):
            desk.submit()
        assert state(desk, message_id) is F.STOPPED
    else:
        assert desk.submit() == 1
        assert desk.now(redemption).state is S.SUBMITTED
    desk.hear()
    assert state(desk, message_id) is F.SUBMITTED
    assert desk.now(redemption).state is S.SETTLED
    with pytest.raises(Conflict, match="SUBMITTED, neither stopped"):
        withdraw(desk, message_id)


@pytest.mark.parametrize(
    ("status", "after"),
    [("RCVD", S.SUBMITTED), ("ACSP", S.ACCEPTED), ("RJCT", S.REJECTED)],
)
@pytest.mark.parametrize("whole", [False, True], ids=["payment", "file"])
def test_the_bank_speaks_of_a_stopped_file(
    desk: Desk, status: str, after: RedemptionState, whole: bool
) -> None:
    """Whatever it says, it has it."""
    redemption, message_id = refused(desk)
    stop(desk, message_id)
    said = PaymentStatus(message_id, None if whole else redemption.end_to_end_id, status, None)
    with desk.write() as connection:
        take_statuses(connection, [said], currency="EUR", now=desk.clock.now())
    assert state(desk, message_id) is F.SUBMITTED
    assert desk.now(redemption).state is after


def test_the_bank_books_a_stopped_file(desk: Desk) -> None:
    """Settled as any other."""
    redemption, message_id = refused(desk)
    stop(desk, message_id)
    book(desk, redemption)
    assert state(desk, message_id) is F.SUBMITTED
    assert desk.now(redemption).state is S.SETTLED


def test_a_file_that_the_bank_has_spoken_of_is_not_stopped(desk: Desk) -> None:
    """It is handed in for the proof; a bank that refuses the second copy has the first."""
    redemption, message_id = refused(desk)
    said = PaymentStatus(message_id, redemption.end_to_end_id, "PDNG", None)
    with desk.write() as connection:
        take_statuses(connection, [said], currency="EUR", now=desk.clock.now())
    with pytest.raises(Conflict, match="known to the bank"):
        stop(desk, message_id)
    assert desk.submit() == 0
    assert state(desk, message_id) is F.SUBMITTED
    assert desk.now(redemption).state is S.SUBMITTED


def test_a_line_in_quarantine_is_the_banks_word_too(desk: Desk) -> None:
    """Nothing acts on it, and yet somebody has booked the payment."""
    redemption, message_id = refused(desk)
    stop(desk, message_id)
    line = debit("Q1", PAYABLE, end_to_end_id=redemption.end_to_end_id)
    take_in(
        desk.database,
        camt([line], message_id="Q", opening=0, closing=1),
        currency="EUR",
        reserve_account=RESERVE,
        now=desk.clock.now(),
        source="test",
    )
    desk.follow()
    assert state(desk, message_id) is F.STOPPED
    with pytest.raises(Conflict, match="has told of line_"):
        withdraw(desk, message_id)


@pytest.mark.parametrize("minor", [PAYABLE, PAYABLE - 5])
def test_a_booking_under_a_payments_id_hands_its_saved_file_in_no_more(
    desk: Desk, minor: int
) -> None:
    """Whoever made the payment named it: given to the bank now, it would be made twice."""
    redemption, message_id = refused(desk)
    desk.bank.refuses = None
    book(desk, redemption, minor=minor)
    assert desk.submit() == 0
    assert desk.bank.batches == {}
    assert state(desk, message_id) is F.SUBMITTED
    assert desk.now(redemption).state is (S.SETTLED if minor == PAYABLE else S.SUBMITTED)


def test_the_bank_speaks_of_the_payment_while_its_file_is_handed_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal of the second copy is no problem of the first."""
    redemption, message_id = refused(desk)
    real = FakeBank.submit_payouts

    def slowly(bank: FakeBank, batch: Any) -> Any:
        say(desk, redemption, "PDNG")
        return real(bank, batch)

    monkeypatch.setattr(FakeBank, "submit_payouts", slowly)
    assert desk.submit() == 0
    with desk.database.reading() as connection:
        file = find_file(connection, message_id)
    assert file is not None
    assert file.state is F.SUBMITTED
    assert desk.now(redemption).state is S.SUBMITTED


def test_what_was_paid_by_hand_is_stopped_before_it_is_said(desk: Desk) -> None:
    """One of two payments: the file never goes, and the other one is owed again."""
    by_hand, other = desk.hand_in(order()), desk.hand_in(order(nonce=b"o" * 32))
    desk.burn(order())
    desk.burn(order(nonce=b"o" * 32), "burn:2")
    message_id = desk.prepare()
    assert message_id is not None
    line = book(desk, by_hand, end_to_end_id=None)

    def booked_as() -> None:
        with desk.write() as connection:
            accept_debit(connection, KINDS, line, by_hand.end_to_end_id, now=desk.clock.now())

    with pytest.raises(Conflict, match="may be given it yet"):
        booked_as()
    stop(desk, message_id)
    booked_as()
    assert desk.now(by_hand).state is S.SETTLED
    assert state(desk, message_id) is F.STOPPED
    with pytest.raises(Conflict, match="is SETTLED"):
        let_go(desk, message_id)
    assert desk.submit() == 0
    assert withdraw(desk, message_id) == 1
    assert (desk.now(by_hand).state, desk.now(other).state) == (S.SETTLED, S.REJECTED)
    assert credit_again(desk) == 1
    assert desk.bank.batches == {}


@pytest.mark.parametrize("heard", [False, True])
def test_a_saved_file_with_a_payment_that_has_moved_on(desk: Desk, heard: bool) -> None:
    """Only one that the bank has spoken of by its id is handed in: the bank knows it again."""
    redemption, message_id = refused(desk)
    desk.bank.refuses = None
    with desk.write() as connection:
        if heard:
            said = PaymentStatus(message_id, None, "PDNG", None)
            take_statuses(connection, [said], currency="EUR", now=desk.clock.now())
        payment = PAYOUTS.find(connection, redemption.end_to_end_id)
        assert payment is not None
        PAYOUTS.move(connection, payment, Stage.SETTLED, now=desk.clock.now())
    assert desk.submit() == heard
    assert state(desk, message_id) is (F.SUBMITTED if heard else F.STOPPED)
    assert desk.now(redemption).state is S.SETTLED
    with desk.database.reading() as connection:
        file = find_file(connection, message_id)
    assert file is not None
    assert file.problem == (None if heard else f"{redemption.id} is SETTLED")

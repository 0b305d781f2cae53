"""Tests of withdrawn payout files: what comes afterwards is loud, and nothing is paid twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import pytest

from api.approvals import Action, approve
from api.attest import claims
from api.bank.memory import FakeBank
from api.chain import AlarmKind, raise_alarm, resume
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Conflict
from api.operations import Outcome, ask, build_actions
from api.paying import KINDS
from api.payouts import (
    UNDER_WAY,
    FileState,
    accept_debit,
    files,
    stop_all,
    stop_file,
    withdraw_file,
)
from api.redemptions import RedemptionState, count_alarms
from api.refunds import RefundState
from tests.api.payouts.steps import (
    CREDITED_AGAIN,
    NO,
    let_go,
    refused,
    state,
    stop,
    withdraw,
    withdrawn,
)
from tests.api.redemptions.conftest import desk
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
)
from tests.api.refunds.steps import Counter
from tests.api.world import KEY, no_bank
from tests.api.world import bank as bank_of
from tests.faults.kills import Death, Killed, Kills
from tests.faults.points import Point, list_points

__all__ = ["desk"]

S, F = RedemptionState, FileState


@pytest.mark.parametrize("status", ["ACSC", "ACTC"])
def test_a_word_on_a_withdrawn_file_is_loud_and_holds_the_return(desk: Desk, status: str) -> None:
    """The bank has it after all: nothing is credited before a person has looked."""
    redemption, message_id = withdrawn(desk)
    say(desk, redemption, status)
    assert status in (desk.now(redemption).alarm or "")
    assert state(desk, message_id) is F.WITHDRAWN
    assert credit_again(desk) == 0
    with desk.database.reading() as connection:
        assert count_alarms(connection) == 1


def test_a_no_to_a_withdrawn_file_says_nothing_new(desk: Desk) -> None:
    """That it is not paid is known."""
    redemption, _ = withdrawn(desk)
    say(desk, redemption, "RJCT", "FF01")
    assert desk.now(redemption).alarm is None
    assert credit_again(desk) == 1


@pytest.mark.parametrize("already", [False, True], ids=["not yet", "already"])
def test_a_withdrawn_file_that_is_paid_is_never_silent(desk: Desk, already: bool) -> None:
    """Before its tokens are credited again: they are not. Afterwards: an alarm, and a claim."""
    redemption, _ = withdrawn(desk)
    if already:
        assert credit_again(desk) == 1
    line = book(desk, redemption)
    now = desk.now(redemption)
    assert line in (now.alarm or "")
    assert now.state is (S.RETURNING if already else S.REJECTED)
    assert credit_again(desk) == 0


def test_a_worker_that_slept_through_the_withdrawal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For longer than ten minutes, between its last look and the bank: told as soon as it wakes."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    desk.prepare()
    real = FakeBank.submit_payouts

    def wakes_late(bank: FakeBank, batch: Any) -> Any:
        stop(desk, batch.message_id)
        withdraw(desk, batch.message_id)
        return real(bank, batch)

    monkeypatch.setattr(FakeBank, "submit_payouts", wakes_late)
    desk.submit()
    now = desk.now(redemption)
    assert (now.state, now.alarm) == (
        S.REJECTED,
        "the bank took the withdrawn file of a payout that is REJECTED",
    )
    assert credit_again(desk) == 0
    desk.hear()  # it pays, as it was told to
    assert desk.now(redemption).state is S.REJECTED
    assert "the bank booked the payout" in (desk.now(redemption).alarm or "")
    assert credit_again(desk) == 0


def test_without_the_ten_minutes_the_sleeper_would_need_no_sleep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: withdrawn at once, what is under way is paid after its withdrawal."""
    monkeypatch.setattr("api.payouts.stopping.UNDER_WAY", timedelta(0))
    redemption = desk.hand_in(order())
    desk.burn(order())
    desk.prepare()
    real = FakeBank.submit_payouts

    def at_once(bank: FakeBank, batch: Any) -> Any:
        stop(desk, batch.message_id)
        with desk.write() as connection:
            withdraw_file(connection, KINDS, batch.message_id, now=desk.clock.now())
        return real(bank, batch)

    monkeypatch.setattr(FakeBank, "submit_payouts", at_once)
    desk.submit()
    assert desk.now(redemption).alarm is not None


def test_a_refund_goes_again_under_another_id(database: Database, clock: FixedClock) -> None:
    """Two persons give another account; its payment is made once."""
    counter = Counter(database, clock, bank_of(clock))
    counter.bank.refuses = NO
    refund = counter.decide(counter.line())
    [message_id] = counter.pay_out()
    with database.transaction() as connection:
        stop_file(connection, message_id, now=clock.now())
    clock.move(UNDER_WAY)
    with database.transaction() as connection:
        assert withdraw_file(connection, KINDS, message_id, now=clock.now()) == 1
    assert counter.now(refund).state is RefundState.REJECTED
    counter.bank.refuses = None
    again = counter.name_account(refund)
    assert again.end_to_end_id != refund.end_to_end_id
    assert len(counter.pay_out()) == 1
    assert counter.payments() == [again.end_to_end_id]
    counter.book(again)
    assert counter.now(refund).state is RefundState.SETTLED
    assert counter.say(refund, "ACSC") == 0  # of the first one, which was withdrawn
    assert "ACSC" in (counter.now(refund).alarm or "")


def test_a_refund_whose_withdrawn_payment_has_an_alarm_gets_no_other(
    database: Database, clock: FixedClock
) -> None:
    """Before another account is given, a person has looked at it."""
    counter = Counter(database, clock, bank_of(clock))
    counter.bank.refuses = NO
    refund = counter.decide(counter.line())
    [message_id] = counter.pay_out()
    with database.transaction() as connection:
        stop_file(connection, message_id, now=clock.now())
    clock.move(UNDER_WAY)
    with database.transaction() as connection:
        withdraw_file(connection, KINDS, message_id, now=clock.now())
    counter.say(refund, "ACSP")
    with pytest.raises(Conflict, match="alarm"):
        counter.name_account(refund)


def test_none_stands_before_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are refused for good do not keep a sound one from the bank."""
    monkeypatch.setattr(files, "_FILES_AT_ONCE", 1)
    _, bad = refused(desk)
    other = order(nonce=b"o" * 32)
    desk.hand_in(other)
    desk.burn(other, "burn:2")
    good = desk.prepare()
    real = FakeBank.submit_payouts

    def only_good(bank: FakeBank, batch: Any) -> Any:
        bank.refuses = None if batch.message_id == good else NO
        return real(bank, batch)

    monkeypatch.setattr(FakeBank, "submit_payouts", only_good)
    assert [desk.submit(), desk.submit()] == [1, 0]
    assert list(desk.bank.batches) == [good]
    assert state(desk, bad) is F.SAVED


def test_a_backup_from_before_the_withdrawal(desk: Desk) -> None:
    """The chain has credited the tokens again: the file that is saved here pays nobody."""
    redemption, message_id = refused(desk)
    desk.bank.refuses = None
    desk.tell("on_payout_returned", returned(order()))
    assert desk.now(redemption).state is S.RETURNED
    assert state(desk, message_id) is F.STOPPED
    assert desk.submit() == 0
    with pytest.raises(Conflict, match="RETURNED"):
        let_go(desk, message_id)
    assert withdraw(desk, message_id) == 0
    assert desk.bank.batches == {}
    assert desk.books() == CREDITED_AGAIN


def test_after_a_restore_every_saved_file_waits_for_persons(desk: Desk) -> None:
    """But one of which the bank has spoken: it has it."""
    redemption, message_id = refused(desk)
    with desk.write() as connection:
        assert stop_all(connection, "restored", now=desk.clock.now()) == 1
    assert state(desk, message_id) is F.STOPPED
    let_go(desk, message_id)
    say(desk, redemption, "PDNG")
    with desk.write() as connection:
        assert stop_all(connection, "restored", now=desk.clock.now()) == 0


POINTS = sorted(p for p in list_points() if p.module == "api.payouts.files")


def test_the_points_of_handing_in() -> None:
    """What is killed below."""
    assert [(p.function, p.what) for p in POINTS] == [
        ("_begin", "commit"),
        ("_refused", "commit"),
        ("_taken", "commit"),
        ("submit", "submit_payouts"),
    ]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_it_dies_while_a_file_is_refused_stopped_and_withdrawn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, point: Point, when: Literal["before", "after"]
) -> None:
    """At each commit and at the bank's door: what was withdrawn is credited again once, and what
    the bank had is paid once."""
    kills = Kills(plan=lambda death, _number: death == Death(when, point) and not kills.died)
    kills.install(monkeypatch, FakeBank)

    def hand_in() -> None:
        for _ in range(3):
            try:
                desk.submit()
            except Killed:
                kills.revive()

    redemption = desk.hand_in(order())
    desk.burn(order())
    desk.bank.refuses = NO
    message_id = desk.prepare()
    assert message_id is not None
    hand_in()
    stop(desk, message_id)
    hand_in()
    withdraw(desk, message_id)
    desk.bank.refuses = None
    other = order(nonce=b"o" * 32)
    second = desk.hand_in(other)
    desk.burn(other, "burn:2")
    desk.prepare()
    hand_in()
    desk.hear()
    assert kills.died == 1
    assert len(desk.bank.batches) == 1
    assert (desk.now(redemption).state, desk.now(second).state) == (S.REJECTED, S.SETTLED)
    assert credit_again(desk) == 1
    assert desk.bank.booked.minor == STOCK - PAYABLE


def test_two_persons_find_that_it_was_paid_after_all(desk: Desk) -> None:
    """The way out of the alarm, before anything was credited again: the debit settles it."""
    redemption, _ = withdrawn(desk)
    line = book(desk, redemption)
    with desk.write() as connection:
        accept_debit(connection, KINDS, line, redemption.end_to_end_id, now=desk.clock.now())
    now = desk.now(redemption)
    assert (now.state, now.alarm) == (S.SETTLED, None)
    assert credit_again(desk) == 0
    assert desk.books() == {
        "RESERVE": STOCK - PAYABLE,
        "TOKENS": STOCK - 1000,
        "OWN_FUNDS": FEE,
    }
    assert say(desk, redemption, "ACSC") == 0
    assert desk.now(redemption).alarm is None


def deed(desk: Desk, name: str, message_id: str, who: str = "ada") -> Outcome:
    """An operator asks for something."""
    now = desk.clock.now()
    with desk.write() as connection:
        return ask(
            connection,
            build_actions(KEY, lambda: desk.bank),
            Action(name, message_id),
            operator=who,
            reason="why",
            now=now,
        )


def test_one_person_stops_and_two_withdraw(desk: Desk) -> None:
    """Not while payouts are frozen; the attestor knows that the tokens are owed again."""
    redemption, message_id = refused(desk)
    assert deed(desk, "stop-file", message_id).result == {
        "payout_file": message_id,
        "state": "STOPPED",
    }
    with pytest.raises(Conflict, match="on its way"):
        deed(desk, "withdraw-file", message_id)
    desk.clock.move(UNDER_WAY)
    with desk.write() as connection:
        raise_alarm(connection, AlarmKind.RESTORED, "x", "older", desk.clock.now())
    with pytest.raises(Conflict, match="Payouts are frozen: older"):
        deed(desk, "withdraw-file", message_id)
    with desk.write() as connection:
        resume(connection)
    proposal = deed(desk, "withdraw-file", message_id).proposal
    assert proposal is not None
    assert state(desk, message_id) is F.STOPPED
    with desk.write() as connection:
        done = approve(
            connection,
            build_actions(KEY, lambda: desk.bank),
            proposal.id,
            digest=proposal.digest,
            checker="bo",
            now=desk.clock.now(),
        )
    assert done.result == {"payout_file": message_id, "payments": 1, "state": "WITHDRAWN"}
    with desk.database.reading() as connection:
        [owed] = claims._owed(connection)
    assert (owed.redemption, owed.decided) == (redemption.id, True)


def test_resuming_stops_what_is_saved(desk: Desk) -> None:
    """In the very transaction: no worker comes between."""
    _, message_id = refused(desk)
    with desk.write() as connection:
        raise_alarm(connection, AlarmKind.RESTORED, "x", "older", desk.clock.now())
        done = build_actions(KEY, no_bank)["resume"].run(
            connection, Action("resume", "x"), desk.clock.now()
        )
    assert done == {"was_in_doubt": True, "files_stopped": 1}
    assert state(desk, message_id) is F.STOPPED

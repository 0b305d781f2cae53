"""Tests of returns: what the bank does not pay is credited again, once, and only then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest

from api.bank import PaymentStatus
from api.paying import take_statuses
from api.payouts import batch_message_id
from api.redemptions import Redemption, RedemptionState, enqueue_returns, on_return_reverted, store
from api.redemptions import returns as returns_module
from api.statements import take_in
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
from tests.api.world import NOW, RESERVE, camt, debit, deployment

S = RedemptionState


def test_rejected_returned_and_credited_once(desk: Desk, paid: Redemption) -> None:
    """The bank does not pay: the tokens come back when the Teller has room."""
    assert say(desk, paid, "RJCT", "AC04") == 1
    assert say(desk, paid, "RJCT", "AC04") == 0
    assert (desk.now(paid).state, desk.now(paid).reason) == (S.REJECTED, "AC04")
    assert desk.books()["RETURNS"] == PAYABLE
    with desk.write() as connection:
        assert enqueue_returns(connection, deployment(), headroom=PAYABLE - 1, now=NOW) == 0
        assert enqueue_returns(connection, deployment(), headroom=PAYABLE, now=NOW) == 1
    first = desk.now(paid)
    with desk.write() as connection:
        on_return_reverted(connection, f"{paid.id}#1", "HeadroomExceeded()", now=NOW)
    assert desk.now(paid).state is S.REJECTED
    later = NOW + timedelta(minutes=1)
    with desk.write() as connection:
        assert enqueue_returns(connection, deployment(), headroom=PAYABLE, now=later) == 1
    assert desk.now(paid).tx_id != first.tx_id
    desk.tell("on_payout_returned", returned(order()))
    assert desk.now(paid).state is S.RETURNED
    assert desk.books() == {"RESERVE": STOCK, "TOKENS": STOCK - FEE, "OWN_FUNDS": FEE}


@pytest.mark.parametrize("minor", [PAYABLE, PAYABLE + 1])
@pytest.mark.parametrize("booked_first", [False, True])
def test_what_was_debited_is_not_credited_again(
    desk: Desk, paid: Redemption, minor: int, booked_first: bool
) -> None:
    """Rejected, yet money left under its id: it stays rejected until a person has looked."""
    if booked_first and minor == PAYABLE:
        minor = 1  # the right amount would settle it
    if booked_first:
        book(desk, paid, minor=minor)
    say(desk, paid, "RJCT", "AC04")
    if not booked_first:
        book(desk, paid, minor=minor)
    with desk.write() as connection:
        store.set_fields(connection, paid, alarm=None)
        assert enqueue_returns(connection, deployment(), headroom=STOCK, now=NOW) == 0
    assert desk.now(paid).state is S.REJECTED
    assert "debit" in (desk.now(paid).alarm or "")
    assert desk.books()["RETURNS"] == PAYABLE


def test_a_line_that_nobody_has_matched_yet_holds_the_return(desk: Desk, paid: Redemption) -> None:
    """Stored between the match and the return, in the same cycle: it counts all the same."""
    say(desk, paid, "RJCT", "AC04")
    line = debit("D1", PAYABLE, end_to_end_id=paid.end_to_end_id)
    take_in(
        desk.database,
        camt([line]),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )
    with desk.write() as connection:
        assert enqueue_returns(connection, deployment(), headroom=STOCK, now=NOW) == 0
    assert desk.now(paid).state is S.REJECTED


def test_held_returns_do_not_stand_before_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest ones wait for a person; those behind them are credited."""
    monkeypatch.setattr(returns_module, "_AT_ONCE", 1)
    monkeypatch.setattr(store, "PAGE", 1)
    rejected = []
    for number in range(3):
        one = order(nonce=bytes([number]) * 32)
        rejected.append(desk.hand_in(one))
        desk.burn(one, f"burn:{number}")
    desk.pay_out()
    for each in rejected:
        say(desk, each, "RJCT", "AC04")
    book(desk, rejected[0])
    with desk.write() as connection:
        assert enqueue_returns(connection, deployment(), headroom=STOCK, now=NOW) == 1
    assert [desk.now(each).state for each in rejected] == [S.REJECTED, S.RETURNING, S.REJECTED]


def test_what_moved_on_since_it_was_read_is_left_alone(
    desk: Desk, paid: Redemption, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two persons find that the bank paid it, between the look and the return; others go on."""
    other = order(nonce=b"m" * 32)
    second = desk.hand_in(other)
    desk.burn(other, "burn:2")
    desk.pay_out()
    for each in (paid, second):
        say(desk, each, "RJCT", "AC04")
    stale = [desk.now(paid), desk.now(second)]
    with desk.write() as connection:
        store.change_state(connection, stale[0], S.SETTLED, now=NOW)
    monkeypatch.setattr(store, "each_in_state", lambda _, state: [*stale] * (state is S.REJECTED))
    assert credit_again(desk) == 1
    assert [desk.now(each).state for each in (paid, second)] == [S.SETTLED, S.RETURNING]


def test_what_somebody_is_changing_is_left_for_the_next_round(desk: Desk, paid: Redemption) -> None:
    """Two persons' transaction has not ended yet: the step neither fails nor credits."""
    say(desk, paid, "RJCT", "AC04")
    with ThreadPoolExecutor(1) as pool:
        with desk.write() as connection:
            store.change_state(connection, desk.now(paid), S.SETTLED, now=NOW)
            stepping = pool.submit(credit_again, desk)
            wait([stepping], timeout=0.5)
        assert stepping.result() == 0
    assert desk.now(paid).state is S.SETTLED


def test_an_alarm_that_came_since_it_was_read_holds_the_return(
    desk: Desk, paid: Redemption, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is how it stands when it is credited again."""
    say(desk, paid, "RJCT", "AC04")
    stale = desk.now(paid)
    with desk.write() as connection:
        store.set_fields(connection, paid, alarm="the bank said ACSC of a payout")
    monkeypatch.setattr(store, "each_in_state", lambda _, state: [stale] * (state is S.REJECTED))
    assert credit_again(desk) == 0
    assert desk.now(paid).state is S.REJECTED


def test_a_return_without_effect_is_tried_more_and_more_seldom(
    desk: Desk, paid: Redemption
) -> None:
    """A minute, two, four … a day at most, with the reason on show: never once a cycle."""
    say(desk, paid, "RJCT", "AC04")
    now, waits = NOW, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]
    for attempt, minutes in enumerate(waits, start=1):
        with desk.write() as connection:
            assert enqueue_returns(connection, deployment(), headroom=STOCK, now=now) == 1
            on_return_reverted(connection, f"{paid.id}#{attempt}", "BackingStale()", now=now)
        for soon in (now, now + timedelta(minutes=minutes, seconds=-1)):
            with desk.write() as connection:
                assert enqueue_returns(connection, deployment(), headroom=STOCK, now=soon) == 0
        found = desk.now(paid)
        assert (found.state, found.reason, found.returns) == (
            S.REJECTED,
            "BackingStale()",
            attempt,
        )
        now += timedelta(minutes=minutes)


@pytest.mark.parametrize("tried", [0, 3])
def test_a_clock_that_was_a_day_ahead_holds_no_return_up(
    desk: Desk, paid: Redemption, tried: int
) -> None:
    """What it dated lies ahead when it is right again."""
    say(desk, paid, "RJCT", "AC04")
    with desk.write() as connection:
        tomorrow = NOW + timedelta(days=1)
        store.set_fields(connection, paid, returns=tried, changed_at=tomorrow)
        assert enqueue_returns(connection, deployment(), headroom=PAYABLE, now=NOW) == 1


def test_a_clock_that_is_a_second_ahead_shortens_no_wait(desk: Desk, paid: Redemption) -> None:
    """Two workers' clocks are never quite the same."""
    say(desk, paid, "RJCT", "AC04")
    with desk.write() as connection:
        store.set_fields(connection, paid, returns=10, changed_at=NOW + timedelta(seconds=1))
        assert enqueue_returns(connection, deployment(), headroom=PAYABLE, now=NOW) == 0


def test_without_telling_copies_apart_a_paid_burn_would_be_credited_again(
    desk: Desk, paid: Redemption, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a refused second copy is taken for a refused payment: both are done."""
    monkeypatch.setattr("api.payouts.words._is_duplicate", lambda _status: False)
    said = PaymentStatus(batch_message_id([paid.end_to_end_id]), paid.end_to_end_id, "RJCT", "AM05")
    with desk.write() as connection:
        assert take_statuses(connection, [said], currency="EUR", now=NOW) == 1
    with desk.write() as connection:
        assert enqueue_returns(connection, deployment(), headroom=STOCK, now=NOW) == 1
    assert desk.now(paid).state is S.RETURNING

"""What the simulated bank does seldom, late or wrongly, each as the bridge would meet it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from api.bank import (
    BankRefused,
    BankUnreachable,
    BookedLine,
    Direction,
    LineKind,
    StatementEnd,
    StatementHeader,
    read_camt,
)
from api.bank.simulate_scenarios import SCENARIOS
from api.bank.simulated import Deposit, Pace, SimulatedBank
from api.kernel.clock import FixedClock
from api.kernel.errors import InvalidInput
from api.kernel.money import Money
from tests.api.bank.contract.kit import OTHER_IBAN, RESERVE, START, batch, payment

MONDAY = date(2026, 1, 5)


@pytest.fixture
def clock() -> FixedClock:
    """Monday morning."""
    return FixedClock(START)


@pytest.fixture
def bank(tmp_path: Path, clock: FixedClock) -> SimulatedBank:
    """A bank with 100.00 on the reserve account, on Monday."""
    made = SimulatedBank.open(tmp_path / "bank.db", clock=clock, currency="EUR", reserve=RESERVE)
    made.book_deposit(Deposit(OTHER_IBAN, "Somebody", euro(10_000)))
    return made


def euro(minor: int) -> Money:
    """Cents."""
    return Money(minor, "EUR")


def lines(content: bytes) -> list[BookedLine]:
    """The booked lines of a file."""
    return [each for each in read_camt(io.BytesIO(content)) if isinstance(each, BookedLine)]


def today(bank: SimulatedBank) -> list[BookedLine]:
    """Close the day; the lines of its statement, whose sum is right. Another day is open."""
    day = bank.close_day()
    content = bank.statement(day)
    [end] = [each for each in read_camt(io.BytesIO(content)) if isinstance(each, StatementEnd)]
    found = lines(content)
    assert end.opening is not None
    assert end.closing is not None
    moved = sum(
        line.amount.minor * (1 if line.direction is Direction.CREDIT else -1) for line in found
    )
    assert end.opening.minor + moved == end.closing.minor
    bank.open_day()
    return found


def kinds(bank: SimulatedBank) -> list[str]:
    """What waits to be collected."""
    return [document.kind for document in bank.collect()]


def test_a_payout_comes_back_after_days(bank: SimulatedBank) -> None:
    """A credit with the reason and the payout's own end-to-end id, on the right day."""
    bank.rehearse.return_payout(days=2, reason="AC04", charges=50)
    bank.submit_payouts(batch("P-1", payment("R-1", 500)))
    assert kinds(bank) == ["pain.002", "camt.054"]
    assert [line.return_reason for line in today(bank)] == [None, None]
    assert today(bank) == []
    [back] = today(bank)
    assert (back.direction, back.amount, back.return_reason) == (
        Direction.CREDIT,
        euro(450),
        "AC04",
    )
    assert (back.end_to_end_id, back.payer_account) == ("R-1", OTHER_IBAN)
    assert bank.balance().amount == euro(10_000 - 50)


def test_a_booked_payout_comes_back_when_it_is_named(bank: SimulatedBank) -> None:
    """At once, when no days are given; others stay."""
    bank.submit_payouts(batch("P-1", payment("R-1"), payment("R-2")))
    bank.collect()
    bank.rehearse.return_payout("R-2")
    assert [line.end_to_end_id for line in today(bank) if line.return_reason] == ["R-2"]
    assert bank.rehearse.waiting() == []


def test_a_deposit_is_reversed_or_recalled(bank: SimulatedBank) -> None:
    """Each names the credit that it takes back, in its own way; both are debits."""
    reference = bank.last_credit()
    assert reference is not None
    other = bank.book_deposit(Deposit(OTHER_IBAN, "Somebody", euro(700), end_to_end_id="E-1"))
    bank.rehearse.reverse(reference)
    bank.rehearse.recall(other)
    first, second, reversal, recall = today(bank)
    assert (reversal.reversal, reversal.original_reference) == (True, reference)
    assert (reversal.direction, reversal.amount) == (Direction.DEBIT, first.amount)
    assert (recall.return_reason, recall.reversal) == ("FOCR", False)
    assert (recall.end_to_end_id, recall.transaction_id) == ("E-1", second.transaction_id)
    assert bank.balance().amount == euro(0)
    for wrong in (bank.rehearse.recall, bank.rehearse.reverse):
        with pytest.raises(BankRefused, match="no line"):
            wrong("nothing")


def test_charges_and_interest(bank: SimulatedBank) -> None:
    """By the bank's own code, and counted in the balance."""
    bank.rehearse.charge(euro(300))
    bank.rehearse.interest(euro(45))
    bank.rehearse.interest(euro(5), to_bank=True)
    _, *own = today(bank)
    assert [(line.kind, line.direction, line.amount.minor) for line in own] == [
        (LineKind.CHARGE, Direction.DEBIT, 300),
        (LineKind.INTEREST, Direction.CREDIT, 45),
        (LineKind.INTEREST, Direction.DEBIT, 5),
    ]
    with pytest.raises(BankRefused, match="cannot be booked"):
        bank.rehearse.charge(Money(5, "USD"))


def test_a_debit_that_nobody_ordered_can_be_taken_back(bank: SimulatedBank) -> None:
    """It is a payment of the bank's own making, without an id of ours, and counted."""
    reference = bank.rehearse.wrong_debit(euro(700), OTHER_IBAN)
    bank.rehearse.reverse(reference)
    _, wrong, back = today(bank)
    assert (wrong.direction, wrong.amount, wrong.kind) == (
        Direction.DEBIT,
        euro(700),
        LineKind.PAYMENT,
    )
    assert (wrong.payee_account, wrong.end_to_end_id) == (OTHER_IBAN, None)
    assert (back.direction, back.original_reference) == (Direction.CREDIT, reference)
    with pytest.raises(BankRefused, match="cannot be booked"):
        bank.rehearse.wrong_debit(euro(0), OTHER_IBAN)


def test_wrong_lines_leave_the_balance_true(bank: SimulatedBank) -> None:
    """Another amount under an old id, and a foreign currency."""
    reference = bank.last_credit()
    today(bank)
    bank.rehearse.change_line(None, euro(99))
    bank.rehearse.foreign_line(Money(7, "USD"), OTHER_IBAN, "Somebody")
    day = bank.close_day()
    found = lines(bank.statement(day))
    assert [(line.bank_id, line.amount.minor) for line in found] == [(reference, 99)]
    assert b'Ccy="USD">0.07<' in bank.statement(day)
    assert bank.balance().amount == euro(10_000)
    with pytest.raises(InvalidInput):
        bank.rehearse.foreign_line(euro(7), OTHER_IBAN, "Somebody")


def test_a_statement_is_withheld_and_delivered_late(bank: SimulatedBank) -> None:
    """Out of order: the next day's comes first."""
    bank.rehearse.withhold_statement()
    monday = bank.close_day()
    assert kinds(bank) == []
    bank.open_day()
    bank.close_day()
    bank.rehearse.deliver_statement(monday)
    headers = [
        record
        for document in bank.collect()
        for record in read_camt(io.BytesIO(document.content))
        if isinstance(record, StatementHeader)
    ]
    assert [header.sequence for header in headers] == [2, 1]


def test_a_day_in_parts_that_join(bank: SimulatedBank) -> None:
    """Each with its own number; the next day goes on behind them."""
    today(bank)
    for minor in (1, 2, 3, 4, 5):
        bank.book_deposit(Deposit(OTHER_IBAN, "Somebody", euro(minor)))
    bank.repeat_line()
    bank.rehearse.split_statement(3)
    day = bank.close_day()
    bank.open_day()
    following = bank.close_day()
    parts = [list(read_camt(io.BytesIO(bank.statement(day, part=n)))) for n in range(3)]
    parts.append(list(read_camt(io.BytesIO(bank.statement(following)))))
    ends = [part[-1] for part in parts]
    sequences = [head.sequence for part in parts if isinstance(head := part[0], StatementHeader)]
    assert sequences == [2, 3, 4, 5]
    for before, behind in pairwise(ends):
        assert isinstance(before, StatementEnd)
        assert isinstance(behind, StatementEnd)
        assert before.closing == behind.opening
    assert [len(part) - 2 for part in parts] == [2, 2, 2, 0]
    with pytest.raises(InvalidInput, match="parts"):
        bank.statement(day, part=3)


def test_reports_are_lost_or_late(bank: SimulatedBank, clock: FixedClock) -> None:
    """The payout is booked all the same; one that is swallowed is not."""
    bank.rehearse.lose_report()
    bank.submit_payouts(batch("P-1", payment("R-1")))
    assert kinds(bank) == []
    bank.rehearse.late_report(90)
    bank.submit_payouts(batch("P-2", payment("R-2")))
    assert kinds(bank) == []
    clock.move(timedelta(minutes=90))
    assert kinds(bank) == ["pain.002", "camt.054"]
    bank.rehearse.swallow_order()
    bank.submit_payouts(batch("P-3", payment("R-3")))
    assert len(kinds(bank)) == 2
    assert [line.end_to_end_id for line in today(bank)] == [None, "R-1", "R-2"]


def test_an_answer_is_lost_after_the_order_was_taken(bank: SimulatedBank) -> None:
    """Submitted again, it is the same order, and paid once."""
    bank.rehearse.lose_reply()
    with pytest.raises(BankUnreachable):
        bank.submit_payouts(batch("P-1", payment("R-1")))
    bank.submit_payouts(batch("P-1", payment("R-1")))
    assert bank.balance().amount == euro(10_000 - 500)


def test_an_order_is_refused_for_good(bank: SimulatedBank) -> None:
    """Each time; one that the bank has already, and every later one, is not."""
    bank.submit_payouts(batch("P-1", payment("R-1")))
    bank.rehearse.refuse_order()
    bank.submit_payouts(batch("P-1", payment("R-1")))
    for _ in range(2):
        with pytest.raises(BankRefused, match="refuses order P-2"):
            bank.submit_payouts(batch("P-2", payment("R-2")))
    bank.submit_payouts(batch("P-3", payment("R-3")))
    assert bank.balance().amount == euro(10_000 - 2 * 500)


def test_a_bank_that_does_not_answer(bank: SimulatedBank, clock: FixedClock) -> None:
    """Every call of the port says so, until it answers again; its counter stays open."""
    bank.rehearse.unreachable(clock.now() + timedelta(minutes=5))
    for call in (bank.collect, bank.balance, lambda: bank.acknowledge("x")):
        with pytest.raises(BankUnreachable):
            call()
    with pytest.raises(BankUnreachable):
        bank.submit_payouts(batch("P-1", payment("R-1")))
    bank.book_deposit(Deposit(OTHER_IBAN, "Somebody", euro(1)))
    clock.move(timedelta(minutes=5))
    assert bank.balance().amount == euro(10_001)
    bank.rehearse.unreachable(clock.now() + timedelta(minutes=5))
    bank.rehearse.reachable()
    assert bank.rehearse.orders() == []
    assert bank.balance().amount == euro(10_001)


def test_orders_take_business_days_and_know_a_cut_off(
    bank: SimulatedBank, clock: FixedClock
) -> None:
    """What arrives behind it counts as of the next business day; holidays and weekends are none."""
    bank.rehearse.add_holiday(date(2026, 1, 7))
    bank.rehearse.set_pace(Pace(cut_off=START.time().replace(hour=16), days=1, minutes=30))
    clock.move(timedelta(hours=8))
    bank.submit_payouts(batch("P-1", payment("R-1")))
    [waiting] = bank.rehearse.orders()
    # Monday at 17:00 counts as Tuesday; Wednesday is a holiday; so it is Thursday
    assert waiting.due_at is not None
    assert waiting.due_at.isoformat() == "2026-01-08T00:30:00+00:00"
    assert kinds(bank) == []
    clock.move(timedelta(days=3))
    assert kinds(bank) == ["pain.002", "camt.054"]
    assert bank.rehearse.pace().days == 1


def test_a_day_that_the_calendar_has_reached_has_come(bank: SimulatedBank) -> None:
    """The bank is rehearsed with, a day ahead of the clock: an order for that day is done then."""
    tomorrow = replace(batch("P-1", payment("R-1", 500)), execution_date=date(2026, 1, 6))
    bank.submit_payouts(tomorrow)
    assert kinds(bank) == []
    bank.close_day(deliver=False)
    bank.open_day()
    assert kinds(bank) == ["pain.002", "camt.054"]


def test_days_follow_the_clock_when_they_shall(bank: SimulatedBank, clock: FixedClock) -> None:
    """Over a holiday and a weekend; on those, the last day stays closed."""
    bank.rehearse.add_holiday(date(2026, 1, 7))
    clock.move(timedelta(days=2))
    assert kinds(bank) == []
    bank.rehearse.set_pace(Pace(follow_clock=True))
    assert kinds(bank) == ["camt.053", "camt.053"]
    assert bank.business_day().day == date(2026, 1, 6)
    assert bank.business_day().closed_at is not None
    clock.move(timedelta(days=3))
    assert kinds(bank) == ["camt.053"] * 4
    assert bank.business_day().day == date(2026, 1, 9)
    assert bank.catch_up() == []
    clock.move(timedelta(days=3))
    assert bank.catch_up() == [date(2026, 1, 12)]
    assert bank.business_day().day == date(2026, 1, 13)


def test_the_day_behind_friday_is_monday_unless_it_is_a_holiday(bank: SimulatedBank) -> None:
    """As the calendar says."""
    bank.rehearse.add_holiday(date(2026, 1, 12))
    for expected in (6, 7, 8, 9, 13):
        bank.close_day()
        assert bank.open_day() == date(2026, 1, expected)
    assert bank.rehearse.holidays() == [date(2026, 1, 12)]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_can_be_begun(bank: SimulatedBank, name: str) -> None:
    """On a bank that has had a day with a deposit; and each says what must come of it."""
    today(bank)
    bank.book_deposit(Deposit(OTHER_IBAN, "Somebody", euro(1)))
    scenario = SCENARIOS[name]
    scenario.begin(bank)
    assert scenario.does
    assert scenario.then
    assert scenario.expect

"""The simulated bank's counter: customers, days, statements, misbehaviour, several processes."""

from __future__ import annotations

import io
import multiprocessing
import os
import sqlite3
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.bank import (
    BankRefused,
    BankUnreachable,
    BookedLine,
    Direction,
    LinkOutcome,
    LinkRequest,
    PaymentStatus,
    StatementEnd,
    StatementHeader,
    creditor_reference,
    read_camt,
    read_pain002,
)
from api.bank.simulated import Deposit, SimulatedBank
from api.bank.simulated.store import Store
from api.kernel.clock import FixedClock
from api.kernel.errors import InvalidInput, Misconfigured
from api.kernel.money import Money
from tests.api.bank.contract.kit import OTHER_IBAN, RESERVE, START, WALLET, batch, payment

FRIDAY, MONDAY = date(2026, 1, 2), date(2026, 1, 5)
DEPOSIT = Deposit(
    OTHER_IBAN, "Ada Love", Money(10_000, "EUR"), creditor_reference("A1"), "top-up <1>"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the bank lies."""
    return tmp_path / "deep" / "bank.db"


@pytest.fixture
def clock() -> FixedClock:
    """Monday morning."""
    return FixedClock(START)


@pytest.fixture
def bank(path: Path, clock: FixedClock) -> SimulatedBank:
    """A new bank on a Friday."""
    return SimulatedBank.open(path, clock=clock, currency="EUR", reserve=RESERVE, first_day=FRIDAY)


def lines(content: bytes) -> list[BookedLine]:
    """The booked lines of a statement."""
    return [r for r in read_camt(io.BytesIO(content), "EUR") if isinstance(r, BookedLine)]


def end(content: bytes) -> StatementEnd:
    """The end of a statement."""
    [found] = [r for r in read_camt(io.BytesIO(content)) if isinstance(r, StatementEnd)]
    return found


def statuses(bank: SimulatedBank) -> list[PaymentStatus]:
    """Every status that waits."""
    reports = [document for document in bank.collect() if document.kind == "pain.002"]
    return [status for d in reports for status in read_pain002(io.BytesIO(d.content))]


# --- customers ------------------------------------------------------------------------------


def test_accounts_are_real_ibans_and_codes_are_shown_once(bank: SimulatedBank) -> None:
    """A code is in no list, no repr and, as such, not in the file."""
    given = bank.add_customer("Ada Love", tier=2)
    assert given.code not in repr(given)
    [known] = bank.customers()
    assert (known.account, known.tier, known.wallet) == (given.account, 2, None)
    raw = sqlite3.connect(f"file:{bank._store.path}?mode=ro", uri=True)
    assert given.code.replace("-", "") not in str(raw.execute("SELECT * FROM customers").fetchall())
    with pytest.raises(BankRefused, match="holder already"):
        bank.add_customer("Bob", tier=1, account=given.account)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"tier": 6}, "tier"),
        ({"account": "NL00JIAO0000000001"}, "account"),
    ],
)
def test_a_customer_that_cannot_be_is_refused(
    bank: SimulatedBank, changes: dict[str, object], field: str
) -> None:
    """By field."""
    given: dict[str, object] = {"name": "Ada", "tier": 1, **changes}
    with pytest.raises(InvalidInput) as caught:
        bank.add_customer(**given)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.field == field
    assert bank.customers() == []


def test_five_wrong_codes_lock_and_a_new_code_unlocks(bank: SimulatedBank) -> None:
    """The right one does not help any more, and all refusals read the same."""
    given = bank.add_customer("Ada Love", tier=2)
    right = LinkRequest(given.account, "Ada Love", WALLET, given.code)
    wrong = replace(right, code="AAAAA-AAAAA")
    answers = [bank.confirm_link(wrong) for _ in range(4)]
    assert not bank.customers()[0].locked
    answers += [bank.confirm_link(wrong), bank.confirm_link(right)]
    assert bank.customers()[0].locked
    answers.append(bank.confirm_link(replace(right, account=OTHER_IBAN)))
    assert {answer.outcome for answer in answers} == {LinkOutcome.REFUSED}
    assert len({answer.reason for answer in answers}) == 1
    fresh = bank.new_link_code(given.account)
    assert bank.confirm_link(right).outcome is LinkOutcome.REFUSED
    again = bank.confirm_link(replace(right, code=fresh.code.lower().replace("-", " ")))
    assert (again.outcome, again.tier) == (LinkOutcome.CONFIRMED, 2)


def test_four_wrong_codes_do_not_lock(bank: SimulatedBank) -> None:
    """The control of the test above."""
    given = bank.add_customer("Ada Love", tier=2)
    right = LinkRequest(given.account, " ada  LOVE ", WALLET, given.code)
    for _ in range(4):
        bank.confirm_link(replace(right, code="AAAAA-AAAAA"))
    assert bank.confirm_link(right).outcome is LinkOutcome.CONFIRMED


def test_a_new_code_is_for_known_accounts(bank: SimulatedBank) -> None:
    """Nobody else gets one."""
    with pytest.raises(BankRefused, match="No customer"):
        bank.new_link_code(OTHER_IBAN)


# --- days and statements --------------------------------------------------------------------


def test_a_statement_is_the_closed_days_lines_between_true_balances(bank: SimulatedBank) -> None:
    """In every dialect; the same bytes whenever it is asked for; the next day follows on."""
    reference = bank.book_deposit(DEPOSIT)
    with pytest.raises(InvalidInput, match="still open"):
        bank.statement(FRIDAY)
    assert bank.close_day() == FRIDAY
    assert bank.open_day() == MONDAY  # nobody books at the weekend
    content = bank.statement(FRIDAY)
    bank.book_deposit(replace(DEPOSIT, amount=Money(1, "EUR")))
    assert bank.statement(FRIDAY) == content == bank.collect()[0].content
    for dialect in ("camt.053.001.02", "camt.053.001.04", "camt.053.001.08"):
        [line] = lines(bank.statement(FRIDAY, dialect))
        assert (line.bank_id, line.amount) == (reference, Money(10_000, "EUR"))
        assert line.direction is Direction.CREDIT
        assert (line.payer_account, line.payer_name) == (OTHER_IBAN, "Ada Love")
        assert (line.structured_reference, line.remittance) == (
            creditor_reference("A1"),
            "top-up <1>",
        )
    assert (end(content).opening, end(content).closing) == (Money(0, "EUR"), Money(10_000, "EUR"))
    bank.close_day(deliver=False)
    monday = bank.statement(MONDAY)
    assert (end(monday).opening, end(monday).closing) == (
        Money(10_000, "EUR"),
        Money(10_001, "EUR"),
    )
    heads = [next(read_camt(io.BytesIO(c))) for c in (content, monday)]
    assert [head.sequence for head in heads if isinstance(head, StatementHeader)] == [1, 2]
    assert [document.kind for document in bank.collect()] == ["camt.053"]


def test_days_are_opened_and_closed_in_turn(bank: SimulatedBank) -> None:
    """Nothing is booked between two days."""
    with pytest.raises(BankRefused, match="still open"):
        bank.open_day()
    bank.close_day()
    for act in (bank.close_day, bank.repeat_line, lambda: bank.book_deposit(DEPOSIT)):
        with pytest.raises(BankRefused, match="Open the next day"):
            act()
    with pytest.raises(BankRefused, match="no business day"):
        bank.statement(MONDAY)
    assert bank.business_day().closed_at == START


def test_a_repeated_line_is_shown_again_but_the_balance_stays_true(bank: SimulatedBank) -> None:
    """The line of yesterday, whole, under its own reference."""
    with pytest.raises(BankRefused, match="no such line"):
        bank.repeat_line()
    first = bank.book_deposit(DEPOSIT)
    second = bank.book_deposit(replace(DEPOSIT, payer_name="Bob"))
    bank.close_day()
    bank.open_day()
    assert bank.repeat_line() == first
    assert bank.repeat_line(second) == second
    third = bank.book_deposit(replace(DEPOSIT, payer_name="Eve"))
    with pytest.raises(BankRefused, match="no such line"):
        bank.repeat_line(third)
    bank.close_day()
    shown = lines(bank.statement(MONDAY))
    assert [line.bank_id for line in shown] == [third, first, second]
    assert shown[1] == replace(lines(bank.statement(FRIDAY))[0], number=2, entry=2)
    assert end(bank.statement(MONDAY)).closing == Money(30_000, "EUR")
    assert bank.balance().amount == Money(30_000, "EUR")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Money(0, "EUR")}, "amount"),
        ({"amount": Money(-1, "EUR")}, "amount"),
        ({"amount": Money(1, "CNY")}, "amount"),
        ({"payer_name": "x" * 141}, "payer_name"),
        ({"remittance": "a\nb"}, "remittance"),
    ],
)
def test_a_deposit_that_no_bank_would_book_is_refused(
    bank: SimulatedBank, changes: dict[str, object], field: str
) -> None:
    """And none of those that came with it is booked."""
    wrong = replace(DEPOSIT, **changes)  # type: ignore[arg-type]  # one field of several types
    with pytest.raises(InvalidInput) as caught:
        bank.book_deposits([DEPOSIT, wrong])
    assert caught.value.field == field
    assert bank.balance().amount == Money(0, "EUR")


# --- payouts --------------------------------------------------------------------------------


def test_a_payout_is_debited_reported_and_notified_under_one_reference(
    bank: SimulatedBank,
) -> None:
    """The notification and the statement tell the same line."""
    bank.book_deposit(DEPOSIT)
    bank.submit_payouts(batch("P-1", payment("R-1", 1_500)))
    report, notification = bank.collect()
    assert (report.kind, notification.kind) == ("pain.002", "camt.054")
    [told] = lines(notification.content)
    assert (told.direction, told.amount) == (Direction.DEBIT, Money(1_500, "EUR"))
    assert (told.end_to_end_id, told.payee_account) == ("R-1", OTHER_IBAN)
    assert bank.balance().amount == Money(8_500, "EUR")
    bank.close_day()
    assert lines(bank.statement(FRIDAY))[1].bank_id == told.bank_id


def test_a_payout_that_cannot_be_made_is_rejected_with_its_reason(bank: SimulatedBank) -> None:
    """No account, no money, another currency; demanded rejections count once each."""
    bank.book_deposit(DEPOSIT)
    bank.reject_payout("R-3", "AC04")
    bank.reject_payout()
    yuan = replace(payment("Y-1"), amount=Money(5, "CNY"))
    bank.submit_payouts(
        batch(
            "P-1",
            payment("R-1"),
            payment("R-2", account="NL00JIAO0000000001"),
            payment("R-3"),
            payment("R-4", 10_001),
            payment("R-5"),
        )
    )
    bank.submit_payouts(batch("P-2", yuan))
    found = {s.end_to_end_id: (s.status, (s.reason or "")[:4]) for s in statuses(bank)}
    assert found == {
        "R-1": ("RJCT", "MS03"),
        "R-2": ("RJCT", "AC01"),
        "R-3": ("RJCT", "AC04"),
        "R-4": ("RJCT", "AM04"),
        "R-5": ("ACSC", ""),
        "Y-1": ("RJCT", "AM03"),
    }
    assert bank.balance().amount == Money(9_500, "EUR")


def test_orders_wait_while_the_bank_is_closed(bank: SimulatedBank) -> None:
    """And are carried out on the next day, once."""
    bank.book_deposit(DEPOSIT)
    bank.close_day(deliver=False)
    bank.submit_payouts(batch("P-1", payment("R-1")))
    assert bank.collect() == []
    bank.open_day()
    assert [s.status for s in statuses(bank)] == ["ACSC"]
    assert len(bank.collect()) == 2
    bank.close_day(deliver=False)
    assert [line.end_to_end_id for line in lines(bank.statement(MONDAY))] == ["R-1"]


# --- the file -------------------------------------------------------------------------------


def test_everything_outlives_the_process(
    bank: SimulatedBank, path: Path, clock: FixedClock
) -> None:
    """Opened again by its path alone, or with the same account and currency."""
    bank.book_deposit(DEPOSIT)
    clock.move(timedelta(days=3))
    for again in (
        SimulatedBank.reopen(path, clock=clock),
        SimulatedBank.open(path, clock=clock, currency="EUR", reserve=RESERVE),
    ):
        assert again.balance().amount == Money(10_000, "EUR")
        assert again.business_day().day == FRIDAY
        assert again.reserve == bank.reserve


def test_another_banks_file_is_not_taken(
    bank: SimulatedBank, path: Path, clock: FixedClock, tmp_path: Path
) -> None:
    """Nor one that is not there, nor one that is no database."""
    assert bank.customers() == []
    for currency, reserve in (("CNY", RESERVE), ("EUR", replace(RESERVE, account=OTHER_IBAN))):
        with pytest.raises(Misconfigured, match="another reserve account"):
            SimulatedBank.open(path, clock=clock, currency=currency, reserve=reserve)
    missing = tmp_path / "none.db"
    with pytest.raises(Misconfigured, match="no simulated bank"):
        SimulatedBank.reopen(missing, clock=clock)
    assert not missing.exists()
    missing.write_bytes(b"this is not a database, it is a letter" * 100)
    with pytest.raises(BankUnreachable, match="does not answer"):
        SimulatedBank.reopen(missing, clock=clock)


@pytest.mark.parametrize("umask", [0, 0o022, 0o277])
def test_its_file_is_its_owners_alone(tmp_path: Path, umask: int) -> None:
    """Customers and their bookings are in it: nobody else reads it or its journals."""
    old = os.umask(umask)
    try:
        with Store(tmp_path / "bank.db").writing() as connection:
            connection.execute("INSERT INTO days (day, sequence) VALUES ('2026-01-01', 1)")
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(old)
    assert modes == {"bank.db": 0o600, "bank.db-wal": 0o600, "bank.db-shm": 0o600}


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """All or nothing, also when the fault is not the database's."""
    store = Store(tmp_path / "bank.db")

    def count() -> int:
        with store.reading() as connection:
            return int(connection.execute("SELECT COUNT(*) FROM days").fetchone()[0])

    def insert(fault: Exception | None) -> None:
        with store.writing() as connection:
            connection.execute("INSERT INTO days (day, sequence) VALUES ('2026-01-01', 1)")
            if fault is not None:
                raise fault

    with pytest.raises(RuntimeError):
        insert(RuntimeError())
    assert count() == 0
    insert(None)
    assert count() == 1


def _found_and_book(path: Path, number: int) -> None:
    """What one process does: open the bank, which nobody may have founded yet, and use it."""
    clock = FixedClock(START)
    bank = SimulatedBank.open(path, clock=clock, currency="EUR", reserve=RESERVE, first_day=FRIDAY)
    for _ in range(10):
        bank.book_deposit(replace(DEPOSIT, amount=Money(number, "EUR")))
        bank.submit_payouts(batch("P-1", payment("R-1", 1)))
        bank.collect()


@pytest.mark.integration
def test_several_processes_use_it_at_once(path: Path, clock: FixedClock) -> None:
    """Founded once, every deposit booked once under its own reference, the payout paid once."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_found_and_book, args=(path, n)) for n in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    bank = SimulatedBank.reopen(path, clock=clock)
    assert bank.balance().amount == Money(10 * (1 + 2 + 3) - 1, "EUR")
    bank.close_day(deliver=False)
    found = lines(bank.statement(FRIDAY))
    assert len({line.bank_id for line in found}) == len(found) == 31
    assert [s.end_to_end_id for s in statuses(bank)] == ["R-1"]

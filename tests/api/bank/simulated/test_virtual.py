"""Virtual accounts: money paid to one shows it on the statement, and nobody else has it."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.bank import BookedLine, LinkRequest, read_camt
from api.bank.simulated import Deposit, SimulatedBank
from api.bank.simulated.store import _FIRST_STEP
from api.kernel.clock import FixedClock
from api.kernel.errors import InvalidInput
from api.kernel.money import Money
from tests.api.bank.contract.kit import OTHER_IBAN, RESERVE, START, WALLET

DEPOSIT = Deposit(OTHER_IBAN, "Ada Love", Money(10_000, "EUR"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the bank lies."""
    return tmp_path / "deep" / "bank.db"


@pytest.fixture
def bank(path: Path) -> SimulatedBank:
    """A new bank."""
    return SimulatedBank.open(path, clock=FixedClock(START), currency="EUR", reserve=RESERVE)


def test_money_paid_to_a_virtual_account_shows_it_on_the_statement(bank: SimulatedBank) -> None:
    """As the creditor's account; the balance is the reserve's all the same."""
    given = bank.add_customer("Ada Love", tier=1)
    request = LinkRequest(given.account, "Ada Love", WALLET, given.code)
    virtual = bank.confirm_link(request).virtual_account
    assert virtual is not None
    bank.book_deposit(replace(DEPOSIT, payee_account=virtual))
    bank.book_deposit(DEPOSIT)
    closed = bank.close_day()
    records = list(read_camt(io.BytesIO(bank.statement(closed))))
    lines = [record for record in records if isinstance(record, BookedLine)]
    assert [line.payee_account for line in lines] == [virtual, None]
    assert bank.balance().amount == DEPOSIT.amount + DEPOSIT.amount


def test_only_a_virtual_account_that_was_given_can_be_paid_to(bank: SimulatedBank) -> None:
    """A slip in the number is not booked."""
    with pytest.raises(InvalidInput, match="no virtual account"):
        bank.book_deposit(replace(DEPOSIT, payee_account=OTHER_IBAN))
    assert bank.balance().amount.minor == 0


def test_a_bank_of_an_older_program_takes_the_steps_that_it_lacks(path: Path) -> None:
    """Its money and customers stay."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.executescript(_FIRST_STEP)
        old.execute(
            "INSERT INTO bank (id, currency, account, owner, bic) VALUES (1, ?, ?, ?, ?)",
            ("EUR", RESERVE.account, RESERVE.name, RESERVE.bic),
        )
        old.execute("INSERT INTO days (day, sequence) VALUES ('2026-01-02', 7)")
        old.execute("PRAGMA user_version=1")
    bank = SimulatedBank.reopen(path, clock=FixedClock(START))
    given = bank.add_customer("Ada Love", tier=1)
    request = LinkRequest(given.account, "Ada Love", WALLET, given.code)
    assert bank.confirm_link(request).virtual_account
    assert bank.business_day().sequence == 7

"""The simulated core bank keeps the port's promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.bank import LinkRequest
from api.bank.simulated import Deposit, SimulatedBank
from api.kernel.clock import FixedClock
from api.kernel.money import Money
from tests.api.bank.contract.kit import OTHER_IBAN, RESERVE, START, WALLET, BankContract, House


class SimulatedHouse:
    """The bank and its counter are one object."""

    def __init__(self, path: Path) -> None:
        self.bank = SimulatedBank.open(
            path, clock=FixedClock(START), currency="EUR", reserve=RESERVE
        )

    def customer(self, name: str, tier: int) -> LinkRequest:
        """With a code of the bank's own making."""
        given = self.bank.add_customer(name, tier=tier)
        return LinkRequest(given.account, name, WALLET, given.code)

    def fund(self, minor: int) -> None:
        """Somebody pays in."""
        self.bank.book_deposit(Deposit(OTHER_IBAN, "Somebody", Money(minor, "EUR")))

    def reject(self, end_to_end_id: str) -> None:
        """On demand."""
        self.bank.reject_payout(end_to_end_id)

    def work(self) -> None:
        """It works when it is asked for documents."""
        self.bank.collect()


class TestSimulatedBank(BankContract):
    """See the kit."""

    @pytest.fixture
    def house(self, tmp_path: Path) -> House:
        """A new bank."""
        return SimulatedHouse(tmp_path / "bank.db")

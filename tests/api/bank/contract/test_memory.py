"""The fake keeps the port's promises, or tests that trust it would prove nothing."""

from __future__ import annotations

import pytest

from api.bank import BankUnreachable, LinkOutcome, LinkRequest
from api.bank.memory import FakeBank, FakeCustomer
from api.kernel.clock import FixedClock
from api.kernel.money import Money
from tests.api.bank.contract.kit import START, WALLET, BankContract, House, batch, payment

IBANS = ("NL62JIAO0000001001", "NL35JIAO0000001002")
IBAN = IBANS[0]


class FakeHouse:
    """The fake, set by hand."""

    def __init__(self) -> None:
        self.bank = FakeBank(FixedClock(START))

    def customer(self, name: str, tier: int) -> LinkRequest:
        """An account that the fake shall know."""
        account = IBANS[len(self.bank.customers)]
        self.bank.customers[account] = FakeCustomer(name, "CODE", tier)
        return LinkRequest(account, name, WALLET, "CODE")

    def fund(self, minor: int) -> None:
        """Its balance is a field."""
        self.bank.booked += Money(minor, "EUR")

    def reject(self, end_to_end_id: str) -> None:
        """On demand."""
        self.bank.rejects[end_to_end_id] = "MS03"

    def work(self) -> None:
        """It answers when it is asked for documents."""
        self.bank.collect()


class TestFakeBank(BankContract):
    """See the kit; and what only the fake can do."""

    @pytest.fixture
    def house(self) -> House:
        """A new fake."""
        return FakeHouse()

    def test_it_fails_and_is_silent_when_told_to(self) -> None:
        """Once for each failure; a silent account stays pending; payouts may get no word."""
        house = FakeHouse()
        request = house.customer("Ada", 1)
        house.bank.failures.append(BankUnreachable("down", remedy="again"))
        with pytest.raises(BankUnreachable):
            house.bank.confirm_link(request)
        house.bank.silent.add(IBAN)
        assert house.bank.confirm_link(request).outcome is LinkOutcome.PENDING
        house.bank.answering = False
        house.bank.submit_payouts(batch("P-1", payment("R-1")))
        assert house.bank.collect() == []
        house.bank.answering = True
        assert [d.kind for d in house.bank.collect()] == ["pain.002", "camt.054"]

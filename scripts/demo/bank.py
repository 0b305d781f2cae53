"""Demo: the bank's own side: its customers, what is booked on its reserve account, its days.

These are acts of the simulated core bank, outside the bridge; the bridge learns of them only
through the Bank port and the statements that are handed in.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from api.bank import Debtor
from api.bank.simulated import Deposit, SimulatedBank
from api.kernel.clock import SystemClock
from api.kernel.money import parse_decimal
from scripts.demo.world import CURRENCY, Customer, World

__all__ = ["ADA", "BO", "RESERVE", "DemoBank"]

ADA = Customer("ada", "Ada Keller", tier=2)
BO = Customer("bo", "Bo Lindqvist", tier=2)
RESERVE = Debtor(account="DE02100500000054540402", name="Kaufbank AG", bic="BELADEBEXXX")
_STRANGER = ("Carl Fremd", "DE02120300000000202051")
_SATURDAY = 5


class DemoBank:
    """The simulated core bank as its own staff uses it."""

    def __init__(self, world: World) -> None:
        clock = SystemClock()
        yesterday = clock.now().date() - timedelta(days=1)
        while yesterday.weekday() >= _SATURDAY:
            yesterday -= timedelta(days=1)
        self._bank = SimulatedBank.open(
            world.root / "bank" / "core.db",
            clock=clock,
            currency=CURRENCY,
            reserve=RESERVE,
            first_day=yesterday,
        )
        self._statements = world.root / "statements"
        self._papers = world.root / "papers"
        (self._statements / "handed-in").mkdir(exist_ok=True)

    def account_of(self, customer: Customer) -> str:
        """The IBAN of a customer; a new one gets an account."""
        known = {entry.name: entry.account for entry in self._bank.customers()}
        if customer.name in known:
            return known[customer.name]
        return self._bank.add_customer(customer.name, tier=customer.tier).account

    def link_code(self, customer: Customer) -> str:
        """A fresh one-time code, as online banking would show it to the customer alone."""
        return self._bank.new_link_code(self.account_of(customer)).code

    def first_day(self) -> bool:
        """On the bank's very first day: one deposit of Ada's, and the day's statement."""
        day = self._bank.business_day()
        if day.sequence != 1 or day.closed_at is not None:
            return False
        self._book(ADA, "500.00")
        self._close()
        return True

    def todays_statement(self) -> None:
        """Four deposits, one from a stranger, one line repeated from an earlier day."""
        if self._bank.business_day().closed_at is not None:
            self._bank.open_day()
        self._book(ADA, "1200.00")
        self._book(BO, "80.50")
        self._book(BO, "250.00")
        self._book(ADA, "19.99")
        name, account = _STRANGER
        self._bank.book_deposit(Deposit(account, name, parse_decimal("75.00", CURRENCY)))
        self._bank.repeat_line()
        self._close()

    def to_hand_in(self) -> list[Path]:
        """Statements that lie ready, oldest first; those of a demo that was cut short too."""
        last = self._bank.business_day()
        if last.closed_at is not None and not self._shelf(last.day).exists():
            self._write(last.day)  # the demo ended between closing the day and writing this
        return sorted(self._statements.glob("*.camt053.xml"))

    def handed_in(self, file: Path) -> Path:
        """Put a statement away that the bridge has taken."""
        return file.replace(self._statements / "handed-in" / file.name)

    def open_next_day(self) -> None:
        """Open for business again: payouts are booked on an open day."""
        if self._bank.business_day().closed_at is not None:
            self._bank.open_day()

    def deliver_statement(self) -> None:
        """Close the day and lay its statement ready for the bridge to collect."""
        if self._bank.business_day().closed_at is None:
            self._bank.close_day(deliver=True)

    def papers(self, end_to_end_id: str) -> list[tuple[str, Path]]:
        """The files of a payout that both sides have, kind and place, as copies to look at."""
        shelf = self._papers
        shelf.mkdir(exist_ok=True)
        found = []
        for paper in self._bank.papers(end_to_end_id):
            file = shelf / f"{end_to_end_id}.{paper.kind}.xml"
            file.write_bytes(paper.content)
            if paper.taken:
                found.append((paper.kind, file))
        return found

    def _book(self, customer: Customer, amount: str) -> None:
        account = self.account_of(customer)
        money = parse_decimal(amount, CURRENCY)
        self._bank.book_deposit(Deposit(account, customer.name, money, remittance="Top-up"))

    def _close(self) -> None:
        self._write(self._bank.close_day(deliver=False))

    def _shelf(self, day: date) -> Path:
        return self._statements / "handed-in" / f"{day:%Y-%m-%d}.camt053.xml"

    def _write(self, day: date) -> None:
        file = self._statements / self._shelf(day).name
        temporary = file.with_suffix(".tmp")
        temporary.write_bytes(self._bank.statement(day))
        temporary.replace(file)

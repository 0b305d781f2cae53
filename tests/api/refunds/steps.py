"""Tests of refunds: lines, decisions, files and the bank's words, as steps."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from api.bank import BookedLine, Direction, PaymentStatus
from api.bank.memory import FakeBank
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.ids import LineId
from api.ledger import Account, balances, imbalance
from api.paying import ANY_BLOCK, KINDS, follow_bookings, take_statuses
from api.payouts import BusinessDays, Limits, Rules, acknowledge, prepare, submit
from api.refunds import REFUNDS, Refund, RefundState, find, return_line, set_account
from api.statements import take_in, unmatched_lines
from tests.api.world import BO, NOW, RESERVE, camt, credit, debit

RULES = Rules(BusinessDays(time(16), ZoneInfo("UTC")), Limits(500, 10**15, 10**15), "EUR")
LOG = logging.getLogger("jiaozi.tests")
AMOUNT = 700
S = RefundState


@dataclass
class Counter:
    """The bank's counter for money that goes back."""

    database: Database
    clock: FixedClock
    bank: FakeBank
    files: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def line(self, bank_id: str = "L1", **fields: Any) -> LineId:
        """A credit that nobody can match; its id."""
        plain: dict[str, Any] = {"payer_account": BO.account, "payer_name": BO.name} | fields
        self.take(credit(bank_id, plain.pop("minor", AMOUNT), **plain))
        with self.database.reading() as connection:
            return unmatched_lines(connection, Direction.CREDIT, 100)[-1].id

    def book(self, refund: Refund, bank_id: str = "D1", minor: int = AMOUNT) -> None:
        """The bank books the payment."""
        self.take(debit(bank_id, minor, end_to_end_id=refund.end_to_end_id))
        self.follow()

    def send_back(self, refund: Refund, bank_id: str = "C1", minor: int = AMOUNT) -> None:
        """The bank books it back."""
        back = {"end_to_end_id": refund.end_to_end_id, "return_reason": "AC04"}
        self.take(credit(bank_id, minor, **back))
        self.follow()

    def decide(self, line: str) -> Refund:
        """Two persons send a line's money back."""
        with self.database.transaction() as connection:
            return return_line(connection, line, "not ours", NOW)

    def name_account(self, refund: Refund, account: str = BO.account) -> Refund:
        """Two persons give an account."""
        with self.database.transaction() as connection:
            return set_account(connection, refund.id, account, BO.name, NOW)

    def pay_out(self) -> list[str]:
        """Prepare and hand in."""
        with self.database.transaction() as connection:
            saved = prepare(connection, KINDS, RULES, up_to=ANY_BLOCK, now=self.clock.now())
        submit(self.database, self.bank, self.clock, KINDS, currency="EUR", log=LOG)
        return saved

    def say(self, refund: Refund, status: str, reason: str | None = None) -> int:
        """The bank's word on the payment."""
        said = PaymentStatus("M", refund.end_to_end_id, status, reason)
        with self.database.transaction() as connection:
            return take_statuses(connection, [said], currency="EUR", now=NOW)

    def follow(self) -> None:
        """Match the bank's bookings."""
        with self.database.transaction() as connection:
            follow_bookings(connection, now=self.clock.now())

    def look_at(self, refund: Refund) -> None:
        """A person has looked at its alarm."""
        with self.database.transaction() as connection:
            payment = REFUNDS.find(connection, refund.end_to_end_id)
            assert payment is not None
            acknowledge(connection, REFUNDS, payment, now=NOW)

    def now(self, refund: Refund) -> Refund:
        """The refund as it stands."""
        with self.database.reading() as connection:
            found = find(connection, refund.id)
        assert found is not None
        return found

    def books(self) -> dict[Account, int]:
        """The accounts that are not zero; the identity holds."""
        with self.database.reading() as connection:
            found = balances(connection, "EUR")
        assert imbalance(found) == 0
        return {account: minor for account, minor in found.items() if minor}

    def payments(self) -> list[str]:
        """The ids of every payment that the bank was told to make."""
        return [
            each.end_to_end_id
            for batch in self.bank.batches.values()
            for each in batch.instructions
        ]

    def take(self, line: BookedLine) -> None:
        """The bank's statement shows a line."""
        take_in(
            self.database,
            camt([line], message_id=f"F{next(self.files)}"),
            currency="EUR",
            reserve_account=RESERVE,
            now=NOW,
            source="test",
        )

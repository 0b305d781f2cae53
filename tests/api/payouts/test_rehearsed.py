"""Tests of payouts with the simulated core bank: what it does late, wrongly or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from api.bank import BankUnreachable, Direction
from api.bank.memory import FakeBank
from api.bank.simulated import Deposit, SimulatedBank
from api.chain.memory import MemoryChain
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from api.paying import KINDS
from api.payouts import UNDER_WAY, stop_file, withdraw_file
from api.redemptions import Redemption, RedemptionState
from api.refunds import RefundState, find, return_line
from api.statements import lines_under, unmatched_lines
from tests.api.bank.contract.kit import OTHER_IBAN, RESERVE
from tests.api.redemptions.desk import (
    FEE,
    PAYABLE,
    SECONDS,
    STOCK,
    Desk,
    credit_again,
    order,
    returned,
)
from tests.api.world import ADA, NOW, Customer
from wallet.typed_data import Payout, RedeemOrder

S = RedemptionState
AFTER = {"RESERVE": STOCK, "TOKENS": STOCK - FEE, "OWN_FUNDS": FEE}


class Rehearsal:
    """A desk at a simulated bank; its customer has an account there."""

    def __init__(self, database: Database, clock: FixedClock, folder: Path) -> None:
        self.bank = SimulatedBank.open(
            folder / "bank.db", clock=clock, currency="EUR", reserve=RESERVE
        )
        given = self.bank.add_customer(ADA.name, tier=1)
        self.ada: Customer = replace(ADA, account=given.account, code=given.code)
        # the desk asks of its bank only what every bank gives
        self.desk = Desk(database, MemoryChain(now=SECONDS), clock, cast(FakeBank, self.bank))
        self.desk.link(self.ada)
        self.bank.book_deposit(Deposit(OTHER_IBAN, "Somebody", Money(STOCK, "EUR")))
        self.next_day()
        with database.transaction() as connection:
            amount = Money(STOCK, "EUR")
            stock = Posting(
                "issue", "stock", Account.UNMATCHED, Account.TOKENS, amount, "stock", NOW
            )
            post(connection, stock)

    def order(self) -> RedeemOrder:
        """To the customer's account at this bank."""
        return order(payout=Payout(self.ada.account, self.ada.name, "thank you", b"s" * 32))

    def burned(self) -> Redemption:
        """Handed in and burned."""
        redemption = self.desk.hand_in(self.order(), self.ada)
        self.desk.burn(self.order())
        return redemption

    def next_day(self) -> None:
        """The bank closes, tells of its day, and opens again; the bridge listens."""
        self.bank.close_day()
        self.bank.open_day()
        self.desk.hear()

    def state(self, redemption: Redemption) -> RedemptionState:
        """Where it stands."""
        return self.desk.now(redemption).state

    def debits(self) -> int:
        """How much the bank has really paid, in minor units."""
        return STOCK - self.bank.balance().amount.minor


@pytest.fixture
def at(database: Database, clock: FixedClock, tmp_path: Path) -> Rehearsal:
    """A rehearsal, on both stores."""
    return Rehearsal(database, clock, tmp_path)


def test_paid_and_sent_back_days_later(at: Rehearsal) -> None:
    """Told in the notification and again in the statement; credited once."""
    redemption = at.burned()
    at.bank.rehearse.return_payout(redemption.end_to_end_id, days=2)
    at.desk.pay_out()
    at.desk.hear()
    assert at.state(redemption) is S.SETTLED
    for _ in range(3):
        at.next_day()
    assert at.state(redemption) is S.RETURNED_BY_BANK
    assert credit_again(at.desk) == 1
    at.desk.tell("on_payout_returned", returned(at.order()))
    at.next_day()
    assert at.desk.books() == AFTER
    assert at.debits() == 0


def test_sent_back_less_charges(at: Rehearsal) -> None:
    """Named, and not credited in part."""
    redemption = at.burned()
    at.bank.rehearse.return_payout(redemption.end_to_end_id, charges=50)
    at.desk.pay_out()
    at.desk.hear()
    at.next_day()
    assert at.state(redemption) is S.RETURN_DIFFERS
    assert at.desk.now(redemption).sent_back == PAYABLE - 50
    assert credit_again(at.desk) == 0


def test_rejected(at: Rehearsal) -> None:
    """Nothing was booked; credited again."""
    redemption = at.burned()
    at.bank.reject_payout(redemption.end_to_end_id, "AC04 closed")
    at.desk.pay_out()
    at.desk.hear()
    assert at.state(redemption) is S.REJECTED
    assert credit_again(at.desk) == 1
    assert at.debits() == 0


def test_the_reply_is_lost(at: Rehearsal) -> None:
    """The same file again is the same order: paid once."""
    redemption = at.burned()
    at.bank.rehearse.lose_reply()
    with pytest.raises(BankUnreachable):
        at.desk.pay_out()
    assert at.desk.pay_out() is None
    at.desk.hear()
    at.next_day()
    assert at.state(redemption) is S.SETTLED
    assert at.debits() == PAYABLE


def test_a_file_that_is_refused_for_good(at: Rehearsal) -> None:
    """Stopped and withdrawn: credited again, and the bank has paid nothing."""
    redemption = at.burned()
    at.bank.rehearse.refuse_order()
    message_id = at.desk.pay_out()
    assert message_id is not None
    at.next_day()
    assert at.desk.submit() == 0
    with at.desk.write() as connection:
        stop_file(connection, message_id, now=at.desk.clock.now())
    at.desk.clock.move(UNDER_WAY)
    with at.desk.write() as connection:
        withdraw_file(connection, KINDS, message_id, now=at.desk.clock.now())
    assert at.state(redemption) is S.REJECTED
    assert credit_again(at.desk) == 1
    at.desk.tell("on_payout_returned", returned(at.order()))
    at.next_day()
    assert at.desk.books() == AFTER
    assert at.debits() == 0


def test_the_reports_are_lost(at: Rehearsal) -> None:
    """The day's statement settles it all the same."""
    redemption = at.burned()
    at.bank.rehearse.lose_report()
    at.desk.pay_out()
    at.desk.hear()
    assert at.state(redemption) is S.SUBMITTED
    at.next_day()
    assert at.state(redemption) is S.SETTLED


def test_an_order_that_is_swallowed(at: Rehearsal) -> None:
    """Silence is named after days; nothing is sent again."""
    redemption = at.burned()
    at.bank.rehearse.swallow_order()
    at.desk.pay_out()
    at.desk.clock.move(timedelta(days=4))
    at.desk.hear()
    assert at.state(redemption) is S.NEVER_HEARD_BACK
    assert at.desk.pay_out() is None
    assert at.debits() == 0


def test_the_bank_takes_its_booking_back_as_a_slip(at: Rehearsal) -> None:
    """A reversal names the line that it takes back."""
    redemption = at.burned()
    at.desk.pay_out()
    at.desk.hear()
    at.next_day()
    with at.desk.database.reading() as connection:
        [debit] = lines_under(connection, [redemption.end_to_end_id])
    at.bank.rehearse.reverse(debit.bank_id)
    at.next_day()
    assert at.state(redemption) is S.RETURNED_BY_BANK
    assert at.debits() == 0


def test_a_refund_reaches_its_payer(at: Rehearsal) -> None:
    """Through the bank's own books."""
    at.bank.book_deposit(Deposit(at.ada.account, "Another Name", Money(700, "EUR")))
    at.bank.book_deposit(Deposit(OTHER_IBAN, "Somebody", Money(500, "EUR")))
    at.next_day()
    with at.desk.database.reading() as connection:
        lines = unmatched_lines(connection, Direction.CREDIT, 9)
        stray = next(line for line in lines if line.amount.minor == 500)
    with at.desk.write() as connection:
        refund = return_line(connection, stray.id, "nobody's", NOW)
    at.desk.pay_out()
    at.desk.hear()
    at.next_day()
    with at.desk.database.reading() as connection:
        found = find(connection, refund.id)
    assert found is not None
    assert found.state is RefundState.SETTLED
    assert at.bank.balance().amount.minor == STOCK + 700

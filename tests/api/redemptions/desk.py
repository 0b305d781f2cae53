"""Tests of redemptions: a desk with a linked customer, the fake chain and the fake bank."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from api.bank import Direction, PaymentStatus
from api.bank.memory import FakeBank
from api.chain.memory import MemoryChain
from api.inbox import Inbox
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.ids import LineId
from api.kernel.money import Money
from api.ledger import Account, Posting, balances, imbalance, post
from api.links import on_tier_set, register
from api.links.proof import read_claim
from api.paying import ANY_BLOCK, KINDS, follow_bookings, take_statuses
from api.payouts import BusinessDays, Limits, Rules, prepare, submit
from api.redemptions import Burns, Redemption, enqueue_returns, find, receive
from api.statements import take_in, waiting_lines
from api.statements.model import line_id
from tests.api.world import (
    ADA,
    DOMAIN,
    KEY,
    NOW,
    RESERVE,
    Customer,
    FakeEvent,
    camt,
    credit,
    debit,
    deployment,
    link_body,
)
from wallet.typed_data import Payout, RedeemOrder

SECONDS = int(NOW.timestamp())
FEE = 25
PAYABLE = 1000 - FEE
STOCK = 100_000
PARK_AFTER = timedelta(hours=1)
RULES = Rules(BusinessDays(time(16), ZoneInfo("UTC")), Limits(500, 10**15, 10**15), "EUR")
LOG = logging.getLogger("jiaozi.tests")


def order(**changed: Any) -> RedeemOrder:
    """Ada redeems 10.00 to her linked account."""
    plain = RedeemOrder(
        holder=ADA.wallet,
        amount=1000,
        payout=Payout(ADA.account, ADA.name, "thank you", b"s" * 32),
        fee=FEE,
        nonce=b"n" * 32,
        deadline=SECONDS + 3600,
    )
    return replace(plain, **changed)


@dataclass
class Desk:
    """The bank's desk for redemptions; Ada is linked and holds tokens."""

    database: Database
    chain: MemoryChain
    clock: FixedClock
    bank: FakeBank

    def open(self) -> None:
        """Link Ada, and let the ledger know of her tokens."""
        self.link(ADA)
        with self.database.transaction() as connection:
            for event_id, debit, credit in (
                ("line", Account.RESERVE, Account.UNMATCHED),
                ("issue", Account.UNMATCHED, Account.TOKENS),
            ):
                amount = Money(STOCK, "EUR")
                post(connection, Posting(event_id, "stock", debit, credit, amount, "stock", NOW))
        self.bank.booked = Money(STOCK, "EUR")

    def link(self, customer: Customer) -> None:
        """Both proofs, and the tier on chain."""
        body = link_body(customer, issued_at=self.clock.now())
        claim, now = read_claim(DOMAIN, **body), self.clock.now()
        link = register(self.database, self.bank, claim, key=KEY, now=now)
        with self.database.transaction() as connection:
            args = {"account": customer.wallet, "tier": link.tier}
            on_tier_set(connection, FakeEvent(f"tier:{customer.wallet}", args))

    def hand_in(self, given: RedeemOrder, signer: Customer = ADA) -> Redemption:
        """Hand an order in."""
        return receive(
            self.database,
            self.chain,
            deployment(),
            self.clock,
            order=given,
            signature=signer.signer.sign_message(given, DOMAIN),
            fee=FEE,
        )

    def now(self, redemption: Redemption) -> Redemption:
        """The redemption as it stands."""
        with self.database.reading() as connection:
            found = find(connection, redemption.id)
        assert found is not None
        return found

    def burn(self, given: RedeemOrder, event_id: str = "burn:1") -> None:
        """The chain tells of the burn."""
        self.tell("on_redeemed", burned(given, event_id))

    def tell(self, handler: str, event: Any) -> None:
        """One event to one handler."""
        with self.database.transaction() as connection:
            getattr(Burns(deployment(), self.clock, PARK_AFTER), handler)(connection, event)

    def pay_out(self) -> str | None:
        """Prepare and submit, as the worker does."""
        prepared = self.prepare()
        self.submit()
        return prepared

    def prepare(self, up_to: int = ANY_BLOCK, rules: Rules = RULES) -> str | None:
        """Save the next files; the id of the first of them."""
        with self.database.transaction() as connection:
            saved = prepare(connection, KINDS, rules, up_to=up_to, now=self.clock.now())
        return saved[0] if saved else None

    def submit(self) -> int:
        """Hand saved files in."""
        return submit(self.database, self.bank, self.clock, KINDS, currency="EUR", log=LOG)

    def follow(self) -> int:
        """Match the bank's bookings, and name those that it is silent on."""
        with self.database.transaction() as connection:
            return follow_bookings(connection, now=self.clock.now())

    def hear(self) -> None:
        """Collect the bank's documents and match debit lines, as the worker does."""
        Inbox(
            database=self.database,
            work=self.database,
            bank=self.bank,
            clock=self.clock,
            currency="EUR",
            reserve_account=RESERVE,
            log=LOG,
        ).step()
        self.follow()

    def books(self) -> dict[str, int]:
        """The accounts that are not zero; the identity holds."""
        with self.database.reading() as connection:
            found = balances(connection, "EUR")
        assert imbalance(found) == 0
        return {account.value: minor for account, minor in found.items() if minor}

    def write(self) -> Any:
        """A transaction."""
        return self.database.transaction()


def burned(given: RedeemOrder, event_id: str = "burn:1") -> FakeEvent:
    """The token's Redeemed event."""
    return FakeEvent(
        event_id,
        {
            "holder": given.holder,
            "nonce": given.nonce,
            "amount": given.amount,
            "fee": given.fee,
            "payoutHash": given.payout.struct_hash(),
        },
    )


def returned(given: RedeemOrder, amount: int | None = None) -> FakeEvent:
    """The token's PayoutReturned event."""
    amount = given.amount - given.fee if amount is None else amount
    return FakeEvent("return:1", {"holder": given.holder, "nonce": given.nonce, "amount": amount})


def cancelled(given: RedeemOrder) -> FakeEvent:
    """The token's RedeemCanceled event."""
    return FakeEvent("cancel:1", {"holder": given.holder, "nonce": given.nonce})


def say(desk: Desk, redemption: Redemption, status: str, reason: str | None = None) -> int:
    """The bank says a status of one payment."""
    with desk.write() as connection:
        said = PaymentStatus("M", redemption.end_to_end_id, status, reason)
        return take_statuses(connection, [said], currency="EUR", now=NOW)


def book(desk: Desk, redemption: Redemption, bank_id: str = "D1", **changed: Any) -> LineId:
    """The bank's statement shows a debit under the payout's id."""
    fields = {"end_to_end_id": redemption.end_to_end_id} | changed
    line = debit(bank_id, fields.pop("minor", PAYABLE), **fields)
    take_in(
        desk.database,
        camt([line], message_id=bank_id),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )
    desk.follow()
    with desk.database.reading() as connection:
        lines = waiting_lines(connection, Direction.DEBIT, 10)
    return lines[-1].id if lines else LineId("")


def send_back(desk: Desk, redemption: Redemption, bank_id: str = "C1", **changed: Any) -> LineId:
    """The bank's statement shows a credit by which a payout comes back; the line's id."""
    fields: dict[str, Any] = {
        "end_to_end_id": redemption.end_to_end_id,
        "return_reason": "AC04",
    } | changed
    line = credit(bank_id, fields.pop("minor", PAYABLE), **fields)
    take_in(
        desk.database,
        camt([line], message_id=bank_id),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )
    desk.follow()
    return line_id(RESERVE, bank_id)


def credit_again(desk: Desk, headroom: int = STOCK) -> int:
    """Queue the returns that may be queued; how many."""
    with desk.write() as connection:
        return enqueue_returns(connection, deployment(), headroom=headroom, now=desk.clock.now())

"""Tests of the simulation: what customers and the bank do in a round, as the dice say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from api.bank import BookedLine
from api.bank.memory import FakeCustomer
from api.kernel.money import Money
from tests.api import world
from tests.api.world import ADA, BO, Customer
from tests.faults.found import BankLine
from tests.faults.story import CY
from wallet.typed_data import Payout, RedeemOrder, TransferAuthorization

if TYPE_CHECKING:
    from tests.simulation.bridge import SimulatedBridge

__all__ = ["CUSTOMERS", "Crowd", "Request"]

CUSTOMERS = (ADA, BO, CY)
FEE = 25
STRANGER = "LT601010012345678901"


@dataclass(slots=True)
class Request:
    """One POST of a customer: repeated with the same key and bytes until its answer arrives."""

    key: str
    path: str
    body: dict[str, Any]
    seen: str | None = None
    """Where its thing is shown, once the customer has seen the answer."""
    over: bool = False


@dataclass(slots=True)
class Crowd:
    """Everybody outside of the bridge."""

    bridge: SimulatedBridge
    lines: list[BankLine] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    taken_back: list[BankLine] = field(default_factory=list)
    forged: list[bytes] = field(default_factory=list)
    """Statements that tell a line otherwise than the bank booked it."""
    _booked: list[BookedLine] = field(default_factory=list)
    _sent: list[bytes] = field(default_factory=list)

    def number_from(self, first: int) -> None:
        """Let no name be used again that a beginning has used."""
        self._numbers = itertools.count(first)

    def begin(self) -> None:
        """Everybody asks to be linked."""
        for customer in CUSTOMERS:
            self.bridge.bank.customers[customer.account] = FakeCustomer(
                customer.name, customer.code, tier=1
            )
            body = world.link_body(
                customer, issued_at=self.bridge.clock.now(), domain=self.bridge.domain
            )
            self._wish("/v1/links", body)

    def act(self) -> None:
        """A round: something new, perhaps, and all that is not answered yet once more."""
        dice = self.bridge.faults.dice
        for do, chance in ((self.pay_in, 0.8), (self._transfer, 0.6), (self._redeem, 0.6)):
            if dice.random() < chance:
                do()
        self._take_back()
        self.repeat()

    def repeat(self) -> None:
        """Ask again for every answer that has not arrived."""
        for request in self.requests:
            if not request.over:
                self._ask(request)

    def missing(self) -> list[str]:
        """What was acknowledged to somebody and cannot be found."""
        things = [request.seen for request in self.requests if request.seen is not None]
        return [thing for thing in things if self.bridge.get(thing) != 200]

    # ---------------------------------------------------------------- what they do

    def pay_in(self) -> None:
        """The bank books one to three credits and lays a document ready; some are odd."""
        dice, number = self.bridge.faults.dice, next(self._numbers)
        lines = []
        for each in range(dice.randrange(1, 4)):
            payer = dice.choice([*(c.account for c in CUSTOMERS)] * 3 + [STRANGER])
            line = world.credit(
                f"L{number}-{each}",
                dice.randrange(1_000, 9_000),
                payer_account=payer,
                transaction_id=f"T{number}-{each}",
            )
            lines.append(line)
            self._booked.append(line)
            self.lines.append(BankLine(world.RESERVE, line.bank_id, line.amount.minor))
            self.bridge.bank.booked += line.amount
        lines += self._foreign(number)
        self._deliver(world.camt(lines, message_id=f"M{number}").getvalue())
        stored = self.bridge.stored_lines()
        old = [line for line in self._booked if line.bank_id in stored]
        if old and self.bridge.faults.falls("amount changed under an old id", 0.1):
            forged = replace(dice.choice(old), amount=Money(1, "EUR"))
            self.forged.append(world.camt([forged], message_id=f"F{number}").getvalue())
            self._deliver(self.forged[-1])
        if self._sent and self.bridge.faults.falls(
            "old statement again", self.bridge.faults.replay
        ):
            self._deliver(dice.choice(self._sent))

    def _take_back(self) -> None:
        """The bank takes a credit back: it reverses its booking, or follows the payer's recall."""
        dice, faults = self.bridge.faults.dice, self.bridge.faults
        if not self._booked or not faults.rare("credit taken back", 0.2):
            return
        line = self._booked.pop(dice.randrange(len(self._booked)))
        how = dice.choice(
            (
                {"reversal": True, "original_reference": line.bank_id},
                {"return_reason": "FOCR", "transaction_id": line.transaction_id},
            )
        )
        name = f"R{next(self._numbers)}"
        self.taken_back.append(BankLine(world.RESERVE, line.bank_id, line.amount.minor))
        self.bridge.bank.booked -= line.amount
        debit = world.debit(name, line.amount.minor, **how)
        self._deliver(world.camt([debit], message_id=name).getvalue())

    def _foreign(self, number: int) -> list[BookedLine]:
        """What is no euro, and so no money of the reserve account: a line, or a whole statement."""
        dice, faults = self.bridge.faults.dice, self.bridge.faults
        alone = faults.rare("statement of a foreign account", 0.15)
        among = faults.rare("foreign currency line", 0.2)
        if not alone and not among:
            return []
        currency, payer = dice.choice(("USD", "JPY")), dice.choice(CUSTOMERS).account
        line = replace(
            world.credit(f"X{number}", 1, payer_account=payer),
            amount=Money(dice.randrange(1_000, 9_000), currency),
        )
        if alone:
            self._deliver(world.camt([line], message_id=f"X{number}", currency=currency).getvalue())
        return [line] if among else []

    def _deliver(self, content: bytes) -> None:
        self._sent.append(content)
        self.bridge.bank.deliver("camt.053", content)

    def _transfer(self) -> None:
        payer, payee = self.bridge.faults.dice.sample(CUSTOMERS, 2)
        value = self._affordable(payer)
        if value is None or not self._registered(payee):
            return
        order = TransferAuthorization(
            from_=payer.wallet,
            to=payee.wallet,
            value=value,
            valid_after=0,
            valid_before=self.bridge.chain.time + 36_000,
            nonce=next(self._numbers).to_bytes(32),
        )
        signature = payer.signer.sign_message(order, self.bridge.domain)
        body = {
            "from": order.from_,
            "to": order.to,
            "value": str(order.value),
            "valid_after": "0",
            "valid_before": str(order.valid_before),
            "nonce": f"0x{order.nonce.hex()}",
            "signature": f"0x{signature.hex()}",
        }
        self._wish("/v1/transfers", body)

    def _redeem(self) -> None:
        holder = self.bridge.faults.dice.choice(CUSTOMERS)
        amount = self._affordable(holder)
        if amount is None or amount <= FEE:
            return
        payout = Payout(holder.account, holder.name, "thank you", b"\x05" * 32)
        order = RedeemOrder(
            holder=holder.wallet,
            amount=amount,
            payout=payout,
            fee=FEE,
            nonce=next(self._numbers).to_bytes(32),
            deadline=self.bridge.chain.time + 36_000,
        )
        signature = holder.signer.sign_message(order, self.bridge.domain)
        fields = {
            "holder": order.holder,
            "amount": str(order.amount),
            "fee": str(order.fee),
            "nonce": f"0x{order.nonce.hex()}",
            "deadline": str(order.deadline),
        }
        paid = {
            "account": payout.account,
            "name": payout.name,
            "reference": payout.reference,
            "salt": f"0x{payout.salt.hex()}",
        }
        self._wish(
            "/v1/redemptions",
            {"order": fields, "payout": paid, "signature": f"0x{signature.hex()}"},
        )

    def _affordable(self, customer: Customer) -> int | None:
        balance = self.bridge.chain.head.books.balances.get(customer.wallet, 0)
        return self.bridge.faults.dice.randrange(1, balance) if balance > 1 else None

    def _registered(self, customer: Customer) -> bool:
        return bool(self.bridge.chain.head.books.tiers.get(customer.wallet))

    # ---------------------------------------------------------------- over HTTP

    def _wish(self, path: str, body: dict[str, Any]) -> None:
        self.requests.append(Request(f"key-{next(self._numbers)}", path, body))

    def _ask(self, request: Request) -> None:
        faults = self.bridge.faults
        status, answer = self.bridge.post(request.path, request.body, request.key)
        if faults.falls("request doubled", faults.replay / 4):
            status, answer = self.bridge.post(request.path, request.body, request.key)
        if faults.falls("answer lost", faults.loss):
            return
        if 200 <= status < 300:
            request.seen, request.over = f"{request.path}/{answer['id']}", True
        elif status == 422 or (status == 409 and not answer["type"].endswith(_AGAIN)):
            request.over = True  # an answer, too: it is not what they hoped for
        else:
            assert status in (409, 503), (status, answer)


_AGAIN = ("idempotency-key-running", "try-again", "idempotency-claim-lost", "link-running")

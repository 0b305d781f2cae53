"""Tests of faults: one story, told again from its beginning after every death.

Everybody repeats what they did until it is acknowledged, with the same key and the same bytes:
customers over HTTP, the bank with its documents. So a story can be interrupted anywhere, and what
was acknowledged can be asked for at its end (O5).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.bank.memory import FakeCustomer
from api.kernel.money import Money
from api.refunds import return_line, set_account
from api.statements.model import line_id
from tests.api import world
from tests.api.stage import Stage
from tests.api.world import ADA, BO, Customer
from tests.faults.found import BankLine
from wallet.signer import LocalSigner
from wallet.typed_data import AccountUnlink

STRANGER = "LT601010012345678901"

__all__ = ["CY", "Story", "Wish"]

CY = Customer("Cy Novak", "GB82WEST12345698765432", "cy-551200", LocalSigner(b"\x03" * 32))


@dataclass(slots=True)
class Wish:
    """One request of somebody: made once, repeated until it is answered with success."""

    name: str
    path: Callable[[], str]
    body: Callable[[], dict[str, Any] | bytes]
    ready: Callable[[], bool]
    shown_at: str | None
    """Where its thing can be asked for; None when the answer is not of a thing."""
    made: dict[str, Any] | bytes | None = None
    answer: dict[str, Any] | None = None
    answered: bool = field(default=False)

    @property
    def thing(self) -> str | None:
        """Where the thing that it made is shown; None before."""
        if self.answer is None or self.shown_at is None:
            return None
        return f"{self.shown_at}/{self.answer['id']}"


class Story:
    """Links, deposits of three ways, a transfer, a payout paid and one rejected, a link closed."""

    def __init__(self, stage: Stage, seed: int = 0) -> None:
        self.stage = stage
        self.texts: list[str] = []
        self.lines: list[BankLine] = []
        dice = random.Random(seed)  # noqa: S311 - not for secrets: a seed must replay
        self.ada, self.bo = dice.randrange(20_000, 90_000), dice.randrange(6_000, 9_000)
        self.sent, self.paid, self.back = (dice.randrange(1_000, 5_000) for _ in range(3))
        self.mined = dice.choice((2, 3))
        self._refund: str | None = None
        self._has_paid_in = self._was_credited = False
        stage.bank.customers[CY.account] = FakeCustomer(CY.name, CY.code, tier=1)
        self.links = {c.name: self._link(c) for c in (ADA, BO, CY)}
        self.close = Wish(
            "close", lambda: f"{self.links[CY.name].thing}/close", self._unlink, self._cy_is_active,
            None,
        )  # fmt: skip
        self.upload = Wish(
            "upload", lambda: "/v1/statements", self._upload, self.is_linked, "/v1/statements"
        )
        self.transfer = Wish(
            "transfer", lambda: "/v1/transfers",
            lambda: stage.transfer_body(ADA, BO, self.sent), self.is_credited, "/v1/transfers",
        )  # fmt: skip
        self.redeemed = self._redemption(BO, self.paid)
        self.rejected = self._redemption(ADA, self.back)
        self.wishes = [*self.links.values(), self.close, self.upload, self.transfer,
                       self.redeemed, self.rejected]  # fmt: skip
        dice.shuffle(self.wishes)

    def act(self) -> None:
        """Everybody does what they can do now; what is not acknowledged is done again."""
        self._pay_in()
        self._send_back()
        for wish in self.wishes:
            if not wish.answered and (wish.made is not None or wish.ready()):
                self._ask(wish)

    def done(self) -> bool:
        """Whether everything has come to its end."""
        return (
            all(wish.answered for wish in self.wishes)
            and all(
                self.state(wish) == end
                for wish, end in (
                    (self.links[ADA.name], "ACTIVE"),
                    (self.links[BO.name], "ACTIVE"),
                    (self.links[CY.name], "CLOSED"),
                    (self.transfer, "FINAL"),
                    (self.redeemed, "SETTLED"),
                    (self.rejected, "RETURNED"),
                )
            )
            and self._all_issued()
            and self._sent_back()
        )

    def state(self, wish: Wish) -> str | None:
        """The state of what a wish made; None before."""
        if wish.thing is None:
            return None
        answer = self.stage.client.get(wish.thing)
        return str(answer.json()["state"]) if answer.status_code == 200 else None

    def statement(self) -> bytes:
        """The file that was handed in over HTTP."""
        assert isinstance(self.upload.made, bytes)
        return self.upload.made

    def missing(self) -> list[str]:
        """What was acknowledged and cannot be found."""
        things = [wish.thing for wish in self.wishes if wish.thing is not None]
        return [thing for thing in things if self._get(thing).status_code != 200]

    # ---------------------------------------------------------------- wishes

    def _link(self, customer: Customer) -> Wish:
        return Wish(
            f"link {customer.name}", lambda: "/v1/links", lambda: self.stage.link_body(customer),
            lambda: True, "/v1/links",
        )  # fmt: skip

    def _redemption(self, holder: Customer, minor: int) -> Wish:
        def body() -> dict[str, Any]:
            if holder is ADA:
                self.stage.bank.rejects[ADA.account] = "AC04"
            return self.stage.redemption_body(holder, self.stage.order(holder, minor))

        return Wish(
            f"redeem {holder.name}", lambda: "/v1/redemptions", body, self.is_credited,
            "/v1/redemptions",
        )  # fmt: skip

    def _unlink(self) -> dict[str, Any]:
        link = (self.links[CY.name].answer or {})["id"]
        issued_at = int(self.stage.clock.now().timestamp())
        message = AccountUnlink(CY.wallet, CY.account, link, issued_at)
        signature = CY.signer.sign_message(message, self.stage.parts.bridge.domain)
        return {
            "wallet": CY.wallet,
            "account": CY.account,
            "issued_at": str(issued_at),
            "signature": f"0x{signature.hex()}",
        }

    def _upload(self) -> bytes:
        """A statement over HTTP: Ada pays in again, and a stranger whom nobody knows."""
        lines = [
            world.credit("UP-1", 1_234, payer_account=ADA.account),
            world.credit("UP-2", 77, payer_account=STRANGER),
        ]
        for line in lines:
            self.stage.bank.booked += line.amount
            self.lines.append(BankLine(world.RESERVE, line.bank_id, line.amount.minor))
        content = world.camt(lines, message_id="UPLOAD").getvalue()
        self.stage.bank.file(content)
        return content

    # ---------------------------------------------------------------- conditions

    def is_linked(self) -> bool:
        """Whether Ada and Bo can be paid to."""
        return all(self.state(self.links[c.name]) == "ACTIVE" for c in (ADA, BO))

    def _cy_is_active(self) -> bool:
        return self.state(self.links[CY.name]) == "ACTIVE"

    def is_credited(self) -> bool:
        """Whether what they paid in has become tokens."""
        if not self._was_credited:
            balances = (self.stage.balance(ADA), self.stage.balance(BO))
            self._was_credited = balances[0] >= self.ada and balances[1] >= self.bo
        return self._was_credited

    def _all_issued(self) -> bool:
        found = self._get("/v1/deposits").json()["deposits"]
        return len(found) == 3 and all(each["state"] == "ISSUED" for each in found)

    def _send_back(self) -> None:
        """An operator decides that the stranger's money goes back."""
        if self.upload.answered and self._refund is None:
            line, now = line_id(world.RESERVE, "UP-2"), self.stage.clock.now()
            with self.stage.parts.bridge.database.transaction() as connection:
                refund = return_line(connection, line, "unknown payer", now).id
                set_account(connection, refund, STRANGER, "A stranger", now)
            self._refund = refund

    def _sent_back(self) -> bool:
        if self._refund is None:
            return False
        state: str = self._get(f"/v1/refunds/{self._refund}").json()["state"]
        return state == "SETTLED"

    def _pay_in(self) -> None:
        """The bank books two credits, and lays its document ready: once, outside of the bridge."""
        if self._has_paid_in or not self.is_linked():
            return
        self._has_paid_in = True
        lines = [
            world.credit("IN-1", self.ada, payer_account=ADA.account),
            world.credit("IN-2", self.bo, payer_account=BO.account),
        ]
        for line in lines:
            self.lines.append(BankLine(world.RESERVE, line.bank_id, line.amount.minor))
        self.stage.bank.booked += Money(self.ada + self.bo, "EUR")
        self.stage.bank.deliver("camt.053", world.camt(lines, message_id="IN").getvalue())

    # ---------------------------------------------------------------- over HTTP

    def _ask(self, wish: Wish) -> None:
        if wish.made is None:
            wish.made = wish.body()
        headers = {"Idempotency-Key": f"key of {wish.name}".replace(" ", "-")}
        if isinstance(wish.made, bytes):
            headers |= {"Authorization": f"Bearer {world.OPERATOR}"}
            content: dict[str, Any] = {"content": wish.made}
            headers |= {"Content-Type": "application/xml"}
        else:
            content = {"json": wish.made}
        answer = self.stage.client.post(wish.path(), headers=headers, **content)
        self.texts.append(answer.text)
        if answer.is_success:
            wish.answer, wish.answered = answer.json(), True
        else:
            assert answer.status_code in (409, 503), answer.text

    def _get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {world.OPERATOR}"}
        answer = self.stage.client.get(path, headers=headers)
        self.texts.append(answer.text)
        return answer

"""Tests of the bridge: a whole bridge on a real chain, with the fake bank and a clock that stands.

`Stage` is what a person would do with it: link, pay in, transfer, redeem, and let time pass.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.attest import Attestor, BooksDiffer
from api.bootstrap import Parts, build, build_attestor, build_worker
from api.chain import Lane, Node, SigningKey, provide_chain
from api.kernel.clock import FixedClock
from api.kernel.errors import BridgeError
from api.kernel.money import Money
from api.kernel.settings import Secrets, Settings
from api.migrations import upgrade
from api.web.app import create_app
from api.worker import Worker
from tests.api import world
from tests.api.contracts import Deployed
from wallet.secret import Secret
from wallet.typed_data import Payout, RedeemOrder, TransferAuthorization

DEPTH = 2
ROUNDS = 60


class StageClock(FixedClock):
    """A clock that stands, beside a real chain: whoever sleeps waits for its next block."""

    def sleep(self, seconds: float) -> None:
        """See FixedClock. A moment passes in truth, too: a busy machine's node may need it."""
        super().sleep(seconds)
        time.sleep(0.01)


class Stage:
    """One bridge. `restart` throws every process away and begins with what is stored."""

    def __init__(
        self, deployed: Deployed, database_url: str, folder: Path, *, node: Node | None = None
    ) -> None:
        self.deployed = deployed
        # the chain's clock is the machine's: ours stands an hour behind, so nothing is «future»
        self.clock = StageClock(datetime.now(UTC) - timedelta(hours=1))
        self.bank = world.bank(self.clock)
        self.settings = _settings(deployed, database_url, folder)
        self._node = node
        self._numbers = itertools.count(1)
        upgrade(database_url)
        self.parts, self.worker, self.attestor = self._processes()
        self.client = self._client()

    def restart(self) -> None:
        """Kill -9 and start again: a new holder of leases, and the old ones have run out."""
        self.parts.close()
        self.attestor.database.close()
        self.clock.move(timedelta(seconds=11))
        self.parts, self.worker, self.attestor = self._processes()
        self.client = self._client()

    def close(self) -> None:
        """Give the database back."""
        self.parts.close()
        self.attestor.database.close()

    def run(self, done: Callable[[], bool], rounds: int = ROUNDS) -> None:
        """Let worker, attestor and chain go on until `done`."""
        for _ in range(rounds):
            if done():
                return
            self.worker.cycle()
            self.attest()
            self.deployed.mine()
            self.clock.move(timedelta(seconds=1))
        raise AssertionError(f"not done after {rounds} rounds")

    def attest(self) -> BridgeError | None:
        """One round of the attestor; its refusal, if it refused.

        A bridge that tells the truth is never told that its books differ from bank and chain.
        """
        try:
            self.attestor.once()
        except BooksDiffer:
            raise
        except BridgeError as refused:
            return refused
        return None

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> Any:
        """POST JSON with an Idempotency-Key of its own."""
        key = key or f"key-{next(self._numbers)}"
        return self.client.post(path, json=body, headers={"Idempotency-Key": key})

    def state(self, path: str, thing: str) -> str:
        """The state of something over HTTP."""
        answer = self.client.get(f"{path}/{thing}")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["state"])

    def link_body(self, customer: world.Customer) -> dict[str, str]:
        """A signed wish to be linked, made now."""
        return world.link_body(
            customer, issued_at=self.clock.now(), domain=self.parts.bridge.domain
        )

    def link(self, customer: world.Customer) -> dict[str, Any]:
        """Link a wallet and wait until its tier stands on chain."""
        answer = self.post("/v1/links", self.link_body(customer))
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        self.run(lambda: self.state("/v1/links", made["id"]) == "ACTIVE")
        return made

    def pay_in(self, customer: world.Customer, minor: int) -> None:
        """Money arrives at the bank, and its statement is laid ready."""
        number = next(self._numbers)
        line = world.credit(f"LINE{number}", minor, payer_account=customer.account)
        self.bank.booked += Money(minor, "EUR")
        self.bank.deliver("camt.053", world.camt([line], message_id=f"M{number}").getvalue())

    def balance(self, customer: world.Customer) -> int:
        """Tokens of a wallet now."""
        return int(self.deployed.token.functions.balanceOf(customer.wallet).call())

    def transfer_body(
        self, sender: world.Customer, to: world.Customer, minor: int, **changed: Any
    ) -> dict[str, str]:
        """A signed transfer that is good for an hour of chain time."""
        fields: dict[str, Any] = {
            "from_": sender.wallet,
            "to": to.wallet,
            "value": minor,
            "valid_after": 0,
            "valid_before": self.parts.chain.time() + 3600,
            "nonce": next(self._numbers).to_bytes(32, "big"),
        }
        order = TransferAuthorization(**fields | changed)
        signature = sender.signer.sign_message(order, self.parts.bridge.domain)
        return {
            "from": order.from_,
            "to": order.to,
            "value": str(order.value),
            "valid_after": str(order.valid_after),
            "valid_before": str(order.valid_before),
            "nonce": f"0x{order.nonce.hex()}",
            "signature": f"0x{signature.hex()}",
        }

    def order(self, holder: world.Customer, minor: int, **changed: Any) -> RedeemOrder:
        """An order to the holder's own account, with the bank's fee."""
        fields: dict[str, Any] = {
            "holder": holder.wallet,
            "amount": minor,
            "payout": Payout(holder.account, holder.name, "thank you", b"\x05" * 32),
            "fee": self.settings.redemption_fee,
            "nonce": next(self._numbers).to_bytes(32, "big"),
            "deadline": self.parts.chain.time() + 3600,
        }
        return RedeemOrder(**fields | changed)

    def redemption_body(self, holder: world.Customer, order: RedeemOrder) -> dict[str, Any]:
        """The order, signed."""
        signature = holder.signer.sign_message(order, self.parts.bridge.domain)
        payout = order.payout
        return {
            "order": {
                "holder": order.holder,
                "amount": str(order.amount),
                "fee": str(order.fee),
                "nonce": f"0x{order.nonce.hex()}",
                "deadline": str(order.deadline),
            },
            "payout": {
                "account": payout.account,
                "name": payout.name,
                "reference": payout.reference,
                "salt": f"0x{payout.salt.hex()}",
            },
            "signature": f"0x{signature.hex()}",
        }

    def proof(self) -> dict[str, Any]:
        """GET /v1/reserve."""
        answer = self.client.get("/v1/reserve")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def keys(self) -> dict[Lane, SigningKey]:
        """The key of each lane."""
        return {lane: self.deployed.key(lane.value) for lane in Lane}

    def _processes(self) -> tuple[Parts, Worker, Attestor]:
        parts = build(
            self.settings,
            clock=self.clock,
            bank=self.bank,
            node=self._node,
            secrets=Secrets(Secret(world.OPERATOR.encode()), world.KEY),
            log=logging.getLogger("jiaozi.tests"),
        )
        attestor = build_attestor(
            self.settings,
            key=self.deployed.key("attestor"),
            clock=self.clock,
            bank=self.bank,
            reference_key=world.KEY,
        )
        return parts, build_worker(parts, self.keys()), attestor

    def _client(self) -> TestClient:
        app = create_app(self.parts.bridge)
        provide_chain(app, self.parts.chain)
        return TestClient(app)


def _settings(deployed: Deployed, database_url: str, folder: Path) -> Settings:
    plain = world.settings(folder)
    chain = replace(plain.chain, rpc_url=deployed.anvil.url, deployment=deployed.file, depth=DEPTH)
    return replace(plain, database_url=database_url, chain=chain)

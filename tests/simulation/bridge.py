"""Tests of the simulation: one bridge, its world, and a run of it from a seed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from api.bootstrap import build, build_attestor, build_worker
from api.chain import Deployment, Lane, SigningKey, load_deployment, provide_chain
from api.chain.abi import event_types
from api.kernel import database as database_module
from api.kernel.clock import FixedClock
from api.kernel.errors import BridgeError, Broken, Unavailable
from api.kernel.settings import Secrets
from api.statements.store import bank_lines
from api.web.app import create_app
from tests.api import world
from tests.api.contracts import KEYS
from tests.faults.found import BankLine, Evidence, Happened, Payment, read_rows
from tests.faults.kills import Death, Kills
from tests.faults.oracles import at_rest
from tests.faults.runs import hash_chain
from tests.simulation.bank import LossyBank
from tests.simulation.chain import GWEI, Block, Chain, Mined
from tests.simulation.crowd import Crowd
from tests.simulation.faults import Faults
from tests.simulation.node import CODE, SimulatedRpc
from wallet.address import checksum
from wallet.keccak import keccak256
from wallet.secret import Secret

__all__ = ["ACTIVE", "CALM", "Prelude", "SimulatedBridge", "write_deployment"]

DEPTH = 2
ACTIVE = 10
"""Rounds in which faults happen."""
CALM = 120
"""Rounds after them within which everything must have come to rest."""
_NAMES = {"Issued", "IssueRefused", "Redeemed", "PayoutReturned"}
_BANK = {
    "customers", "rejects", "booked", "batches", "virtual_accounts", "told", "_answered",
    "_documents",
}  # fmt: skip
_SIGNING = {name: SigningKey(key) for name, key in KEYS.items()}


_make_engine = database_module._engine


@cache
def one_engine(url: str) -> Engine:
    """The engine of an address, made once: what it has compiled is kept from seed to seed."""
    return _make_engine(url)


_open = ExitStack()
_clients: list[TestClient] = []


@cache
def one_app(log: logging.Logger) -> FastAPI:
    """The app, made once: it keeps nothing but the bridge that it is given each time."""
    return create_app(SimpleNamespace(log=log))  # type: ignore[arg-type]  # replaced before each run


def one_client(app: FastAPI) -> TestClient:
    """A client that is asking already, until a death has ended its loop."""
    if not _clients:
        _clients.append(_open.enter_context(TestClient(app)))
    return _clients[0]


class LivingClock(FixedClock):
    """While somebody sleeps, blocks are made."""

    chain: Chain

    def sleep(self, seconds: float) -> None:
        """See FixedClock."""
        super().sleep(seconds)
        self.chain.mine(int(self.now().timestamp()))


def write_deployment(file: Path) -> Path:
    """The record of the simulated contracts."""
    code = f"0x{keccak256(CODE).hex()}"

    def entry(last: int) -> dict[str, Any]:
        return {"address": checksum(bytes([last]) * 20), "codeHash": code}

    token = {"name": "Jiaozi Euro", "symbol": "EURJ", "currency": "EUR", "decimals": 2}
    record = {
        "chainId": 31337,
        "caip2": "eip155:31337",
        "accessManager": entry(0x33),
        "token": {**token, "utcOffsetSeconds": 3600, **entry(0x11)},
        "teller": entry(0x22),
        "block": 1,
        "roles": {},
    }
    file.write_text(json.dumps(record))
    return file


@dataclass(frozen=True)
class Prelude:
    """The world outside of the database, as a calm beginning has left it."""

    now: datetime
    blocks: list[Block]
    by_hash: dict[str, tuple[int, Mined]]
    bank: dict[str, Any]
    lines: list[BankLine]

    @classmethod
    def of(cls, bridge: SimulatedBridge) -> Prelude:
        """As it stands."""
        chain, crowd = bridge.chain, bridge.crowd
        bank = {name: value for name, value in vars(bridge.bank).items() if name in _BANK}
        return cls(
            bridge.clock.now(), chain.blocks, chain.by_hash, deepcopy(bank), list(crowd.lines)
        )

    def put_into(self, bridge: SimulatedBridge) -> None:
        """Another bridge begins here. Blocks are never changed, so they are shared."""
        bridge.clock.move(self.now - bridge.clock.now())
        bridge.chain.blocks, bridge.chain.by_hash = list(self.blocks), dict(self.by_hash)
        bridge.chain.time = self.blocks[-1].time
        bridge.chain.top = self.blocks[-1].number
        vars(bridge.bank).update(deepcopy(self.bank))
        bridge.crowd.lines = list(self.lines)
        bridge.crowd.number_from(1_000)


class SimulatedBridge:
    """Everything of one seed. `run` is a whole life; then `found` is judged."""

    def __init__(
        self,
        seed: int,
        url: str,
        deployment: Path,
        patch: pytest.MonkeyPatch,
        before: Prelude | None = None,
    ) -> None:
        self.faults = Faults(seed)
        self.clock = LivingClock(datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
        self.deployment: Deployment = load_deployment(deployment)
        self.domain = self.deployment.domain()
        self.chain = Chain(
            self.deployment,
            {name: key.address for name, key in _SIGNING.items()},
            int(self.clock.now().timestamp()),
        )
        self.clock.chain = self.chain
        self.bank = LossyBank(self.clock, self.faults)
        self.crowd = Crowd(self)
        self.rounds = 0
        plain = world.settings(deployment.parent)
        chain = replace(plain.chain, rpc_url="http://simulated", deployment=deployment, depth=DEPTH)
        self.settings = replace(plain, database_url=url, chain=chain)
        self.kills = Kills(plan=self._may_die, upset=self._may_fail)
        if before is not None:
            before.put_into(self)
        self._patch(patch)
        self._start()

    def prelude(self) -> Prelude:
        """A calm beginning, to begin others with: everybody is linked and has money."""
        self.faults.on = False
        self.crowd.begin()
        self._settle()
        for _ in range(3):
            self.crowd.pay_in()
            self._settle()
        self.close()
        return Prelude.of(self)

    def run(self, *, new: bool = True) -> None:
        """Faults for a while; then a calm, in which everything must come to rest."""
        if new:
            self.crowd.begin()
        for _ in range(ACTIVE):
            self._weather()
            self._round(self.crowd.act)
        self._clear()
        self._settle()

    def _settle(self) -> None:
        for number in range(CALM):
            self._round(self.crowd.repeat)
            if number % 3 == 2 and self._rests():
                return
        raise AssertionError(f"seed {self.faults.seed}: {self._unrest()}")

    def found(self) -> Evidence:
        """For the oracles."""
        head = self.chain.head
        return Evidence(
            deployment=self.deployment,
            key=world.KEY,
            supply=head.books.supply,
            events=self._events(),
            booked=self.bank.booked.minor,
            credits=self.crowd.lines,
            payments=[
                Payment(
                    p.end_to_end_id, p.amount.minor, int(p.end_to_end_id not in self.bank.rejects)
                )
                for batch in self.bank.batches.values()
                for p in batch.instructions
            ],
            rows=read_rows(self.parts.bridge.database),
            chain_intact=hash_chain(self.parts.bridge.database),
            missing=self.crowd.missing(),
            texts=self.crowd.texts,
            secrets={"the operator's token": world.OPERATOR},
        )

    def post(self, path: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """One request; the customer's side of a process that dies is a 503."""
        try:
            answer = self.client.post(path, json=body, headers={"Idempotency-Key": key})
        except BaseException as error:  # noqa: BLE001 - raised again unless the process is dead
            self._buried(error)
            return 503, {}
        self.faults.note("POST", path, answer.status_code)
        self.crowd.texts.append(answer.text)
        return answer.status_code, answer.json()

    def get(self, path: str) -> int:
        """The status of a GET."""
        status: int = self.client.get(path).status_code
        return status

    def stored_lines(self) -> set[str]:
        """The bank's ids of the lines that the bridge has."""
        with self.parts.bridge.database.reading() as connection:
            return set(connection.execute(select(bank_lines.c.bank_id)).scalars())

    def close(self) -> None:
        """Give the database back."""
        self.parts.close()
        self.attestor.database.close()

    # ---------------------------------------------------------------- rounds

    def _round(self, act: Callable[[], None]) -> None:
        self.rounds += 1
        act()
        for do in (self.worker.cycle, self._attest):
            try:
                do()
            except Broken:
                raise
            except BaseException as error:  # noqa: BLE001 - as above
                self._buried(error)
        dice = self.faults.dice
        self.clock.move(timedelta(seconds=dice.randrange(3, 8)))
        for _ in range(dice.randrange(0, 3) if self.faults.on else 2):
            self.chain.mine(int(self.clock.now().timestamp()))

    def _attest(self) -> None:
        try:
            self.attestor.once()
        except BridgeError:
            return  # it says nothing this time

    def _weather(self) -> None:
        """What may go wrong with the chain between two rounds."""
        faults, chain = self.faults, self.chain
        if faults.falls("reorganisation", 0.15):
            chain.reorganise(faults.dice.randrange(1, DEPTH + 1))
        if chain.pool and faults.falls("transaction dropped", 0.3):
            chain.forget(faults.dice.choice(sorted(chain.pool)))
        chain.base_fee = 40 * GWEI if faults.falls("gas spike", 0.1) else GWEI
        chain.poor = {_SIGNING["operator"].address} if faults.falls("no gas money", 0.1) else set()
        self.bank.answering = not faults.falls("bank silent", 0.2)

    def _clear(self) -> None:
        self.faults.on = False
        self.chain.base_fee, self.chain.poor, self.bank.answering = GWEI, set(), True

    def _rests(self) -> bool:
        return all(r.over for r in self.crowd.requests) and not self._unrest()

    def _unrest(self) -> list[str]:
        """What has not come to rest. What waits for room is shown, but it must get there."""
        rows = read_rows(self.parts.bridge.database)
        waiting = [request.path for request in self.crowd.requests if not request.over]
        return [*waiting, *at_rest(replace(_NOTHING, rows=rows, credits=self.crowd.lines))]

    def _events(self) -> list[Happened]:
        kinds = event_types("DepositToken")
        return [
            Happened(kind.name, kind.decode(log.topics, log.data))
            for block in self.chain.blocks
            for mined in block.transactions
            for log in mined.logs
            if (kind := kinds.get(log.topics[0])) is not None and kind.name in _NAMES
        ]

    # ---------------------------------------------------------------- processes

    def _start(self) -> None:
        self.parts = build(
            self.settings,
            clock=self.clock,
            bank=self.bank,
            secrets=Secrets(Secret(world.OPERATOR.encode()), world.KEY),
            log=logging.getLogger("jiaozi.simulation"),
        )
        self.worker = build_worker(self.parts, {lane: _SIGNING[lane.value] for lane in Lane})
        self.attestor = build_attestor(
            self.settings, key=_SIGNING["attestor"], clock=self.clock, bank=self.bank
        )
        app = one_app(self.parts.bridge.log)
        app.state.bridge = self.parts.bridge
        provide_chain(app, self.parts.chain)
        self.client = one_client(app)

    def _buried(self, error: BaseException) -> None:
        """The process is dead: a new one starts when the old one's leases have run out."""
        if not self.kills.dead:
            raise error
        self.close()
        self.clock.move(timedelta(seconds=11))
        self.kills.revive()
        _clients.clear()
        self._start()

    def _patch(self, patch: pytest.MonkeyPatch) -> None:
        SimulatedRpc.chain, SimulatedRpc.faults = self.chain, self.faults
        patch.setattr("api.chain.node.Rpc", SimulatedRpc)
        patch.setattr("api.kernel.database._engine", one_engine)
        patch.setattr("secrets.token_hex", lambda n=32: self.faults.dice.randbytes(n).hex())
        self.kills.install(patch, LossyBank)

    def _may_die(self, _death: Death, _number: int) -> bool:
        return self.faults.falls("killed", 0.004)

    def _may_fail(self, death: Death) -> None:
        """The database gives no answer: nothing was committed, or it was and nobody knows."""
        if death.point.what == "commit" and self.faults.falls(f"{death.when} commit", 0.01):
            raise Unavailable("The simulated database does not answer.", remedy="Try again.")


_NOTHING = Evidence(None, None, 0, [], 0, [], [], {})  # type: ignore[arg-type]  # at_rest asks no more

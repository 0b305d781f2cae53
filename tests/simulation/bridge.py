"""Tests of the simulation: one bridge, its world, and a run of it from a seed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, select

from api.bootstrap import build, build_attestor, build_worker
from api.chain import Deployment, Lane, SigningKey, load_deployment, provide_chain
from api.chain.abi import event_types
from api.kernel import database as database_module
from api.kernel.errors import BridgeError, Broken, Misconfigured, Unavailable
from api.kernel.settings import Secrets
from api.migrations.schema import metadata
from api.statements.store import bank_lines
from api.web.app import create_app
from api.worker import FencedWork, Worker
from tests.api import world
from tests.api.contracts import KEYS
from tests.faults.found import BankLine, Evidence, Happened, Payment, Row, read_rows
from tests.faults.kills import Death, Kills
from tests.faults.oracles import at_rest
from tests.faults.runs import hash_chain
from tests.simulation.backups import Backups
from tests.simulation.bank import LossyBank
from tests.simulation.chain import FINAL, Block, Chain, Mined
from tests.simulation.clock import BankClock, LivingClock
from tests.simulation.crowd import Crowd
from tests.simulation.faults import Faults
from tests.simulation.node import FIRST, SECOND, SimulatedRpc
from tests.simulation.operators import Operators
from tests.simulation.parked import parked
from tests.simulation.weather import Weather
from tests.simulation.web import Web
from wallet.secret import Secret

__all__ = ["ACTIVE", "CALM", "Prelude", "SimulatedBridge"]

DEPTH = 2
ACTIVE = 6
"""Rounds in which faults happen."""
CALM = 120
"""Rounds after them within which everything must have come to rest."""
ANEW = 3
"""Rounds of the calm in which the database may still be exchanged for an older one."""
_NAMES = {"Issued", "IssueRefused", "Redeemed", "PayoutReturned"}
_BANK = {
    "customers", "rejects", "booked", "batches", "virtual_accounts", "told", "refused_files",
    "_answered", "_documents", "_papers",
}  # fmt: skip
_SIGNING = {name: SigningKey(key) for name, key in KEYS.items()}


_make_engine = database_module._engine


@cache
def one_engine(url: str) -> Engine:
    """The engine of an address, made once: what it has compiled is kept from seed to seed."""
    return _make_engine(url)


@cache
def one_web(log: logging.Logger) -> Web:
    """The app, made once. What it keeps is given or taken away with each life's bridge."""
    return Web(create_app(SimpleNamespace(log=log)))  # type: ignore[arg-type]  # replaced each time


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
        self.bank = LossyBank(BankClock(self.clock), self.faults)
        self.crowd = Crowd(self)
        self.operators = Operators(self)
        self.rounds = 0
        self.two_workers = self.faults.falls("two workers", 1 / 3)
        two_nodes = self.faults.dice.random() < 1 / 3
        plain = world.settings(deployment.parent)
        chain = replace(
            plain.chain,
            rpc_url=FIRST,
            more_nodes=(SECOND,) if two_nodes else (),
            deployment=deployment,
            depth=DEPTH,
            max_skew=timedelta(minutes=5),
        )
        self.weather = Weather(self, _SIGNING)
        self._working: Worker | None = None
        self.settings = replace(plain, database_url=url, chain=chain)
        self.backups = Backups(self)
        self.kills = Kills(plan=self._may_die, upset=self._may_fail)
        if before is not None:
            before.put_into(self)
        self._patch(patch)
        self.start()

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
            self.weather.change()
            self.backups.change()
            self._round(self.crowd.act)
        self.weather.clear()
        for _ in range(ANEW if self.faults.eventful else 0):
            self._round(self.crowd.repeat)
            self.backups.change()
        self._settle()

    def _settle(self) -> None:
        for _ in range(CALM):
            self.weather.thaw()
            self.operators.decide()
            self._round(self.crowd.repeat)
            if self._rests():
                return
        raise AssertionError(f"seed {self.faults.seed}: {self._unrest()}")

    def found(self) -> Evidence:
        """For the oracles."""
        head, rows = self.chain.head, read_rows(self.parts.bridge.database)
        return Evidence(
            deployment=self.deployment,
            key=world.KEY,
            supply=head.books.supply,
            events=self._events(),
            booked=self.bank.booked.minor,
            credits=self.crowd.lines,
            taken_back=self.crowd.taken_back,
            parked=self._parked(rows),
            payments=[
                Payment(
                    p.end_to_end_id, p.amount.minor, int(p.end_to_end_id not in self.bank.rejects)
                )
                for batch in self.bank.batches.values()
                for p in batch.instructions
            ],
            rows=rows,
            chain_intact=hash_chain(self.parts.bridge.database),
            missing=self.crowd.missing(),
            texts=self.crowd.texts,
            secrets={"the operator's token": world.OPERATOR},
        )

    def post(self, path: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """One request; the customer's side of a process that dies is a 503."""
        try:
            status, text = self.web.post(path, body, key)
        except BaseException as error:  # noqa: BLE001 - raised again unless the process is dead
            self._buried(error)
            return 503, {}
        self.faults.note("POST", path, status)
        self.crowd.texts.append(text)
        return status, json.loads(text)

    def get(self, path: str) -> int:
        """The status of a GET."""
        return self.web.ask("GET", path)[0]

    def stored_lines(self) -> set[str]:
        """The bank's ids of the lines that the bridge has."""
        with self.parts.bridge.database.reading() as connection:
            return set(connection.execute(select(bank_lines.c.bank_id)).scalars())

    def close(self) -> None:
        """Give the database back."""
        for parts in self.all_parts:
            parts.close()
        self.attestor.database.close()

    # ---------------------------------------------------------------- rounds

    def _round(self, act: Callable[[], None]) -> None:
        self.rounds += 1
        act()
        works: list[Callable[[], None]] = [partial(self._work, each) for each in self.workers]
        for do in (*works, self._attest):
            try:
                do()
            except Broken:
                raise
            except BaseException as error:  # noqa: BLE001 - as above
                self._buried(error)
        dice, on = self.faults.dice, self.faults.on
        self.clock.move(timedelta(seconds=dice.randrange(3, 8) if on else 15))
        for _ in range(dice.randrange(0, 5) if on else FINAL + 1):
            self.clock.mine()

    def _work(self, worker: Worker) -> None:
        if worker not in self.workers:
            return  # it died with the one before it
        self._working = worker
        try:
            worker.cycle()
        except Misconfigured:
            return  # the process ends before it has done anything, and is started again
        finally:
            self._working = None

    def _oversleep(self) -> None:
        """The worker at work is paused past its leases; whoever else is there takes over."""
        asleep, self._working = self._working, None
        self.clock.move(timedelta(seconds=11))
        for other in self.workers:
            if other is not asleep:
                other.cycle()
        self._working = asleep

    def _attest(self) -> None:
        if self.faults.falls("attestor silent", 0.5) or (not self.faults.on and self.rounds % 2):
            return  # it works everything out anew each time, and nobody needs that each round
        try:
            self.attestor.once()
        except BridgeError:
            return  # it says nothing this time

    def _rests(self) -> bool:
        frozen = self.chain.head.books.frozen
        return all(r.over for r in self.crowd.requests) and not frozen and not self._unrest()

    def _unrest(self) -> list[str]:
        """What has not come to rest. What waits for room is shown, but it must get there."""
        rows = read_rows(self.parts.bridge.database, _WITH_STATES)
        waiting = [request.path for request in self.crowd.requests if not request.over]
        found = replace(_NOTHING, rows=rows, credits=self.crowd.lines, parked=self._parked(rows))
        papers = ["a document waits at the bank"] if self.bank.waiting else []
        unread = [link["id"] for link in rows["links"] if link["lines_due"] is not None]
        late = [f"lines from before {link} are to be looked through" for link in unread]
        return [*waiting, *papers, *late, *at_rest(found)]

    def _parked(self, rows: Mapping[str, Sequence[Row]]) -> dict[str, frozenset[str]]:
        return parked(rows, self.chain.headroom())

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

    def start(self) -> None:
        """All processes, anew."""
        self.all_parts = [
            build(
                self.settings,
                clock=self.clock,
                bank=self.bank,
                secrets=Secrets(Secret(world.OPERATOR.encode()), world.KEY),
                log=logging.getLogger("jiaozi.simulation"),
            )
            for _ in range(2 if self.two_workers else 1)
        ]
        self.parts = self.all_parts[0]
        keys = {lane: _SIGNING[lane.value] for lane in Lane}
        self.workers = [build_worker(parts, keys) for parts in self.all_parts]
        self.attestor = build_attestor(
            self.settings,
            key=_SIGNING["attestor"],
            clock=self.clock,
            bank=self.bank,
            reference_key=world.KEY,
        )
        self.web = one_web(self.parts.bridge.log)
        self.web.app.state.bridge = self.parts.bridge
        self.web.app.state.transfers = None  # what gathered for another life, by its clock
        provide_chain(self.web.app, self.parts.chain)

    def _buried(self, error: BaseException) -> None:
        """The process is dead: a new one starts when the old one's leases have run out."""
        if not self.kills.dead:
            raise error
        self.close()
        self.clock.move(timedelta(seconds=11))
        self.kills.revive()
        self.start()

    def _patch(self, patch: pytest.MonkeyPatch) -> None:
        SimulatedRpc.chain, SimulatedRpc.faults = self.chain, self.faults
        patch.setattr("api.chain.node.Rpc", SimulatedRpc)
        patch.setattr("api.kernel.database._engine", one_engine)
        patch.setattr("secrets.token_hex", lambda n=32: self.faults.dice.randbytes(n).hex())
        patch.setattr("api.statements.flow._BREATH", timedelta(0))  # nobody else writes
        SimulatedRpc.two = bool(self.settings.chain.more_nodes)
        self._count_lost_leases(patch)
        Web.at_once(patch)
        self.kills.install(patch, LossyBank)

    def _count_lost_leases(self, patch: pytest.MonkeyPatch) -> None:
        real = FencedWork.forget

        def forget(work: FencedWork, duty: str) -> None:
            self.faults.happened["lease lost"] += 1
            real(work, duty)

        patch.setattr(FencedWork, "forget", forget)

    def _may_die(self, death: Death, _number: int) -> bool:
        return self.faults.falls(f"killed {death.when}", 0.003)

    def _may_fail(self, death: Death) -> None:
        """The database gives no answer: nothing was committed, or it was and nobody knows.

        Or the process stands still for longer than its leases last.
        """
        if death.point.what == "commit":
            full = self.faults.full and death.when == "before"
            if full or self.faults.falls(f"{death.when} commit", 0.01):
                raise Unavailable("The simulated database does not answer.", remedy="Try again.")
        if self._working and death.when == "after" and self.faults.falls("worker paused", 0.01):
            self._oversleep()


_WITH_STATES = [table for table in metadata.sorted_tables if "state" in table.c]
_NOTHING = Evidence(None, None, 0, [], 0, [], [], {})  # type: ignore[arg-type]  # at_rest asks no more

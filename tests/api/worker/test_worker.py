"""Tests of the worker's rounds: back-off, leadership, and stopping when something is broken."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.deposits import list_deposits
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.money import Money
from api.statements import take_in
from api.worker import FencedWork, Step, Worker
from scripts.localnet import start_anvil
from tests.api.contracts import deploy
from tests.api.stage import Stage
from tests.api.world import ADA, RESERVE, camt, credit

LOG = logging.getLogger("jiaozi.tests")


class Flaky:
    """A step that fails for a while."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.runs = 0

    def __call__(self) -> bool:
        self.runs += 1
        if self.runs <= self.failures:
            raise Unavailable("down", remedy="wait")
        return False


def worker(database: Database, clock: FixedClock, holder: str, *steps: Step) -> Worker:
    """A worker with these steps."""
    return Worker(
        work=FencedWork(database, clock, holder),
        steps=list(steps),
        clock=clock,
        poll=timedelta(seconds=1),
        log=LOG,
    )


def test_a_step_that_fails_waits_longer_each_time(database: Database, clock: FixedClock) -> None:
    """The others go on meanwhile; when it works again it runs every time."""
    flaky, steady = Flaky(3), Flaky(0)
    made = worker(database, clock, "one", Step("flaky", flaky), Step("steady", steady))
    waits = []
    for _ in range(40):
        before = flaky.runs
        made.cycle()
        waits.append(flaky.runs - before)
        clock.move(timedelta(milliseconds=250))
    assert steady.runs == 40
    assert [at for at, ran in enumerate(waits) if ran][:4] == [0, 2, 6, 14]
    assert waits[14:] == [1] * 26


def test_what_is_broken_stops_the_worker(database: Database, clock: FixedClock) -> None:
    """And lets the lease go, for whoever mends it."""

    def broken() -> bool:
        raise Broken("the books are wrong", remedy="look")

    with pytest.raises(Broken):
        worker(database, clock, "one", Step("broken", broken)).run(lambda: False)
    steady = Flaky(0)
    worker(database, clock, "two", Step("steady", steady)).cycle()
    assert steady.runs == 1


def test_a_database_that_is_away(
    clock: FixedClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The round is skipped; nothing is raised."""
    away = Database(f"sqlite:///{tmp_path_factory.mktemp('away')}/no/such/folder.db")
    step = Flaky(0)
    assert not worker(away, clock, "one", Step("one", step)).cycle()
    assert step.runs == 0


def test_it_stops_when_it_is_asked_to(database: Database, clock: FixedClock) -> None:
    """After the round that it is in."""
    step = Flaky(0)
    worker(database, clock, "one", Step("one", step)).run(lambda: step.runs >= 3)
    assert step.runs == 3


def test_the_bank_and_the_chain_may_be_away(stage: Stage) -> None:
    """Money that arrives meanwhile is stored and matched; with the chain back it is issued."""
    stage.link(ADA)
    stage.pay_in(ADA, 5_000)
    stage.deployed.anvil.rpc("evm_setAutomine", False)
    for _ in range(3):
        stage.worker.cycle()
    stage.deployed.anvil.rpc("evm_setAutomine", True)
    stage.run(lambda: stage.balance(ADA) == 5_000)


def test_a_line_that_was_overlooked_is_found(sqlite_stage: Stage) -> None:
    """It was stored without being matched, though its link is active: the sweep finds it, once."""
    stage = sqlite_stage
    stage.link(ADA)
    for _ in range(3):  # until nothing is due any more for the link that became active
        stage.worker.cycle()
    bridge = stage.parts.bridge
    stage.bank.booked += Money(700, "EUR")
    content = camt([credit("LOST", 700, payer_account=ADA.account)])
    stage.bank.file(content.getvalue())
    take_in(
        bridge.database,
        content,
        currency="EUR",
        reserve_account=RESERVE,
        now=bridge.clock.now(),
        source="test",
    )
    stage.clock.move(timedelta(seconds=61))
    stage.run(lambda: stage.balance(ADA) == 700)
    stage.clock.move(timedelta(seconds=61))
    stage.worker.cycle()
    with bridge.database.reading() as connection:
        assert len(list_deposits(connection, state=None, limit=9)) == 1


def test_a_step_that_rests_is_left_alone(database: Database, clock: FixedClock) -> None:
    """While it finds nothing to do; the others are not, and after a while it looks again."""
    calm, keen = Flaky(0), Flaky(0)
    made = Worker(
        work=FencedWork(database, clock, "one"),
        steps=[Step("calm", calm, rests=True), Step("keen", keen)],
        clock=clock,
        poll=timedelta(seconds=1),
        log=LOG,
        rest=timedelta(milliseconds=500),
    )
    for _ in range(9):
        made.cycle()
        clock.move(timedelta(milliseconds=125))
    assert (calm.runs, keen.runs) == (3, 9)


def test_a_chain_that_was_exchanged_gets_nothing(stage: Stage, tmp_path: Path) -> None:
    """The same contracts at the same addresses, on a chain started anew: noticed before sending."""
    stage.link(ADA)
    stage.pay_in(ADA, 5_000)
    with start_anvil("--hardfork", "cancun") as anew:
        (tmp_path / "anew").mkdir()
        twin = deploy(anew, tmp_path / "anew")
        assert twin.deployment == stage.deployed.deployment
        twin.mine(200)
        stage.settings = replace(
            stage.settings, chain=replace(stage.settings.chain, rpc_url=anew.url)
        )
        stage.restart()
        with pytest.raises(Broken, match="has read the chain up to block"):
            stage.run(lambda: False, rounds=5)
        for lane in ("operator", "compliance", "relayer"):
            assert twin.web3.eth.get_transaction_count(twin.key(lane).address) == 0

"""Tests of the simulation: a seed is a life full of faults, and every oracle agrees at its end.

`JIAOZI_TEST_FAULT_SEED=n` runs one seed alone; the same seed is the same life, to the byte.
"""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from api.bank import PayoutBatch, SubmittedFile
from api.kernel.errors import BridgeError
from api.migrations import upgrade
from tests.faults.budget import NIGHTLY, Run, seeds, time_is_up
from tests.faults.oracles import judge
from tests.simulation import token
from tests.simulation.bank import LossyBank
from tests.simulation.bridge import Prelude, SimulatedBridge
from tests.simulation.deployed import write_deployment
from tests.simulation.faults import KINDS
from wallet.abi import selector, topic

pytestmark = pytest.mark.integration  # no server, but a minute of lives
SEEDS = seeds(1_000, 100_000)
ISSUE = selector("issue((uint256,bytes16,address,uint256)[])")
ISSUED = topic("Issued(uint256,address,uint256,bytes16)")
NEW_EVERY = 5
"""Every so many seeds a life begins before anybody is linked."""
PART = 500 if NIGHTLY else 125
"""Seeds of one test. So many lives meet every kind of fault: the dice are not loaded."""


@dataclass
class Lives:
    """Runs seeds one after the other on one database file in memory."""

    file: Path
    empty: Path
    begun: Path
    deployment: Path
    before: Prelude

    def live(self, seed: int) -> SimulatedBridge:
        """One life; raises what broke, or AssertionError with what an oracle says."""
        new = seed % NEW_EVERY == 0
        for old in self.file.parent.glob(f"{self.file.name}*"):
            old.unlink()
        shutil.copyfile(self.empty if new else self.begun, self.file)
        with pytest.MonkeyPatch.context() as patch:
            bridge = SimulatedBridge(
                seed,
                f"sqlite:///{self.file}",
                self.deployment,
                patch,
                None if new else self.before,
            )
            try:
                bridge.run(new=new)
                breaches = judge(bridge.found())
                assert breaches == [], f"seed {seed}: {breaches}"
            except BaseException as error:
                error.add_note(f"JIAOZI_TEST_FAULT_SEED={seed} lives this life again")
                raise
            finally:
                bridge.close()
        return bridge


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    """The calm beginning is lived once."""
    folder = tmp_path_factory.mktemp("simulation")
    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else folder
    file = memory / f"jiaozi-simulation-{os.getpid()}.sqlite3"
    empty, begun = folder / "empty.sqlite3", folder / "begun.sqlite3"
    upgrade(f"sqlite:///{empty}")
    shutil.copyfile(empty, file)
    deployment = write_deployment(folder / "31337.json")
    with pytest.MonkeyPatch.context() as patch:
        first = SimulatedBridge(-1, f"sqlite:///{file}", deployment, patch)
        before = first.prelude()
    shutil.copyfile(file, begun)
    gc.freeze()  # what stands now stays: no collection need look through it again
    yield Lives(file, empty, begun, deployment, before)
    gc.unfreeze()
    for old in memory.glob(f"{file.name}*"):
        old.unlink()


@pytest.mark.parametrize("part", range(len(SEEDS[::PART])))
def test_every_seed_comes_to_rest(
    lives: Lives, part: int, record_property: Callable[[str, object], None]
) -> None:
    """Whatever failed: every credit once, every burn paid or returned once, nothing stuck."""
    wanted = SEEDS[part * PART : (part + 1) * PART]
    run, start = Run("simulation", "SQLite", wanted=len(wanted)), time.perf_counter()
    for seed in wanted:
        bridge = lives.live(seed)
        run.runs += 1
        run.operations += len(bridge.crowd.requests) + len(bridge.crowd.lines)
        run.faults += bridge.faults.happened
        if time_is_up():
            break
    run.seconds = time.perf_counter() - start
    run.deaths = run.faults["killed before"] + run.faults["killed after"]
    run.record(record_property)
    assert set(run.faults) <= KINDS
    if run.runs == PART:
        assert sorted(KINDS - set(run.faults)) == [], "no seed of this part met these"


def test_a_seed_replays_exactly(lives: Lives) -> None:
    """The same seed twice is the same life: what it asked, what failed, what was answered."""
    first, second, other = (lives.live(seed).faults.trace for seed in (7, 7, 8))
    assert first == second != other


def test_a_file_paid_twice_is_seen(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a bank that gets each payout file under a second id, too, pays it twice."""

    def twice(bank: LossyBank, batch: PayoutBatch) -> SubmittedFile:
        real(bank, replace(batch, message_id=f"X{batch.message_id[1:]}"))
        return real(bank, batch)

    real = LossyBank.submit_payouts
    monkeypatch.setattr(LossyBank, "submit_payouts", twice)
    with pytest.raises((AssertionError, BridgeError)) as said:
        lives.live(1)
    assert "O" in f"{said.value}"


def test_an_issue_that_counts_twice_is_seen(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a token that credits each deposit twice is noticed at once."""
    name, real, answers = token.FUNCTIONS[ISSUE]

    def twice(call: token.Call, entries: list[tuple[int, bytes, str, int]]) -> None:
        real(call, entries)
        call.logs.extend(log for log in list(call.logs) if log.topics[0] == ISSUED)

    monkeypatch.setitem(token.FUNCTIONS, ISSUE, (name, twice, answers))
    with pytest.raises((AssertionError, BridgeError)):
        lives.live(1)

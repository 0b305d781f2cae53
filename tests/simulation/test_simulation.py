"""Tests of the simulation: a seed is a life full of faults, and every oracle agrees at its end.

`JIAOZI_TEST_FAULT_SEED=n` runs one seed alone; the same seed is the same life, to the byte.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from api.bank import PayoutBatch, SubmittedFile
from api.kernel.errors import BridgeError
from api.migrations import upgrade
from tests.faults.budget import NIGHTLY, seeds
from tests.faults.oracles import judge
from tests.simulation import token
from tests.simulation.bank import LossyBank
from tests.simulation.bridge import Prelude, SimulatedBridge, write_deployment
from wallet.abi import selector, topic

pytestmark = pytest.mark.integration  # no server, but a minute of lives
SEEDS = seeds(100, 100_000)
"""As many in CI as two cores carry in a minute."""
REQUIRED = ("node silent", "lost reply", "killed", "reorganisation", "after commit", "answer lost")
"""Faults that any part of the seeds meets: the dice are not loaded."""
ISSUE = selector("issue((uint256,bytes16,address,uint256)[])")
ISSUED = topic("Issued(uint256,address,uint256,bytes16)")
NEW_EVERY = 5
"""Every so many seeds a life begins before anybody is linked."""
PART = 25 if not NIGHTLY else 500


@dataclass
class Lives:
    """Runs seeds one after the other on one database file in memory."""

    file: Path
    empty: Path
    begun: Path
    deployment: Path
    before: Prelude
    happened: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    seconds: float = 0.0

    def live(self, seed: int) -> SimulatedBridge:
        """One life; raises what broke, or AssertionError with what an oracle says."""
        new = seed % NEW_EVERY == 0
        for old in self.file.parent.glob(f"{self.file.name}*"):
            old.unlink()
        shutil.copyfile(self.empty if new else self.begun, self.file)
        start = time.process_time()
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
            finally:
                bridge.close()
        self.seconds += time.process_time() - start
        self.happened += bridge.faults.happened
        self.requests += len(bridge.crowd.requests) + len(bridge.crowd.lines)
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
    yield Lives(file, empty, begun, deployment, before)
    for old in memory.glob(f"{file.name}*"):
        old.unlink()


@pytest.mark.parametrize("part", range(len(SEEDS[::PART])))
def test_every_seed_comes_to_rest(
    lives: Lives, part: int, record_property: Callable[[str, object], None]
) -> None:
    """Whatever failed: every credit once, every burn paid or returned once, nothing stuck."""
    for seed in SEEDS[part * PART : (part + 1) * PART]:
        lives.live(seed)
    for name in REQUIRED if len(SEEDS) >= PART else ():
        assert lives.happened[name] > 0, f"no seed of this part met: {name}"
    record_property("seeds", len(SEEDS[part * PART : (part + 1) * PART]))
    record_property("operations", lives.requests)
    record_property("seconds", round(lives.seconds, 3))
    record_property("faults", lives.happened.total())


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

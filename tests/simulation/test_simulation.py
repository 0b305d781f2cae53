"""Tests of the simulation: a seed is a life full of faults, and every oracle agrees at its end.

`JIAOZI_TEST_FAULT_SEED=n` runs one seed alone; the same seed is the same life, to the byte.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.faults.budget import NIGHTLY, Run, seeds, time_is_up, turned
from tests.simulation.faults import KINDS, RARE_EVERY
from tests.simulation.lives import Lives

pytestmark = pytest.mark.integration  # no server, but a minute of lives
SEEDS = seeds(1_000, 100_000)
PART = 500 if NIGHTLY else 125
"""Seeds of one test. So many lives meet every kind of fault: the dice are not loaded."""
PARTS = len(SEEDS[::PART])


@pytest.mark.parametrize("part", range(PARTS))
def test_every_seed_comes_to_rest(
    lives: Lives, part: int, record_property: Callable[[str, object], None]
) -> None:
    """Whatever failed: every credit once, every burn paid or returned once, nothing stuck."""
    first = turned(part, PARTS) * PART
    wanted = SEEDS[first : first + PART]
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


@pytest.mark.parametrize("seed", [7, 2 * RARE_EVERY])
def test_a_seed_replays_exactly(lives: Lives, seed: int) -> None:
    """The same seed twice is the same life: what it asked, what failed, what was answered."""
    first, second, other = (lives.live(each).faults.trace for each in (seed, seed, seed + 1))
    assert first == second != other


def test_no_life_uses_what_another_has_gathered(lives: Lives) -> None:
    """The app is made once: what gathers requests has the clock and the database of its life."""
    seen = 0
    for seed in range(6, 18):
        bridge = lives.live(seed)
        gathered = bridge.web.app.state.transfers
        if gathered is not None:  # somebody has paid since the last start
            seen += 1
            assert gathered._clock is bridge.clock
            assert gathered._database is bridge.parts.bridge.database
    assert seen > 1

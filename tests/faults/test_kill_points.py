"""Tests of faults, row 1: the process dies before and after everything that becomes lasting.

`JIAOZI_TEST_PROFILE=nightly`: each death alone, with thirty seeds, and a thousand random ones. A
seed is told in the test's name and is all that a run depends on: run that test again by its name.
"""

from __future__ import annotations

import ast
import itertools
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.bank import PayoutBatch
from api.bank.memory import FakeBank
from api.chain import lane
from api.payouts import files
from tests.api.contracts import Deployed
from tests.api.stage import Stage
from tests.faults.budget import NIGHTLY, Run, fitting
from tests.faults.elsewhere import ELSEWHERE
from tests.faults.kills import Death, Kills
from tests.faults.oracles import judge
from tests.faults.points import NODE_CALLS, Point, list_points, points_of
from tests.faults.runs import gather, tell
from tests.faults.story import Story
from tests.faults.test_matrix import names_in
from tests.faults.workers import ChildWorker

ROOT = Path(__file__).resolve().parents[2]

POINTS = sorted(p for p in list_points() if (p.module, p.function) not in ELSEWHERE)
ASIDE = ("api.access", "api.attest", "api.links", "api.redemptions.flow", "api.reserve.flow")
"""Rooms whose points are the API's and the attestor's, not a worker's."""
KILLED = [p for p in POINTS if not p.module.startswith(ASIDE) and p.function != "FencedWork.leave"]
IMPORTANT = [p for p in KILLED if p.what in ("send", "send_many", "submit_payouts", "acknowledge")]
"""Where something leaves a worker's process."""
BOTH: tuple[str, ...] = ("before+after",)
PLANS = ("before", "after") if NIGHTLY else BOTH


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> Kills:
    """Nobody dies yet."""
    made = Kills()
    made.install(monkeypatch, FakeBank)
    return made


@pytest.fixture
def child(stage: Stage) -> Iterator[ChildWorker]:
    """The stage's worker as a process of its own."""
    made = ChildWorker(stage, [])
    yield made
    made.stop()


@pytest.fixture(scope="session")
def usual_chances(
    one_chain: Deployed, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Counter[Death]:
    """How often a story comes by each death when nobody dies."""
    folder = tmp_path_factory.mktemp("quiet")
    copied = shutil.copyfile(migrated_sqlite, folder / "quiet.sqlite3")
    before = one_chain.anvil.rpc("evm_snapshot")
    with pytest.MonkeyPatch.context() as patch:
        kills = Kills()
        kills.install(patch, FakeBank)
        stage = Stage(one_chain, f"sqlite:///{copied}", folder)
        tell(stage, Story(stage), kills)
        stage.close()
    one_chain.anvil.rpc("evm_revert", before)
    return kills.met


def once_each(deaths: Mapping[Death, int]) -> Callable[[Death, int], bool]:
    """A plan: each of these deaths once, after so many chances that pass."""
    due = dict(deaths)

    def plan(chance: Death, _number: int) -> bool:
        if chance not in due:
            return False
        due[chance] -= 1
        if due[chance] >= 0:
            return False
        del due[chance]
        return True

    return plan


def places(deaths: set[Death], chances: Counter[Death], seed: int) -> dict[Death, int]:
    """Where in the story each death comes: at its first chance, or at one in the first half."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets: a seed must replay
    halves = {death: max(chances[death] // 2, 1) for death in sorted(deaths)}
    return {death: dice.randrange(half) if seed else 0 for death, half in halves.items()}


def told(stage: Stage, story: Story, kills: Kills, **more: Any) -> Run:
    """Tell a story, and say what was done."""
    start = time.perf_counter()
    tell(stage, story, kills, **more)
    store = "SQLite" if stage.parts.bridge.database.is_sqlite else "PostgreSQL"
    seconds, operations = time.perf_counter() - start, len(story.wishes) + len(story.lines)
    return Run("", store, 1, 1, operations, seconds, kills.died)


def deaths_of(point: Point, plan: str) -> set[Death]:
    """The deaths that a plan's name means."""
    return {Death(when, point) for when in ("before", "after") if when in plan}


@pytest.mark.parametrize("seed", fitting(1, 30, len(POINTS) * len(PLANS) * 2))
@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_the_process_dies(  # noqa: PLR0917 - pytest passes them by name
    stage: Stage,
    kills: Kills,
    texts: list[str],
    point: Point,
    plan: str,
    seed: int,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    """At each point, once before and once after it: the story ends, and every oracle agrees."""
    deaths = deaths_of(point, plan)
    chances = request.getfixturevalue("usual_chances") if seed else Counter[Death]()
    kills.plan = once_each(places(deaths, chances, seed))
    story = Story(stage, seed)
    run = told(stage, story, kills)
    replace(run, harness="kill point", point=f"{point}").record(record_property)
    assert kills.died == len(deaths), f"no story reaches {point}: add it to one"
    assert judge(gather(stage, story, texts)) == []


@pytest.mark.parametrize("point", KILLED if NIGHTLY else IMPORTANT, ids=str)
def test_sigkill(
    stage: Stage,
    child: ChildWorker,
    texts: list[str],
    point: Point,
    record_property: Callable[[str, object], None],
) -> None:
    """The worker's process is killed for real; a new one goes on."""
    child.deaths = [Death("before", point), Death("after", point)]
    story = Story(stage)
    run = told(stage, story, Kills(), worker=child)
    replace(run, harness="SIGKILL", deaths=child.killed, point=f"{point}").record(record_property)
    assert child.killed == 2, f"no worker reaches {point}"
    assert judge(gather(stage, story, texts)) == []


@pytest.mark.parametrize("seed", fitting(4, 100, 2))
def test_random_deaths(
    stage: Stage,
    kills: Kills,
    texts: list[str],
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Anywhere, often, and again at once: a process that has hardly started dies, too."""
    dice, again = random.Random(seed), 0  # noqa: S311 - not for secrets: a seed must replay

    def plan(_chance: Death, number: int) -> bool:
        nonlocal again
        if kills.died >= 12:
            return False
        if number == again or dice.random() < 0.03:
            again = number + dice.randrange(1, 12) if dice.random() < 0.5 else 0
            return True
        return False

    kills.plan = plan
    story = Story(stage, seed)
    replace(told(stage, story, kills), harness="random deaths").record(record_property)
    assert kills.died > 0
    assert judge(gather(stage, story, texts)) == []


def test_a_point_that_is_elsewhere_is_a_point() -> None:
    """The list of exceptions names only what exists, and tests that exist and are run."""
    listed = {(point.module, point.function) for point in list_points()}
    assert set(ELSEWHERE) <= listed
    assert [test for test in ELSEWHERE.values() if test[1] not in names_in(test[0])] == []


def test_without_resending_the_story_stands_still(
    sqlite_stage: Stage, kills: Kills, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: take the resending away, and a death before sending is never mended."""
    monkeypatch.setattr(lane, "resend", lambda _desk: False)
    points = [p for p in POINTS if p.what in NODE_CALLS and "chain" in p.module]
    sends = {Death("before", point): 0 for point in points}
    kills.plan = once_each(sends)
    with pytest.raises(AssertionError, match="not done after"):
        tell(sqlite_stage, Story(sqlite_stage), kills, rounds=25)


def test_a_fresh_message_id_would_pay_twice(
    sqlite_stage: Stage, kills: Kills, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a file that changes its id after a death is paid once more, and seen, where
    nobody looks what became of its payments meanwhile."""
    monkeypatch.setattr(files, "_known_to_bank", lambda *_: None)
    monkeypatch.setattr(files, "_moved_on", lambda *_: None)
    real, numbers = files._batch, itertools.count()

    def fresh(*args: Any) -> PayoutBatch:
        return replace(real(*args), message_id=f"FRESH{next(numbers)}")

    monkeypatch.setattr(files, "_batch", fresh)
    submits = [point for point in POINTS if point.what == "submit_payouts"]
    kills.plan = once_each({Death("after", point): 0 for point in submits})
    story = Story(sqlite_stage)
    with pytest.raises(AssertionError, match="not done after"):
        tell(sqlite_stage, story, kills, rounds=25)
    breaches = judge(gather(sqlite_stage, story, texts), but=("O3",))
    assert [each for each in breaches if each.startswith("O2 the bank was told 2 times to pay")]


def test_what_leaves_a_worker_is_killed_for_real() -> None:
    """The list of points at which a process is killed has the three that matter most."""
    assert {point.what for point in IMPORTANT} == {"send_many", "submit_payouts", "acknowledge"}


STEPS = """
class Steps:
    @contextmanager
    def fenced(self):
        with self.work.transaction() as connection:
            yield connection
    def quiet(self):
        return self.node.head(), self.bank_name.strip()
    def step(self):
        with self.fenced() as connection:
            work(connection)
        def inner():
            self._bank.submit_payouts(1)
        self.context.node.send(b"")
"""


def test_a_new_step_is_found() -> None:
    """However it commits: by a context manager of another name, inside a closure, by a port."""
    assert points_of({"api.new": ast.parse(STEPS)}) == {
        Point("api.new", "Steps.step", "commit"),
        Point("api.new", "Steps.step", "send"),
        Point("api.new", "Steps.step.<locals>.inner", "submit_payouts"),
    }

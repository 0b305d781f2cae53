"""Tests of duties: shared by any number of workers, taken over from the dead, fenced."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from api import worker as worker_module
from api.kernel import postgresql
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from api.kernel.lease import LeaseLost, acquire, release, renew
from api.worker import LEASE, FencedWork, Step, Worker

NAMES = ["documents", "match", "read", "issue", "send"]
LOG = logging.getLogger("jiaozi.tests")


class Crew:
    """Several workers with the same steps; who ran which is counted."""

    def __init__(self, database: Database, clock: FixedClock, *names: str) -> None:
        self.clock = clock
        self.ran: Counter[tuple[str, str]] = Counter()
        self.works = {name: FencedWork(database, clock, name) for name in names}
        self.workers = {name: self._worker(name) for name in names}

    def _worker(self, name: str) -> Worker:
        def step(duty: str) -> Step:
            def run() -> bool:
                self.ran[name, duty] += 1
                return False

            return Step(duty, run)

        return Worker(
            work=self.works[name],
            steps=[step(duty) for duty in NAMES],
            clock=self.clock,
            poll=timedelta(seconds=1),
            log=LOG,
        )

    def cycle(self, *names: str, rounds: int = 1) -> None:
        """Let these workers, or all, work a second a round."""
        for _ in range(rounds):
            for name in names or tuple(self.workers):
                self.workers[name].cycle()
            self.clock.move(timedelta(seconds=1))

    def duties(self, name: str) -> set[str]:
        """What a worker believes to have."""
        return set(self.works[name].duties)


def test_three_workers_share_the_duties(database: Database, clock: FixedClock) -> None:
    """Each duty is somebody's, none is two workers', nobody has more than its part."""
    crew = Crew(database, clock, "one", "two", "three")
    crew.cycle(rounds=12)
    held = [crew.duties(name) for name in crew.workers]
    assert sorted(len(each) for each in held) == [1, 2, 2]
    assert set.union(*held) == set(NAMES)
    crew.ran.clear()
    crew.cycle(rounds=5)
    assert Counter(duty for _, duty in crew.ran.elements()) == dict.fromkeys(NAMES, 5)


def test_one_worker_has_them_all_in_their_order(database: Database, clock: FixedClock) -> None:
    """And asks the database seldom while nothing changes."""
    crew = Crew(database, clock, "one")
    crew.cycle(rounds=3)
    assert [duty for _, duty in crew.ran] == NAMES
    assert set(crew.ran.values()) == {3}


def test_the_duties_of_a_dead_worker_are_taken_over(database: Database, clock: FixedClock) -> None:
    """When their leases have ended, and not before."""
    crew = Crew(database, clock, "one", "two")
    crew.cycle(rounds=8)
    dead = crew.duties("two")
    assert dead
    crew.cycle("one", rounds=4)
    assert not crew.duties("one") & dead
    crew.cycle("one", rounds=int(LEASE.total_seconds()))
    assert crew.duties("one") == set(NAMES)


def test_nobody_waits_for_a_step_that_takes_long(
    postgres_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has fewer duties than its part looks for more, and does its own meanwhile."""
    monkeypatch.setattr(postgresql, "_LOCKED", timedelta(milliseconds=200))  # who waits, gives up
    database = Database(postgres_url)
    crew = Crew(database, clock, "one", "two", "three")
    crew.cycle(rounds=12)
    few = min(crew.works, key=lambda name: len(crew.duties(name)))
    busy = next(name for name in crew.works if name != few)
    crew.ran.clear()
    with crew.works[busy].doing(min(crew.duties(busy))), crew.works[busy].transaction():
        clock.move(timedelta(seconds=2))
        crew.workers[few].cycle()
    assert {name for name, _ in crew.ran} == {few}
    database.close()


def test_the_duties_of_who_froze_inside_a_step_are_taken_over(
    postgres_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its other duties when its leases end; the step's own as soon as the server has given its
    transaction up. When it wakes it commits nothing, and goes on.
    """
    monkeypatch.setattr(postgresql, "_IDLE", timedelta(seconds=2))
    monkeypatch.setattr(postgresql, "_LOCKED", timedelta(milliseconds=200))
    database = Database(postgres_url)
    crew = Crew(database, clock, "frozen", "awake")
    crew.cycle("frozen")
    frozen = crew.works["frozen"]

    def freeze() -> None:
        with frozen.doing("issue"), frozen.transaction() as connection:
            clock.move(LEASE + timedelta(seconds=1))
            crew.cycle("awake")
            assert crew.duties("awake") == set(NAMES) - {"issue"}
            for _ in range(40):  # the server ends it by its own clock
                time.sleep(0.25)
                crew.cycle("awake")
                if crew.duties("awake") == set(NAMES):
                    break
            assert crew.duties("awake") == set(NAMES)
            connection.execute(text("INSERT INTO counters (name, last) VALUES ('late', 1)"))

    with pytest.raises(Unavailable):
        freeze()
    crew.cycle("frozen", rounds=2)
    assert not crew.duties("frozen") & crew.duties("awake")
    with database.asking() as connection:
        late = connection.execute(text("SELECT last FROM counters WHERE name = 'late'"))
        assert late.one_or_none() is None
    database.close()


def test_the_duties_of_who_died_in_the_future_are_taken_over(
    database: Database, clock: FixedClock
) -> None:
    """The clock was a day ahead and is right again: nobody waits until tomorrow."""
    crew = Crew(database, clock, "one", "two")
    clock.move(timedelta(days=1))
    crew.cycle(rounds=8)
    assert crew.duties("two")
    clock.move(timedelta(days=-1))
    crew.cycle("one", rounds=2)
    assert crew.duties("one") == set(NAMES)
    crew.ran.clear()
    crew.cycle("one", rounds=3)
    assert crew.ran == Counter({("one", duty): 3 for duty in NAMES})


def test_who_leaves_hands_over_at_once(database: Database, clock: FixedClock) -> None:
    """A worker that is stopped in order costs the others no wait."""
    crew = Crew(database, clock, "one", "two")
    crew.cycle(rounds=8)
    crew.works["two"].leave()
    crew.cycle("one", rounds=2)
    assert crew.duties("one") == set(NAMES)


def test_addresses_go_with_the_duties(database: Database, clock: FixedClock) -> None:
    """Whoever sends from now on need not wait until the lease of the address ends."""
    crew = Crew(database, clock, "one", "two")
    crew.cycle("one")
    for given_up in (lambda: crew.cycle(rounds=6), crew.works["one"].leave):
        with database.transaction() as connection:
            held = acquire(connection, "lane:0x1", "one", now=clock.now(), lasting=LEASE)
        assert held is not None
        given_up()
        with database.transaction() as connection:
            taken = acquire(connection, "lane:0x1", "two", now=clock.now(), lasting=LEASE)
            assert taken is not None
            assert taken.fence > held.fence
            release(connection, taken, now=clock.now())


def test_a_worker_that_wakes_late_commits_nothing(database: Database, clock: FixedClock) -> None:
    """It was paused in the middle of a step; another has done that step meanwhile."""
    crew = Crew(database, clock, "asleep", "awake")
    asleep = crew.works["asleep"]
    crew.cycle("asleep")
    with asleep.doing("issue"):
        clock.move(LEASE + timedelta(seconds=1))
        crew.cycle("awake")
        assert "issue" in crew.duties("awake")
        with pytest.raises(LeaseLost), asleep.transaction():
            raise AssertionError("the work must not be reached")
    with pytest.raises(LeaseLost), asleep.doing("issue"):
        raise AssertionError("the step must not be reached, so it sends nothing either")
    crew.ran.clear()
    crew.workers["asleep"].cycle()
    stolen = {duty for name, duty in crew.ran if name == "asleep"} & crew.duties("awake")
    assert not stolen


def test_without_the_fence_the_late_one_would_commit(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a renewal that does not look at the fence lets both work."""
    crew = Crew(database, clock, "asleep", "awake")
    crew.cycle("asleep")
    with crew.works["asleep"].doing("issue"):
        clock.move(LEASE + timedelta(seconds=1))
        crew.cycle("awake")
        monkeypatch.setattr(worker_module, "renew", lambda _connection, lease, **_when: lease)
        with crew.works["asleep"].transaction() as connection:
            connection.execute(text("INSERT INTO counters (name, last) VALUES ('late', 1)"))
    assert worker_module.renew is not renew
    with database.reading() as connection:
        late = connection.execute(text("SELECT last FROM counters WHERE name = 'late'"))
        assert late.scalar_one() == 1


def test_work_outside_a_duty_is_refused(database: Database, clock: FixedClock) -> None:
    """A transaction that no lease guards is a mistake of the program."""
    work = FencedWork(database, clock, "one")
    work.share(NAMES)
    with pytest.raises(LeaseLost), work.transaction():
        raise AssertionError("the work must not be reached")


def test_a_lease_whose_commit_failed_guards_nothing(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose first commit failed believes to have the number that another then gets."""
    one, two = (FencedWork(database, clock, name) for name in ("one", "two"))
    real = Database.transaction

    @contextmanager
    def failing(self: Database) -> Iterator[Connection]:
        with real(self) as connection:
            yield connection
            raise Unavailable("The disk is full.", remedy="Try again.")

    monkeypatch.setattr(Database, "transaction", failing)
    with pytest.raises(Unavailable):
        one.share(["read"])
    monkeypatch.undo()
    two.share(["read"])
    with one.doing("read"), pytest.raises(LeaseLost), one.transaction():
        raise AssertionError("two workers have the same duty")
    with two.doing("read"), two.transaction():
        pass

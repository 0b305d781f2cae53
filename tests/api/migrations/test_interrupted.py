"""Tests of the migrations: the process dies at a statement; two versions of the program meet."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text

from api.kernel import lease
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Misconfigured
from api.migrations import current, newest, require_current, upgrade
from api.worker import FencedWork, Step, Worker
from tests.api.migrations.test_migrations import plain, shape
from tests.api.world import NOW
from tests.faults.budget import NIGHTLY

__all__ = ["plain"]

APART = 1 if NIGHTLY else 11
"""Every statement at night; by day one in so many, and real deaths at three of them."""


class Died(Exception):
    """The process is gone."""


def at_statement(number: int, die: Callable[[], None]) -> Callable[[], int]:
    """Die before the statement of this number; call what is returned to stop, and for the count."""
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        if seen == number:
            die()
        seen += 1

    event.listen(Engine, "before_cursor_execute", count)

    def stop() -> int:
        event.remove(Engine, "before_cursor_execute", count)
        return seen

    return stop


def dying() -> None:
    """In this process: nothing in the program catches it."""
    raise Died


def killed() -> None:
    """For real."""
    os.kill(os.getpid(), signal.SIGKILL)


def _upgrade_and_die(url: str, number: int) -> None:
    at_statement(number, killed)
    upgrade(url)


@pytest.fixture
def described(plain: Database) -> dict[str, object]:
    """The shape of a database that was upgraded in one go, before this test's own is."""
    from api.migrations.schema import metadata

    with plain.transaction() as connection:
        metadata.create_all(connection)
        found = shape(connection)
        metadata.drop_all(connection)
    return found


def test_killed_at_a_statement_and_run_again(
    database_url: str, plain: Database, described: dict[str, object]
) -> None:
    """All or nothing at each of them; the same command then brings it to the newest step."""
    stop = at_statement(-1, dying)
    upgrade(database_url, "0003")
    start = stop()
    assert start > 20
    with plain.reading() as connection:
        before = shape(connection)
    number = 0
    while True:
        stop = at_statement(number, dying)
        try:
            upgrade(database_url)
        except Died:
            pass
        else:
            break
        finally:
            stop()
        with plain.reading() as connection:
            assert (current(connection), shape(connection)) == ("0003", before)
        number += APART
    assert number > 50
    with plain.reading() as connection:
        assert current(connection) == newest()
        assert shape(connection) == described


def test_sigkill_at_a_statement(
    database_url: str, plain: Database, described: dict[str, object]
) -> None:
    """A process that is really gone leaves an empty database, and no lock."""
    processes = multiprocessing.get_context("spawn")
    for number in (3, 60, 120):
        child = processes.Process(target=_upgrade_and_die, args=(database_url, number))
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        with plain.reading() as connection:
            assert shape(connection) == {}
    assert upgrade(database_url) == newest()
    with plain.reading() as connection:
        assert shape(connection) == described


def test_without_one_transaction_half_a_schema_would_stay(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: each statement commits by itself, and the next run meets its own tables."""
    real = Database.transaction

    def each_by_itself(database: Database) -> object:
        database.engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        return real(database)

    monkeypatch.setattr(Database, "transaction", each_by_itself)
    stop = at_statement(60, dying)
    with pytest.raises(Died):
        upgrade(postgres_url)
    stop()
    monkeypatch.undo()
    with pytest.raises(Exception, match="already exists"):
        upgrade(postgres_url)


# ---------------------------------------------------------------- two versions


def lift(database: Database, step: str = "9999") -> None:
    """A newer version of the program upgrades the database."""
    with database.transaction() as connection:
        lease.fence_all(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = :step"), {"step": step})


@pytest.fixture
def ready(database_url: str, plain: Database) -> Database:
    """A database at this program's step."""
    upgrade(database_url)
    return plain


def worker_of(database: Database, run: Callable[[], bool]) -> tuple[Worker, FencedWork]:
    """A worker of this version with one duty."""
    clock = FixedClock(NOW)
    work = FencedWork(database, clock, "old")
    log = logging.getLogger("jiaozi.tests")
    poll = timedelta(seconds=1)
    return Worker(work=work, steps=[Step("x", run)], clock=clock, poll=poll, log=log), work


def test_a_worker_beside_a_newer_schema_commits_nothing_and_ends(ready: Database) -> None:
    """In the midst of a step: its next transaction is refused, and it says what to do."""

    def step() -> bool:
        lift(ready)
        with work.transaction() as connection:
            connection.execute(text("INSERT INTO counters (name, last) VALUES ('late', 1)"))
        return True

    worker, work = worker_of(ready, step)
    with pytest.raises(Misconfigured, match="9999, which this program does not know") as caught:
        worker.run(lambda: False)
    assert "Start that version" in caught.value.remedy
    with ready.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM counters")).scalar_one() == 0


def test_without_taking_the_leases_an_old_worker_would_write(
    ready: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: it holds its lease, and knows nothing of the new step."""
    monkeypatch.setattr(lease, "fence_all", lambda _connection: None)

    def step() -> bool:
        lift(ready)
        with work.transaction() as connection:
            connection.execute(text("INSERT INTO counters (name, last) VALUES ('late', 1)"))
        return True

    worker, work = worker_of(ready, step)
    assert worker.cycle()
    with ready.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM counters")).scalar_one() == 1


def test_an_upgrade_takes_every_lease(database_url: str, plain: Database) -> None:
    """In its own transaction: a worker that slept through it finds out."""
    upgrade(database_url, "0009")
    with plain.transaction() as connection:
        held = lease.acquire(connection, "duty:x", "old", now=NOW, lasting=timedelta(days=1))
    assert held is not None
    upgrade(database_url)
    with plain.transaction() as connection, pytest.raises(lease.LeaseLost):
        lease.renew(connection, held, now=NOW, lasting=timedelta(days=1))
    with plain.transaction() as connection:
        taken = lease.acquire(connection, "duty:x", "new", now=NOW, lasting=timedelta(days=1))
    assert taken is not None
    assert taken.fence > held.fence


def test_an_older_program_refuses_a_newer_database(database_url: str, ready: Database) -> None:
    """Upgrading, and every command; nothing is changed."""
    lift(ready)
    for attempt in (lambda: upgrade(database_url), lambda: require_current(ready)):
        with pytest.raises(Misconfigured, match="a newer version has upgraded it"):
            attempt()
    with ready.reading() as connection:
        assert current(connection) == "9999"

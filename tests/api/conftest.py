"""Tests of the bridge: what every room's tests share. Every store test runs on both stores."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.bank.memory import FakeBank
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.log import JsonLines
from api.migrations import upgrade
from api.web.context import Bridge
from scripts.postgres import PostgresServer
from tests.api import world


@pytest.fixture(autouse=True)
def usual_log() -> Iterator[None]:
    """A command that a test runs here sets up the log of a whole process; the next test's is the
    usual one again, whatever ran before it."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
def clock() -> FixedClock:
    """A Thursday morning in UTC; it stands still until it is moved."""
    return FixedClock(datetime(2026, 11, 19, 9, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file at the newest step, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "migrated.sqlite3"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """The URL of a PostgreSQL database at the newest step, to be copied."""
    url = postgres_server.create_database()
    upgrade(url)
    return url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite file of the test's own."""
    return f"sqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'test.sqlite3')}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database of the test's own."""
    with postgres_server.database(like=migrated_postgres) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database: the test runs on SQLite and on PostgreSQL."""
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def bank(clock: FixedClock) -> FakeBank:
    """A bank that knows Ada and Bo, and lets in whoever holds their codes."""
    return world.bank(clock)


@pytest.fixture
def bridge(database: Database, clock: FixedClock, bank: FakeBank, tmp_path: Path) -> Bridge:
    """The bridge's parts with fakes for bank and clock, on a real database."""
    return world.bridge(database, clock, bank, tmp_path)


@pytest.fixture(autouse=True)
def no_log_of_a_command() -> Iterator[None]:
    """A command that ran in this process leaves its log behind, on a stream that ends with it."""
    yield
    root = logging.getLogger()
    root.handlers[:] = [each for each in root.handlers if not isinstance(each.formatter, JsonLines)]

"""Tests: what every room's tests share — a chain, databases, ports, and property-test budgets.

Nothing here is skipped when a program is missing: the fixture fails and names the remedy. Only
the standard library, pytest and Hypothesis are imported, so both environments can load it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import hypothesis
import pytest

from scripts import localnet, postgres, processes

hypothesis.settings.register_profile("usual", deadline=None)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=1_000)
hypothesis.settings.load_profile(os.environ.get("JIAOZI_TEST_PROFILE", "usual"))

# What a command says is compared in English, whatever whoever runs the tests speaks.
for _name in ("LC_ALL", "LC_MESSAGES", "LANG"):
    if os.environ.get(_name, "").lower().startswith("zh"):
        os.environ[_name] = "C"

# What starts a server or a chain: tests that need one are not for the loop between two keystrokes.
SERVERS = {"anvil", "start_anvil", "deployed", "postgres_server", "postgres_url"}

StartAnvil = Callable[..., AbstractContextManager[localnet.Anvil]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a real server or chain as `integration`."""
    for item in items:
        needs = set(getattr(item, "fixturenames", ()))
        callspec = getattr(item, "callspec", None)
        store = callspec.params.get("database_url") if callspec else None
        if needs & SERVERS or store == "postgresql":
            item.add_marker("integration")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cases were compared with other programs (`record_property("cases …", n)`)."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        for name, count in report.user_properties:
            if name.startswith("cases "):
                counts[name] += count
    if counts:
        each = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
        terminalreporter.write_line(f"differential: {counts.total():,} cases: {each}")


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Call it for a TCP port on 127.0.0.1 that is free."""
    return processes.free_port


@pytest.fixture
def start_anvil() -> StartAnvil:
    """`with start_anvil(block_time=1) as chain:` for a test that needs its own options."""
    return localnet.start_anvil


@pytest.fixture
def anvil() -> Iterator[localnet.Anvil]:
    """A fresh chain for one test: no fees, a block a transaction, chain id 31337."""
    with localnet.start_anvil() as chain:
        yield chain


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """One real PostgreSQL server for the whole run."""
    with postgres.start_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of a new, empty PostgreSQL database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice: on a new SQLite file and on a new PostgreSQL database."""
    kind = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(kind)
    return url

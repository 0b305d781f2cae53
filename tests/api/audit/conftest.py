"""Tests of the audit: one bridge on a real chain a store, with a bit of everything in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from api.audit import CHECKS, Evidence, Finding, gather
from api.audit.flow import Check
from api.audit.tables import Tables
from api.migrations import upgrade
from scripts.localnet import start_anvil
from scripts.postgres import PostgresServer
from tests.api.audit.scenario import Archive, play
from tests.api.audit.tampering import bypass_guards
from tests.api.contracts import Deployed, deploy
from tests.api.stage import Stage
from tests.api.world import KEY, RESERVE


@dataclass(frozen=True)
class Played:
    """What was played: the chain, the bank's archive, and a database to be copied."""

    deployed: Deployed
    stage: Stage
    archive: Path
    url: str


def _played(deployed: Deployed, url: str, folder: Path, copy: Callable[[], str]) -> Played:
    stage = Stage(deployed, url, folder)
    with Archive(stage, folder / "archive") as archive:
        play(stage, copy)
    stage.close()
    return Played(deployed, stage, archive.folder, url)


def copy_of(url: str, file: Path) -> str:
    """An embedded database that nobody has open, copied to a file; the copy's URL."""
    shutil.copyfile(url.removeprefix("sqlite:///"), file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def played_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The world on SQLite."""
    folder = tmp_path_factory.mktemp("audit-sqlite")
    url = f"sqlite:///{folder / 'bridge.sqlite3'}"
    upgrade(url)
    with start_anvil("--hardfork", "cancun") as anvil:
        yield _played(
            deploy(anvil, folder), url, folder, lambda: copy_of(url, folder / "lost.sqlite3")
        )


@pytest.fixture(scope="session")
def played_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[Played]:
    """The world on PostgreSQL."""
    folder = tmp_path_factory.mktemp("audit-postgres")
    url = postgres_server.create_database()
    upgrade(url)
    with start_anvil("--hardfork", "cancun") as anvil:
        yield _played(
            deploy(anvil, folder), url, folder, lambda: postgres_server.create_database(like=url)
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Played]:
    """A copy of the world's database, to be tampered with."""
    with _copied(request, request.param, tmp_path) as played:
        yield played


@contextmanager
def _copied(request: pytest.FixtureRequest, store: str, folder: Path) -> Iterator[Played]:
    with ExitStack() as stack:
        if store == "sqlite":
            played: Played = request.getfixturevalue("played_sqlite")
            url = copy_of(played.url, folder / "copy.sqlite3")
        else:
            played = request.getfixturevalue("played_postgres")
            server: PostgresServer = request.getfixturevalue("postgres_server")
            url = stack.enter_context(server.database(like=played.url))
        yield Played(played.deployed, played.stage, played.archive, url)


@dataclass(frozen=True)
class Judged:
    """A copy of the world's database without guards, and the evidence, gathered once for all."""

    connection: Connection
    evidence: Evidence

    @contextmanager
    def untouched(self) -> Iterator[Connection]:
        """The database as it was played; what is done to it is undone."""
        with self.connection.begin() as going:
            yield self.connection
            going.rollback()

    def findings(
        self, connection: Connection, checks: Sequence[tuple[str, Check]] = CHECKS
    ) -> Iterator[Finding]:
        """What the auditor says, as it finds it."""
        tables = Tables(connection)
        for _name, check in checks:
            yield from check(self.evidence, tables)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def judged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Judged]:
    """The world, to be tampered with again and again."""
    folder = tmp_path_factory.mktemp("judged")
    with _copied(request, request.param, folder) as played:
        engine = create_engine(played.url)  # not the bridge's way in: nothing of it guards this one
        with engine.connect() as connection:
            with connection.begin():
                bypass_guards(connection)
            with connection.begin():
                evidence, _ = gather(
                    connection,
                    played.deployed.deployment,
                    files=[played.archive],
                    rpc_url=played.deployed.anvil.url,
                    account=RESERVE,
                    reference_key=KEY.reveal(),
                    progress=lambda _said: None,
                )
            yield Judged(connection, evidence)
        engine.dispose()

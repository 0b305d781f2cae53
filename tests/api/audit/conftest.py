"""Tests of the audit: one bridge on a real chain a store, with a bit of everything in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.migrations import upgrade
from scripts.localnet import start_anvil
from scripts.postgres import PostgresServer
from tests.api.audit.scenario import Archive, play
from tests.api.contracts import Deployed, deploy
from tests.api.stage import Stage


@dataclass(frozen=True)
class Played:
    """What was played: the chain, the bank's archive, and a database to be copied."""

    deployed: Deployed
    stage: Stage
    archive: Path
    url: str


def _played(deployed: Deployed, url: str, folder: Path) -> Played:
    stage = Stage(deployed, url, folder)
    with Archive(stage, folder / "archive") as archive:
        play(stage)
    stage.close()
    return Played(deployed, stage, archive.folder, url)


@pytest.fixture(scope="module")
def played_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The world on SQLite."""
    folder = tmp_path_factory.mktemp("audit-sqlite")
    url = f"sqlite:///{folder / 'bridge.sqlite3'}"
    upgrade(url)
    with start_anvil("--hardfork", "cancun") as anvil:
        yield _played(deploy(anvil, folder), url, folder)


@pytest.fixture(scope="module")
def played_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[Played]:
    """The world on PostgreSQL."""
    folder = tmp_path_factory.mktemp("audit-postgres")
    url = postgres_server.create_database()
    upgrade(url)
    with start_anvil("--hardfork", "cancun") as anvil:
        yield _played(deploy(anvil, folder), url, folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Played:
    """A copy of the world's database, to be tampered with."""
    if request.param == "sqlite":
        played: Played = request.getfixturevalue("played_sqlite")
        file = tmp_path / "copy.sqlite3"
        shutil.copyfile(played.url.removeprefix("sqlite:///"), file)
        return Played(played.deployed, played.stage, played.archive, f"sqlite:///{file}")
    played = request.getfixturevalue("played_postgres")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(like=played.url)
    return Played(played.deployed, played.stage, played.archive, url)

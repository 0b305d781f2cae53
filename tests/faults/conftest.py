"""Tests of faults: one chain with the contracts for all tests of a process, set back after each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.localnet import start_anvil
from tests.api.conftest import migrated_postgres, migrated_sqlite, postgres_url, sqlite_url
from tests.api.contracts import Deployed, deploy
from tests.api.stage import Stage
from tests.faults.runs import listening

__all__ = ["migrated_postgres", "migrated_sqlite", "postgres_url", "sqlite_url"]


@pytest.fixture(scope="session")
def one_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The contracts, deployed once."""
    with start_anvil("--hardfork", "cancun") as anvil:
        yield deploy(anvil, tmp_path_factory.mktemp("contracts"))


@pytest.fixture
def deployed(one_chain: Deployed) -> Iterator[Deployed]:
    """The contracts as they were deployed: what a test did to the chain is undone after it."""
    snapshot = one_chain.anvil.rpc("evm_snapshot")
    yield one_chain
    one_chain.anvil.rpc("evm_revert", snapshot)


@pytest.fixture
def stage(deployed: Deployed, database_url: str, tmp_path: Path) -> Iterator[Stage]:
    """A bridge on that chain, on SQLite and on PostgreSQL."""
    made = Stage(deployed, database_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def sqlite_stage(deployed: Deployed, sqlite_url: str, tmp_path: Path) -> Iterator[Stage]:
    """The same on SQLite alone: for negative controls, which say nothing about a store."""
    made = Stage(deployed, sqlite_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def texts() -> Iterator[list[str]]:
    """Every line that is logged during the test."""
    with listening() as lines:
        yield lines

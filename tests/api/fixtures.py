"""Tests of the bridge: fixtures with real contracts, for the conftest of a room that needs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.localnet import start_anvil
from tests.api.contracts import Deployed, deploy
from tests.api.stage import Stage


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Deployed]:
    """The contracts on a fresh chain that makes a block a transaction."""
    with start_anvil("--hardfork", "cancun") as anvil:
        yield deploy(anvil, tmp_path)


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

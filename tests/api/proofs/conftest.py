"""Tests of the proofs: the shared fixtures with real contracts, and a day with two holders."""

import pytest

from tests.api.fixtures import deployed, sqlite_stage, stage
from tests.api.proofs.day import make_day
from tests.api.stage import Stage

__all__ = ["deployed", "sqlite_stage", "stage"]


@pytest.fixture
def day(stage: Stage) -> Stage:
    """Ada holds 300.00, Bo 200.00; it is all final."""
    return make_day(stage)


@pytest.fixture
def sqlite_day(sqlite_stage: Stage) -> Stage:
    """The same on SQLite alone."""
    return make_day(sqlite_stage)

"""Tests of the relay: a bridge on a real chain, whose customers hold tokens."""

from __future__ import annotations

import pytest

from tests.api.fixtures import deployed, sqlite_stage, stage
from tests.api.stage import Stage
from tests.api.world import ADA, BO

__all__ = ["deployed", "sqlite_stage", "stage"]


def fund(stage: Stage) -> Stage:
    """Ada and Bo are linked; Ada holds 500.00."""
    stage.link(ADA)
    stage.link(BO)
    stage.pay_in(ADA, 50_000)
    stage.run(lambda: stage.balance(ADA) == 50_000)
    return stage


@pytest.fixture
def funded(stage: Stage) -> Stage:
    """On both stores."""
    return fund(stage)


@pytest.fixture
def sqlite_funded(sqlite_stage: Stage) -> Stage:
    """On SQLite alone."""
    return fund(sqlite_stage)

"""Tests of the attestor: the shared fixtures with real contracts."""

import pytest

from tests.api.fixtures import deployed, stage
from tests.api.stage import Stage
from tests.api.world import ADA

__all__ = ["deployed", "ready", "stage"]


@pytest.fixture
def ready(stage: Stage) -> Stage:
    """Ada is linked and holds 500.00."""
    stage.link(ADA)
    stage.pay_in(ADA, 50_000)
    stage.run(lambda: stage.balance(ADA) == 50_000)
    stage.run(lambda: stage.attestor.once().statement.supply == 50_000)
    return stage

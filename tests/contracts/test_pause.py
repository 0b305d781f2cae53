"""Tests: pause, unpause and paused."""

from __future__ import annotations

from typing import Any

from tests.contracts.conftest import World
from tests.contracts.support import LIMITS, events


def test_stops_and_lets_go_on(world: World, token: Any) -> None:
    assert token.paused() is False
    done = token.pause({"from": world.guardian})
    assert events(done, "Paused") == [{"account": world.guardian}]
    assert token.paused() is True
    done = token.unpause({"from": world.governor})
    assert events(done, "Unpaused") == [{"account": world.governor}]
    assert token.paused() is False


def test_keeps_the_limits(world: World, token: Any) -> None:
    token.pause({"from": world.guardian})
    for tier, limits in LIMITS.items():
        assert tuple(token.getLimits(tier)) == limits


def test_limits_can_be_set_while_paused(world: World, token: Any) -> None:
    token.pause({"from": world.guardian})
    token.setLimits(4, 4_095, 4_095, 4_095, {"from": world.governor})
    assert token.paused() is True

"""Tests: name, symbol, currency, decimals, utcOffsetSeconds, and what the constructor refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import DESCRIPTION, ZERO, reverts_with


def deploy(project: Any, world: World, name: str = "Jiaozi Yen", offset: int = 0) -> Any:
    """A token of its own for yen."""
    arguments = (world.manager, name, "JPYJ", "JPY", 0, offset, DESCRIPTION)
    return project["DepositToken"].deploy(*arguments, {"from": world.admin})


def test_reads(token: Any, world: World) -> None:
    assert token.name() == "Jiaozi Euro"
    assert token.symbol() == "EURJ"
    assert token.currency() == "EUR"
    assert token.decimals() == 2
    assert token.utcOffsetSeconds() == 3_600
    assert token.authority() == world.manager.address


@pytest.mark.parametrize("offset", [-12 * 3_600, -1, 0, 14 * 3_600])
def test_offsets(project: Any, world: World, offset: int) -> None:
    token = deploy(project, world, offset=offset)
    assert token.utcOffsetSeconds() == offset
    assert token.decimals() == 0


@pytest.mark.parametrize("offset", [-12 * 3_600 - 1, 14 * 3_600 + 1, 2**31 - 1, -(2**31)])
def test_no_such_offset(project: Any, world: World, offset: int) -> None:
    with reverts_with("InvalidUtcOffset", offset):
        deploy(project, world, offset=offset)


def test_a_name_that_is_too_long(project: Any, world: World) -> None:
    with reverts_with("StringTooLong", "x" * 32):
        deploy(project, world, name="x" * 32)


def test_everything_is_closed_at_birth(project: Any, world: World) -> None:
    token = deploy(project, world)
    for tier in range(5):
        assert tuple(token.getLimits(tier)) == (0, 0, 0)
    assert token.totalSupply() == token.totalMinted() == token.balanceOf(ZERO) == 0

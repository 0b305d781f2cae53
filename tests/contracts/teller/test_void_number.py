"""Tests: the Teller's voidNumber."""

from __future__ import annotations

from typing import Any

from tests.contracts.conftest import World
from tests.contracts.support import events, reverts_with


def test_closes_a_number_in_the_token(world: World, token: Any, teller: Any) -> None:
    done = teller.voidNumber(77, {"from": world.operator})
    assert events(done, "NumberVoided") == [{"number": 77}]
    assert token.depositNumberUsed(77)


def test_says_what_the_token_says(world: World, teller: Any) -> None:
    with reverts_with("NumberUsed", 41):
        teller.voidNumber(41, {"from": world.operator})

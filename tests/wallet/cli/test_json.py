"""Tests of --json: each command's answer is the one that its schema promises, errors too.

Every other test of a command is checked in the same way: World.run looks at whatever it gave.
"""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tests.wallet.schemas import SHARED, check, check_run, schemas
from tests.wallet.world import World
from wallet.cli.commands import COMMANDS


def test_every_command_has_a_schema_and_every_schema_a_command() -> None:
    """Write a new command's into docs/guide/json; its tests are then checked against it."""
    assert set(schemas()) == {*COMMANDS, *SHARED}
    for name, schema in schemas().items():
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"{name}.json"
        assert name in SHARED or schema["title"] == f"jiaozi {name}"


@pytest.mark.parametrize("name", [*COMMANDS, None])
def test_help_and_errors_of_every_command(world: World, name: str | None) -> None:
    words = [] if name is None else [name]
    assert world.run(*words, "--help", "--json").code == 0
    ran = world.run(*words, "--no-such-option", "--json")
    assert (ran.code, ran.error["code"]) == (2, "usage.option")
    assert world.run(*words, "--version", "--json").data.keys() == {"version"}


def test_a_wrong_answer_would_be_found(world: World) -> None:
    """The check can fail: a field too many, one too few, a float, an unknown state."""
    good = world.json("balance")
    check("balance", good)
    amount = good["balance"]
    for wrong in (
        good | {"more": 1},
        {key: value for key, value in good.items() if key != "tier"},
        good | {"balance": 100.0},
        good | {"balance": amount | {"amount": "1e2"}},
        good | {"balance": amount | {"currency": "euro"}},
        good | {"tier": 6},
        good | {"address": "0x12"},
    ):
        with pytest.raises(AssertionError):
            check("balance", wrong)
    with pytest.raises(AssertionError):
        check_run(["balance", "--json"], "", '{\n  "error": {"code": "x"}}')
    with pytest.raises((ValidationError, json.JSONDecodeError)):
        check_run(["balance", "--json"], "not JSON", "")

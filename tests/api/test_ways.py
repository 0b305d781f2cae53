"""Tests that every named state has a way on, and that what needs a person names a command."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from api.chain import AlarmKind
from api.cli.main import COMMANDS
from api.kernel.machine import Transitions
from api.ways import ALARMS, WAYS, Way, alarm_way, way_on

API = Path(__file__).parents[2] / "api"
OWN = frozenset({"relay batch", "relay entry", "statement file"})
"""Machines that no operator meets: a thing of theirs is never waited for by name."""


def machines() -> Iterator[Transitions[StrEnum]]:
    """Every transition table of the bridge, found where it stands."""
    for file in sorted(API.rglob("*.py")):
        if "Transitions(" not in file.read_text() or file.parent.name == "kernel":
            continue
        module = importlib.import_module(
            ".".join(file.relative_to(API.parent).with_suffix("").parts)
        )
        for value in vars(module).values():
            if isinstance(value, Transitions):
                yield value


MACHINES = {machine.thing: machine for machine in machines()}


@pytest.mark.parametrize("thing", sorted(MACHINES.keys() - OWN))
def test_every_state_has_a_way_on(thing: str) -> None:
    """Neither a state without a word nor a word for a state that is none."""
    assert set(WAYS[thing]) == {state.value for state in MACHINES[thing]}


@pytest.mark.parametrize("thing", sorted(MACHINES.keys() - OWN))
def test_what_ended_waits_for_nothing(thing: str) -> None:
    """And what has not, for something; what needs a person says what that person can do."""
    for state, after in MACHINES[thing].items():
        way = way_on(thing, state.value, "x")
        if way.waits_for.startswith("nothing"):
            assert not way.needs_person
        elif not after:
            assert way.needs_person, f"{thing} {state} is an end and yet waits"
        check_command(way)


def check_command(way: Way) -> None:
    """What needs a person says what to type, and a command that is named is one."""
    if way.needs_person:
        assert way.command is not None
        assert "{id}" not in way.command
        assert "jiaozi-bridge" in way.command
    if way.command is not None:
        named = set(re.findall(r"jiaozi-bridge ([a-z-]+)", way.command))
        assert named <= COMMANDS.keys()


def test_every_alarm_has_a_way_out() -> None:
    """Of the chain's, by its name; what ends by itself says by what."""
    assert set(ALARMS) == set(AlarmKind)
    for kind in AlarmKind:
        way = alarm_way(kind, "0xSubject")
        assert way.waits_for
        check_command(way)


def test_the_search_finds_the_machines() -> None:
    """The control: the tables that everybody knows are among them."""
    assert {"deposit", "redemption", "statement line", "transaction", "proposal"} <= set(MACHINES)


def test_a_debit_is_nobody_s_deposit() -> None:
    """What nobody has explained of it is a payment's booking, or own funds bear it."""
    way = way_on("statement line", "STORED", "line_1", direction="DEBIT")
    check_command(way)
    assert "payment line_1 --own-cost" in str(way.command)
    assert "assign" not in str(way.command)
    credit = way_on("statement line", "STORED", "line_1", direction="CREDIT")
    assert "assign line_1" in str(credit.command)
    for state in ("EXPLAINED", "CLAIMED"):
        assert way_on("statement line", state, "x", direction="DEBIT") == way_on(
            "statement line", state, "x"
        )

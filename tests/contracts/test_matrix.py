"""Tests: the freeze and pause matrix. An entry point without a row, or without a cell, fails."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.matrix.calls import CALLS, Scene
from tests.contracts.matrix.columns import (
    BALANCE,
    COLUMNS,
    PER_DAY,
    PER_PAYMENT,
    Cast,
    begin,
)
from tests.contracts.matrix.outcomes import NotApplicable, seen, transfers, values_of
from tests.contracts.matrix.rows import ROWS
from tests.contracts.simulation import Question, simulate_all
from tests.contracts.support import ZERO, Party, undone

NOTHING = b"\x00" * 4


def kind_of(entry: dict[str, Any]) -> str:
    """A parameter's type as a signature spells it."""
    if not entry["type"].startswith("tuple"):
        return str(entry["type"])
    inner = ",".join(map(kind_of, entry["components"]))
    return f"({inner}){entry['type'].removeprefix('tuple')}"


def entry_points(contract: str, abi: list[dict[str, Any]]) -> set[str]:
    """Everything that can change state, with its parameters: overloads count each."""
    return {
        f"{contract}.{entry['name']}({','.join(map(kind_of, entry['inputs']))})"
        for entry in abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }


@pytest.fixture(scope="module")
def cast(furnished: World, people: dict[str, Party], officers: tuple[Party, ...]) -> Iterator[Cast]:
    """What all states share, once."""
    with undone():
        yield begin(furnished, people, officers)


@pytest.fixture(scope="module", params=COLUMNS)
def scene(request: pytest.FixtureRequest, cast: Cast) -> Iterator[Scene]:
    """One state, brought about once for all its cells; they only simulate."""
    column = COLUMNS[request.param]
    with undone():
        column.arrange(cast)
        yield Scene(cast, column)


def test_every_entry_point_has_a_row_and_a_call(project: Any) -> None:
    compiled = set[str]()
    for name in ("DepositToken", "Teller"):
        compiled |= entry_points(name, project[name].abi)
    assert set(ROWS) == set(CALLS) == compiled


@pytest.mark.parametrize("name", ROWS)
def test_every_row_says_something_of_every_state(name: str) -> None:
    assert set(ROWS[name]) == set(COLUMNS)
    reasons = [cell.why for cell in ROWS[name].values() if isinstance(cell, NotApplicable)]
    assert all(reasons)


def test_every_state_blocks_or_allows_something() -> None:
    for state in COLUMNS:
        cells = [row[state] for row in ROWS.values()]
        assert sum(not isinstance(cell, NotApplicable) for cell in cells) >= 1, state


def test_every_entry_point_does_what_its_cell_says(scene: Scene) -> None:
    cells = {
        name: cell
        for name, row in ROWS.items()
        if not isinstance(cell := row[scene.column.name], NotApplicable)
    }
    calls = {name: CALLS[name](scene) for name in cells}
    asked = [Question(call.sender, call.contract, call.data) for call in calls.values()]
    wrong = {}
    for (name, call), done in zip(calls.items(), simulate_all(asked), strict=True):
        happened, expected = seen(done), cells[name].expected(call, scene)
        if happened != expected:
            wrong[name] = {"happened": happened, "expected": expected}
    assert wrong == {}


def test_transfer_check_answers_what_the_transfer_does(scene: Scene) -> None:
    """In each state, for each pair of parties and amounts around every limit, to the value."""
    token = scene.cast.world.token
    names = ("alice", "bob", "carol", "vip")
    persons = [scene.cast[name].address for name in names]
    payers = [*persons, ZERO, str(token.address)]
    payees = [*persons, ZERO, str(token.address), str(scene.cast.world.teller.address)]
    amounts = sorted({0, 1, scene.amount, PER_PAYMENT + 1, PER_DAY + 1, BALANCE + 1, 2**256 - 1})
    cases = list(product(payers, payees, amounts))
    paid = [
        Question(payer, token, token.transfer.encode_input(payee, amount))
        for payer, payee, amount in cases
    ]
    checked = [Question(ZERO, token, token.transferCheck.encode_input(*case)) for case in cases]
    asked = [Question(ZERO, token, token.canTransfer.encode_input(*case)) for case in cases]
    outcomes = simulate_all([*paid, *checked, *asked])
    assert len(outcomes) == 3 * len(cases)
    for place, case in enumerate(cases):
        done, check, can = outcomes[place :: len(cases)]
        assert check.passed
        assert can.passed
        answer = (check.data[:4], *(int.from_bytes(check.data[at : at + 32]) for at in (32, 64)))
        if done.passed:
            assert answer == (NOTHING, 0, 0), case
            assert transfers(done) == [case], case
        else:
            assert answer == values_of(done.data), case
        assert bool(int.from_bytes(can.data)) is done.passed, case

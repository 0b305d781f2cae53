"""Tests of faults: the table in docs/security/faults.md names tests that exist, for every row."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "security" / "faults.md"
ROWS = {*range(1, 21), *range(23, 28), 29, 41, 44, 45}
NOT_THERE = {41}
"""Rows about something that the bridge does not have; the table says so."""
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of a file's tests."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    )


def rows(text: str) -> dict[int, tuple[str, str]]:
    """By number: the tests' cell and the negative control's."""
    cells = [line.split("|") for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    return {int(cell[1]): (cell[3], cell[4]) for cell in cells}


def breaches(text: str) -> list[str]:
    """What is wrong with a table."""
    found = [f"row {n} is missing" for n in sorted(ROWS - set(rows(text)))]
    for number, cells in rows(text).items():
        for what, cell in zip(("test", "negative control"), cells, strict=True):
            named = NAMED.findall(cell)
            if not named and number not in NOT_THERE:
                found.append(f"row {number} names no {what}")
            found += [f"row {number}: no {p}::{t}" for p, t in named if t not in names_in(p)]
    return found


def test_every_row_has_its_tests() -> None:
    """Each with a negative control."""
    assert breaches(TABLE.read_text("utf-8")) == []


def test_a_row_without_its_test_is_found() -> None:
    """A row that is gone, a test that is gone, a control that was never written."""
    text = TABLE.read_text("utf-8")
    assert "row 1 is missing" in breaches(text.replace("| 1 |", "| 99 |"))
    assert breaches(text.replace("::test_sigkill", "::test_sigkills")) != []
    assert breaches(re.sub(r"(?m)^(\| 2 \|.*\|)[^|]*\|$", r"\1 |", text)) == [
        "row 2 names no negative control"
    ]

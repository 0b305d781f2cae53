"""Tests of faults: the table in docs/security/faults.md names tests that exist, for every row."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "security" / "faults.md"
ROWS = {*range(1, 21), *range(23, 28), 29, 41, 44, 45}
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of a file's tests that are run: not of those that are skipped, or may fail."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(
        node.name
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not _is_put_off(node)
    )


def _is_put_off(function: ast.FunctionDef) -> bool:
    """Whether a mark or a call of pytest's lets it not run, or lets it fail."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in ("skip", "skipif", "xfail", "importorskip")
        for node in ast.walk(function)
    )


def rows(text: str) -> dict[int, tuple[str, str]]:
    """By number: the tests' cell and the negative control's."""
    cells = [line.split("|") for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    return {int(cell[1]): (cell[3], cell[4]) for cell in cells}


def breaches(text: str) -> list[str]:
    """What is wrong with a table."""
    table = rows(text)
    found = [f"row {n} is missing" for n in sorted(ROWS - set(table))]
    whose: dict[tuple[str, str], int] = {}
    for number, cells in table.items():
        for what, cell in zip(("test", "negative control"), cells, strict=True):
            named = NAMED.findall(cell)
            if not named:
                found.append(f"row {number} names no {what}")
            found += [f"row {number}: no {p}::{t}" for p, t in named if t not in names_in(p)]
        tests, controls = (set(NAMED.findall(cell)) for cell in cells)
        found += [f"row {number}: {t} is its own control" for _, t in tests & controls]
        for control in controls:
            first = whose.setdefault(control, number)
            if first != number:
                found.append(f"row {number} borrows its control from row {first}")
    return found


def test_every_row_has_its_tests() -> None:
    """Each with a negative control of its own; none is skipped."""
    assert breaches(TABLE.read_text("utf-8")) == []


def test_a_row_without_its_test_is_found() -> None:
    """A row that is gone, a test that is gone, a control that was never written or is borrowed."""
    text = TABLE.read_text("utf-8")
    assert "row 1 is missing" in breaches(text.replace("| 1 |", "| 99 |"))
    assert breaches(text.replace("::test_sigkill", "::test_sigkills")) != []
    cell = re.compile(r"(?m)^(\| 2 \|.*\|)[^|]*\|$")
    assert breaches(cell.sub(r"\1 |", text)) == ["row 2 names no negative control"]
    third = re.findall(r"(?m)^\| 3 \|.*\|([^|]*)\|$", text)[0]
    assert breaches(cell.sub(rf"\1{third}|", text)) == ["row 3 borrows its control from row 2"]


def test_a_test_that_is_put_off_is_none() -> None:
    """By a mark, or by a call within it."""
    for text in (
        "@pytest.mark.skip\ndef test_x(): pass",
        "@pytest.mark.xfail(strict=True)\ndef test_x(): pass",
        "def test_x():\n    pytest.skip()",
    ):
        [function] = ast.parse(text).body
        assert isinstance(function, ast.FunctionDef)
        assert _is_put_off(function)

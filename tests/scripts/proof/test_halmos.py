"""Tests of scripts.proof.halmos: a check that was not reached or not proved is a problem."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.proof.halmos import Batch, batches, problems, read
from scripts.proof.symbolic import CHECKS

SOURCE = """
contract SumCheck is Symbolic {
    function check_sum(uint256 a) public pure {}
    function reach_sum(uint256 a) public pure {}
    function helper(uint256 a) private pure {}
}
"""
BATCH = Batch("SumCheck", "check", frozenset({"check_sum"}))


def report(path: Path, *results: dict[str, Any]) -> Path:
    """As halmos writes it."""
    path.write_text(json.dumps({"test_results": {"SumCheck": list(results)}}))
    return path


def result(name: str, exitcode: int) -> dict[str, Any]:
    """One function's."""
    measured = {"num_paths": [3, 1, 0], "time": [1.5, 1, 0.5], "num_bounded_loops": 0}
    return {"name": name, "exitcode": exitcode, **measured}


def test_checks_and_reaches_are_apart() -> None:
    reach = Batch("SumCheck", "reach", frozenset({"reach_sum"}))
    assert batches(SOURCE) == [BATCH, reach]


@pytest.mark.parametrize(("code", "proved"), [(0, True), (1, False), (2, False), (4, False)])
def test_only_what_holds_on_every_path_is_proved(tmp_path: Path, code: int, proved: bool) -> None:
    found = read(report(tmp_path / "r.json", result("check_sum(uint256)", code)), BATCH)
    assert (problems(found) == []) is proved


def test_a_loop_that_was_cut_short_proves_nothing(tmp_path: Path) -> None:
    cut = {**result("check_sum(uint256)", 0), "num_bounded_loops": 1}
    assert problems(read(report(tmp_path / "r.json", cut), BATCH))


@pytest.mark.parametrize(("code", "well"), [(0, False), (1, True)])
def test_a_reach_must_be_refuted(tmp_path: Path, code: int, well: bool) -> None:
    reach = Batch("SumCheck", "reach", frozenset({"reach_sum"}))
    found = read(report(tmp_path / "r.json", result("reach_sum(uint256)", code)), reach)
    assert (problems(found) == []) is well


def test_what_was_not_looked_at_is_a_problem(tmp_path: Path) -> None:
    assert problems(read(report(tmp_path / "r.json"), BATCH))
    assert problems(read(tmp_path / "none.json", BATCH))


def test_every_committed_file_has_checks() -> None:
    for path in CHECKS.glob("*.t.sol"):
        assert batches(path.read_text()), path.name

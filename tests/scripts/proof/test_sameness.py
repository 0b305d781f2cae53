"""Tests of scripts.proof.sameness: only what cannot matter is left out of the mutants."""

from __future__ import annotations

import re

import pytest

from scripts.proof.sameness import changes_nothing
from scripts.toolchain import ROOT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("i = 0", "i = 0"),
        ("a == 0", "a <= 0"),
        ("!b || d != 0", "!b || d > 0"),
        ("a > 0", "a != 0"),
    ],
)
def test_the_same(old: str, new: str) -> None:
    assert changes_nothing(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("++i", "--i"),
        ("uint256 i = 1", "uint256 i "),
        ("++i", "++j"),
        ("a == 0", "a >= 0"),
        ("a == 0", "a < 0"),
        ("a == 0", "a != 0"),
        ("a != 0", "a == 0"),
        ("a == 10", "a <= 10"),
        ("a == b", "a <= b"),
        ("a == 0 && b == 0", "a <= 0 && b <= 0"),
    ],
)
def test_not_the_same(old: str, new: str) -> None:
    assert not changes_nothing(old, new)


def test_no_number_with_a_sign_is_compared_with_zero() -> None:
    signed = set()
    for path in (ROOT / "contracts").rglob("*.sol"):
        text = path.read_text("utf-8")
        signed |= {
            (path.name, name)
            for name in re.findall(r"\bint\d*\s+(?:private\s+|constant\s+)*(\w+)", text)
            if re.search(rf"\b{name}\s*(==|!=|<=?|>=?)\s*0\b", text)
        }
    assert signed == set()


def test_no_steps_value_is_used() -> None:
    """Each stands alone: as a statement, or as what a loop does at its end."""
    for path in (ROOT / "contracts").rglob("*.sol"):
        for line in path.read_text("utf-8").splitlines():
            if "++" in line or "--" in line.partition("//")[0]:
                alone = re.search(r"(^|; |\) )\s*(\+\+|--)\w+(;$|\) \{)", line)
                assert alone, f"{path.name}: {line}"

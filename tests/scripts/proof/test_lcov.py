"""Tests of scripts.proof.lcov: what forge counted is read right, and nothing is excused unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.proof.coverage import EXEMPT, sources
from scripts.proof.lcov import Exempt, Gap, gaps, judged, parse, read_exempt, totals
from scripts.toolchain import ROOT

FILE = "contracts/A.sol"
SOURCE = "one();\nif (two) three();\n"
LCOV = f"""TN:
SF:{FILE}
DA:1,3
DA:2,0
FN:1,A.one
FNDA:3,A.one
BRDA:2,0,0,5
BRDA:2,0,1,-
end_of_record
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with that one source in it."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / FILE).write_text(SOURCE)
    return tmp_path


def test_gaps_are_what_no_test_reached(root: Path) -> None:
    assert gaps(parse(LCOV), root) == [
        Gap(FILE, 2, "branch 0.1", "if (two) three();"),
        Gap(FILE, 2, "line", "if (two) three();"),
    ]
    assert totals(parse(LCOV).values()) == "lines 1 of 2, branches 1 of 2"


def test_what_one_compilation_reached_counts_for_the_others() -> None:
    """Forge writes a source again for each time that it compiled it."""
    again = LCOV.replace("\nDA:2,0", "\nDA:2,1").replace("BRDA:2,0,1,-", "BRDA:2,0,1,1")
    one = parse(LCOV + again)[FILE]
    assert one.lines == {1: 6, 2: 1}
    assert one.branches == {(2, "0.0"): 10, (2, "0.1"): 1}


@pytest.mark.parametrize("line", ["DA:x,1", "DA:1", "BRDA:1,0,0", "BRDA:1,0,0,x"])
def test_another_form_is_an_error(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # Python's own words
        parse(f"SF:{FILE}\n{line}\nend_of_record\n")


def test_an_excuse_is_for_a_line_and_must_be_needed(root: Path) -> None:
    found = gaps(parse(LCOV), root)
    good = Exempt(FILE, "if (two) three();", "because")
    stale = Exempt(FILE, "one();", "because")
    assert judged(found, []) == (found, [])
    assert judged(found, [good]) == ([], [])
    assert judged(found, [stale]) == (found, [stale])
    assert judged(found, [Exempt("contracts/B.sol", good.text, "because")])[0] == found


def test_every_excuse_says_why_and_names_a_line_that_is_there() -> None:
    for one in read_exempt(EXEMPT):
        assert len(one.reason.split()) > 5, one
        assert one.text in (ROOT / one.file).read_text("utf-8"), one


def test_all_sources_with_code_are_asked_for() -> None:
    assert {"contracts/DepositToken.sol", "contracts/libraries/FastRules.sol"} <= sources()
    assert not any("/interfaces/" in file for file in sources())

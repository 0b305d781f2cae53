"""Tests of scripts.proof.mutation and survivors: what counts as noticed, what is unexplained."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.proof.mutation import Fate, Mutant, Results, fate_of
from scripts.proof.survivors import Accepted, Survivor, judged, read_accepted, report

MUTANT = Mutant("contracts/Teller.sol", 3, 10, 12, "ROR", "<", "<=")
SURVIVOR = Survivor("contracts/Teller.sol", 3, "ROR", "a <\n  b", "a <= b")


@pytest.mark.parametrize(
    ("code", "said", "fate"),
    [
        (0, "3 tests passed", Fate.SURVIVED),
        (1, "Encountered a total of 1 failing tests", Fate.KILLED),
        (1, "Error: Compilation failed", Fate.INVALID),
        (None, "", Fate.KILLED),
    ],
)
def test_forges_answer_is_read(code: int | None, said: str, fate: Fate) -> None:
    """A mutant that does not compile is none, and one that never ends was noticed."""
    assert fate_of(code, said) is fate


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    Results(path).add(MUTANT, Fate.SURVIVED)
    assert Results(path).known == {MUTANT.key: Fate.SURVIVED}


def test_a_survivor_needs_its_own_reason() -> None:
    accepted = Accepted("contracts/Teller.sol", "a <\n  b", "a <= b", "the same for integers")
    other = Accepted("contracts/Teller.sol", "a <\n  b", "a > b", "another change")
    assert judged([SURVIVOR], [accepted]).explained == ((SURVIVOR, "the same for integers"),)
    assert judged([SURVIVOR], [other]).unexplained == (SURVIVOR,)


def test_the_report_counts_only_what_compiles() -> None:
    text = report(95, 5, 3080, judged([SURVIVOR], []))
    assert "Of 3080 mutants, in a random order, 100 that compile were tried:\n" in text
    assert "95 noticed, 5 not — **95.0 %**" in text
    assert "contracts/Teller.sol:3 `a < b` → `a <= b`: no reason is known yet" in text


def test_accepted_mutants_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mutants.toml"
    path.write_text('[[mutant]]\nfile = "a.sol"\nold = "x"\nnew = "y"\nreason = "z"\n')
    assert read_accepted(path) == [Accepted("a.sol", "x", "y", "z")]

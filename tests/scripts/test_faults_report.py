"""Tests of scripts.docs.faults_report: figures come from what tests recorded, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from scripts.docs import faults_report
from scripts.docs.faults_report import main, read, written
from tests.faults.budget import Run

DAY = date(2026, 11, 22)


def recorded(run: Run) -> str:
    """What pytest writes of it."""
    kept: dict[str, object] = {}
    run.record(kept.__setitem__)
    return f'<property name="faults" value={quoteattr(str(kept["faults"]))}/>'


def junit(folder: Path, *runs: Run, failed: bool = False) -> Path:
    """A report of as many tests as runs."""
    cases = "".join(
        f"<testcase><properties>{recorded(run)}</properties></testcase>" for run in runs
    )
    broken = "<testcase><failure/></testcase>" if failed else ""
    file = folder / "faults.xml"
    file.write_text(f"<testsuites><testsuite>{cases}{broken}</testsuite></testsuites>")
    return file


LIVES = Run("simulation", "SQLite", 40, 125, 1_000, 20.0, 60)
LIVES.faults.update({"node silent": 300, "disk full": 2})
DEATHS = [
    Run("kill point", store, 1, 1, 12, 4.0, 2, "send in api.x:f")
    for store in ("SQLite", "SQLite", "PostgreSQL")
]


def test_the_page_sums_up_what_was_recorded(tmp_path: Path) -> None:
    """Runs, of how many, deaths, operations a second; faults and points."""
    page = written(read(junit(tmp_path, LIVES, LIVES, *DEATHS)), DAY)
    assert page.startswith("# Faults, 2026-11-22\n")
    assert "5 tests passed" in page
    assert "| simulation | SQLite | 80 | 250 | 120 | 2,000 | 50.0 |" in page
    assert "| kill point | SQLite | 2 | 2 | 4 | 24 | 3.0 |" in page
    assert "| node silent | 600 |\n| disk full | 4 |" in page
    assert "| send in api.x:f | 4 | 2 |" in page
    assert "six oracles, 83 times" in page


def test_nothing_is_written_of_a_run_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor of none at all, nor without a day."""
    monkeypatch.setattr(faults_report, "JUNIT", junit(tmp_path, LIVES, failed=True))
    assert main(["2026-11-22"]) == 1
    monkeypatch.setattr(faults_report, "JUNIT", tmp_path / "nothing.xml")
    assert main(["2026-11-22"]) == 1
    assert "make faults" in capsys.readouterr().err
    assert main([]) == main(["yesterday"]) == 2


def test_the_page_is_written_under_its_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the reports are."""
    (tmp_path / "docs" / "reports").mkdir(parents=True)
    monkeypatch.setattr(faults_report, "ROOT", tmp_path)
    monkeypatch.setattr(faults_report, "JUNIT", junit(tmp_path, LIVES))
    assert main(["2026-11-22"]) == 0
    assert "# Faults" in (tmp_path / "docs" / "reports" / "2026-11-22-faults.md").read_text()


def test_every_field_that_is_summed_is_recorded() -> None:
    """The page and the tests speak of the same fields."""
    kept: dict[str, object] = {}
    LIVES.record(kept.__setitem__)
    fields = set(json.loads(str(kept["faults"])))
    assert fields == {*faults_report._SUMMED, "harness", "store", "point", "faults"}

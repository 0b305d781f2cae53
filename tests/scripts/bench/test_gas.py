"""Tests of scripts.bench.gas: the command's files and exit codes, with measuring done by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.bench import BenchError, gas, snapshot
from tests.scripts.bench.figures import complete

Monkey = pytest.MonkeyPatch


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: Monkey) -> Path:
    """A recorded snapshot, and a run that measures the same."""
    path = tmp_path / "kept.json"
    path.write_text(snapshot.to_json(complete()))
    monkeypatch.setattr(snapshot.read, "__defaults__", (path,))
    monkeypatch.setattr(gas, "measure", complete)
    return path


def rises() -> dict[str, dict[str, int | None]]:
    """A run in which one figure of ours rose."""
    figures = complete()
    figures["ours"]["transfer"] = 10**9
    return figures


def test_the_figures_go_to_the_file(kept: Path, tmp_path: Path) -> None:
    there = tmp_path / "out.json"
    assert gas.main(["--json", str(there)]) == 0
    assert json.loads(there.read_text()) == complete()


@pytest.mark.parametrize(("arguments", "code"), [(["--check"], 1), ([], 0)])
def test_only_a_check_fails_on_a_rise(
    kept: Path, monkeypatch: Monkey, arguments: list[str], code: int
) -> None:
    monkeypatch.setattr(gas, "measure", rises)
    assert gas.main(arguments) == code


def test_a_check_passes_without_a_rise(kept: Path) -> None:
    assert gas.main(["--check"]) == 0


def test_a_check_without_a_snapshot_fails(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept.unlink()
    assert gas.main(["--check"]) == 1
    assert "make bench-gas SNAPSHOT=1" in capsys.readouterr().err


def test_a_run_that_cannot_measure_fails(
    kept: Path, monkeypatch: Monkey, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise BenchError("transfer moved money 0 times, not 1 times")

    monkeypatch.setattr(gas, "measure", broken)
    assert gas.main([]) == 1
    assert "moved money 0 times" in capsys.readouterr().err


def test_checking_and_recording_exclude_each_other() -> None:
    with pytest.raises(SystemExit):
        gas.main(["--check", "--snapshot"])

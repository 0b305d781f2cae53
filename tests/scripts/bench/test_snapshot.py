"""Tests of scripts.bench.snapshot: what is recorded is whole, and a rise does not pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.bench import BenchError, MissingRow
from scripts.bench.gas import judged
from scripts.bench.rows import CONTENDERS, ROWS, Row
from scripts.bench.snapshot import REPORT, SNAPSHOT, compare, read, to_json, write
from scripts.bench.table import placed
from tests.scripts.bench.figures import complete

PLACES = "a\n<!-- measured -->\n<!-- end -->\nb\n<!-- published -->\n<!-- end -->\nc\n"


def test_the_committed_report_shows_the_committed_figures() -> None:
    report = REPORT.read_text("utf-8")
    assert placed(report, read(SNAPSHOT)) == report


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_no_recorded_figure_of_ours_is_above_its_bar(row: Row) -> None:
    figure = read(SNAPSHOT)["ours"][row.name]
    assert figure is not None
    assert figure <= row.bar


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path, report = tmp_path / "gas.json", tmp_path / "gas.md"
    report.write_text(PLACES)
    write(complete(), path, report)
    assert read(path) == complete()
    assert set(json.loads(path.read_text())) == set(CONTENDERS)
    assert f"{complete()['ours']['transfer']:,}" in report.read_text()


def test_a_report_without_its_places_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path, report = tmp_path / "gas.json", tmp_path / "gas.md"
    report.write_text(PLACES.replace("published", "elsewhere"))
    with pytest.raises(BenchError, match="published"):
        write(complete(), path, report)
    assert not path.exists()


@pytest.mark.parametrize("contender", CONTENDERS)
@pytest.mark.parametrize("value", [None, 0, -1, "37070", 37_070.5, "gone"])
def test_a_missing_row_is_refused(tmp_path: Path, contender: str, value: object) -> None:
    figures: dict[str, dict[str, object]] = {who: {**rows} for who, rows in complete().items()}
    if value == "gone":
        del figures[contender]["transfer"]
    else:
        figures[contender]["transfer"] = value
    path = tmp_path / "gas.json"
    path.write_text(json.dumps(figures))
    with pytest.raises(MissingRow, match=f"transfer of {contender}"):
        read(path)


def test_a_missing_contender_is_refused() -> None:
    figures = complete()
    del figures["solady"]
    with pytest.raises(MissingRow, match="solady"):
        to_json(figures)


@pytest.mark.parametrize("text", ["", "{", None])
def test_a_broken_snapshot_is_refused_with_the_remedy(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "gas.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BenchError, match="make bench-gas SNAPSHOT=1"):
        read(path)


@pytest.mark.parametrize("row", [row.name for row in ROWS])
def test_a_rise_by_one_fails(row: str, capsys: pytest.CaptureFixture[str]) -> None:
    now = complete()
    before = now["ours"][row]
    assert before is not None
    now["ours"][row] = before + 1
    assert judged(now, complete()) == 1
    said = capsys.readouterr().out
    assert f"ROSE: {row} of ours: {before:,} → {before + 1:,} (+1)" in said
    assert "make bench-gas SNAPSHOT=1" in said


def test_a_rise_on_the_first_payment_of_a_day_fails() -> None:
    now = complete()
    now["ours_first_of_day"]["redeem"] = 10**9
    assert judged(now, complete()) == 1


def test_a_rise_fails_whatever_fell() -> None:
    now = complete()
    now["ours"] |= {"transfer": 1, "permit": 10**9}
    found = compare(now, complete())
    assert (len(found.rises), len(found.falls), found.others) == (1, 1, [])
    assert judged(now, complete()) == 1


def test_a_fall_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    now = complete()
    now["ours"]["transfer"] = 29_000
    assert judged(now, complete()) == 0
    said = capsys.readouterr().out
    assert "fell: transfer of ours: 30,000 → 29,000 (-1,000)" in said
    assert "make bench-gas SNAPSHOT=1" in said


def test_others_may_rise_but_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    now = complete()
    now["regulated"]["transfer"] = 10**9
    assert judged(now, complete()) == 0
    assert "differs: transfer of regulated" in capsys.readouterr().out


def test_no_difference_is_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(complete(), complete()) == 0
    assert capsys.readouterr().out == "every figure is as recorded in docs/reports/gas.json\n"

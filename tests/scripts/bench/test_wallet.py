"""Tests of scripts.bench.wallet: turns and medians, the bars, and that each row can be measured."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.bench import wallet as bench
from scripts.bench.wallet import CAST_255, ROWS, Figures, failures, interleaved, table
from scripts.bench.wallet_cold import COLD
from scripts.bench.wallet_inside import INSIDE


def figures(**changed: float) -> dict[str, dict[str, Any]]:
    """Every row at half of its bar; a changed ratio for some."""
    found: dict[str, dict[str, Any]] = {}
    for row in ROWS:
        ratio = changed.get(row.name, (row.bar or 2) / 2)
        found[row.name] = {"ours": 0.01 * ratio, "reference": 0.01, "ratio": ratio, "peers": {}}
    found["address_count_1000"]["peers"] = {CAST_255: 1.0}
    return found


def test_every_row_can_be_measured() -> None:
    assert {row.name for row in ROWS} == {*COLD, *INSIDE}
    for ours, reference in INSIDE.values():
        assert ours() > 0
        assert reference() > 0


def test_contenders_take_turns_and_the_median_counts() -> None:
    turns: list[str] = []

    def taker(name: str, *seconds: float) -> bench.Taking:
        left = list(seconds)

        def take() -> float:
            turns.append(name)
            return left.pop(0)

        return take

    found = interleaved({"a": taker("a", 9, 1, 5, 2), "b": taker("b", 0.1, 0.3, 0.1, 0.2)}, 3)
    assert found == {"a": 2, "b": 0.2}
    assert "".join(turns) == "abababab"


def test_who_is_slow_is_measured_less_often() -> None:
    turns: list[str] = []
    interleaved({"slow": lambda: turns.append("s") or 1.0, "quick": lambda: 0.01})
    assert len(turns) == 1 + bench.SLOW_ROUNDS


def test_a_bar_that_is_not_met_is_said_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(measured: Figures) -> int:
        monkeypatch.setattr(bench, "measure", lambda: measured)
        return bench.main([])

    assert run(figures()) == 0
    assert "!" not in capsys.readouterr().out.partition("\n\n")[0]
    assert run(figures(balance=5.01)) == 1
    out = capsys.readouterr().out
    assert "5!" in out
    assert "TOO SLOW: jiaozi balance: ×5.01, and ×5 is the most" in out
    behind = figures()
    behind["address_count_1000"]["peers"] = {CAST_255: 0.001}
    assert len(failures(behind)) == 1
    assert "jiaozi --version" in table(behind)

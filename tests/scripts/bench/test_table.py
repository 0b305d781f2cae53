"""Tests of scripts.bench.table: ratios, the bar, and what is not there."""

from __future__ import annotations

import pytest

from scripts.bench.rows import ROWS
from scripts.bench.table import measured_table, placed, text
from tests.scripts.bench.figures import complete


def line(figures: dict[str, dict[str, int | None]], row: str) -> str:
    """The terminal's line for a row."""
    return next(each for each in text(figures).splitlines() if each.startswith(f"{row} "))


def test_a_ratio_is_ours_by_theirs() -> None:
    figures = complete()
    figures["ours"]["transfer"], figures["solady"]["transfer"] = 36_000, 32_000
    assert "32,000 ×1.12" in line(figures, "transfer")
    assert "| 32,000 ×1.12 |" in measured_table(figures)


@pytest.mark.parametrize(
    ("gas", "shown"),
    [(36_600, "36,600*"), (36_601, "36,601 "), (37_070, "37,070 "), (37_071, "37,071!")],
)
def test_the_bar_and_the_aim_are_inclusive(gas: int, shown: str) -> None:
    figures = complete()
    figures["ours"]["transfer"] = gas
    assert shown in line(figures, "transfer")


def test_what_a_contender_lacks_is_a_dash_and_a_reason() -> None:
    assert line(complete(), "redeem").split()[-3:] == ["—", "—", "—"]
    assert "- Solady, relay_100_each: has no EIP-3009" in measured_table(complete())


def test_every_row_and_every_contender_is_shown() -> None:
    shown = measured_table(complete())
    for row in ROWS:
        assert f"| {row.name} | {row.bar:,} |" in shown
    for rows in complete().values():
        assert not [gas for gas in rows.values() if gas is not None and f"{gas:,}" not in shown]


def test_others_published_figures_are_labelled() -> None:
    shown = text(complete())
    assert "published, not measured here" in shown
    assert "USDC 45,148 ×0.66" in shown.partition("published")[2]


def test_a_report_is_drawn_anew_and_its_words_stay() -> None:
    report = "a\n<!-- measured -->\nold\n<!-- end -->\nb\n<!-- published -->\n<!-- end -->\nc\n"
    once = placed(report, complete())
    assert "old" not in once
    assert [once[0], once[-2]] == ["a", "c"]
    assert "<!-- end -->\nb\n<!-- published -->" in once
    assert placed(once, complete()) == once

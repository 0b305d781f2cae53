"""Bench: the figures as a table for a terminal, and as those in docs/reports/gas.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.bench import BenchError
from scripts.bench.published import AS_OF, PUBLISHED
from scripts.bench.rows import ABSENT, PEERS, ROWS, Figures, Row

TITLES = {
    "ours_first_of_day": "first of the day",
    "openzeppelin": "OpenZeppelin",
    "solady": "Solady",
    "regulated": "regulated",
}
NONE = "—"


def text(figures: Figures) -> str:
    """For a terminal: a line for each row, then what is missing and what others publish."""
    head = f"{'gas':<26}{'at most':>10}{'ours':>11}{'1st of day':>11}"
    lines = [head + "".join(f"{TITLES[peer]:>19}" for peer in PEERS)]
    for row in ROWS:
        ours, first = figures["ours"][row.name], figures["ours_first_of_day"][row.name]
        verdict = _verdict(row, ours)
        cells = [f"{row.name:<26}{row.bar:>10,}{_number(ours) + verdict:>11}{_number(first):>11}"]
        cells += [f"{_against(ours, figures[peer][row.name]):>19}" for peer in PEERS]
        lines.append("".join(cells))
    lines += ["", "* at most as aimed at    ! more than allowed    × ours divided by theirs"]
    lines += ["", f"published, not measured here ({AS_OF}):"]
    lines += [f"{name:<26}{each}" for name, each in _published(figures)]
    return "\n".join(lines)


def measured_table(figures: Figures) -> str:
    """The measured figures, as Markdown."""
    titles = ["operation", "at most", "ours", "first of the day", *(TITLES[p] for p in PEERS)]
    lines = [_line(titles), _line(["---", *["---:"] * (len(titles) - 1)])]
    for row in ROWS:
        ours, first = figures["ours"][row.name], figures["ours_first_of_day"][row.name]
        peers = [_against(ours, figures[peer][row.name]) for peer in PEERS]
        own = [row.name, f"{row.bar:,}", f"**{_number(ours)}**", _number(first)]
        lines.append(_line([*own, *peers]))
    lines += ["", *(f"- {TITLES[who]}, {what}: {why}" for (who, what), why in ABSENT.items())]
    return "\n".join(lines)


def published_table(figures: Figures) -> str:
    """What others publish, beside our measured figures, as Markdown."""
    lines = [_line(["operation", f"published, not measured here ({AS_OF})"]), _line(["---"] * 2)]
    return "\n".join([*lines, *(_line([name, each]) for name, each in _published(figures))])


def placed(report: str, figures: Figures) -> str:
    """The report with both tables made anew. Raises BenchError when it has no place for one."""
    for name, table in (("measured", measured_table), ("published", published_table)):
        place = re.search(rf"(<!-- {name} -->\n).*?(<!-- end -->)", report, re.DOTALL)
        if place is None:
            raise BenchError(f"the report has no <!-- {name} --> … <!-- end -->")
        fresh = f"{place[1]}\n{table(figures)}\n\n{place[2]}"
        report = report[: place.start()] + fresh + report[place.end() :]
    return report


def _published(figures: Figures) -> Iterator[tuple[str, str]]:
    for name, others in PUBLISHED.items():
        ours = figures["ours"][name]
        yield name, " · ".join(f"{who} {_against(ours, gas)}" for who, gas in others.items())


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(gas: int | None) -> str:
    return NONE if gas is None else f"{gas:,}"


def _against(ours: int | None, theirs: int | None) -> str:
    if ours is None or theirs is None:
        return NONE
    return f"{theirs:,} ×{ours / theirs:.2f}"


def _verdict(row: Row, gas: int | None) -> str:
    if gas is None or gas > row.bar:
        return "!"
    return "*" if gas <= row.aim else " "

"""Docs: writes docs/reports/DATE-faults.md from what the tests of faults have measured.

`python -m scripts.docs.faults_report DATE` reads the report that pytest left of `make faults` or of
`make nightly`, and writes the page. Nothing is written of a run in which a test failed. Each test
of faults records what it did, see `tests.faults.budget.Run`.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

__all__ = ["Figures", "read", "written"]

ROOT: Final = Path(__file__).resolve().parents[2]
JUNIT: Final = ROOT / ".cache" / "junit" / "faults.xml"
STORES: Final = ("SQLite", "PostgreSQL")
_WHAT: Final = {
    "simulation": "lives drawn from seeds: chain, bank and clock are models",
    "kill point": "stories in which the process dies before or after a point",
    "SIGKILL": "stories in which a worker's process is killed by the system",
    "random deaths": "stories in which the process dies anywhere, up to twelve times",
}
_ORACLES: Final = """| | after each of these runs |
|---|---|
| O1 | supply = mints − burns = what the ledger owes, and all of it = what the bank has booked |
| O2 | each bank line minted at most once, each burn paid or given back exactly once |
| O3 | everything has ended, or stands in a named state with a way out |
| O4 | the journal sums to zero, its hash chain is whole |
| O5 | nothing that was acknowledged is missing |
| O6 | no planted secret is in a log, an answer, an error or a table |"""


@dataclass(frozen=True)
class Figures:
    """What a run of the tests left: how many passed, and what each of faults recorded."""

    tests: int
    failed: int
    runs: Sequence[dict[str, Any]]


def read(junit: Path) -> Figures:
    """What pytest wrote. Raises OSError when there is nothing."""
    cases = list(ElementTree.parse(junit).iter("testcase"))  # noqa: S314 - our own pytest's file
    failed = sum(
        1 for case in cases if any(case.find(tag) is not None for tag in ("failure", "error"))
    )
    found = [
        json.loads(each.get("value", ""))
        for case in cases
        for each in case.iter("property")
        if each.get("name") == "faults"
    ]
    return Figures(len(cases), failed, found)


def written(figures: Figures, day: date) -> str:
    """The page."""
    machine = f"{os.cpu_count()} processors, Python {platform.python_version()}"
    return "\n".join(
        [
            f"# Faults, {day.isoformat()}",
            "",
            f"{figures.tests} tests passed, none failed; {machine}. Written by",
            "`python -m scripts.docs.faults_report` from what the tests recorded. An operation is",
            "a request of a customer or a credit at the bank; the seconds are one process's, from",
            "the first operation until all have come to rest, faults and restarts included.",
            "",
            *_harnesses(figures.runs),
            "",
            *(f"- **{name}**: {what}." for name, what in _WHAT.items()),
            "",
            f"Judged by six oracles, {sum(run['runs'] for run in figures.runs):,} times, without a",
            "breach:",
            "",
            _ORACLES,
            "",
            "## Faults that fell",
            "",
            *_faults(figures.runs),
            "",
            "## Kill points",
            "",
            *_points(figures.runs),
            "",
        ]
    )


def _harnesses(runs: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield "| harness | store | runs | of | deaths | operations | operations a second |"
    yield "|---|---|---|---|---|---|---|"
    for harness in _WHAT:
        for store in STORES:
            of = [run for run in runs if (run["harness"], run["store"]) == (harness, store)]
            if not of:
                continue
            sums = {name: sum(run[name] for run in of) for name in _SUMMED}
            rate = sums["operations"] / sums["seconds"] if sums["seconds"] else 0.0
            yield (
                f"| {harness} | {store} | {sums['runs']:,} | {sums['wanted']:,} "
                f"| {sums['deaths']:,} | {sums['operations']:,} | {rate:.1f} |"
            )


_SUMMED: Final = ("runs", "wanted", "deaths", "operations", "seconds")


def _faults(runs: Sequence[dict[str, Any]]) -> Iterator[str]:
    fell = Counter[str]()
    for run in runs:
        fell.update(run["faults"])
    yield f"{fell.total():,} in all; besides these, the deaths and lost connections of the stories:"
    yield ""
    yield "| fault | times |"
    yield "|---|---|"
    for name, times in sorted(fell.items(), key=lambda each: (-each[1], each[0])):
        yield f"| {name} | {times:,} |"


def _points(runs: Sequence[dict[str, Any]]) -> Iterator[str]:
    deaths: dict[str, Counter[str]] = defaultdict(Counter)
    for run in runs:
        if run["point"]:
            deaths[run["point"]][run["store"]] += run["deaths"]
    yield f"{len(deaths)} points, and how often the process died there:"
    yield ""
    yield f"| point | {' | '.join(STORES)} |"
    yield "|---|" + "---|" * len(STORES)
    for point in sorted(deaths):
        yield f"| {point} | {' | '.join(f'{deaths[point][store]:,}' for store in STORES)} |"


def main(arguments: list[str]) -> int:
    """Write the page of a day; 0 when it is written."""
    try:
        day = date.fromisoformat(arguments[0])
    except (IndexError, ValueError):
        print("usage: python -m scripts.docs.faults_report YYYY-MM-DD", file=sys.stderr)
        return 2
    try:
        figures = read(JUNIT)
    except OSError:
        print(f"{JUNIT} is not there: run `make faults` or `make nightly` first", file=sys.stderr)
        return 1
    if figures.failed or not figures.runs:
        print(f"{figures.failed} tests failed, {len(figures.runs)} recorded something: no report")
        return 1
    page = ROOT / "docs" / "reports" / f"{day.isoformat()}-faults.md"
    page.write_text(written(figures, day), "utf-8")
    print(f"written: {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Bench: docs/reports/gas.json, the figures that ours must not rise above."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scripts.bench import BenchError
from scripts.bench.rows import OURS, PEERS, ROWS, Figures, require_complete
from scripts.bench.table import placed
from scripts.toolchain import ROOT

SNAPSHOT = ROOT / "docs" / "reports" / "gas.json"
REPORT = SNAPSHOT.with_suffix(".md")
RECORD = "run `make bench-gas SNAPSHOT=1` and commit docs/reports"


@dataclass(frozen=True)
class Comparison:
    """What differs from the snapshot, a sentence each."""

    rises: list[str]
    falls: list[str]
    others: list[str]


def to_json(figures: Figures) -> str:
    """The text of a file of figures. Raises MissingRow."""
    require_complete(figures)
    return json.dumps(figures, indent=2) + "\n"


def read(path: Path = SNAPSHOT) -> Figures:
    """The figures in a file. Raises BenchError, or MissingRow when it lacks one."""
    try:
        figures: Figures = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise BenchError(f"{path} cannot be read: {problem}; {RECORD}") from problem
    require_complete(figures)
    return figures


def write(figures: Figures, path: Path = SNAPSHOT, report: Path = REPORT) -> None:
    """Record these figures, and draw the report's tables anew."""
    drawn = placed(report.read_text("utf-8"), figures)
    path.write_text(to_json(figures), "utf-8")
    report.write_text(drawn, "utf-8")


def compare(measured: Figures, kept: Figures) -> Comparison:
    """Ours by rise and fall; others' only as different, since their rise is no fault of ours."""
    found = Comparison([], [], [])
    for contender in (*OURS, *PEERS):
        for row in ROWS:
            now, before = measured[contender][row.name], kept[contender][row.name]
            if now == before:
                continue
            said = f"{row.name} of {contender}: {_shown(before)} → {_shown(now)}"
            if contender in PEERS:
                found.others.append(said)
            elif now is None or before is None:
                found.rises.append(said)
            else:
                change = f"{said} ({now - before:+,})"
                (found.rises if now > before else found.falls).append(change)
    return found


def _shown(gas: int | None) -> str:
    return "none" if gas is None else f"{gas:,}"

"""Proof: which checks tests/symbolic holds, and what halmos' report says of each.

A `check_` must hold on every path. A `reach_` must be refuted: it asserts false where a check
begins to assert, and so shows that the check is not empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTRACT = re.compile(r"^contract (\w+Check) ", re.MULTILINE)
FUNCTION = re.compile(r"^    function ((check|reach)_\w+)\(", re.MULTILINE)
HOLDS, REFUTED = 0, 1
ENDS = {
    HOLDS: "it holds, and should not",
    REFUTED: "refuted by a counterexample",
    2: "the solver took too long",
    3: "a path met something that halmos cannot follow",
    4: "every path reverts, so nothing was checked",
    5: "halmos failed",
}


@dataclass(frozen=True)
class Batch:
    """The functions of one kind in one contract, which one run of halmos looks at."""

    contract: str
    kind: str
    names: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What halmos says of one function; `problem` is empty when that is as it should be."""

    name: str
    problem: str
    paths: int = 0
    seconds: float = 0.0


def batches(source: str) -> list[Batch]:
    """Of one file; each has at most one contract that checks, and its name says so."""
    contract = CONTRACT.search(source)
    if contract is None:
        return []
    functions = FUNCTION.findall(source)
    kinds = {kind for _, kind in functions}
    return [
        Batch(contract[1], kind, frozenset(name for name, of in functions if of == kind))
        for kind in sorted(kinds)
    ]


def read(report: Path, batch: Batch) -> list[Found]:
    """Judge each function of the batch; one that halmos did not come to is a problem, too."""
    results = json.loads(report.read_text())["test_results"] if report.exists() else {}
    found = [_judged(batch.kind, one) for ones in results.values() for one in ones]
    missing = batch.names - {one.name for one in found}
    return [*found, *(Found(name, "halmos did not come to it") for name in sorted(missing))]


def _judged(kind: str, result: dict[str, Any]) -> Found:
    name, end, paths, time = (result[key] for key in ("name", "exitcode", "num_paths", "time"))
    wanted = HOLDS if kind == "check" else REFUTED
    problem = "" if end == wanted else ENDS[end]
    if not problem and kind == "check" and result["num_bounded_loops"]:
        problem = "a loop was not followed to its end: raise `loop` in halmos.toml"
    total = paths[0] if isinstance(paths, list) else 0
    seconds = time[0] if isinstance(time, list) else 0.0
    return Found(str(name).partition("(")[0], problem, total, seconds)


def problems(found: Iterable[Found]) -> list[str]:
    """A line for each that is not as it should be."""
    return [f"{one.name}: {one.problem}" for one in found if one.problem]

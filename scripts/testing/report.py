"""Testing: reading what a pytest run left behind, and the closing lines of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Counts:
    """How many tests ended how; `skipped` names the skipped ones."""

    passed: int = 0
    failed: int = 0
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """How a stage ended: its seconds, its tests, and what was wrong (empty: nothing)."""

    name: str
    seconds: float
    problem: str = ""
    counts: Counts | None = None

    @property
    def line(self) -> str:
        """One line for a person."""
        tests = f"{self.counts.passed} passed" if self.counts else ""
        state = "FAILED" if self.problem else "ok"
        return f"  {self.name:<16} {state:<7} {self.seconds:7.1f} s  {self.problem or tests}"


def read_junit(path: Path) -> Counts:
    """Count the cases of a junit file that pytest has just written. Raises OSError without one.

    An expected failure (xfail, strict in this project) counts as passed, not as skipped.
    """
    passed, failed, skipped = 0, 0, []
    for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314 - our own pytest's file
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skip is not None and skip.get("type") != "pytest.xfail":
            skipped.append(f"{case.get('classname')}::{case.get('name')} ({skip.get('message')})")
        else:
            passed += 1
    return Counts(passed, failed, tuple(skipped))


def problem_of(code: int, counts: Counts | None) -> str:
    """Why a stage has failed; empty when it has not."""
    if counts is not None and counts.failed:
        return f"{counts.failed} failed, {counts.passed} passed"
    if code != 0:
        return f"ended with exit code {code}"
    if counts is not None and counts.skipped:
        return "skipped, which counts as failed: " + "; ".join(counts.skipped)
    if counts is not None and counts.passed == 0:
        return "no test ran"
    return ""


def closing(results: Sequence[Result], seconds: float) -> str:
    """The table of stages and the line that sums up all tests."""
    counted = [result.counts for result in results if result.counts]
    passed = sum(counts.passed for counts in counted)
    failed = sum(counts.failed for counts in counted)
    # A stage that is not tests, or whose tests never got to run, is still a failure to count.
    failed += sum(1 for r in results if r.problem and not (r.counts and r.counts.failed))
    minutes, rest = divmod(round(seconds), 60)
    total = f"{passed} passed, {failed} failed in {minutes} min {rest:02} s"
    return "\n".join(["", *(result.line for result in results), "", total])

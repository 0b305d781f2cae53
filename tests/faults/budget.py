"""Tests of faults: how much is run. `JIAOZI_TEST_PROFILE=nightly` runs the whole of it.

`JIAOZI_TEST_MINUTES=n` cuts that to what fits: the stories to so many as are expected to fit in
half of the minutes, the simulation to what is run before `JIAOZI_TEST_UNTIL` (seconds since 1970),
beginning with other lives each day. How many ran is recorded, and is in the report.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields

__all__ = ["NIGHTLY", "Run", "fitting", "seeds", "time_is_up", "turned"]

NIGHTLY = os.environ.get("JIAOZI_TEST_PROFILE") == "nightly"
_STORY = 8.0
"""Seconds that a story takes one processor, with some to spare."""
_DAY = 86_400
_STRIDE = 37
"""Parts from one day's first to the next day's; it has no divisor in common with so many."""


def seeds(usual: int, nightly: int) -> range:
    """So many seeds; `JIAOZI_TEST_FAULT_SEED` runs one alone, to look at it."""
    one = os.environ.get("JIAOZI_TEST_FAULT_SEED")
    if one is not None:
        return range(int(one), int(one) + 1)
    return range(nightly if NIGHTLY else usual)


def fitting(usual: int, nightly: int, stories: int) -> range:
    """As `seeds`, where each seed is told in so many stories, a quarter of the minutes long."""
    minutes = os.environ.get("JIAOZI_TEST_MINUTES")
    if minutes and NIGHTLY:
        processors = os.cpu_count() or 1
        fit = int(float(minutes) * 60 / 4 * processors / _STORY / stories)
        nightly = min(nightly, max(usual, fit))
    return seeds(usual, nightly)


def turned(part: int, parts: int) -> int:
    """Which part is run as the `part`-th: where the time is short, each day begins elsewhere."""
    until = os.environ.get("JIAOZI_TEST_UNTIL")
    first = int(float(until)) // _DAY * _STRIDE if until and NIGHTLY else 0
    return (first + part) % parts


def time_is_up() -> bool:
    """Whether the minutes that were given are over."""
    until = os.environ.get("JIAOZI_TEST_UNTIL")
    return until is not None and time.time() > float(until)


@dataclass(slots=True)
class Run:
    """What a test of faults has done, for the report. `seconds` are those of the clock."""

    harness: str
    store: str
    runs: int = 0
    wanted: int = 0
    """How many runs were asked for; fewer when the time was up."""
    operations: int = 0
    """What customers and bank did: requests, credits, orders."""
    seconds: float = 0.0
    deaths: int = 0
    point: str = ""
    faults: Counter[str] = field(default_factory=Counter)

    def record(self, record_property: Callable[[str, object], None]) -> None:
        """Write it where `scripts.docs.faults_report` reads it: into pytest's own report."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        record_property("faults", json.dumps(values))

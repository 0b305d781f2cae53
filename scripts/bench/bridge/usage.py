"""Bench: what processes have used, read from /proc: CPU seconds and the most memory; quantiles."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Usage", "family", "quantiles", "usage_of"]

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True)
class Usage:
    """CPU seconds since a process began, and the most memory (MB) that any one of it held."""

    cpu: float
    peak: float

    def since(self, before: Usage) -> Usage:
        """The CPU seconds between two readings."""
        return Usage(self.cpu - before.cpu, self.peak)


def family(pid: int) -> list[int]:
    """A process and all that it has started, and those again."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            parent = _parent(entry)
            if parent is not None:
                children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        found.append(queue[0])
        queue = queue[1:] + children.get(queue[0], [])
    return found


def usage_of(pids: Iterable[int]) -> Usage:
    """Of these processes together; the peak is of the largest."""
    cpu = peak = 0.0
    for pid in pids:
        try:
            words = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            status = _lines((_PROC / str(pid) / "status").read_text())
        except OSError:  # it has ended
            continue
        cpu += (int(words[11]) + int(words[12])) / _TICKS
        peak = max(peak, int(status.get("VmHWM", "0 kB").split()[0]) / 1024)
    return Usage(cpu, peak)


def quantiles(taken: Sequence[float], unit: float = 1e3, digits: int = 1) -> dict[str, float]:
    """Median and 99th percentile of so many seconds, in milliseconds unless told otherwise."""
    ordered = sorted(taken)
    at = {"p50": 0.5, "p99": 0.99}
    return {
        name: round(ordered[min(int(len(ordered) * part), len(ordered) - 1)] * unit, digits)
        for name, part in at.items()
    }


def _parent(entry: Path) -> int | None:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _lines(text: str) -> Mapping[str, str]:
    return {
        name: value.strip() for name, _, value in (each.partition(":") for each in text.split("\n"))
    }

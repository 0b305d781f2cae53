"""Proof: reading what forge's coverage leaves behind, an lcov file, and judging it.

Forge writes, for each source: `SF:` its path, `DA:line,hits` for a line,
`BRDA:line,block,branch,hits` for one way through a branch (`-` for never reached), and
`end_of_record`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Coverage:
    """Of one source: hits of each line, and of each way through each branch."""

    lines: dict[int, int] = field(default_factory=dict)
    branches: dict[tuple[int, str], int] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Gap:
    """A line that no test ran, or a way through its branch that no test took."""

    file: str
    line: int
    what: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.what}  {self.text}"


@dataclass(frozen=True)
class Exempt:
    """A line of source that cannot be covered, and why; lines move, so its text names it."""

    file: str
    text: str
    reason: str


def parse(text: str) -> dict[str, Coverage]:
    """By source. Raises ValueError when a line is not what forge writes."""
    found: dict[str, Coverage] = {}
    current = Coverage()
    for line in text.splitlines():
        tag, _, rest = line.partition(":")
        if tag == "SF":
            current = found.setdefault(rest, Coverage())
        elif tag == "DA":
            number, hits = rest.split(",")
            current.lines[int(number)] = current.lines.get(int(number), 0) + int(hits)
        elif tag == "BRDA":
            number, block, branch, taken = rest.split(",")
            way = (int(number), f"{block}.{branch}")
            hits_of = 0 if taken == "-" else int(taken)
            current.branches[way] = current.branches.get(way, 0) + hits_of
    return found


def gaps(coverage: Mapping[str, Coverage], root: Path) -> list[Gap]:
    """Everything that no test reached, with the source's own text."""
    found = []
    for file, one in coverage.items():
        source = (root / file).read_text("utf-8").splitlines()
        found += [
            Gap(file, line, "line", source[line - 1].strip())
            for line, hits in one.lines.items()
            if hits == 0
        ]
        found += [
            Gap(file, line, f"branch {way}", source[line - 1].strip())
            for (line, way), hits in one.branches.items()
            if hits == 0
        ]
    return sorted(found)


def read_exempt(path: Path) -> list[Exempt]:
    """[[exempt]] tables of file, text and reason. Raises KeyError, OSError, TOMLDecodeError."""
    return [
        Exempt(one["file"], one["text"], one["reason"])
        for one in tomllib.loads(path.read_text("utf-8")).get("exempt", [])
    ]


def judged(found: Iterable[Gap], exempt: Iterable[Exempt]) -> tuple[list[Gap], list[Exempt]]:
    """What nothing excuses, and excuses that nothing needs any more."""
    gaps_, excuses = list(found), list(exempt)
    texts = {(one.file, one.text) for one in excuses}
    missed = {(one.file, one.text) for one in gaps_}
    return (
        [one for one in gaps_ if (one.file, one.text) not in texts],
        [one for one in excuses if (one.file, one.text) not in missed],
    )


def totals(coverage: Iterable[Coverage]) -> str:
    """How many lines and branches there are, and how many of them were reached."""
    ones = list(coverage)
    lines = [hits for one in ones for hits in one.lines.values()]
    branches = [hits for one in ones for hits in one.branches.values()]
    return f"lines {_share(lines)}, branches {_share(branches)}"


def _share(hits: list[int]) -> str:
    reached = sum(1 for one in hits if one > 0)
    return f"{reached} of {len(hits)}"

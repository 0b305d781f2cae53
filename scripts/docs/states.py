"""Docs: draws each room's states into docs/SPECIFICATION.md from its transition table.

`python -m scripts.docs.states` writes the drawings between their markers; with `--check` it only
says whether they are up to date, and ends with 1 when they are not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

SPECIFICATION = Path(__file__).resolve().parents[2] / "docs" / "SPECIFICATION.md"
_MARKER = re.compile(r"(<!-- states: (?P<room>[\w.]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)


def drawing(transitions: Mapping[StrEnum, Iterable[StrEnum]], initial: StrEnum) -> str:
    """A mermaid state diagram: the initial state, every transition, and the ends."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {initial.value}"]
    for source, targets in transitions.items():
        goals = sorted(target.value for target in targets)
        lines += [f"    {source.value} --> {goal}" for goal in goals]
        if not goals:
            lines.append(f"    {source.value} --> [*]")
    return "\n".join([*lines, "```"]) + "\n"


def drawn(text: str) -> str:
    """`text` with every marked drawing made anew from the code."""
    return _MARKER.sub(lambda match: match[1] + _room(match["room"]) + match[4], text)


def _room(name: str) -> str:
    module: Any = import_module(name)
    return drawing(module.TRANSITIONS, module.INITIAL)


def main(arguments: list[str]) -> int:
    """Write, or with --check compare; says what to do when they differ."""
    text = SPECIFICATION.read_text("utf-8")
    fresh = drawn(text)
    if not _MARKER.search(text):
        print(f"{SPECIFICATION} has no <!-- states: … --> marker")
        return 1
    if fresh == text:
        return 0
    if "--check" in arguments:
        print("docs/SPECIFICATION.md does not show today's states: run `make docs`")
        return 1
    SPECIFICATION.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

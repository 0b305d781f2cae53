"""Tidy: the same limits for Solidity, by counting braces outside comments and strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.tidy.habits import FUNCTION_LINES
from tests.tidy.sources import Source

BLANKED = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
BEGINS = re.compile(r"\b(?:function\s+(\w+)|(constructor|receive|fallback)|modifier\s+(\w+))\b")


def _blank(found: re.Match[str]) -> str:
    """The same lines with nothing on them."""
    return "\n" * found[0].count("\n")


def functions(text: str) -> Iterator[tuple[str, int, int]]:
    """Every function with a body: its name, its first line, its number of lines."""
    code = BLANKED.sub(_blank, text)
    for begin in BEGINS.finditer(code):
        opening = re.compile(r"[{;]").search(code, begin.end())
        if opening is None or opening[0] == ";":
            continue
        depth, end = 0, opening.start()
        for end in range(opening.start(), len(code)):
            depth += {"{": 1, "}": -1}.get(code[end], 0)
            if depth == 0:
                break
        first = code.count("\n", 0, begin.start()) + 1
        name = begin[1] or begin[2] or begin[3]
        yield name, first, code.count("\n", begin.start(), end) + 1


def functions_are_short(source: Source) -> list[str]:
    """No function is longer than a screen and a half."""
    return [
        f"{source.path}:{line} {name} has {length} lines"
        for name, line, length in functions(source.text)
        if length > FUNCTION_LINES
    ]

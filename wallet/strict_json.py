"""Wallet: reading JSON that somebody else wrote, with a bound on how deep it nests.

Python's reader recurses in C. Some Ethereum libraries (py_ecc, which eth-account loads) raise
the recursion limit so far that a few kilobytes of "[[[[…" then end the whole process, so the
depth is counted before.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

_DEEPEST: Final = 64
# Possessive, and taking an unended string too: linear in time whatever the text.
_STRINGS: Final = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_BRACKETS: Final = re.compile(rb"[\[\]{}]")


def read_json(data: bytes, *, unique: bool = False) -> Any:
    """The value of a JSON text; ValueError if it is none, nests too deep, or holds NaN.

    With `unique`, a key that stands twice in one object is refused too: of two readers each may
    take another of its values.
    """
    if data.count(b"[") + data.count(b"{") > _DEEPEST:
        _check_depth(data)
    hook = _unique if unique else None
    return json.loads(data, parse_constant=_refuse, object_pairs_hook=hook)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _check_depth(data: bytes) -> None:
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", data)):
        depth += 1 if bracket in b"[{" else -1
        if depth > _DEEPEST:
            raise ValueError("nested too deep")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")

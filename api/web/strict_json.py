"""Web: JSON that says one thing. What two readers could understand in two ways is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from api.kernel.errors import Malformed

__all__ = ["MAX_DEPTH", "parse"]

MAX_DEPTH: Final = 16

# a whole string, ended or not, or one bracket; possessive, so that it runs in linear time
_STRING_OR_BRACKET: Final = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?|[\[{]|[\]}]', re.DOTALL)
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


def parse(body: bytes) -> Any:
    """Parse a JSON body.

    Raises `Malformed` for anything but UTF-8 JSON, and for duplicate names, NaN and Infinity,
    nesting deeper than `MAX_DEPTH`, NUL characters and lone surrogates.
    """
    _require_shallow(body)
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except ValueError as error:
        raise _malformed("The body is not JSON.") from error
    _require_plain(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed("The body names a field twice.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _malformed(f"The body contains {name}, which is not JSON.")


def _require_shallow(body: bytes) -> None:
    # before the parser sees it: Python's recurses, and how deep it can is not ours to say
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(body):
        token = match[0]
        depth += (token in b"[{") - (token in b"]}")
        if depth > MAX_DEPTH:
            raise _malformed(f"The body is nested deeper than {MAX_DEPTH} levels.")


def _require_plain(value: Any) -> None:
    level = [value]
    while level:
        level = [inner for item in level for inner in _inside(item)]


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, list):
        return value
    if isinstance(value, str) and _NO_TEXT.search(value):
        raise _malformed("The body contains a character that is no text.")
    return ()


def _malformed(detail: str) -> Malformed:
    return Malformed(detail, remedy="Send one JSON object in UTF-8.", slug="malformed-json")

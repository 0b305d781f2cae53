"""Wallet: reading JSON that somebody else wrote, with a bound on how deep it nests.

Python's reader recurses in C. Some Ethereum libraries (py_ecc, which eth-account loads) raise
the recursion limit so far that a few kilobytes of "[[[[…" then end the whole process, so the
depth is counted before.
"""

from __future__ import annotations

# What `json` reads with, itself: json.decoder loads `re`, `enum` and more on the way.
from _json import make_scanner

from wallet.hints import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST: Final = 64
_BLANKS: Final = " \t\n\r"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read_json(data: bytes, *, unique: bool = False) -> Any:
    """The value of a JSON text; ValueError if it is none, nests too deep, or holds NaN.

    With `unique`, a key that stands twice in one object is refused too: of two readers each may
    take another of its values.
    """
    if data.count(b"[") + data.count(b"{") > _DEEPEST:
        _check_depth(data)
    text = data.removeprefix(_BYTE_ORDER_MARK).decode()
    start = len(text) - len(text.lstrip(_BLANKS))
    try:
        value, end = (_SCAN_UNIQUE if unique else _SCAN)(text, start)
    except StopIteration as error:
        raise ValueError(f"no JSON value at {error.value}") from None
    if text[end:].strip(_BLANKS):
        raise ValueError(f"more than one JSON value, from {end}")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _check_depth(data: bytes) -> None:
    import re  # noqa: PLC0415  # slow to load, and the wallet's own files do not nest so deep

    depth = 0
    # Possessive, and taking an unended string too: linear in time whatever the text.
    outside = re.sub(rb'"(?:[^"\\]++|\\.?)*+"?', b"", data, flags=re.DOTALL)
    for bracket in re.findall(rb"[\[\]{}]", outside):
        depth += 1 if bracket in b"[{" else -1
        if depth > _DEEPEST:
            raise ValueError("nested too deep")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


class _Reading:
    """What the scanner asks of a json.JSONDecoder."""

    strict = True
    object_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse)

    def __init__(self, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> None:
        self.object_pairs_hook = pairs


# typeshed thinks that a scanner is made from a scanner.
_SCAN: Final = make_scanner(_Reading())  # type: ignore[arg-type]  # see above
_SCAN_UNIQUE: Final = make_scanner(_Reading(_unique))  # type: ignore[arg-type]  # see above

"""Wallet: how things are shown to people: rows of label and value, times, exact amounts."""

from __future__ import annotations

from wallet.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def rows(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Label and value a line, values under one another, wide characters counted as two."""
    widest = max((width(label) for label, _ in pairs), default=0)
    return [f"  {label}{' ' * (widest - width(label))}  {value}" for label, value in pairs]


def columns(table: Sequence[Sequence[str]], *, right: Collection[int]) -> list[str]:
    """A table whose cells stand under one another; the columns of `right` end together."""
    widest = [max(map(width, column)) for column in zip(*table, strict=True)]
    lines = []
    for cells in table:
        parts = []
        for place, cell in enumerate(cells):
            gap = " " * (widest[place] - width(cell))
            parts.append(gap + cell if place in right else cell + gap)
        lines.append("  ".join(parts).rstrip())
    return lines


def wrapped(text: str, most: int) -> list[str]:
    """A text in lines of at most `most` columns, broken at blanks and between wide characters."""
    lines, line, taken = [], "", 0
    for piece in _pieces(text):
        if line and taken + width(piece.rstrip()) > most:
            lines.append(line.rstrip())
            line, taken = "", 0
        line, taken = line + piece, taken + width(piece)
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """What stays together: a word with the blank after it, a wide character alone."""
    pieces = [""]
    for letter in text:
        if pieces[-1].endswith(" ") or width(letter) > 1 or width(pieces[-1][-1:]) > 1:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def moment(timestamp: int | None) -> str:
    """Seconds since 1970 as people write a time, in UTC."""
    if timestamp is None:
        return "-"
    from datetime import UTC, datetime  # noqa: PLC0415  # only where a time is shown

    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def width(text: str) -> int:
    """Columns of a terminal: wide characters take two, marks upon another one none."""
    if text.isascii():
        return len(text)
    import unicodedata  # noqa: PLC0415  # a large table

    wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return wide - sum(unicodedata.combining(letter) > 0 for letter in text)

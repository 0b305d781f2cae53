"""Wallet: how things are shown to people: rows of label and value, times, exact amounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime


def rows(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Label and value a line, values under one another, wide characters counted as two."""
    widest = max((_width(label) for label, _ in pairs), default=0)
    return [f"  {label}{' ' * (widest - _width(label))}  {value}" for label, value in pairs]


def moment(timestamp: int | None) -> str:
    """Seconds since 1970 as people write a time, in UTC."""
    if timestamp is None:
        return "-"
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)

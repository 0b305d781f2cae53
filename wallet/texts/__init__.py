"""Wallet: what the wallet says to people, in English and 简体中文; nothing else holds texts.

Each language is a module of plain data, loaded only when it is needed. A test compares the
two: the same codes, the same {placeholders}, and every code that the source uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "zh")


class ErrorText(NamedTuple):
    """What happened and what to do about it; both may name the error's values in braces."""

    what: str
    remedy: str


def error_text(code: str, language: str) -> ErrorText:
    """The texts of an error code in "en" or "zh"; KeyError for a code that has none."""
    table: dict[str, tuple[str, str]] = import_module(f"wallet.texts.errors_{language}").ERRORS
    return ErrorText(*table[code])

"""Wallet: what the wallet says to people, in English and 简体中文; nothing else holds texts.

Each language is modules of plain data, loaded only when needed: the errors of the library, the
errors of the command line, its sentences; and, for each larger room of commands, one module with
both its TEXTS and its ERRORS. A test compares the languages: the same keys, the same
{placeholders}, and every key that the source uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "zh")
#: Rooms of commands with a module of texts of their own, both sentences and errors.
ROOMS: Final = ("keys", "agent", "consent", "tools")
#: The modules that hold error texts, and those that hold sentences.
ERROR_MODULES: Final = ("errors", "cli_errors", *ROOMS)
TEXT_MODULES: Final = ("cli", *ROOMS)


class ErrorText(NamedTuple):
    """What happened and what to do about it; both may name the error's values in braces."""

    what: str
    remedy: str


def error_text(code: str, language: str) -> ErrorText:
    """The texts of an error code in "en" or "zh"; KeyError for a code that has none."""
    for name in ERROR_MODULES:
        table: dict[str, tuple[str, str]] = import_module(f"wallet.texts.{name}_{language}").ERRORS
        if code in table:
            return ErrorText(*table[code])
    raise KeyError(code)


def text(key: str, language: str) -> str:
    """A sentence of the command line in "en" or "zh"; KeyError for a key that has none."""
    for name in TEXT_MODULES:
        table: dict[str, str] = import_module(f"wallet.texts.{name}_{language}").TEXTS
        if key in table:
            return table[key]
    raise KeyError(key)

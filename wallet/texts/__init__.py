"""Wallet: what the wallet says to people, in English and 简体中文; nothing else holds texts.

Each language is modules of plain data, loaded only when needed: the errors of the library, the
errors of the command line, its sentences; and, for each larger room of commands, one module with
both its TEXTS and its ERRORS. A test compares the languages: the same keys, the same
{placeholders}, and every key that the source uses.
"""

from __future__ import annotations

from wallet.hints import Any, Final

LANGUAGES: Final = ("en", "zh")
#: Rooms of commands with a module of texts of their own, both sentences and errors.
ROOMS: Final = ("keys", "backup", "agent", "consent", "tools")
#: The modules that hold error texts, and those that hold sentences.
ERROR_MODULES: Final = ("errors", "cli_errors", *ROOMS)
TEXT_MODULES: Final = ("cli", *ROOMS)


def error_text(code: str, language: str) -> tuple[str, str]:
    """What happened and what to do about it, for an error code in "en" or "zh".

    Both may name the error's values in braces. KeyError for a code that has no texts.
    """
    for name in ERROR_MODULES:
        table: dict[str, tuple[str, str]] = _module(name, language).ERRORS
        if code in table:
            return table[code]
    raise KeyError(code)


def text(key: str, language: str) -> str:
    """A sentence of the command line in "en" or "zh"; KeyError for a key that has none."""
    for name in TEXT_MODULES:
        table: dict[str, str] = _module(name, language).TEXTS
        if key in table:
            return table[key]
    raise KeyError(key)


def _module(name: str, language: str) -> Any:
    # What importlib.import_module does, without loading importlib.
    return __import__(f"wallet.texts.{name}_{language}", fromlist=["TEXTS"])

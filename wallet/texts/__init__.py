"""Wallet: what the wallet says to people, in English and 简体中文; nothing else holds texts.

Each language is modules of plain data, loaded only when needed: the errors of the library, the
errors of the command line, its sentences; and, for each larger room of commands, one module with
both its TEXTS and its ERRORS. A test compares the languages: the same keys, the same
{placeholders}, and every key that the source uses. The bank's own command chooses its language
in the same way.
"""

from __future__ import annotations

from wallet.errors import InputError
from wallet.hints import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def choose_language(given: str | None, variables: Mapping[str, str]) -> str:
    """ "en" or "zh": --lang, else LC_ALL, LC_MESSAGES, LANG; InputError for another --lang."""
    if given is not None:
        if given not in LANGUAGES:
            raise InputError("usage.language", language=given, known=", ".join(LANGUAGES))
        return given
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if variables.get(name):
            return "zh" if variables[name].lower().startswith("zh") else "en"
    return "en"


def language_of_line(arguments: Sequence[str], variables: Mapping[str, str]) -> str:
    """The language even of a line that cannot be understood otherwise."""
    given = None
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            given = arguments[place + 1]
        elif argument.startswith("--lang="):
            given = argument.partition("=")[2]
    return choose_language(given if given in LANGUAGES else None, variables)


def _module(name: str, language: str) -> Any:
    # What importlib.import_module does, without loading importlib.
    return __import__(f"wallet.texts.{name}_{language}", fromlist=["TEXTS"])

"""Wallet: reading a command line by a table, strictly, with errors in the user's language."""

from __future__ import annotations

from wallet.errors import InputError
from wallet.hints import TYPE_CHECKING, Any, Final
from wallet.plain import shorten
from wallet.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST_NUMBER: Final = 10
_DIGITS: Final = "0123456789"
_SHORT: Final = {"-h": "--help"}
_HELP: Final = "help"
#: Options that may be given several times; their values are joined by commas.
_REPEATED: Final = ("--accept-risk",)
_NOTHING: Mapping[str, Any] = {}  # a Mapping, so nobody writes to it


class Option(Record):
    """A flag, and the placeholder of its value; None for a flag that takes none."""

    flag: str
    value: str | None = None


class Command(Record):
    """A command: its words after the name, and its options.

    A word in brackets ("[NAME]") may be left out; one that ends in an ellipsis ("FILE…") takes
    all that follow, with NUL between them. `instead` are options of which one stands in
    place of the words (`send --again ID`). `actions` are what the first word may be, each with
    the words after it (`config set KEY VALUE`); without any word the first of them is meant.
    """

    name: str
    words: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    instead: tuple[str, ...] = ()
    actions: Mapping[str, tuple[str, ...]] = _NOTHING


class Line(Record):
    """A command line as it was understood. Options that take no value map to ""."""

    command: str | None
    words: Mapping[str, str] = _NOTHING
    options: Mapping[str, str] = _NOTHING

    def has(self, flag: str) -> bool:
        """Whether the flag was given."""
        return flag in self.options

    def get(self, flag: str) -> str | None:
        """The value of an option; None if it was not given."""
        return self.options.get(flag)

    def number(self, flag: str, default: int, most: int) -> int:
        """The value of an option as a number from 1 to `most`."""
        text = self.options.get(flag)
        if text is None:
            return default
        is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
        if not is_number or not 1 <= int(text) <= most:
            raise InputError("usage.number", option=flag, value=shorten(text), most=most)
        return int(text)


def parse(
    arguments: Sequence[str], commands: Mapping[str, Command], common: Sequence[Option]
) -> Line:
    """Read a command line; options may stand anywhere, `--` ends them."""
    flags, words = _separate(arguments, commands, common)
    if not words:
        return Line(None, {}, flags)
    if words[0] == _HELP:  # `jiaozi help send` is `jiaozi send --help`
        words, flags = words[1:], flags | {"--help": ""}
        if not words:
            return Line(None, {}, flags)
    name, *rest = words
    if name not in commands:
        from difflib import get_close_matches  # noqa: PLC0415  # only for what was mistyped

        for near in get_close_matches(name, commands, 1):
            raise InputError("usage.near_command", command=shorten(name), near=near)
        raise InputError("usage.command", command=shorten(name))
    command = commands[name]
    allowed = {option.flag for option in (*common, *command.options)}
    for flag in flags:
        if flag not in allowed:
            raise InputError("usage.option", option=flag, command=f"jiaozi {name}")
    return Line(name, _words(command, rest, flags), flags)


def _words(command: Command, rest: list[str], flags: Mapping[str, str]) -> dict[str, str]:
    """The words by their names; InputError for one too many or too few."""
    places, found = command.words, {}
    if command.actions:
        action = rest.pop(0) if rest else next(iter(command.actions))
        if action not in command.actions:
            if "--help" not in flags:
                known = ", ".join(command.actions)
                raise InputError(
                    "usage.action", word=shorten(action), command=command.name, known=known
                )
            return {}
        places, found = command.actions[action], {"ACTION": action}
    if places and places[-1].strip("[]").endswith("…") and len(rest) > len(places):
        rest[len(places) - 1 :] = ["\0".join(rest[len(places) - 1 :])]
    if len(rest) > len(places):
        raise InputError("usage.extra", word=shorten(rest[len(places)]), command=command.name)
    given = [flag for flag in command.instead if flag in flags]
    if given and [*given[1:], *rest]:
        raise InputError("usage.instead", option=given[0], word=shorten([*given[1:], *rest][0]))
    missing = [place for place in places[len(rest) :] if not place.startswith("[")]
    if missing and not given and "--help" not in flags and "--version" not in flags:
        raise InputError("usage.missing", word=missing[0], command=command.name)
    return found | {place.strip("[]…"): word for place, word in zip(places, rest, strict=False)}


def _separate(
    arguments: Sequence[str], commands: Mapping[str, Command], common: Sequence[Option]
) -> tuple[dict[str, str], list[str]]:
    """The flags with their values, and the words, wherever they stand."""
    known = {option.flag: option for option in common}
    for command in commands.values():
        for option in command.options:
            known[option.flag] = option
    flags: dict[str, str] = {}
    words: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return flags, words + rest
        if not argument.startswith("-") or argument == "-" or argument[1] in _DIGITS:
            words.append(argument)  # -1 is no option: what reads the amount says what is wrong
            continue
        flag, equals, value = argument.partition("=")
        flag = _SHORT.get(flag, flag)
        if flag not in known:
            raise InputError("usage.option", option=shorten(flag), command="jiaozi")
        if flag in flags and flag not in _REPEATED:
            raise InputError("usage.twice", option=flag)
        if known[flag].value is None:
            if equals:
                raise InputError("usage.no_value", option=flag)
        elif not equals:
            if not rest:
                raise InputError("usage.value", option=flag, value=known[flag].value)
            value = rest.pop(0)
        flags[flag] = f"{flags[flag]},{value}" if flag in flags else value
    return flags, words

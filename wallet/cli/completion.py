"""Wallet: `jiaozi completion`: what a shell offers when Tab is pressed.

The scripts for bash, zsh and fish are a few lines each: they ask `completion next`, which knows
the tables of commands, and contacts, accounts, networks and payments of the wallet. It reads
files only, asks for no password, and offers nothing where something is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from wallet.book import Home
from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.session import Result, Session
from wallet.cli.shells import SCRIPTS
from wallet.cli.syntax import Command, Option
from wallet.errors import WalletError
from wallet.texts import LANGUAGES
from wallet.token import EntryKind

FILES: Final = ":files"
DIRECTORIES: Final = ":directories"
_ID_DIGITS: Final = 12
_NEWEST: Final = 20

#: What a word or an option's value is, by the name that its place has in the tables.
_BY_PLACE: Final[Mapping[str, str]] = {
    "FILE": "files",
    "LINK": "files",
    "DIR": "directories",
    "NETWORK": "networks",
    "WHO": "contacts",
    "TO": "contacts",
    "SPENDER": "contacts",
    "ACCOUNT": "accounts",
    "ID": "payments",
    "IBAN": "links",
    "KIND": "kinds",
    "KEY": "settings",
    "LANG": "languages",
    "LANGUAGE": "word lists",
    "RISK": "risks",
}
_BY_COMMAND: Final = {
    ("--account", "NAME"): "accounts",
    ("contacts", "NAME"): "contacts",
    ("networks", "NAME"): "networks",
}

_Offer = tuple[str, str]


def run(session: Session) -> Result:
    """A shell's script, or what may come next."""
    action = session.line.words["ACTION"]
    if action != "next":
        script = SCRIPTS[action]
        return Result({"shell": action, "script": script}, [script.rstrip("\n")])
    words = session.line.words.get("WORD", "").split("\0")
    offers = list(_offers(session, words))
    data = {"offers": [{"value": value, "description": told} for value, told in offers]}
    return Result(data, [f"{value}\t{told}".rstrip("\t") for value, told in offers])


def _offers(session: Session, words: Sequence[str]) -> Iterator[_Offer]:
    typed = [word for word in words[:-1] if word != "="]  # bash takes --lang=en for three words
    current = "" if words[-1] == "=" else words[-1]
    for value, told in _next(session, typed, current):
        if value in (FILES, DIRECTORIES) or value.startswith(current):
            yield value, told


def _next(session: Session, typed: Sequence[str], current: str) -> Iterator[_Offer]:
    """What fits after the words before, whatever the current one begins with."""
    command: Command | None = None
    places: list[str] = []
    given: dict[str, str] = {}
    pending: Option | None = None
    for word in typed:
        if pending is not None:
            given[pending.flag], pending = word, None
        elif word.startswith("--"):
            pending = _option(command, word)
            given[word] = ""
            pending = pending if pending is not None and pending.value else None
        elif command is None:
            command = COMMANDS.get(word)
            if command is None:
                return
            places = ["ACTION"] if command.actions else list(command.words)
        elif places and places[0] == "ACTION":
            places = list(command.actions.get(word, ()))
        elif places and not places[0].strip("[]").endswith("…"):
            places.pop(0)
    if pending is not None and pending.value:
        yield from _values(session, given, pending.flag, pending.value)
    elif current.startswith("-"):
        yield from _flags(session, command, given)
    elif command is None:
        yield from ((n, session.text(f"help.{n}").split("\n")[0]) for n in COMMANDS)
    elif places and places[0] == "ACTION":
        yield from ((action, "") for action in command.actions)
    elif places:
        yield from _values(session, given, command.name, places[0].strip("[]…"))


def _option(command: Command | None, flag: str) -> Option | None:
    """The option of this name; before the command is typed, anybody's."""
    commands = COMMANDS.values() if command is None else [command]
    every = [*COMMON, *(option for each in commands for option in each.options)]
    return next((option for option in every if option.flag == flag), None)


def _flags(session: Session, command: Command | None, given: Mapping[str, str]) -> Iterator[_Offer]:
    own = command.options if command is not None else ()
    for option in (*own, *COMMON):
        if option.flag not in given or option.flag == "--accept-risk":
            yield option.flag, session.text(f"option.{option.flag[2:]}")


def _values(session: Session, given: Mapping[str, str], owner: str, place: str) -> Iterator[_Offer]:
    """What may stand in a place, as far as this wallet knows."""
    kind = _BY_COMMAND.get((owner, place)) or _BY_PLACE.get(place.rstrip("…"), "")
    match kind:
        case "files":
            yield FILES, ""
        case "directories":
            yield DIRECTORIES, ""
        case "languages":
            yield from ((language, "") for language in LANGUAGES)
        case "kinds":
            yield from (
                (entry.value, session.text(f"history.{entry.value}")) for entry in EntryKind
            )
        case "settings" | "word lists" | "risks":
            yield from ((value, "") for value in _listed(kind))
        case "networks" | "contacts" | "accounts" | "payments" | "links":
            directory = given.get("--home")
            home = Home(
                Path(directory).expanduser() if directory else session.directory,
                given.get("--on"),
            )
            try:
                yield from list(_of_wallet(home, kind))
            except (WalletError, OSError):
                return  # no wallet, or one that `doctor` should see: nothing to offer


def _listed(kind: str) -> Sequence[str]:
    if kind == "settings":
        from wallet.cli.config import KEYS  # noqa: PLC0415  # each is loaded where it is offered

        return KEYS
    if kind == "word lists":
        from wallet.words import LANGUAGES as LISTS  # noqa: PLC0415  # as above

        return tuple(LISTS)
    from wallet.consent import RISKS  # noqa: PLC0415  # as above

    return (*RISKS, "account-key", "blind-device")


def _of_wallet(home: Home, kind: str) -> Iterator[_Offer]:
    match kind:
        case "networks":
            yield from ((name, each.symbol) for name, each in home.networks().known.items())
        case "accounts":
            yield from ((each.label, each.address) for each in home.accounts().entries)
        case "contacts":
            yield from ((name, str(of)) for name, of in home.book().contacts.items())
        case "links":
            yield from ((each.account, each.name) for each in home.book().links)
        case "payments":
            for each in reversed(home.book().transfers[-_NEWEST:]):
                yield each.nonce[:_ID_DIGITS], f"{each.state} {each.to}"

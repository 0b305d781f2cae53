"""Wallet: the questions of `jiaozi init` to a person who gave no options at a terminal."""

from __future__ import annotations

from typing import Final

from wallet.cli.session import Session
from wallet.cli.sources import chosen_source
from wallet.cli.syntax import Line
from wallet.errors import Declined

_NODE: Final = "http://127.0.0.1:8545"
#: The menu: what the wallet is made of, and the question for the option's value, if it has one.
_MENU: Final = (
    ("guide.create", None, None),
    ("guide.restore", "--restore", None),
    ("guide.keystore", "--keystore", "guide.keystore_file"),
    ("guide.watch", "--watch", "guide.watch_what"),
    ("guide.ledger", "--ledger", None),
    ("guide.trezor", "--trezor", None),
)


def ask_what_is_missing(session: Session) -> None:
    """Add what was left out to the session's line; nothing where nobody can be asked.

    A line that names its node is complete: what it then lacks is an error, as in a script.
    """
    line = session.line
    if line.has("--rpc") or session.as_json or not session.environment.stdin.isatty():
        return
    given: dict[str, str] = {}
    if chosen_source(session) is None and not line.has("--words"):
        given |= _ask_source(session)
    given["--rpc"] = _ask(session, "guide.node", _NODE)
    if not line.has("--bank") and not line.has("--network"):
        where = _ask(session, "guide.bank")
        is_url = where.startswith(("http://", "https://"))
        given["--bank" if is_url else "--network"] = where
    session.line = Line(line.command, line.words, {**line.options, **given})


def _ask_source(session: Session) -> dict[str, str]:
    session.say([session.text("guide.title")])
    session.say([f"  {place} {session.text(key)}" for place, (key, _, _) in enumerate(_MENU, 1)])
    while True:
        answer = _ask(session, "guide.which", "1")
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(_MENU):
            break
    _, option, question = _MENU[int(answer) - 1]
    if option is None:
        return {}
    return {option: "" if question is None else _ask(session, question)}


def _ask(session: Session, key: str, default: str | None = None) -> str:
    """A line from the terminal; asked again while it is empty and there is no default."""
    stdin, stderr = session.environment.stdin, session.environment.stderr
    shown = session.text("guide.prompt", question=session.text(key))
    if default is not None:
        shown = session.text("guide.prompt_default", question=session.text(key), default=default)
    while True:
        print(shown, end=" ", file=stderr, flush=True)
        line = stdin.readline()
        if not line:
            raise Declined("guide.end")
        answer = line.strip() or default
        if answer:
            return answer

"""Wallet: `jiaozi agent`: unlock the wallet for some minutes, look whether it is, lock it."""

from __future__ import annotations

import os

from wallet.agent.client import ask
from wallet.cli.session import Result, Session
from wallet.errors import InputError, SetupError
from wallet.hints import TYPE_CHECKING, Final
from wallet.money import shorten

if TYPE_CHECKING:
    from typing import Any

_MINUTES: Final = 15
_MOST_MINUTES: Final = 24 * 60
_SECONDS: Final = 60


def run(session: Session) -> Result:
    """Do what the action says; the answer is always whether the wallet is unlocked now."""
    match session.line.words["ACTION"]:
        case "start":
            _start(session)
            return _told(session, ask(session.place, {"do": "status"}))
        case "lock":
            return _told(session, ask(session.place, {"do": "lock"}))
        case "token":
            return _token(session)
        case _:
            return _told(session, ask(session.place, {"do": "status"}))


def _start(session: Session) -> None:
    """Open the vault, and leave a process behind that holds the keys."""
    from wallet.agent.place import listen  # noqa: PLC0415  # to unlock alone
    from wallet.agent.process import harden, in_background  # noqa: PLC0415  # as above
    from wallet.agent.protocol import SOCKET  # noqa: PLC0415  # as above
    from wallet.agent.server import Agent, signers_of  # noqa: PLC0415  # as above
    from wallet.book.home import Home  # noqa: PLC0415  # as above
    from wallet.files import Locked  # noqa: PLC0415  # as above
    from wallet.policy.judge import Judge  # noqa: PLC0415  # as above

    minutes = session.line.number("--minutes", _MINUTES, _MOST_MINUTES)
    home = Home(os.path.abspath(session.place))  # noqa: PTH100  # the agent leaves this directory
    accounts = home.accounts(session.password)
    if not accounts.has_vault:
        raise SetupError("agent.no_keys", kind=accounts.kind)
    harden()
    signers = signers_of(home, accounts, session.password())
    judge = Judge(home, accounts, session.clock)
    agent = Agent(signers, session.clock, minutes * _SECONDS, judge)
    with Locked(home.directory):
        ask(home.place, {"do": "lock"})  # an earlier one gives way
        listener = listen(home.place)
    session.environment.stdout.flush()  # or the child would write it once more
    in_background(lambda: agent.serve(listener), f"{home.place}/{SOCKET}", listener)


def _token(session: Session) -> Result:
    """A new secret, shown this once, and the lines of policy.toml that make it a token's."""
    import hashlib  # noqa: PLC0415  # for a new token alone
    import secrets  # noqa: PLC0415  # as above

    from wallet.policy.parse import TOKEN_NAME  # noqa: PLC0415  # as above

    words = session.line.words
    if words["new"] != "new" or TOKEN_NAME.fullmatch(words["NAME"]) is None:
        raise InputError("agent.token", name=shorten(words["NAME"]))
    secret = f"jiaozi_{secrets.token_urlsafe(32)}"
    hashed = hashlib.sha256(secret.encode()).hexdigest()
    rule = f'[token.{words["NAME"]}]\nsecret_sha256 = "{hashed}"'
    data = {"name": words["NAME"], "secret": secret, "secret_sha256": hashed}
    text = session.text
    return Result(data, [text("agent.token_once"), f"  {secret}", text("agent.token_rule"), rule])


def _told(session: Session, answer: dict[str, Any] | None) -> Result:
    addresses = [] if answer is None else answer["addresses"]
    until = answer["until"] if answer is not None and addresses else None
    data = {"unlocked": bool(addresses), "until": until, "addresses": addresses}
    if until is None:
        return Result(data, [session.text("agent.locked")])
    from wallet.cli.views import moment  # noqa: PLC0415  # to show a time alone

    minutes = max(0, -(-(until - session.clock.now()) // _SECONDS))
    line = session.text("agent.unlocked", until=moment(until), minutes=minutes)
    return Result(data, [line, *(f"  {address}" for address in addresses)])

"""Cli: what the operators' commands share: who asks, the bridge's database, and what came of it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from api.access import ANYBODY, who_has
from api.approvals import Action, Actions
from api.bank import Bank
from api.bootstrap import build_bank
from api.chain import load_deployment
from api.cli.common import Handler, Subparsers, add_command, in_words, say
from api.kernel.clock import Clock, SystemClock
from api.kernel.database import Database
from api.kernel.errors import Misconfigured, Unauthorised
from api.kernel.settings import Secrets, Settings, load, load_secrets, read_secret
from api.migrations import require_current
from api.operations import Outcome, ask, build_actions
from api.texts import reading, text, told

__all__ = [
    "ENV_TOKEN",
    "Desk",
    "add_deed",
    "add_who",
    "at_desk",
    "tell",
]

ENV_TOKEN = "JIAOZI_OPERATOR_TOKEN_FILE"  # noqa: S105 - the name of a variable, no secret


@dataclass(frozen=True, slots=True)
class Desk:
    """An operator who has shown who they are, and the bridge's books."""

    operator: str
    database: Database
    settings: Settings
    secrets: Secrets
    actions: Actions
    clock: Clock

    def ask(self, action: Action, reason: str) -> Outcome:
        """Do it, or propose it, in one transaction."""
        with self.database.transaction() as connection:
            return ask(
                connection,
                self.actions,
                action,
                operator=self.operator,
                reason=reason,
                now=self.clock.now(),
            )


def add_who(parser: argparse.ArgumentParser) -> None:
    """Add the options by which an operator shows who they are, and --json."""
    parser.add_argument(
        "--operator", metavar="NAME", help="your name in the settings; the token must be its"
    )
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help=told("the file with your token; else ${name}", name=ENV_TOKEN),
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def add_deed(
    commands: Subparsers,
    name: str,
    handler: Handler,
    *,
    summary: str,
    example: str,
    words: Mapping[str, str] = MappingProxyType({}),
    needs_reason: bool = True,
) -> argparse.ArgumentParser:
    """Add a command by which a named operator does or proposes something, and says why.

    `words` are its places, each with what is to stand there. A command that can also just look
    asks for the reason by itself.
    """
    parser = add_command(
        commands,
        name,
        handler,
        summary=summary,
        example=told("jiaozi-bridge {name} {rest:said}", name=name, rest=example),
    )
    for word, meaning in words.items():
        parser.add_argument(word, metavar=word.upper(), help=meaning)
    parser.add_argument(
        "--reason", required=needs_reason, metavar="TEXT", help="why, for whoever reads the history"
    )
    add_who(parser)
    return parser


@contextmanager
def at_desk(args: argparse.Namespace) -> Iterator[Desk]:
    """The desk of whoever's token this is. Raises `Misconfigured`, `Unauthorised`."""
    settings = load(args.config)
    secrets = load_secrets(settings)
    operator = _identify(args, secrets)
    database, clock = Database(settings.database_url), SystemClock()

    def bank() -> Bank:
        return build_bank(settings, clock, load_deployment(settings.chain.deployment).currency)

    try:
        require_current(database)
        actions = build_actions(secrets.reference_key, bank)
        yield Desk(operator, database, settings, secrets, actions, clock)
    finally:
        database.close()


def tell(args: argparse.Namespace, outcome: Outcome, done: str) -> int:
    """Say what came of it; of a proposal, what the second person has to type."""
    if outcome.proposal is not None:
        made = outcome.proposal
        words = text(
            "Proposed as {id}: it takes a second person, until {expires_at}. "
            "Another operator runs:\n  jiaozi-bridge approve {id}",
            id=made.id,
            expires_at=made.expires_at.isoformat(timespec="seconds"),
        )
        say(args, {"proposal": made.to_json(made.made_at)}, words)
        return 0
    result = dict(outcome.result or {})
    say(args, {"done": result}, f"{reading(done)} {in_words(result)}".rstrip())
    return 0


def _identify(args: argparse.Namespace, secrets: Secrets) -> str:
    file = args.token_file or os.environ.get(ENV_TOKEN)
    if not file:
        raise Misconfigured(
            "token",
            "It is written down who does this, and you have not shown who you are.",
            remedy=f"Give --token-file FILE or set {ENV_TOKEN}; the settings name the operators "
            "under [operators.NAME].",
        )
    who = who_has(secrets, read_secret(Path(file), "the operator's token"))
    if who == ANYBODY:
        raise Unauthorised(
            "This is the token that all operators share: it is nobody's name.",
            remedy="Use a token of your own, under [operators.NAME] in the settings.",
        )
    if who is None or args.operator not in (None, who):
        raise Unauthorised(
            "The token is not that of the operator."
            if args.operator
            else "No operator has this token.",
            remedy="See the names and files under [operators.NAME] in the settings.",
        )
    return who

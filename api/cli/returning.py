"""Cli: `jiaozi-bridge return | payment`: what goes back, and what becomes of a payment.

All of it takes two persons: what is asked here is proposed, and another operator approves it.
"""

from __future__ import annotations

import argparse

from api.approvals import Action
from api.cli.common import Subparsers
from api.cli.operating import add_deed, at_desk, tell
from api.finding import find_things, load
from api.kernel.database import Database
from api.kernel.errors import InvalidInput

__all__ = ["register_payment", "register_return"]

_WHAT = {
    "not-paid-before": "release-burn",
    "bear-difference": "accept-difference",
    "let-file-go": "release-file",
    "own-cost": "own-cost",
    "claim": "claim",
    "paid": "resolve",
    "not-paid": "resolve",
}
_RETURNABLE = ("redemption", "statement line", "deposit")


def register_return(commands: Subparsers) -> None:
    """Add `return`."""
    add_deed(
        commands,
        "return",
        _return,
        summary="propose that a line's money goes back to its payer, or a burn's to its holder",
        example='line_5e1d… --reason "payer unknown"',
        words={"id": "of an unmatched line, a deposit that waits, or a redemption"},
    )


def register_payment(commands: Subparsers) -> None:
    """Add `payment`."""
    parser = add_deed(
        commands,
        "payment",
        _payment,
        summary="propose what becomes of a payment that neither bank nor chain ends",
        example='redemption_9f0c… --not-paid --reason "letter of 3 March"',
        words={"id": "of a redemption, refund, payout file or line"},
    )
    what = parser.add_mutually_exclusive_group(required=True)
    for name, words in (
        ("paid", "the bank wrote that it has carried it out"),
        ("not-paid", "the bank wrote that it has not, and will not"),
        ("not-paid-before", "a burn heard of late: the statements show no payment of it"),
        ("bear-difference", "our own funds bear what came back too little"),
        ("let-file-go", "a payout file above a ceiling, or a stopped one, may be handed in"),
        ("own-cost", "a debit that pays nothing of ours: our own funds bear it"),
        ("claim", "the same, until the bank gives it back"),
    ):
        what.add_argument(f"--{name}", dest="what", action="store_const", const=name, help=words)
    what.add_argument("--to-account", metavar="ACCOUNT", help="where a refund goes; with --name")
    what.add_argument(
        "--came-back", metavar="END_TO_END_ID", help="the line ID is what came back of it"
    )
    what.add_argument(
        "--booked-as", metavar="END_TO_END_ID", help="the line ID is the booking of that payment"
    )
    what.add_argument(
        "--gives-back", metavar="LINE", help="the line ID is what the bank gives back of that debit"
    )
    parser.add_argument("--name", metavar="NAME", help="whose account it is")


def _return(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        action = _action(desk.database, args.id, args.reason)
        outcome = desk.ask(action, args.reason)
    return tell(args, outcome, "Goes back:")


def _action(database: Database, word: str, reason: str) -> Action:
    """What a word names goes back: a burn to its holder, a line's money to its payer."""
    with database.reading() as connection:
        for thing in find_things(connection, word):
            if thing.kind.name == "redemption":
                return Action("return-burn", thing.id, {})
            if thing.kind.name == "statement line":
                return Action("return-line", thing.id, {"reason": reason})
            if thing.kind.name == "deposit":
                row = load(connection, thing.kind.name, thing.id) or {}
                return Action("return-line", str(row["line_id"]), {"reason": reason})
    raise InvalidInput(
        "id",
        f"«{word}» is nothing that can go back.",
        remedy=f"Give the id of one of: {', '.join(_RETURNABLE)}.",
    )


def _payment(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(_about_payment(args), args.reason)
    return tell(args, outcome, "Done:")


def _about_payment(args: argparse.Namespace) -> Action:
    if args.to_account is not None:
        if not args.name:
            raise InvalidInput(
                "name", "An account needs its holder's name.", remedy="Give --name NAME."
            )
        return Action("refund-account", args.id, {"account": args.to_account, "name": args.name})
    if args.came_back is not None:
        return Action("came-back", args.id, {"payment": args.came_back})
    if args.booked_as is not None:
        return Action("booked-as", args.id, {"payment": args.booked_as})
    if args.gives_back is not None:
        return Action("gives-back", args.id, {"line": args.gives_back})
    parameters: dict[str, object] = {}
    if args.what in ("paid", "not-paid"):
        parameters = {"paid": args.what == "paid", "reason": args.reason}
    return Action(_WHAT[args.what], args.id, parameters)

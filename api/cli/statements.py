"""Cli: `jiaozi-bridge accept-statement | dismiss-statement`: what a statement that does not fit is.

Either takes two persons: a statement that is accepted turns its lines into money.
"""

from __future__ import annotations

import argparse

from api.approvals import Action
from api.cli.common import Handler, Subparsers
from api.cli.operating import add_deed, at_desk, tell

__all__ = ["register_accept_statement", "register_dismiss_statement"]


def register_accept_statement(commands: Subparsers) -> None:
    """Add `accept-statement`."""
    _register(
        commands,
        "accept-statement",
        _accept,
        "propose that a statement in quarantine is right: its lines count (two persons)",
    )


def register_dismiss_statement(commands: Subparsers) -> None:
    """Add `dismiss-statement`."""
    _register(
        commands,
        "dismiss-statement",
        _dismiss,
        "propose that a statement in quarantine is not the bank's word (two persons)",
    )


def _register(commands: Subparsers, name: str, handler: Handler, summary: str) -> None:
    parser = add_deed(
        commands,
        name,
        handler,
        summary=summary,
        example='statement_5e1d… --reason "the bank confirmed by letter"',
        words={"file": "id of the file, as status shows it"},
    )
    parser.add_argument(
        "--statement", default="1", metavar="N", help="which statement of the file; else the first"
    )


def _accept(args: argparse.Namespace) -> int:
    return _propose(args, "accept-statement", "Accepted:")


def _dismiss(args: argparse.Namespace) -> int:
    return _propose(args, "dismiss-statement", "Dismissed:")


def _propose(args: argparse.Namespace, name: str, done: str) -> int:
    with at_desk(args) as desk:
        action = Action(name, args.file, {"statement": args.statement})
        outcome = desk.ask(action, args.reason)
    return tell(args, outcome, done)

"""Cli: `jiaozi-bridge hold | release | retry | assign`: what waits, let wait or go on."""

from __future__ import annotations

import argparse

from api.approvals import Action
from api.cli.common import Handler, Subparsers
from api.cli.operating import add_deed, at_desk, tell
from api.finding import deposit_of_word

__all__ = ["register_assign", "register_hold", "register_release", "register_retry"]


def register_hold(commands: Subparsers) -> None:
    """Add `hold`."""
    _simple(
        commands,
        "hold",
        _hold,
        "keep a queued deposit out of every batch, until it is released",
        'deposit_9f0c… --reason "payer under review"',
    )


def register_release(commands: Subparsers) -> None:
    """Add `release`."""
    _simple(
        commands,
        "release",
        _release,
        "let a held deposit queue again",
        'deposit_9f0c… --reason "payer is known"',
    )


def register_retry(commands: Subparsers) -> None:
    """Add `retry`."""
    _simple(
        commands,
        "retry",
        _retry,
        "try a held deposit again, or a refused one under a new number",
        '17 --reason "account is no longer frozen"',
    )


def register_assign(commands: Subparsers) -> None:
    """Add `assign`."""
    parser = add_deed(
        commands,
        "assign",
        _assign,
        summary="propose whose unmatched money this is (two persons)",
        example='line_5e1d… --to link_9f0c… --reason "payer called"',
        words={"line": "id of the unmatched line"},
    )
    parser.add_argument("--to", required=True, metavar="LINK", help="id of an active link")


def _simple(commands: Subparsers, name: str, handler: Handler, summary: str, example: str) -> None:
    add_deed(
        commands,
        name,
        handler,
        summary=summary,
        example=example,
        words={"deposit": "its id, its number, or the id of its line"},
    )


def _hold(args: argparse.Namespace) -> int:
    return _do(args, "hold", "Held:", reason=args.reason)


def _release(args: argparse.Namespace) -> int:
    return _do(args, "release", "Released:")


def _retry(args: argparse.Namespace) -> int:
    return _do(args, "retry", "On its way again:")


def _do(args: argparse.Namespace, name: str, done: str, **parameters: str) -> int:
    with at_desk(args) as desk:
        with desk.database.reading() as connection:
            deposit_id = deposit_of_word(connection, args.deposit)
        outcome = desk.ask(Action(name, deposit_id, parameters), args.reason)
    return tell(args, outcome, done)


def _assign(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(Action("assign", args.line, {"link": args.to}), args.reason)
    return tell(args, outcome, "Assigned:")

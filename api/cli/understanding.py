"""Cli: `jiaozi-bridge clear | resume`: a break or a restore that people have understood."""

from __future__ import annotations

import argparse

from api.approvals import Action
from api.cli.common import Subparsers, add_command
from api.cli.operating import add_reason, add_who, at_desk, tell

__all__ = ["register_clear", "register_resume"]


def register_clear(commands: Subparsers) -> None:
    """Add `clear`."""
    parser = add_command(
        commands,
        "clear",
        _clear,
        summary="say that a break that has ended is understood, so that issuing goes on",
        example='jiaozi-bridge clear 3 --reason "the statement came a day late"',
    )
    parser.add_argument("number", metavar="NUMBER", help="of the difference, as reconcile shows it")
    add_reason(parser)
    add_who(parser)


def register_resume(commands: Subparsers) -> None:
    """Add `resume`."""
    parser = add_command(
        commands,
        "resume",
        _resume,
        summary="propose to pay out again after a restore (two persons)",
        example='jiaozi-bridge resume --reason "the statements up to 19 November are in"',
    )
    add_reason(parser)
    add_who(parser)


def _clear(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(Action("clear", args.number), args.reason)
    return tell(args, outcome, "Cleared:")


def _resume(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(Action("resume", "chain"), args.reason)
    return tell(args, outcome, "Resumed:")

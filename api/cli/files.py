"""Cli: `jiaozi-bridge stop | withdraw`: a payout file that the bank does not take."""

from __future__ import annotations

import argparse

from api.approvals import Action
from api.cli.common import Subparsers
from api.cli.operating import add_deed, at_desk, tell

__all__ = ["register_stop", "register_withdraw"]

_FILE = {"file": "message id of the payout file, as status shows it"}


def register_stop(commands: Subparsers) -> None:
    """Add `stop`."""
    add_deed(
        commands,
        "stop",
        _stop,
        summary="hand a saved payout file in no more; what is under way still ends",
        example='JZM5e1d… --reason "the bank refuses it for good"',
        words=_FILE,
    )


def register_withdraw(commands: Subparsers) -> None:
    """Add `withdraw`."""
    add_deed(
        commands,
        "withdraw",
        _withdraw,
        summary="propose that a stopped or held payout file is never handed in: each of its "
        "payments is owed again (two persons, who have asked the bank)",
        example='JZM5e1d… --reason "the bank does not have it: its letter of 3 March"',
        words=_FILE,
    )


def _stop(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(Action("stop-file", args.file), args.reason)
    return tell(args, outcome, "Stopped:")


def _withdraw(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(Action("withdraw-file", args.file), args.reason)
    return tell(args, outcome, "Withdrawn:")

"""Cli: `jiaozi-bridge clear | acknowledge | resume | free`: what is understood."""

from __future__ import annotations

import argparse
import sys

from api.approvals import Action
from api.chain import what_halts
from api.cli.common import Subparsers
from api.cli.operating import add_deed, at_desk, tell
from api.kernel.fields import read_address
from api.texts import text

__all__ = ["register_acknowledge", "register_clear", "register_free", "register_resume"]


def register_clear(commands: Subparsers) -> None:
    """Add `clear`."""
    add_deed(
        commands,
        "clear",
        _clear,
        summary="say that a break that has ended is understood, so that issuing goes on",
        example='3 --reason "the statement came a day late"',
        words={"number": "of the difference, as reconcile shows it"},
    )


def register_acknowledge(commands: Subparsers) -> None:
    """Add `acknowledge`."""
    add_deed(
        commands,
        "acknowledge",
        _acknowledge,
        summary="say what came of an alarm on a redemption or a refund, of a frozen recall, of a "
        "line that contradicts another or of a refused document: it stands no more",
        example='redemption_9f0c… --reason "paid twice, one came back: letter of 3 May"',
        words={"id": "of the redemption, the refund, the recall, the line or the document"},
    )


def register_resume(commands: Subparsers) -> None:
    """Add `resume`."""
    add_deed(
        commands,
        "resume",
        _resume,
        summary="propose to pay out again after a restore (two persons)",
        example='--reason "the statements up to 19 November are in"',
    )


def register_free(commands: Subparsers) -> None:
    """Add `free`."""
    add_deed(
        commands,
        "free",
        _free,
        summary="propose that an address signs again whose nonces somebody else used (two persons)",
        example='0x5aAe… --reason "our treasurer moved coin by hand"',
        words={"address": "that is halted, as status shows it"},
    )


def _clear(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(Action("clear", args.number), args.reason)
    return tell(args, outcome, "Cleared:")


def _acknowledge(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(Action("acknowledge", args.id), args.reason)
    return tell(args, outcome, "Acknowledged:")


def _resume(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        outcome = desk.ask(Action("resume", "chain"), args.reason)
    return tell(args, outcome, "Resumed:")


def _free(args: argparse.Namespace) -> int:
    """What halts the address now is shown, and is what the second person agrees to: no more."""
    address = read_address("address", args.address.partition(":")[0])
    with at_desk(args) as desk:
        with desk.database.reading() as connection:
            seen = what_halts(connection, address)
        for each in seen.split():
            nonce, _, tx_hash = each.partition(":")
            used = text(
                "nonce {nonce} was used by {tx_hash:said}",
                nonce=nonce,
                tx_hash=tx_hash or "no transaction",
            )
            print(used, file=sys.stderr)
        outcome = desk.ask(Action("free", address, {"seen": seen}), args.reason)
    return tell(args, outcome, "Free:")

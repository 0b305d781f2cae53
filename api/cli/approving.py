"""Cli: `jiaozi-bridge proposals | approve | decline | history`: what takes two persons."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from api.approvals import (
    Proposal,
    ProposalState,
    approve,
    decline,
    find_proposal,
    list_proposals,
    newest_entries,
)
from api.cli.common import Subparsers, add_command, in_words, plainly, say
from api.cli.operating import Desk, add_deed, add_who, at_desk
from api.kernel.clock import SystemClock
from api.kernel.database import Database
from api.kernel.errors import Conflict, NotFound
from api.kernel.settings import load
from api.migrations import require_current
from api.texts import reading, text
from wallet.cli.views import columns

__all__ = ["register_approve", "register_decline", "register_history", "register_proposals"]

_TYPED = 8
"""Digits of the digest that a person types to agree."""


def register_approve(commands: Subparsers) -> None:
    """Add `approve`."""
    parser = add_command(
        commands,
        "approve",
        _approve,
        summary="agree to what another operator proposed: it is done at once",
        example="jiaozi-bridge approve proposal_9f0c…",
    )
    parser.add_argument("proposal", metavar="PROPOSAL", help="id of the proposal")
    parser.add_argument(
        "--digest",
        metavar="HEX",
        help="of what you saw, for scripts; else it is shown and asked for",
    )
    add_who(parser)


def register_decline(commands: Subparsers) -> None:
    """Add `decline`."""
    add_deed(
        commands,
        "decline",
        _decline,
        summary="say no to a proposal, or take your own back",
        example='proposal_9f0c… --reason "wrong customer"',
        words={"proposal": "id of the proposal"},
    )


def register_proposals(commands: Subparsers) -> None:
    """Add `proposals`."""
    parser = add_command(
        commands,
        "proposals",
        _proposals,
        summary="list what waits for a second person",
        example="jiaozi-bridge proposals --all",
    )
    parser.add_argument("--all", action="store_true", help="those that are decided, too")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def register_history(commands: Subparsers) -> None:
    """Add `history`."""
    parser = add_command(
        commands,
        "history",
        _history,
        summary="list who did what, when and why",
        example="jiaozi-bridge history --last 50",
    )
    parser.add_argument(
        "--last", type=int, default=100, metavar="N", help="how many of the newest (100)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _approve(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        digest = args.digest or _agreed(desk, args.proposal)
        with desk.database.transaction() as connection:
            done = approve(
                connection,
                desk.actions,
                args.proposal,
                digest=digest,
                checker=desk.operator,
                now=desk.clock.now(),
            )
    words = text(
        "Approved and done: {action}. {result:said}",
        action=done.action,
        result=in_words(done.result or {}),
    )
    say(args, {"proposal": done.to_json(desk.clock.now())}, words)
    return 0


def _agreed(desk: Desk, proposal_id: str) -> str:
    """Show the proposal and let the person type the beginning of its digest."""
    with desk.database.reading() as connection:
        proposal = find_proposal(connection, proposal_id)
    if proposal is None:
        raise NotFound(
            f"There is no proposal {proposal_id}.", remedy="jiaozi-bridge proposals lists them."
        )
    if proposal.maker == desk.operator:
        raise Conflict(
            f"{desk.operator} proposed {proposal_id} and cannot approve it.",
            remedy="Another operator must look at it.",
        )
    if not sys.stdin.isatty():
        raise Conflict(
            "Nobody is at the terminal to look at the proposal.",
            remedy=f"Look at it (jiaozi-bridge explain {proposal_id}, jiaozi-bridge proposals) "
            "and give its --digest.",
        )
    print("\n".join(_words(proposal)), file=sys.stderr)
    start = proposal.digest[:_TYPED]
    asked = text("To agree, type {start}: ", start=start)
    print(asked, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != start:
        raise Conflict("You did not agree.", remedy="Nothing was changed.")
    return proposal.digest


def _decline(args: argparse.Namespace) -> int:
    with at_desk(args) as desk, desk.database.transaction() as connection:
        done = decline(
            connection,
            args.proposal,
            by=desk.operator,
            reason=args.reason,
            now=desk.clock.now(),
        )
    words = (
        text("Withdrawn: {id}", id=done.id)
        if done.state is ProposalState.WITHDRAWN
        else text("Declined: {id}", id=done.id)
    )
    say(args, {"proposal": done.to_json(desk.clock.now())}, words)
    return 0


def _proposals(args: argparse.Namespace) -> int:
    now = SystemClock().now()
    database = Database(load(args.config).database_url)
    try:
        require_current(database)
        with database.reading() as connection:
            found = list_proposals(connection, state=None if args.all else ProposalState.PROPOSED)
    finally:
        database.close()
    if not args.all:
        found = [each for each in found if each.state_at(now) is ProposalState.PROPOSED]
    shown = [each.to_json(now) for each in found]
    words = [line for each in found for line in [*_words(each), ""]]
    nothing = text("Nothing waits for a second person.")
    say(args, {"proposals": shown}, "\n".join(words[:-1]) or nothing)
    return 0


def _words(proposal: Proposal) -> list[str]:
    lines = [
        f"{proposal.id}  {reading(proposal.state.value)}",
        text(
            "  {action} of {subject} {parameters}",
            action=proposal.action,
            subject=proposal.subject,
            parameters=proposal.parameters,
        ),
        text("  because: {reason}", reason=proposal.reason),
        text(
            "  by {maker} at {made_at}, until {expires_at}",
            maker=proposal.maker,
            made_at=proposal.made_at.isoformat(timespec="seconds"),
            expires_at=proposal.expires_at.isoformat(timespec="seconds"),
        ),
        text("  digest {digest}", digest=proposal.digest),
    ]
    if proposal.checker is not None:
        lines.append(text("  decided by {checker}", checker=proposal.checker))
    return [plainly(line) for line in lines]


def _history(args: argparse.Namespace) -> int:
    database = Database(load(args.config).database_url)
    try:
        require_current(database)
        with database.reading() as connection:
            found = newest_entries(connection, max(args.last, 1))
    finally:
        database.close()
    shown = [asdict(each) | {"at": each.at.isoformat()} for each in found]
    rows = [
        (
            each.at.isoformat(timespec="seconds")[:19],
            each.operator,
            reading(each.step.value),
            text("{action} of {subject}", action=each.action, subject=each.subject)
            + (text(": {reason}", reason=each.reason) if each.reason else ""),
        )
        for each in found
    ]
    words = [plainly(line) for line in columns(rows, right=())] if rows else []
    say(args, {"entries": shown}, "\n".join(words) or text("No operator has done anything yet."))
    return 0

"""Cli: `jiaozi-bridge rebuild`: the chain read from its first block again (two persons)."""

from __future__ import annotations

import argparse

from api.approvals import LASTING, Action, ProposalState, find_proposal
from api.bootstrap import build
from api.cli.common import Subparsers, say
from api.cli.operating import Desk, add_deed, at_desk, tell
from api.kernel.errors import Conflict
from api.kernel.settings import load
from api.rebuilding import rebuild

__all__ = ["register"]

_SUBJECT = "chain"


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = add_deed(
        commands,
        "rebuild",
        _rebuild,
        summary="propose to read the chain from its first block again, or do it once approved",
        example='--reason "deep reorganisation", then approve, then\n'
        '  jiaozi-bridge rebuild --approved proposal_9f0c… --reason "approved"',
    )
    parser.add_argument(
        "--approved", metavar="PROPOSAL", help="do it: this proposal of it was approved today"
    )


def _rebuild(args: argparse.Namespace) -> int:
    with at_desk(args) as desk:
        if args.approved is None:
            return tell(args, desk.ask(Action("rebuild", _SUBJECT), args.reason), "Done:")
        _require_approved(desk, args.approved)
    parts = build(load(args.config))
    try:
        found = rebuild(parts)
    finally:
        parts.close()
    shown = {
        "events": found.events,
        "vanished": list(found.vanished),
        "read_again": found.read_again,
    }
    words = (
        f"The chain was read again: {found.events} events."
        if found.is_sound
        else "Nothing was changed: the ledger has events that the chain lacks:\n  "
        + "\n  ".join(found.vanished)
    )
    say(args, shown, words)
    return 0 if found.is_sound else 1


def _require_approved(desk: Desk, proposal_id: str) -> None:
    with desk.database.reading() as connection:
        proposal = find_proposal(connection, proposal_id)
    now = desk.clock.now()
    if (
        proposal is None
        or (proposal.action, proposal.state) != ("rebuild", ProposalState.APPROVED)
        or proposal.decided_at is None
        or now - proposal.decided_at > LASTING
    ):
        raise Conflict(
            f"{proposal_id} is no rebuild that was approved within the last day.",
            remedy="Propose it with jiaozi-bridge rebuild; another operator approves it.",
        )

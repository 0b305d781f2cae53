"""Cli: `jiaozi-bridge rebuild`: the chain read from its first block again (two persons)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

from api.approvals import LASTING, Action, ProposalState, find_proposal
from api.audit import CHAIN_CHECKS
from api.bootstrap import build, load_lane_keys
from api.chain import load_deployment
from api.cli.auditing import in_rows, progress_of
from api.cli.common import Subparsers, say
from api.cli.operating import Desk, add_deed, at_desk, tell
from api.kernel.database import Database
from api.kernel.errors import Conflict, InvalidInput
from api.kernel.settings import load
from api.migrations import require_current
from api.rebuilding import Rebuilt, check, rebuild
from api.texts import beside, reading, text

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
        '  jiaozi-bridge rebuild --approved proposal_9f0c… --reason "approved"\n'
        "  jiaozi-bridge rebuild --check",
        needs_reason=False,
    )
    parser.add_argument(
        "--approved", metavar="PROPOSAL", help="do it: this proposal of it was approved today"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="change nothing: derive the tables from the chain alone beside those that are there, "
        "and name every row that differs; ends with 1 when one does",
    )
    parser.add_argument(
        "--rpc", metavar="URL", help="with --check: a node to ask; else the bridge's own"
    )


def _rebuild(args: argparse.Namespace) -> int:
    if args.check:
        return _check(args)
    if args.reason is None:
        raise InvalidInput(
            "--reason", "There is no --reason.", remedy="Say why, for the other person."
        )
    with at_desk(args) as desk:
        if args.approved is None:
            return tell(args, desk.ask(Action("rebuild", _SUBJECT), args.reason), "Done:")
        _require_approved(desk, args.approved)
    settings = load(args.config)
    parts = build(settings)
    try:
        found = rebuild(parts, partial(load_lane_keys, settings))
    finally:
        parts.close()
    shown = {
        "put_back": found.put_back,
        "refused": [f"{each.detail} {each.remedy}" for each in found.refused],
        "events": found.events,
        "vanished": list(found.vanished),
        "read_again": found.read_again,
    }
    say(args, shown, "\n".join(_told(found)))
    return 0 if found.is_sound else 1


def _told(found: Rebuilt) -> Iterator[str]:
    if found.put_back:
        yield text(
            "Sent again, because the chain had lost them: {count} transactions. When they are "
            "final, run the same command once more.",
            count=found.put_back,
        )
    if found.refused:
        yield text("Not sent again, although the chain had lost them:")
    for each in found.refused:
        yield f"  {beside(reading(each.detail), reading(each.remedy))}"
    if found.is_sound:
        yield text("The chain was read again: {events} events.", events=found.events)
    else:
        yield text(
            "Nothing was changed: the ledger has events that the chain lacks:\n  {events}",
            events="\n  ".join(found.vanished),
        )


def _check(args: argparse.Namespace) -> int:
    settings = load(args.config)
    deployment = load_deployment(settings.chain.deployment)
    database = Database(settings.database_url)
    progress = progress_of(args)
    try:
        require_current(database)
        evidence, found = check(database, deployment, args.rpc or settings.chain.rpc_url, progress)
    finally:
        database.close()
        progress("")
    chain = evidence.chain
    shown = {
        "events": len(chain.events),
        "head": chain.head,
        "checks": [name for name, _ in CHAIN_CHECKS],
        "differences": [asdict(each) for each in found],
    }
    read = text("{events} events up to block {head}.", events=len(chain.events), head=chain.head)
    came = (
        text("{count} differ; nothing was changed:", count=len(found))
        if found
        else text("The tables are what they come to.")
    )
    say(args, shown, "\n".join([beside(read, came), *in_rows(found)]))
    return 1 if found else 0


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

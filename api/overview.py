"""Bridge: where everything stands, for the operator: counts by state, and what waits.

No names and no accounts: the output of a command ends up in mails and tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, select

from api.approvals import ProposalState, list_proposals
from api.bank import Bank, BankUnreachable
from api.bootstrap import Parts
from api.chain import ChainView, Lane, TxState, position
from api.chain import count_by_state as count_transactions
from api.deposits.store import deposits
from api.duties import alarms, duties, lanes
from api.inbox import DocumentState
from api.inbox import count_by_state as count_documents
from api.kernel.errors import Unavailable
from api.kernel.money import Money
from api.ledger import balances
from api.links.store import links
from api.payouts import FileState, count_files, count_stuck
from api.recalls import Recall, open_recalls
from api.recalls import count_by_state as count_recalls
from api.redemptions import count_alarms
from api.redemptions import count_by_state as count_redemptions
from api.refunds import count_alarms as count_refund_alarms
from api.refunds import count_by_state as count_refunds
from api.reserve import standing_breaks
from api.statements import Sheet, in_quarantine, missing_numbers
from api.statements.store import bank_lines
from api.transfers import count_by_state as count_transfers
from api.waiting import LONGEST, waiting
from api.ways import way_on

__all__ = ["overview"]


def overview(parts: Parts) -> dict[str, Any]:
    """Everything by state, and what waits.

    What the chain alone knows is missing while it does not answer.
    """
    bridge = parts.bridge
    now = bridge.clock.now()
    with bridge.database.reading() as connection:
        at = position(connection)
        shown: dict[str, Any] = {
            "lines": _table(connection, bank_lines),
            "links": _table(connection, links),
            "deposits": _table(connection, deposits),
            "transfers": _counts(count_transfers(connection)),
            "redemptions": _counts(count_redemptions(connection)),
            "refunds": _counts(count_refunds(connection)),
            "attention": _attention(connection),
            "statements": {
                "quarantined": [_doubtful(sheet) for sheet in in_quarantine(connection)],
                "missing_numbers": missing_numbers(connection, now=bridge.clock.now()),
            },
            "untaken_files": _untaken(bridge.bank),
            "recalls": {
                "by_state": _counts(count_recalls(connection)),
                "open": [_recalled(recall) for recall in open_recalls(connection)],
            },
            "waiting": waiting(
                connection, currency=bridge.currency, today=bridge.clock.now().date()
            ),
            "proposals": [
                {
                    "id": each.id,
                    "action": each.action,
                    "subject": each.subject,
                    "by": each.maker,
                    "until": each.expires_at.isoformat(timespec="seconds"),
                    "way_out": way_on("proposal", each.state, each.id).command,
                }
                for each in list_proposals(connection, state=ProposalState.PROPOSED)
                if each.state_at(now) is ProposalState.PROPOSED
            ],
            "breaks": [
                {
                    "number": each.number,
                    "kind": each.item.kind,
                    "about": each.item.subject,
                    "meaning": each.item.meaning,
                    "since": each.first_seen.isoformat(timespec="seconds"),
                    "ended": each.ended_at and each.ended_at.isoformat(timespec="seconds"),
                    "way_out": f'jiaozi-bridge clear {each.number} --reason "…"'
                    if each.ended_at
                    else "jiaozi-bridge reconcile",
                }
                for each in standing_breaks(connection)
            ],
            "alarms": alarms(connection, now),
            "duties": duties(connection, now),
            "lanes": _lanes(count_transactions(connection)),
            "addresses": lanes(connection, now),
            "ledger": {
                account.value: str(Money(minor, bridge.currency))
                for account, minor in balances(connection, bridge.currency).items()
            },
        }
    return shown | {"chain": _chain(parts.chain, at, bridge.currency)}


def _attention(connection: Connection) -> dict[str, int]:
    """How much of what a person must look at there is."""
    return {
        "redemptions_with_alarm": count_alarms(connection),
        "refunds_with_alarm": count_refund_alarms(connection),
        "payout_files_refused": count_stuck(connection),
        "payout_files_held": count_files(connection, FileState.HELD),
        "payout_files_stopped": count_files(connection, FileState.STOPPED),
        "documents_refused": count_documents(connection).get(DocumentState.REFUSED, 0),
    }


def _doubtful(sheet: Sheet) -> dict[str, Any]:
    """A statement that nothing acts on; no account: see the report on its file."""
    return {
        "file": sheet.file_id,
        "statement": sheet.number,
        "bank_id": sheet.statement_id,
        "sequence": sheet.sequence,
        "lines": sheet.lines,
        "doubt": sheet.doubt,
        "said": sheet.said,
        "way_out": way_on(
            "statement", sheet.state, f"{sheet.file_id} --statement {sheet.number}"
        ).command,
    }


def _untaken(bank: Bank) -> dict[str, Any]:
    """Files that the bank delivered and nobody could take in: no document tells of them."""
    try:
        found = bank.untaken()
    except BankUnreachable as error:
        return {"problem": error.detail}
    items = [
        {
            "id": each.id,
            "reason": each.reason,
            "way_out": way_on("file", "REFUSED" if each.refused else "UNREADABLE", each.id).command,
        }
        for each in found[:LONGEST]
    ]
    return {"count": len(found), "items": items}


def _recalled(recall: Recall) -> dict[str, Any]:
    return {
        "id": recall.id,
        "state": recall.state,
        "amount": str(recall.amount),
        "reason": recall.reason,
        "line": recall.original_id,
        "deposit": recall.deposit_id,
        "since": recall.created_at.isoformat(timespec="seconds"),
        "word": recall.word,
        "way_out": way_on("recall", recall.state, recall.id).command,
    }


def _chain(chain: ChainView, at: tuple[int, str] | None, currency: str) -> dict[str, Any]:
    read: dict[str, Any] = {"read_up_to_block": at and at[0]}
    try:
        chain.check()
        head = chain.head()
        said = chain.attested()
        return read | {
            "head": head,
            "behind": None if at is None else head - at[0],
            "headroom": str(Money(chain.headroom(), currency)),
            "bucket": str(Money(chain.bucket_level(), currency)),
            "attested_backing": str(Money(said.backing, currency)) if said.as_of else None,
            "attested_seconds_ago": max(chain.time() - said.as_of, 0) if said.as_of else None,
        }
    except Unavailable as error:
        return read | {"problem": error.detail}


def _lanes(counts: Mapping[tuple[Lane, TxState], int]) -> dict[str, dict[str, int]]:
    return {
        lane.value: {state.value: count for (of, state), count in counts.items() if of is lane}
        for lane in Lane
    }


def _counts(counts: Mapping[Any, int]) -> dict[str, int]:
    return {state.value: count for state, count in sorted(counts.items())}


def _table(connection: Connection, table: Table) -> dict[str, int]:
    """How many rows of a room's table there are in each state."""
    rows = connection.execute(
        select(table.c.state, func.count()).group_by(table.c.state).order_by(table.c.state)
    )
    return {row[0]: row[1] for row in rows}

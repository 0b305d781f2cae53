"""Refunds: credits that the bank takes back before their money went to the payer.

Both would be one payment too many. So the line of a refund that is not in a file yet is held
against every debit by which the bank takes something back, before any file is made.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from api.ledger import Account, Posting, post
from api.refunds import store
from api.refunds.model import UNSENT, RefundState
from api.statements import StoredLine, candidates_for, explain, taking_back

__all__ = ["drop_taken_back", "perhaps_taken_back"]


def perhaps_taken_back(connection: Connection) -> set[str]:
    """Ids of lines that a debit nobody has explained may take back: nothing of them is paid."""
    return {line.id for _, line in _pairs(connection)}


def drop_taken_back(connection: Connection, *, now: datetime) -> int:
    """End the refunds whose credit the bank took back; a debit that may mean several is left to
    people. Returns how many."""
    dropped = 0
    for debit in taking_back(connection):
        credits_ = candidates_for(connection, debit)
        refund = store.find_by_line(connection, credits_[0].id, lock=True) if credits_ else None
        if len(credits_) != 1 or refund is None or refund.state not in UNSENT:
            continue
        explain(connection, debit.id, by="refund", ref=refund.id, now=now)
        posting = Posting(
            event_id=f"taken-back:{debit.id}",
            kind="refund taken back",
            debit=Account.PAYOUTS,
            credit=Account.UNMATCHED,
            amount=refund.amount,
            about=refund.id,
            at=now,
        )
        post(connection, posting)
        word = debit.return_reason or "reversed"
        store.change_state(connection, refund, RefundState.TAKEN_BACK, now=now, word=word)
        dropped += 1
    return dropped


def _pairs(connection: Connection) -> list[tuple[StoredLine, StoredLine]]:
    return [
        (debit, credit)
        for debit in taking_back(connection)
        for credit in candidates_for(connection, debit)
    ]

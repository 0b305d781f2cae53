"""Refunds: payments that the bank has booked and that these books do not know.

A database that was restored from a backup is older than the bank: what went back to its payer
since then is a debit under an id that nothing here has. The id is made of the credit's own id, so
the credit that it pays back can be found again: its refund is taken up, and no second one goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from api.bank import Direction
from api.deposits import unsent_lines
from api.kernel.ids import LineId
from api.kernel.money import Money
from api.refunds import store
from api.refunds.flow import return_line
from api.refunds.model import PREFIX, RETRYABLE, RefundState, attempt_of
from api.refunds.payments import REFUNDS
from api.statements import StoredLine, unmatched_credits, waiting_ours

__all__ = ["booked_too_early", "take_up_booked"]

_REASON = "the bank has paid it back already: these books are older than that"
_AT_ONCE = 500
_S = RefundState


def take_up_booked(connection: Connection, *, now: datetime) -> int:
    """Give each such debit its refund, as soon as the credit that it pays back is known; how many.

    A credit that has become a deposit meanwhile is held and its number closed on chain: the debit
    waits until then. One whose tokens are issued, or on their way, was paid twice: the debit stays
    unexplained, and stops issuing.
    """
    return sum(
        _take_up(connection, debit, now)
        for debit, state in _debits(connection)
        if state in (None, _S.ABANDONED)
    )


def booked_too_early(connection: Connection) -> StoredLine | None:
    """A debit that pays a credit back of which tokens could still be issued; None if there is none.

    Either the credit is not known yet, or its deposit's number is not closed.
    """
    for debit, state in _debits(connection):
        if state in (None, _S.ABANDONED, _S.CLOSING):
            return debit
    return None


def _debits(connection: Connection) -> Iterator[tuple[StoredLine, str | None]]:
    """Waiting debits that pay a refund, with its state; None when these books have none."""
    after = 0
    while lines := waiting_ours(connection, Direction.DEBIT, _AT_ONCE, after=after):
        after = lines[-1].position
        for line in lines:
            named = line.end_to_end_id or ""
            if named.startswith(PREFIX) and not line.reversal and line.return_reason is None:
                known = REFUNDS.find(connection, named)
                yield line, None if known is None else known.state


def _take_up(connection: Connection, debit: StoredLine, now: datetime) -> bool:
    named = debit.end_to_end_id or ""
    for line_id in _may_have_gone_back(connection, debit.amount):
        attempt = attempt_of(line_id, named)
        if attempt is None:
            continue
        refund = return_line(connection, line_id, _REASON, now)
        if attempt > refund.attempt:  # those before came to nothing, in that other life
            if refund.state in RETRYABLE:
                store.change_state(connection, refund, _S.READY, now=now, sent_back=0)
            store.set_fields(connection, refund, attempt=attempt, end_to_end_id=named)
        return True
    return False


def _may_have_gone_back(connection: Connection, amount: Money) -> Iterator[LineId]:
    """Credits of this amount whose money was neither issued nor is on its way out."""
    yield from unmatched_credits(connection, amount)
    yield from unsent_lines(connection, amount)
    yield from store.unsent_lines(connection, amount)

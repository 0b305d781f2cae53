"""Deposits: a frozen holder's money is held, and issued when the freeze is lifted.

The token refuses an issue to a frozen account and closes its number for ever. The money stays the
holder's: the line takes the next number at once, and waits under it, out of every batch.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from api.deposits import store
from api.deposits.flow import on_issue_refused
from api.deposits.model import DepositState
from api.deposits.operations import hold, release, retry
from api.kernel.errors import Conflict
from api.kernel.outbox import Event
from api.statements import LineState, find_line

__all__ = ["HOLDER_FROZEN", "on_account_unfrozen", "on_refused"]

HOLDER_FROZEN = "its holder is frozen"
"""The reason of a deposit that waits for the end of a freeze."""
_FROZEN = "FrozenAccount"


def on_refused(connection: Connection, event: Event) -> None:
    """The token refused an issue; that of a frozen holder is held under the next number.

    Where the link has ended meanwhile, it stays refused: an operator decides.
    """
    on_issue_refused(connection, event)
    deposit = store.find_by_number(connection, event.args["number"])
    if deposit is None or deposit.state is not DepositState.REFUSED or deposit.reason != _FROZEN:
        return
    line = find_line(connection, deposit.line_id)
    if line is None or line.state is not LineState.REFUSED or line.explained_ref != deposit.id:
        return
    try:
        successor = retry(connection, deposit.id, event.block_time)
    except Conflict:  # its link is closed: the line is among the unmatched ones, with the reason
        return
    if successor.state is DepositState.QUEUED:  # else another life has issued it meanwhile
        hold(connection, successor.id, HOLDER_FROZEN, event.block_time)


def on_account_unfrozen(connection: Connection, event: Event) -> None:
    """The freeze of an account was lifted, finally: its held deposits queue again."""
    c = store.deposits.c
    held = connection.execute(
        select(c.id).where(
            c.state == DepositState.HELD.value,
            c.holder == event.args["account"],
            c.reason == HOLDER_FROZEN,
        )
    ).scalars()
    for deposit_id in held.all():
        release(connection, deposit_id, event.block_time)

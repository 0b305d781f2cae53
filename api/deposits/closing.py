"""Deposits: closing a number on chain, so that its money can go back without ever being issued."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from api.deposits import store
from api.deposits.adopted import make_way
from api.deposits.model import NUMBERS, Deposit, DepositState
from api.kernel.counter import at_least
from api.kernel.errors import Conflict, NotFound
from api.kernel.ids import DepositId
from api.kernel.outbox import Event
from api.ledger import Account, Posting, post
from api.statements import refuse

__all__ = ["CLOSED", "hold_for_return", "on_number_voided"]

CLOSED = "number closed: the money goes back"
"""The reason of a deposit whose number was closed."""
CLOSED_ELSEWHERE = "its number was closed by a transaction that this database did not make"
"""The reason of a deposit that is held because of that."""
_S = DepositState


def hold_for_return(connection: Connection, deposit_id: DepositId, *, now: datetime) -> None:
    """Keep a deposit out of every batch from here on; its number is then closed.

    Raises `NotFound`; `Conflict` while a transaction may carry it to the chain, or after one has.
    """
    deposit = store.find_deposit(connection, deposit_id, lock=True)
    if deposit is None:
        raise NotFound(f"There is no deposit {deposit_id}.", remedy="Look under status.")
    if deposit.state is _S.HELD:
        return
    if deposit.state is not _S.QUEUED:
        raise Conflict(
            f"Deposit {deposit.number} is {deposit.state}: the chain may have it.",
            remedy="Wait for the end of its transaction; what was issued cannot go back.",
            slug="line-not-returnable",
        )
    store.change_state(
        connection, [deposit], _S.HELD, now=now, reason="to go back to its payer", waiting_for=None
    )


def on_number_voided(connection: Connection, event: Event) -> None:
    """A number was closed, finally: its money is unmatched again, and nothing can issue it.

    A number that no deposit has was closed by hand; there is nothing to do. Nobody here had asked
    to close that of a deposit which is to be issued: another life of this database did, for another
    line, or an officer by hand. It is held, under another number, until a person has looked.
    """
    deposit = store.find_by_number(connection, event.args["number"])
    at_least(connection, NUMBERS, event.args["number"])
    if deposit is None or (deposit.state is _S.REFUSED and deposit.event_id == event.event_id):
        return
    if deposit.state in {_S.QUEUED, _S.ISSUING}:
        _hold_under_another(connection, deposit, now=event.block_time)
        return
    store.change_state(
        connection,
        [deposit],
        _S.REFUSED,
        now=event.block_time,
        event_id=event.event_id,
        reason=CLOSED,
        waiting_for=None,
    )
    posting = Posting(
        event_id=event.event_id,
        kind="number closed",
        debit=Account.ISSUING,
        credit=Account.UNMATCHED,
        amount=deposit.amount,
        about=deposit.id,
        at=event.block_time,
    )
    post(connection, posting)
    refuse(connection, deposit.line_id, ref=deposit.id, reason=CLOSED)


def _hold_under_another(connection: Connection, deposit: Deposit, *, now: datetime) -> None:
    waiting = make_way(connection, deposit, now=now)
    store.change_state(
        connection, [waiting], _S.HELD, now=now, reason=CLOSED_ELSEWHERE, waiting_for=None
    )

"""Recalls: following a credit that the bank took back to where its money is.

Each step is one transaction and may be repeated. The chain decides between the two ends: a
deposit whose number is closed was never issued, and one that is issued was; so a recall waits
for the chain's final word before it says which.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.bank import Direction
from api.chain import back_off
from api.deposits import Deposit, DepositState, find_deposit, hold
from api.kernel.errors import Conflict, NotFound
from api.kernel.ids import Address, DepositId, TxId
from api.kernel.log import note
from api.kernel.outbox import Enqueue, Event
from api.ledger import Account, Posting, post
from api.recalls import store
from api.recalls.model import INITIAL, Recall, RecallState, original_of, recall_id
from api.statements import (
    LineState,
    StoredLine,
    candidates_for,
    explain,
    find_line,
    taking_back,
)

__all__ = [
    "FREEZE_PURPOSE",
    "VOID_PURPOSE",
    "Calls",
    "advance",
    "close",
    "on_account_frozen",
    "on_account_unfrozen",
    "on_call_reverted",
]

VOID_PURPOSE = "recall-void"
"""The purpose of the transactions that close the number of a deposit whose money is gone."""
FREEZE_PURPOSE = "recall-freeze"
"""The purpose of the transactions that freeze the account of a recalled deposit's holder."""
BY = "recalls"
"""The room, as lines name it that it explains."""
_AT_ONCE = 100
_UNEXPLAINED = frozenset({LineState.STORED, LineState.REFUSED})
_S = RecallState


@dataclass(frozen=True, slots=True)
class Calls:
    """How this room asks for transactions: `void` is bound to the operator's lane and the Teller,
    `freeze` to compliance's and the token; the encoders make their call data."""

    void: Enqueue
    freeze: Enqueue
    encode_void: Callable[[int], bytes]
    encode_freeze: Callable[[Address], bytes]


def advance(connection: Connection, calls: Calls, *, now: datetime, log: logging.Logger) -> int:
    """Follow every recall one step; returns how many moved, or queued a transaction."""
    moved = sum(_begin(connection, debit, now, log) for debit in taking_back(connection))
    for recall in store.due(connection, _S.STOPPING, now=now, limit=_AT_ONCE):
        moved += _stop(connection, recall, calls, now, log)
    for recall in store.due(connection, _S.RECALLED, now=now, limit=_AT_ONCE):
        if recall.tx_id is None and recall.holder is not None:
            ref = _ref(recall, recall.calls + 1)
            data = calls.encode_freeze(recall.holder)
            tx_id = calls.freeze(connection, data=data, purpose=FREEZE_PURPOSE, ref=ref, now=now)
            _called(connection, recall, tx_id, now)
            moved += 1
    return moved


def on_account_frozen(connection: Connection, event: Event) -> None:
    """An account is frozen, finally: so are the recalls that it was to be frozen for."""
    for recall in store.of_holder(connection, event.args["account"], (_S.RECALLED, _S.THAWED)):
        store.change_state(connection, recall, _S.FROZEN, now=event.block_time, word=None)


def on_account_unfrozen(connection: Connection, event: Event) -> None:
    """Compliance has lifted a freeze, finally: a person says what became of the loss."""
    for recall in store.of_holder(connection, event.args["account"], (_S.FROZEN,)):
        store.change_state(connection, recall, _S.THAWED, now=event.block_time, word=None)


def close(connection: Connection, recall_id: str, *, now: datetime) -> Recall:
    """A person says that whoever is responsible has settled the loss; how, the history has.

    Neither books nor freeze change. Raises `NotFound`; `Conflict` before the account was frozen.
    """
    recall = store.find(connection, recall_id)
    if recall is None:
        raise NotFound(f"There is no recall {recall_id}.", remedy="See the recalls under status.")
    if recall.state not in (_S.FROZEN, _S.THAWED):
        raise Conflict(
            f"Recall {recall_id} is {recall.state}: there is no loss to be settled, or not yet.",
            remedy=f"See what it waits for: jiaozi-bridge explain {recall_id}.",
            slug="recall-not-frozen",
        )
    store.change_state(connection, recall, _S.CLOSED, now=now)
    return recall


def on_call_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """A call had no effect: it is tried again, later each time, with the reason on show.

    A number that was used meanwhile is no number to be closed: the chain's event tells by what.
    """
    recall = store.find(connection, ref.partition("#")[0])
    if recall is not None and ref == _ref(recall, recall.calls):
        later = now + back_off(recall.calls)
        store.set_fields(
            connection, recall, tx_id=None, word=reason, not_before=later, changed_at=now
        )


def _begin(connection: Connection, debit: StoredLine, now: datetime, log: logging.Logger) -> int:
    """Find what a debit takes back; one that is not clear stays among the unmatched lines."""
    # one that was taken back already still counts: leaving it out would be a guess
    original = original_of(debit, candidates_for(connection, debit))
    if original is None or not _ours(original) or store.taken_back(connection, original.id):
        return 0
    recall = Recall(
        id=recall_id(debit.id),
        line_id=debit.id,
        original_id=original.id,
        deposit_id=None,
        holder=None,
        amount=debit.amount,
        reason=debit.return_reason or "reversal",
        state=INITIAL,
        word=None,
        calls=0,
        tx_id=None,
        not_before=None,
        created_at=now,
        changed_at=now,
    )
    store.add(connection, recall)
    explain(connection, debit.id, by=BY, ref=recall.id, now=now)
    note(log, "deposit taken back", level=logging.ERROR, line=debit.id, recall=recall.id)
    return 1


def _ours(original: StoredLine) -> bool:
    """Whether its money is still where a recall may look: unexplained, or a deposit's."""
    return original.direction is Direction.CREDIT and (
        original.state in _UNEXPLAINED or original.explained_by == "deposits"
    )


def _stop(
    connection: Connection,
    recall: Recall,
    calls: Calls,
    now: datetime,
    log: logging.Logger,
) -> int:
    """Where is the money of the credit by now? The chain decides what cannot be said yet."""
    original = find_line(connection, recall.original_id)
    if original is None:
        raise LookupError(f"there is no line {recall.original_id}")
    if original.state in _UNEXPLAINED:
        explain(connection, original.id, by=BY, ref=recall.id, now=now)
        store.change_state(connection, recall, _S.REVERSED, now=now, word=None, tx_id=None)
        return 1
    deposit = _deposit(connection, original)
    if deposit is None:  # for example a refund: the money may be gone twice
        return _wait(connection, recall, f"{original.explained_by} {original.explained_ref}", now)
    if deposit.state is DepositState.ISSUED:
        return _lose(connection, recall, deposit, now, log)
    if deposit.state is DepositState.ISSUING:
        return _wait(connection, recall, "the end of its transaction", now)
    if deposit.state is DepositState.QUEUED:
        hold(connection, deposit.id, f"the bank took the money back ({recall.reason})", now)
    if recall.tx_id is not None:
        return 0
    ref, data = _ref(recall, recall.calls + 1), calls.encode_void(deposit.number)
    tx_id = calls.void(connection, data=data, purpose=VOID_PURPOSE, ref=ref, now=now)
    _called(connection, recall, tx_id, now)
    return 1


def _lose(
    connection: Connection, recall: Recall, deposit: Deposit, now: datetime, log: logging.Logger
) -> int:
    """Tokens stand against money that is gone: the loss into the books, and to people's eyes."""
    store.change_state(
        connection,
        recall,
        _S.RECALLED,
        now=now,
        deposit_id=deposit.id,
        holder=deposit.holder,
        tx_id=None,
        not_before=None,
        word=None,
    )
    post(
        connection,
        Posting(
            event_id=f"recalled:{recall.line_id}",
            kind="deposit recalled",
            debit=Account.RECALLED,
            credit=Account.UNMATCHED,
            amount=recall.amount,
            about=deposit.id,
            at=now,
        ),
    )
    note(
        log,
        "deposit recalled after its tokens were issued",
        level=logging.ERROR,
        line=recall.line_id,
        deposit=deposit.id,
        recall=recall.id,
    )
    return 1


def _deposit(connection: Connection, original: StoredLine) -> Deposit | None:
    """The line's deposit, held against a batch that takes it meanwhile."""
    if original.explained_by != "deposits" or original.explained_ref is None:
        return None
    return find_deposit(connection, DepositId(original.explained_ref), lock=True)


def _wait(connection: Connection, recall: Recall, what: str, now: datetime) -> int:
    word = f"waits for {what}"
    if recall.word != word:
        store.set_fields(connection, recall, word=word, changed_at=now)
    return 0


def _called(connection: Connection, recall: Recall, tx_id: TxId, now: datetime) -> None:
    store.set_fields(connection, recall, calls=recall.calls + 1, tx_id=tx_id, changed_at=now)


def _ref(recall: Recall, call: int) -> str:
    return f"{recall.id}#{call}"

"""Recalls: a credit that the bank took back, what it is by then, and which line it was. No I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.kernel.ids import Address, DepositId, LineId, TxId
from api.kernel.machine import Transitions
from api.kernel.money import Money
from api.statements import StoredLine

__all__ = ["INITIAL", "TRANSITIONS", "Recall", "RecallState", "original_of", "recall_id"]


class RecallState(StrEnum):
    """What has become of the money that the bank took back."""

    STOPPING = "STOPPING"
    """The line is known that is taken back. If it has a deposit, its number is being closed on
    chain, or its transaction is awaited: until the chain has spoken, nothing is said."""
    REVERSED = "REVERSED"
    """It was never issued and never will be: the two lines cancel each other."""
    RECALLED = "RECALLED"
    """Tokens had been issued: the loss stands in the books as RECALLED, and the holder's account
    is to be frozen."""
    FROZEN = "FROZEN"
    """The holder's account is frozen, finally; whoever is responsible settles the loss."""
    THAWED = "THAWED"
    """The freeze was lifted, finally, and nobody has said yet that the loss is settled."""
    CLOSED = "CLOSED"
    """A person has said how the loss was settled. In the books it stays."""


INITIAL = RecallState.STOPPING

TRANSITIONS = Transitions(
    "recall",
    {
        RecallState.STOPPING: {RecallState.REVERSED, RecallState.RECALLED},
        RecallState.RECALLED: {RecallState.FROZEN},
        RecallState.REVERSED: set(),
        RecallState.FROZEN: {RecallState.THAWED, RecallState.CLOSED},
        RecallState.THAWED: {RecallState.FROZEN, RecallState.CLOSED},
        RecallState.CLOSED: set(),
    },
)


@dataclass(frozen=True, slots=True)
class Recall:
    """One debit by which the bank took a credit back; a credit is taken back once."""

    id: str
    line_id: LineId
    """The debit."""
    original_id: LineId
    """The credit."""
    deposit_id: DepositId | None
    holder: Address | None
    """Whose tokens were issued for it; None while or when there are none."""
    amount: Money
    reason: str
    """The bank's code, such as FOCR, or «reversal»."""
    state: RecallState
    word: str | None
    """What it waits for, or why the last call had no effect."""
    calls: int
    """How many transactions were queued for it."""
    tx_id: TxId | None
    """The one that is on its way."""
    not_before: datetime | None
    created_at: datetime
    changed_at: datetime


def recall_id(line_id: LineId) -> str:
    """The recall's id, made of the debit's, so that a repetition finds it again."""
    return "recall_" + hashlib.sha256(line_id.encode()).hexdigest()[:32]


def original_of(debit: StoredLine, candidates: Sequence[StoredLine]) -> StoredLine | None:
    """The one credit that this debit takes back; None when it is none of them, or not clear.

    The bank's own reference of the line is the best word, then the clearing's id, then the
    payer's end-to-end id, which several payments may share: then the payer's account must tell
    them apart. The amounts are equal, or it is no case for a program.
    """
    equal = [line for line in candidates if line.amount == debit.amount]
    for name, told in (
        ("bank_id", debit.original_reference),
        ("transaction_id", debit.transaction_id),
        ("end_to_end_id", debit.end_to_end_id),
    ):
        found = [line for line in equal if told is not None and getattr(line, name) == told]
        if len(found) > 1:
            parties = {debit.payer_account, debit.payee_account} - {None}
            found = [line for line in found if line.payer_account in parties]
        if found:
            return found[0] if len(found) == 1 else None
    return None

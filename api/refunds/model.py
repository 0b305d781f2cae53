"""Refunds: money that came in and goes back to its payer. States and ids, no I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from api.kernel.ids import DepositId, LineId, TxId
from api.kernel.machine import Transitions
from api.kernel.money import Money

__all__ = [
    "INITIAL",
    "PREFIX",
    "RETRYABLE",
    "TRANSITIONS",
    "UNSENT",
    "Refund",
    "RefundState",
    "attempt_of",
    "end_to_end_id",
    "refund_id",
]


class RefundState(StrEnum):
    """What has become of a refund. From PAYING on, the states are those of any payout."""

    CLOSING = "CLOSING"
    """Its deposit's number is being closed on chain: only then can no issue happen any more."""
    ABANDONED = "ABANDONED"
    """The money became tokens after all, or was tried again: nothing goes back."""
    AWAITING_ACCOUNT = "AWAITING_ACCOUNT"
    """The bank's line does not say whom to pay: two persons give account and name."""
    READY = "READY"
    """It goes into the next payout file."""
    PAYING = "PAYING"
    """In a saved payout file that may or may not have reached the bank."""
    SUBMITTED = "SUBMITTED"
    """In a payout file that the bank has."""
    ACCEPTED = "ACCEPTED"
    """The bank said that it carries the payment out."""
    SETTLED = "SETTLED"
    """The payment is booked on the bank's statement."""
    NEVER_HEARD_BACK = "NEVER_HEARD_BACK"
    """The bank has been silent for days. Only its word ends this; nothing is sent again."""
    REJECTED = "REJECTED"
    """The bank said that it does not pay: two persons give another account."""
    RETURNED_BY_BANK = "RETURNED_BY_BANK"
    """The bank paid, and the money came back: two persons give another account."""
    RETURN_DIFFERS = "RETURN_DIFFERS"
    """The bank paid, and another sum came back (charges, for example): two persons decide."""
    TAKEN_BACK = "TAKEN_BACK"
    """The bank took the credit back before its money went: nothing is owed any more."""


INITIAL = RefundState.CLOSING

_S = RefundState

TRANSITIONS = Transitions(
    "refund",
    {
        _S.CLOSING: {_S.READY, _S.AWAITING_ACCOUNT, _S.ABANDONED},
        _S.ABANDONED: {_S.CLOSING},
        # SETTLED: the bank's debit under an id that only this line has; an earlier life paid it
        _S.AWAITING_ACCOUNT: {_S.READY, _S.SETTLED, _S.TAKEN_BACK},
        _S.READY: {_S.PAYING, _S.SETTLED, _S.TAKEN_BACK},
        _S.PAYING: {_S.SUBMITTED, _S.ACCEPTED, _S.SETTLED, _S.REJECTED},
        _S.SUBMITTED: {_S.ACCEPTED, _S.SETTLED, _S.REJECTED, _S.NEVER_HEARD_BACK},
        _S.ACCEPTED: {_S.SETTLED, _S.REJECTED, _S.NEVER_HEARD_BACK},
        _S.NEVER_HEARD_BACK: {_S.ACCEPTED, _S.SETTLED, _S.REJECTED},
        _S.SETTLED: {_S.RETURNED_BY_BANK, _S.RETURN_DIFFERS},
        _S.RETURN_DIFFERS: {_S.RETURNED_BY_BANK},
        # SETTLED: two persons find that the bank made the payment after all
        _S.REJECTED: {_S.READY, _S.SETTLED, _S.TAKEN_BACK},
        _S.RETURNED_BY_BANK: {_S.READY, _S.TAKEN_BACK},
        _S.TAKEN_BACK: set(),
    },
)

UNSENT = frozenset({_S.AWAITING_ACCOUNT, _S.READY, _S.REJECTED, _S.RETURNED_BY_BANK})
"""The money is owed, and in no file that the bank may still carry out."""

PREFIX = "JZF"
"""How the end-to-end ids of refunds begin, and of nothing else."""

_MOST_ATTEMPTS = 20

RETRYABLE = UNSENT - {_S.READY}
"""The money is owed, and no payment of it is under way: another account may be given."""


@dataclass(frozen=True, slots=True)
class Refund:
    """One credit line whose money goes back. A line has at most one, for ever."""

    id: str
    line_id: LineId
    deposit_id: DepositId | None
    """The deposit whose number had to be closed first."""
    amount: Money
    attempt: int
    """From 1; another one only after the bank's word that the last was not paid, or came back."""
    end_to_end_id: str
    account: str | None = field(repr=False)
    """Personal data, as the name: neither reaches a log."""
    name: str | None = field(repr=False)
    reason: str
    """Why the money goes back, in an operator's words."""
    state: RefundState
    word: str | None
    """What the bank or the chain said last."""
    alarm: str | None
    """Something contradicts the state: a person must look."""
    tx_id: TxId | None
    """The transaction that closes the deposit's number."""
    tries: int
    """How many such transactions had no effect."""
    sent_back: int
    """Minor units that the bank has booked back after paying."""
    created_at: datetime
    changed_at: datetime


def refund_id(line_id: LineId) -> str:
    """The refund's id, made of the line's, which is made of the bank's own words."""
    return f"refund_{_digest(line_id)}"


def end_to_end_id(line_id: LineId, attempt: int) -> str:
    """The payment's id at the bank, 35 characters: the same in any database that has the line."""
    return f"{PREFIX}{_digest(line_id if attempt == 1 else f'{line_id}#{attempt}')}"


def attempt_of(line_id: LineId, end_to_end: str) -> int | None:
    """Which attempt to pay this line back has this id; None when none of the first twenty has."""
    attempts = range(1, _MOST_ATTEMPTS + 1)
    return next((n for n in attempts if end_to_end_id(line_id, n) == end_to_end), None)


def _digest(words: str) -> str:
    return hashlib.sha256(f"refund:{words}".encode()).hexdigest()[:32]

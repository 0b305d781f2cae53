"""Payouts: what a payment is to the bank, whoever it is for; its file, and when it is due. No I/O.

Two kinds of payment leave the reserve account: the payouts of redemptions, and refunds of money
that came in and cannot become tokens. Both are born in their own room, which knows why money is
owed and to whom. What happens between a saved file and the bank's last word is the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.bank import PayoutInstruction
from api.kernel.machine import Transitions
from api.ledger import Account

__all__ = [
    "INITIAL",
    "TRANSITIONS",
    "BusinessDays",
    "FileState",
    "Limits",
    "Payment",
    "PaymentKind",
    "PayoutFile",
    "Stage",
    "batch_message_id",
    "may_be_message_id",
]

_SATURDAY = 5
_MESSAGE_ID = re.compile(r"JZM[0-9a-f]{32}")


class FileState(StrEnum):
    """Whether the bank is known to have a payout file."""

    HELD = "HELD"
    """Its sum is above a ceiling: nothing is handed in until two persons release it."""
    SAVED = "SAVED"
    """The bank may have it: the same file is handed in until it says so."""
    STOPPED = "STOPPED"
    """It is handed in no more; the bank may have it all the same, and then says so."""
    SUBMITTED = "SUBMITTED"
    WITHDRAWN = "WITHDRAWN"
    """The bank does not have it, two persons said, and never gets it: its payments are rejected."""


INITIAL = FileState.SAVED
TRANSITIONS = Transitions(
    "payout file",
    {
        FileState.SAVED: {FileState.SUBMITTED, FileState.STOPPED},
        # SUBMITTED: the bank speaks of it, so it has it, whoever handed it in
        FileState.HELD: {FileState.SAVED, FileState.SUBMITTED, FileState.WITHDRAWN},
        FileState.STOPPED: {FileState.SAVED, FileState.SUBMITTED, FileState.WITHDRAWN},
        FileState.SUBMITTED: set(),
        FileState.WITHDRAWN: set(),
    },
)


class Stage(StrEnum):
    """How far the bank has come with a payment. Each kind's states have these, by these names."""

    PAYING = "PAYING"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    SETTLED = "SETTLED"
    NEVER_HEARD_BACK = "NEVER_HEARD_BACK"
    REJECTED = "REJECTED"
    RETURNED_BY_BANK = "RETURNED_BY_BANK"
    RETURN_DIFFERS = "RETURN_DIFFERS"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as the bank's words concern it. Amounts are minor units."""

    kind: str
    subject: str
    """Id of what it pays: a redemption, a refund."""
    end_to_end_id: str
    amount: int
    state: str
    """The subject's own state; equal to a `Stage` while the bank has the payment."""
    alarm: str | None
    sent_back: int
    """What the bank has booked back after paying."""
    changed_at: datetime


class PaymentKind(Protocol):
    """What a room gives so that its payments can be made. Every change checks its own table."""

    name: str
    """Stands in `payments.kind`, and as the explanation of bank lines."""
    owed_again: Account
    """Where the money lies after the bank did not pay, or sent it back."""
    unpaid: frozenset[str]
    """States in which the bank is known not to have paid, or to have taken it back."""

    def find(self, connection: Connection, end_to_end_id: str) -> Payment | None:
        """The payment of this id, locked until the transaction ends."""

    def ready(self, connection: Connection, *, up_to: int, limit: int) -> list[Payment]:
        """Payments that may go into a file, locked, oldest first; `up_to`: the last block
        whose burns are paid."""

    def in_stage(self, connection: Connection, stage: Stage, limit: int) -> list[Payment]:
        """Payments in a stage, locked, those first that changed first."""

    def instructions(
        self, connection: Connection, end_to_end_ids: Sequence[str], currency: str
    ) -> tuple[PayoutInstruction, ...]:
        """The payments as the bank gets them, in this order: the same ones every time."""

    def allows(self, payment: Payment, after: Stage) -> bool:
        """Whether the subject's table lets it become `after`."""

    def move(
        self,
        connection: Connection,
        payment: Payment,
        after: Stage,
        *,
        now: datetime,
        reason: str | None = None,
        sent_back: int | None = None,
    ) -> None:
        """Change the subject's state."""

    def set_alarm(self, connection: Connection, payment: Payment, alarm: str | None) -> None:
        """Write what a person must look at; None takes it away."""


@dataclass(frozen=True, slots=True)
class PayoutFile:
    """A payout file as it was saved; its payments are in `payments`. `total` in minor units."""

    message_id: str
    kind: str
    created_at: datetime
    execution_date: date
    state: FileState
    payments: int
    total: int
    problem: str | None
    """Why the bank did not take it the last time, or why it waits for persons."""
    tried_at: datetime | None = None
    """When it was last begun to be handed in."""
    heard_at: datetime | None = None
    """When the bank first spoke of it before its proof was there: so the bank has it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings in minor units; a file above one is held for two persons. 0: nothing may leave."""

    most_payments: int
    """In one file."""
    file_total: int
    day_total: int
    """Of all files with one execution date."""


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """When the bank carries a file out that it gets now."""

    cut_off: time
    """In the bank's own time: what comes later is carried out on the next business day."""
    zone: ZoneInfo
    holidays: Collection[date] = ()

    def execution_date(self, now: datetime) -> date:
        """Today before the cut-off of a business day, else the next business day."""
        local = now.astimezone(self.zone)
        day = local.date()
        if local.time() >= self.cut_off:
            day += timedelta(days=1)
        while day.weekday() >= _SATURDAY or day in self.holidays:
            day += timedelta(days=1)
        return day


def batch_message_id(end_to_end_ids: Iterable[str]) -> str:
    """A payout file's id, 35 characters, made of what is in it: other payments, another id."""
    words = "\n".join(sorted(end_to_end_ids))
    return f"JZM{hashlib.sha256(words.encode()).hexdigest()[:32]}"


def may_be_message_id(text: str) -> bool:
    """Whether it is such an id, of a file of this or another life of the database."""
    return _MESSAGE_ID.fullmatch(text) is not None

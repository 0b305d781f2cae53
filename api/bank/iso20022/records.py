"""Bank: what is read out of ISO 20022 files, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.kernel.money import Money

__all__ = [
    "BadLine",
    "BookedLine",
    "Direction",
    "PaymentStatus",
    "SkippedLine",
    "StatementEnd",
    "StatementHeader",
    "StatementRecord",
]


class Direction(StrEnum):
    """Which way money moved, seen from the account of the statement."""

    CREDIT = "CREDIT"
    DEBIT = "DEBIT"


@dataclass(frozen=True, slots=True)
class StatementHeader:
    """The beginning of one statement (camt.053) or notification (camt.054)."""

    message_id: str
    statement_id: str
    dialect: str
    """Such as ``camt.053.001.08``."""
    account: str
    currency: str | None
    created_at: datetime
    """UTC; a time without zone is taken as UTC."""
    sequence: int | None


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One movement that the bank has booked.

    `number` counts the lines of the statement from 1, bad and skipped ones included; `entry`
    counts its `Ntry` elements. They part only behind a batch entry, which gives a line for each
    of its payments.
    """

    number: int
    bank_id: str
    """The bank's own reference, or one derived from the content: see `bank_ids`."""
    amount: Money
    """Larger than zero."""
    direction: Direction
    """The real movement; for a reversal too (ISO 20022: the reversed entry went the other way)."""
    booked_on: date
    value_on: date | None
    end_to_end_id: str | None
    structured_reference: str | None
    """A valid ISO 11649 reference if there is exactly one; else the creditor reference as given."""
    payer_account: str | None
    payer_name: str | None
    payee_account: str | None
    remittance: str | None
    reversal: bool
    return_reason: str | None = None
    """ISO code when the bank marks the line as a returned payment, such as ``AC04``."""
    entry: int = 0


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be trusted. It is reported, never guessed; the others stand."""

    number: int
    field: str
    """Element path under `Ntry`, such as ``Amt`` or ``NtryDtls/TxDtls``."""
    problem: str
    entry: int = 0


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that the bank has not booked (pending, information, future): no money moved."""

    number: int
    status: str
    reason: str
    entry: int = 0


@dataclass(frozen=True, slots=True)
class StatementEnd:
    """The end of one statement, reached: none of its lines is missing.

    `opening` and `closing` are booked balances (negative when overdrawn); a notification has
    none. `lines` counts booked, bad and skipped lines.
    """

    statement_id: str
    opening: Money | None
    closing: Money | None
    closing_on: date | None = None
    lines: int = 0


StatementRecord = StatementHeader | BookedLine | BadLine | SkippedLine | StatementEnd


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """The bank's word on one payment, or on a whole order when `end_to_end_id` is None.

    `status` is the ISO 20022 code: ACTC, ACCP, ACSP accepted so far; ACSC, ACCC settled;
    RJCT rejected; PDNG pending. `reason` is the bank's code and words, such as ``AC01``.
    """

    original_message_id: str
    end_to_end_id: str | None
    status: str
    reason: str | None

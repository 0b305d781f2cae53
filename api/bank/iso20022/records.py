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
    "LineKind",
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


class LineKind(StrEnum):
    """What the bank itself says a movement is, by its transaction code (``BkTxCd``)."""

    PAYMENT = "PAYMENT"
    """Somebody's money: a customer's deposit, a payout of ours, or not known."""
    CHARGE = "CHARGE"
    """The bank's price for keeping the account, or its correction: our own money."""
    INTEREST = "INTEREST"
    """Interest on the account, either way: our own money."""


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
    """``ElctrncSeqNb``, else the legal number."""
    legal_sequence: int | None = None
    from_on: date | None = None
    """First day that it speaks of, where it says so (``FrToDt``)."""
    to_on: date | None = None


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
    kind: LineKind = LineKind.PAYMENT
    transaction_id: str | None = None
    """The clearing's id, else the UETR: a return carries that of the payment it returns."""
    original_reference: str | None = None
    """Of a reversal: the bank's reference of the line that it takes back."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be trusted. It is reported, never guessed; the others stand."""

    number: int
    field: str
    """Element path under `Ntry`, such as ``Amt`` or ``NtryDtls/TxDtls``."""
    problem: str
    entry: int = 0
    moved: int | None = None
    """What it did to the balance, in signed minor units, where at least that can be read."""
    bank_id: str | None = None
    """The bank's reference, where it can be read: it may be known with other content."""


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that moved no money: not booked (pending, information, future), or of zero."""

    number: int
    status: str
    """``PDNG``, ``INFO`` or ``FUTR`` as the bank writes it; ``ZERO`` for an amount of zero."""
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
    opening_on: date | None = None


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

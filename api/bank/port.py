"""Bank: the port. All that the bridge asks of a bank, and every answer it may get.

Three adapters stand behind it: `api.bank.simulated` (a core bank in one SQLite file, for
rehearsal), `api.bank.files` (directories that a real bank's file transfer fills and empties)
and `api.bank.memory` (for tests). `tests/api/bank/contract` holds them to the same promises.

Errors: `BankUnreachable` may come from any call and promises nothing about what happened, so
every call may be repeated with the same arguments. `BankRefused` promises that nothing happened.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO, Literal, Protocol

from api.bank.errors import BankError, BankRefused, BankUnreachable
from api.kernel.money import Money

__all__ = [
    "Bank",
    "BankBalance",
    "BankDocument",
    "BankError",
    "BankPaper",
    "BankRefused",
    "BankUnreachable",
    "DocumentKind",
    "LinkAnswer",
    "LinkOutcome",
    "LinkRequest",
    "PayoutBatch",
    "PayoutInstruction",
    "SubmittedFile",
    "Untaken",
]

DocumentKind = Literal["camt.053", "camt.054", "pain.002"]
"""Statement of a closed day, notification within the day, status report on payouts."""


class LinkOutcome(StrEnum):
    """The bank's word on whether an account is this customer's."""

    CONFIRMED = "CONFIRMED"
    REFUSED = "REFUSED"
    PENDING = "PENDING"
    """Not decided yet: ask again later with the same request."""


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A customer says: this wallet and this account are both mine."""

    account: str
    """IBAN, or the account number as the bank writes it."""
    name: str
    wallet: str
    """EIP-55 address whose signature over the link was checked already."""
    code: str = field(repr=False)
    """One-time code that the bank gave the account's holder: a secret until it is used."""


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """`tier` is set when CONFIRMED (0..5, see the token's policy); `reason` when REFUSED."""

    outcome: LinkOutcome
    tier: int | None = None
    reason: str | None = None
    virtual_account: str | None = None
    """An account number of the bank that belongs to this wallet alone: money paid to it is this
    customer's, whoever pays and whatever is written. None when the bank gives none."""


@dataclass(frozen=True, slots=True)
class PayoutInstruction:
    """One payment out of the reserve account."""

    end_to_end_id: str
    """At most 35 characters; comes back in pain.002 and on the statement."""
    creditor_account: str
    creditor_name: str
    amount: Money
    """Larger than zero."""
    reference: str
    """Remittance for the creditor, at most 140 characters; may be empty."""


@dataclass(frozen=True, slots=True)
class PayoutBatch:
    """One payment order. The same `message_id` always stands for the same batch."""

    message_id: str
    """At most 35 characters out of A–Z, a–z, 0–9 and «-»: it also names a file."""
    created_at: datetime
    execution_date: date
    instructions: tuple[PayoutInstruction, ...]


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """Proof of what was handed in: the file's SHA-256 in hex, and where it went."""

    message_id: str
    sha256: str
    where: str


@dataclass(frozen=True, slots=True)
class BankDocument:
    """A file from the bank. `id` never stands for other content."""

    id: str
    kind: DocumentKind
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BankBalance:
    """The booked balance of the reserve account, as the bank says it."""

    amount: Money
    as_of: datetime
    read_from: str
    """Words for a person: which document or database said so."""
    closed_on: date | None = None
    """The last day whose bookings it contains; None: it contains all that is booked at `as_of`."""


@dataclass(frozen=True, slots=True)
class BankPaper:
    """A document or a payment order as it passed. `id` never stands for other content."""

    id: str
    size: int
    """Bytes."""
    open: Callable[[], BinaryIO] = field(repr=False)
    """The content from its beginning; `OSError` when it has gone elsewhere meanwhile."""


@dataclass(frozen=True, slots=True)
class Untaken:
    """What was delivered, and not taken in: a person must look at it."""

    id: str
    reason: str
    refused: bool
    """Set aside, as no document of the bank; else it lies where it was delivered, and is taken in
    as soon as it can be read."""


class Bank(Protocol):
    """What the bridge asks of a bank. Every call is blocking and may be repeated."""

    def confirm_link(self, request: LinkRequest) -> LinkAnswer:
        """Ask whether `request.account` belongs to whoever holds `request.code`.

        Idempotent: once CONFIRMED, the same account, wallet and code are CONFIRMED again, so a
        crash between the bank's word and our record is harmless. A used code with any other
        wallet is REFUSED. A wrong code is an answer (REFUSED), not an error. A virtual account is
        the same one each time, and never that of another wallet.

        Raises `BankUnreachable`; `BankRefused` when the bank's own answer cannot be read.
        """

    def submit_payouts(self, batch: PayoutBatch) -> SubmittedFile:
        """Hand in a payment order.

        Idempotent by `message_id`: the same batch again is the same file again, and is paid
        once. What became of it is told by pain.002 and by the statement, never by this call.

        Raises `BankUnreachable` (it may have arrived: submit the same batch again);
        `BankRefused` for another content under a known `message_id`, or for a batch that cannot
        be written as pain.001.
        """

    def collect(self) -> list[BankDocument]:
        """Documents not acknowledged yet, oldest first; the same ones until they are.

        Raises `BankUnreachable`.
        """

    def acknowledge(self, document_id: str) -> None:
        """Say that a document is stored on our side; repeating it is harmless.

        Raises `BankUnreachable`; `BankRefused` for an id that `collect` never gave.
        """

    def passed(self, known: Container[str]) -> list[BankPaper]:
        """All that has passed between bridge and bank and is not `known`, oldest first.

        Statements, notifications and status reports, acknowledged or not, and the payment orders
        that the bank was given: for who judges by the bank's own words. It changes nothing.

        Raises `BankUnreachable`.
        """

    def untaken(self) -> list[Untaken]:
        """What was delivered and not taken in, and never will be as it lies.

        Raises `BankUnreachable`.
        """

    def balance(self) -> BankBalance:
        """The booked balance of the reserve account.

        Raises `BankUnreachable` when there is none to be had.
        """

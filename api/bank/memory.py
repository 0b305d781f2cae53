"""Bank: a bank in memory for tests of flows, at the same seam as the real ones."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Container
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from api.bank.iso20022 import (
    BookedLine,
    Debtor,
    Direction,
    PaymentStatus,
    Statement,
    StatusReport,
    write_camt,
    write_pain001,
    write_pain002,
)
from api.bank.iso20022.references import check_digits
from api.bank.port import (
    BankBalance,
    BankDocument,
    BankError,
    BankPaper,
    BankRefused,
    DocumentKind,
    LinkAnswer,
    LinkOutcome,
    LinkRequest,
    PayoutBatch,
    PayoutInstruction,
    SubmittedFile,
    Untaken,
)
from api.kernel.clock import Clock
from api.kernel.money import Money

__all__ = ["FakeBank", "FakeCustomer"]

RESERVE: Final = Debtor("Jiaozi Reserve", "NL96JIAO0000000001", "JIAONL2A")


@dataclass(frozen=True, slots=True)
class FakeCustomer:
    """An account that the fake knows; `wallet` is set by the first successful link."""

    name: str
    code: str = field(repr=False)
    tier: int = 1
    wallet: str | None = None


class FakeBank:
    """Keeps every promise of the port, does what it is told, and answers payouts at `collect`.

    `customers`, `rejects` (end-to-end id or account → reason), `silent` (accounts whose links
    stay PENDING) and `failures` (raised by the next calls, one each) are a test's to set;
    `answering = False` leaves payouts without any word; while `refuses` has words, no file that
    is new to it is taken.
    """

    def __init__(self, clock: Clock, currency: str = "EUR", reserve: Debtor = RESERVE) -> None:
        self.customers: dict[str, FakeCustomer] = {}
        self.rejects: dict[str, str] = {}
        self.silent: set[str] = set()
        self.failures: list[BankError] = []
        self.answering = True
        self.refuses: str | None = None
        self.booked = Money(0, currency)
        self.batches: dict[str, PayoutBatch] = {}
        self.virtual_accounts: dict[str, str] = {}
        self._clock = clock
        self._reserve = reserve
        self._answered: set[str] = set()
        self._documents: dict[str, BankDocument | None] = {}
        self._papers: dict[str, bytes] = {}

    def confirm_link(self, request: LinkRequest) -> LinkAnswer:
        """See `Bank.confirm_link`."""
        self._maybe_fail()
        if request.account in self.silent:
            return LinkAnswer(LinkOutcome.PENDING)
        known = self.customers.get(request.account)
        if known is None or (known.name, known.code) != (request.name, request.code):
            return LinkAnswer(LinkOutcome.REFUSED, reason="Account, name and code do not match.")
        if known.wallet not in {None, request.wallet}:
            return LinkAnswer(LinkOutcome.REFUSED, reason="The code was used for another wallet.")
        self.customers[request.account] = replace(known, wallet=request.wallet)
        virtual = self.virtual_accounts.setdefault(
            request.wallet, _virtual_account(len(self.virtual_accounts) + 1)
        )
        return LinkAnswer(LinkOutcome.CONFIRMED, tier=known.tier, virtual_account=virtual)

    def submit_payouts(self, batch: PayoutBatch) -> SubmittedFile:
        """See `Bank.submit_payouts`."""
        self._maybe_fail()
        content = write_pain001(batch, self._reserve)
        if self.refuses is not None and batch.message_id not in self.batches:
            raise BankRefused(self.refuses, remedy="Ask the bank.")
        if self.batches.setdefault(batch.message_id, batch) != batch:
            raise BankRefused("Known message id, other content.", remedy="Take a new message id.")
        self._papers[f"order-{batch.message_id}"] = content
        return SubmittedFile(batch.message_id, hashlib.sha256(content).hexdigest(), "memory")

    def collect(self) -> list[BankDocument]:
        """See `Bank.collect`."""
        self._maybe_fail()
        if self.answering:
            for batch in self.batches.values():
                if batch.message_id not in self._answered:
                    self._answered.add(batch.message_id)
                    self._answer(batch)
        return [document for document in self._documents.values() if document is not None]

    def acknowledge(self, document_id: str) -> None:
        """See `Bank.acknowledge`."""
        self._maybe_fail()
        if document_id not in self._documents:
            raise BankRefused("No such document.", remedy="Acknowledge what was collected.")
        self._documents[document_id] = None

    def passed(self, known: Container[str]) -> list[BankPaper]:
        """See `Bank.passed`."""
        self._maybe_fail()
        return [
            BankPaper(key, len(content), partial(io.BytesIO, content))
            for key, content in self._papers.items()
            if key not in known
        ]

    def untaken(self) -> list[Untaken]:
        """See `Bank.untaken`."""
        self._maybe_fail()
        return []

    def balance(self) -> BankBalance:
        """See `Bank.balance`."""
        self._maybe_fail()
        return BankBalance(self.booked, self._clock.now(), "memory")

    def deliver(self, kind: DocumentKind, content: bytes) -> str:
        """Let `collect` give this document until it is acknowledged; returns its id."""
        document_id = f"{kind}-{len(self._documents) + 1:04d}"
        self._documents[document_id] = BankDocument(document_id, kind, content)
        self._papers[document_id] = content
        return document_id

    def file(self, content: bytes) -> None:
        """Let `passed` tell of a paper that reaches the bridge by other ways."""
        self._papers[f"paper-{len(self._papers) + 1:04d}"] = content

    def _maybe_fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

    def _answer(self, batch: PayoutBatch) -> None:
        statuses, debits = [], list[BookedLine]()
        for payment in batch.instructions:
            reason = self.rejects.get(payment.end_to_end_id) or self.rejects.get(
                payment.creditor_account
            )
            if reason is None:
                self.booked -= payment.amount
                debits.append(self._debit(batch, payment, len(debits) + 1))
            status = "RJCT" if reason else "ACSC"
            statuses.append(PaymentStatus(batch.message_id, payment.end_to_end_id, status, reason))
        report = StatusReport(
            f"S-{len(self._documents)}", self._clock.now(), batch.message_id, tuple(statuses)
        )
        self.deliver("pain.002", write_pain002(report))
        if debits:
            self.deliver("camt.054", self._notification(debits))

    def _debit(self, batch: PayoutBatch, payment: PayoutInstruction, number: int) -> BookedLine:
        return BookedLine(
            number=number,
            bank_id=hashlib.sha256(
                f"{batch.message_id} {payment.end_to_end_id}".encode()
            ).hexdigest()[:32],
            amount=payment.amount,
            direction=Direction.DEBIT,
            booked_on=self._clock.now().date(),
            value_on=None,
            end_to_end_id=payment.end_to_end_id,
            structured_reference=None,
            payer_account=self._reserve.account,
            payer_name=self._reserve.name,
            payee_account=payment.creditor_account,
            remittance=payment.reference or None,
            reversal=False,
        )

    def _notification(self, debits: list[BookedLine]) -> bytes:
        out = io.BytesIO()
        name = f"N-{len(self._documents)}"
        head = Statement(
            dialect="camt.054.001.08",
            message_id=name,
            statement_id=name,
            created_at=self._clock.now(),
            account=self._reserve.account,
            owner=self._reserve.name,
            currency=self.booked.currency,
        )
        write_camt(out, head, debits)
        return out.getvalue()


def _virtual_account(number: int) -> str:
    body = f"JIAO8{number:09d}"
    return f"NL{check_digits('NL', body)}{body}"

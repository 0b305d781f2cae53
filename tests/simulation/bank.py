"""Tests of the simulation: a bank whose messages get lost, come twice, late and out of order.

It keeps the port's promises: what is not acknowledged is given again, a payment order is known by
its id. Its own books are FakeBank's.
"""

from __future__ import annotations

from collections.abc import Sequence

from api.bank import BankDocument, BankRefused, BankUnreachable, DocumentKind
from api.bank.memory import FakeBank
from api.bank.port import LinkAnswer, LinkRequest, PayoutBatch, SubmittedFile
from tests.simulation.clock import BankClock
from tests.simulation.faults import Faults

__all__ = ["LossyBank"]


class LossyBank(FakeBank):
    """A fake bank behind a bad line."""

    def __init__(self, clock: BankClock, faults: Faults) -> None:
        super().__init__(clock)
        self.clock = clock
        self.faults = faults
        self.told: set[str] = set()
        self.refused_files: set[str] = set()
        self.delivered: list[tuple[DocumentKind, bytes]] = []
        """Every document that was laid ready, in order."""

    def deliver(self, kind: DocumentKind, content: bytes) -> str:
        """See FakeBank."""
        self.delivered.append((kind, content))
        return super().deliver(kind, content)

    def confirm_link(self, request: LinkRequest) -> LinkAnswer:
        """See Bank."""
        self._line("confirm", often=2)
        answer = super().confirm_link(request)
        self._line("confirm's reply", often=2)
        return answer

    def submit_payouts(self, batch: PayoutBatch) -> SubmittedFile:
        """See Bank. Whether a file is refused for good, and whether a payment will be rejected, is
        decided when it is first seen.

        Most files are handed in in the calm: so their line is bad even then.
        """
        self._line("submit", often=2, always=True)
        new = batch.message_id not in self.refused_files.union(self.batches)
        if new and self.faults.falls("file refused for good", 0.05, always=True):
            self.refused_files.add(batch.message_id)
        if batch.message_id in self.refused_files:
            raise BankRefused("FF01 wrong file format", remedy="Ask the bank.")
        proof = super().submit_payouts(batch)
        for payment in batch.instructions:
            if payment.end_to_end_id not in self.told:
                self.told.add(payment.end_to_end_id)
                if self.faults.falls("payment rejected", 0.3, always=True):
                    self.rejects[payment.end_to_end_id] = "AC04"
        self._line("submit's reply", often=2, always=True)
        return proof

    def collect(self) -> list[BankDocument]:
        """See Bank. Some documents come later, some come again under another id, in any order."""
        self._line("collect")
        documents = super().collect()
        for document in documents:
            if self.faults.falls("document replayed", self.faults.replay / 4):
                self.deliver(document.kind, document.content)
        given = [d for d in documents if not self.faults.falls("document late", self.faults.loss)]
        if self.faults.on:
            self.faults.dice.shuffle(given)
        return given

    def acknowledge(self, document_id: str) -> None:
        """See Bank."""
        self._line("acknowledge")
        super().acknowledge(document_id)
        self._line("acknowledge's reply")

    def hand_out_again(self, *, but: Sequence[bytes]) -> None:
        """Everything that was laid ready; what the bank had to mend is withdrawn."""
        for document_id, document in self._documents.items():
            if document is not None and document.content in but:
                self._documents[document_id] = None
        for kind, content in dict.fromkeys(self.delivered):
            if content not in but:
                self.deliver(kind, content)

    @property
    def waiting(self) -> bool:
        """Whether there are documents that nobody has taken."""
        return any(document is not None for document in self._documents.values())

    def _line(self, what: str, *, often: int = 1, always: bool = False) -> None:
        self.faults.note("bank", what)
        if self.faults.falls(f"bank: {what} lost", often * self.faults.loss / 2, always=always):
            raise BankUnreachable("The simulated line is down.", remedy="Ask again.")

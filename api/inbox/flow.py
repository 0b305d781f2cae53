"""Inbox: fetching what the bank has for us. Store first, acknowledge afterwards.

A crash anywhere is harmless: the bank gives the document again until it is acknowledged, a
statement goes on where it stopped, a status report is taken whole with its own row, and what is
known changes nothing. Nor do several workers harm: one has the duty (a lease), and one that slept
past it finds every line, status and acknowledgement done.
"""

from __future__ import annotations

import hashlib
import io
import logging

from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from api.bank import Bank, BankDocument, StatementRefused, read_pain002
from api.chain import Work
from api.inbox import store
from api.inbox.model import DocumentState, Received
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.log import note
from api.paying import take_statuses
from api.statements import Matching, SheetState, StatementReport, take_in

__all__ = ["Inbox"]


class Inbox:
    """Takes the bank's documents in, oldest first."""

    def __init__(
        self,
        *,
        database: Database,
        work: Work,
        bank: Bank,
        clock: Clock,
        currency: str,
        reserve_account: str,
        matching: Matching | None = None,
        log: logging.Logger,
    ) -> None:
        self._database = database
        self._work = work
        self._bank = bank
        self._clock = clock
        self._currency = currency
        self._reserve_account = reserve_account
        self._matching = matching
        self._log = log

    def step(self) -> bool:
        """Take in everything that waits at the bank; True when there was something.

        Raises `BankUnreachable`, `Unavailable`. A document that cannot be trusted is remembered
        with the reason and acknowledged: the bank would give the same bytes for ever.
        """
        documents = self._bank.collect()
        for document in documents:
            with self._work.reading() as connection:
                known = store.find(connection, document.id)
            if known is None:
                self._receive(document)
            self._bank.acknowledge(document.id)
        return bool(documents)

    def _receive(self, document: BankDocument) -> None:
        try:
            if document.kind == "pain.002":
                self._take_word(document)
            else:
                self._take_statement(document)
        except StatementRefused as refused:
            self._refuse(document, refused)
        except (OverflowError, UnicodeError, DataError) as error:
            # readers look at every field first; what they overlook must not stop the worker
            self._refuse(document, _unstorable(error))
        else:
            note(self._log, "bank document taken in", document=document.id, kind=document.kind)

    def _refuse(self, document: BankDocument, refused: StatementRefused) -> None:
        note(self._log, "bank document refused", level=logging.ERROR, document=document.id)
        with self._work.transaction() as connection:
            self._remember(connection, document, DocumentState.REFUSED, str(refused))

    def _take_word(self, document: BankDocument) -> None:
        # the whole report is read before anything of it is believed
        statuses = list(read_pain002(io.BytesIO(document.content)))
        with self._work.transaction() as connection:
            now = self._clock.now()
            take_statuses(connection, statuses, currency=self._currency, now=now)
            self._remember(connection, document, DocumentState.TAKEN, None)

    def _take_statement(self, document: BankDocument) -> None:
        # in chunks of its own: whatever ends this half way, the same document goes on from there
        report = take_in(
            self._database,
            io.BytesIO(document.content),
            currency=self._currency,
            reserve_account=self._reserve_account,
            now=self._clock.now(),
            source=f"bank document {document.id}",
            matching=self._matching,
        )
        self._tell(report)
        with self._work.transaction() as connection:
            self._remember(connection, document, DocumentState.TAKEN, None)

    def _tell(self, report: StatementReport) -> None:
        """What a person must know of it."""
        if report.conflicting or report.bad:
            note(
                self._log,
                "statement has lines that were not taken",
                level=logging.ERROR,
                statement=report.id,
                conflicting=report.conflicting,
                bad=report.bad,
            )
        for sheet in report.sheets:
            if sheet.state is SheetState.QUARANTINED:
                note(
                    self._log,
                    "statement in quarantine: nothing acts on its lines",
                    level=logging.ERROR,
                    statement=report.id,
                    number=sheet.number,
                    doubt=sheet.doubt,
                )

    def _remember(
        self,
        connection: Connection,
        document: BankDocument,
        state: DocumentState,
        reason: str | None,
    ) -> None:
        received = Received(
            id=document.id,
            kind=document.kind,
            sha256=hashlib.sha256(document.content).hexdigest(),
            state=state,
            reason=reason,
            received_at=self._clock.now(),
        )
        store.add(connection, received)


def _unstorable(error: Exception) -> StatementRefused:
    # the class alone: the error's own words may hold the document's
    return StatementRefused(
        f"It holds something that cannot be stored ({type(error).__name__}).",
        "Show it to the bank; what stands before that place may have been taken in.",
    )

"""Bank: reading camt.053 statements and camt.054 notifications, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO, Final
from xml.etree.ElementTree import Element

from api.bank.errors import StatementRefused
from api.bank.iso20022.bank_ids import BankIds
from api.bank.iso20022.details import direction_of, read_detail
from api.bank.iso20022.entries import Entries
from api.bank.iso20022.fields import Fault, amount, child, choice, day, identifier, instant, text
from api.bank.iso20022.records import Direction, StatementEnd, StatementHeader, StatementRecord
from api.bank.iso20022.xml_stream import Layout, Unit, open_document
from api.kernel.money import Money

__all__ = ["CAMT_LAYOUTS", "MAX_DETAILS", "read_camt"]

MAX_DETAILS: Final = 100_000
"""Payments in one batch entry; they are held together until they add up."""


_VERSIONS: Final = ("02", "03", "04", "06", "08")


def _layouts(message: str, wrapper: str, statement: str) -> dict[str, Layout]:
    containers = {2: wrapper, 3: statement, 5: "NtryDtls"}
    names = [f"{message}.001.{version}" for version in _VERSIONS]
    return {name: Layout(name, containers) for name in names}


CAMT_LAYOUTS: Final = _layouts("camt.053", "BkToCstmrStmt", "Stmt") | _layouts(
    "camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn"
)


def read_camt(stream: BinaryIO, currency: str | None = None) -> Iterator[StatementRecord]:
    """Read every statement of a file, each as header, lines and end, in bounded memory.

    `currency` is what the bridge deals in; lines in another one are `BadLine`. Only lines that
    the bank has booked are `BookedLine`; others are `SkippedLine`, so that none disappears.

    The same booking told in a camt.054 and later in the camt.053 has the same `bank_id`, unless
    the bank gives the payments of a batch in one of them only: book from one kind, not both.

    Raises `StatementRefused` *while it is iterated*. For a file that is cut off half way, lines
    were given before; a statement counts as whole when its `StatementEnd` has come, and it is
    the caller who drops what came without one, or keeps it (ids make reading again harmless).
    """
    layout, units = open_document(stream, CAMT_LAYOUTS)
    reader = _Reader(layout, currency)
    for unit in units:
        try:
            yield from reader.take(unit)
        except Fault as fault:
            raise StatementRefused(
                f"{unit.path[-1]} of the statement: {fault.field} {fault.problem}.",
                "Ask the bank for the file as it left its system.",
            ) from fault
    if not reader.statements:
        raise StatementRefused(
            f"The {layout.name} file holds no statement.", "Ask the bank for a complete file."
        )


class _Reader:
    """What is known of the file and of the statement that is being read."""

    def __init__(self, layout: Layout, currency: str | None) -> None:
        self._layout = layout
        self._currency = currency
        self._message_id: str | None = None
        self._file_created: datetime | None = None
        self._statement = _Statement()
        self.statements = 0

    def take(self, unit: Unit) -> Iterator[StatementRecord]:
        _, _, part, *inner = unit.path
        if part == "GrpHdr" and not inner:
            self._message_id = text(unit.element, "MsgId")
            self._file_created = instant(unit.element, "CreDtTm")
        elif part == self._layout.containers[3]:
            yield from self._inside(inner, unit.element)

    def _inside(self, path: list[str], element: Element) -> Iterator[StatementRecord]:
        statement = self._statement
        match path:
            case ["Ntry"]:
                yield from self._begin()
                yield from statement.entries.take(element)
            case ["Ntry", "NtryDtls", "TxDtls"]:
                statement.add_detail(element)
            case ["Bal"]:
                yield from self._begin()
                statement.take_balance(element)
            case []:
                yield from self._begin()
                yield statement.end()
                self._statement = _Statement()
            case [_]:
                statement.take_head(path[0], element)

    def _begin(self) -> Iterator[StatementHeader]:
        """Give the header once, when all that it is made of has passed."""
        statement = self._statement
        if statement.begun:
            return
        self.statements += 1
        statement.begun = True
        created_at = statement.created_at or self._file_created
        if self._message_id is None:
            raise Fault("GrpHdr/MsgId", "is missing")
        if statement.statement_id is None:
            raise Fault("Id", "is missing")
        if statement.account is None:
            raise Fault("Acct/Id", "is missing")
        if created_at is None:
            raise Fault("CreDtTm", "is missing")
        wanted = {statement.currency, self._currency} - {None}
        statement.entries.ids = BankIds(statement.account)
        statement.entries.currencies = frozenset(filter(None, wanted))
        yield StatementHeader(
            message_id=self._message_id,
            statement_id=statement.statement_id,
            dialect=self._layout.name,
            account=statement.account,
            currency=statement.currency,
            created_at=created_at,
            sequence=statement.sequence,
            legal_sequence=statement.legal_sequence,
            from_on=statement.period[0],
            to_on=statement.period[1],
        )


_SEQUENCE_DIGITS: Final = 18
_HEAD: Final = frozenset({"Id", "CreDtTm", "Acct", "ElctrncSeqNb", "LglSeqNb", "FrToDt"})


class _Statement:
    """The head, the balances and the running count of one statement."""

    def __init__(self) -> None:
        self.begun = False
        self.statement_id: str | None = None
        self.account: str | None = None
        self.currency: str | None = None
        self.created_at: datetime | None = None
        self.sequence: int | None = None
        self.legal_sequence: int | None = None
        self.period: tuple[date | None, date | None] = (None, None)
        self.entries = Entries(BankIds(""), frozenset())
        self._seen: set[str] = set()
        self._balances: dict[str, tuple[Money, date | None]] = {}

    def take_head(self, tag: str, element: Element) -> None:
        """Remember one child of the statement that belongs to its header."""
        if tag not in _HEAD:
            return
        if self.begun:
            raise Fault(tag, "comes behind balances or entries, which it should govern")
        if tag in self._seen:
            raise Fault(tag, "is given more than once")
        self._seen.add(tag)
        if tag == "Id":
            self.statement_id = text(element)
        elif tag == "CreDtTm":
            self.created_at = instant(element)
        elif tag == "Acct":
            account = child(element, "Id")
            self.account = identifier(account, "IBAN") or identifier(account, "Othr", "Id")
            self.currency = text(element, "Ccy")
        elif tag == "FrToDt":
            self.period = (_edge(element, "Fr"), _edge(element, "To"))
        else:
            self._take_sequence(tag, text(element) or "")

    def take_balance(self, element: Element) -> None:
        """Remember a booked balance; available and forward balances are not the reserve."""
        kind = choice(child(element, "Tp"), "CdOrPrtry")
        if kind not in {"OPBD", "PRCD", "CLBD"}:
            return
        if kind in self._balances:
            raise Fault(kind, "is given more than once")
        money, direction = amount(element, "Amt"), direction_of(element)
        if money is None or direction is None:
            raise Fault(kind, "lacks its amount or its direction")
        signed = money if direction is Direction.CREDIT else -money
        self._balances[kind] = (signed, day(element, "Dt"))

    def add_detail(self, element: Element) -> None:
        """Read a payment of the entry that is being read; its fault waits for the entry."""
        details = self.entries.details
        if len(details) >= MAX_DETAILS:
            raise Fault("NtryDtls", f"holds more than {MAX_DETAILS} payments")
        try:
            details.append(read_detail(element))
        except Fault as fault:
            details.append(fault)

    def end(self) -> StatementEnd:
        """The record that closes the statement."""
        opening = self._balances.get("OPBD") or self._balances.get("PRCD")
        closing = self._balances.get("CLBD")
        return StatementEnd(
            statement_id=self.statement_id or "",
            opening=opening[0] if opening else None,
            closing=closing[0] if closing else None,
            closing_on=closing[1] if closing else None,
            lines=self.entries.lines,
            opening_on=opening[1] if opening else None,
        )

    def _take_sequence(self, tag: str, written: str) -> None:
        if not (written.isascii() and written.isdigit() and len(written) <= _SEQUENCE_DIGITS):
            raise Fault(tag, f"is not a number of at most {_SEQUENCE_DIGITS} digits")
        # the electronic number comes first in the schema and counts; the legal one stands in
        if self.sequence is None:
            self.sequence = int(written)
        if tag == "LglSeqNb":
            self.legal_sequence = int(written)


def _edge(period: Element, edge: str) -> date | None:
    """First or last day of ``FrToDt``: with time in older dialects, a day alone in newer ones."""
    return day(period, f"{edge}DtTm") or day(period, f"{edge}Dt")

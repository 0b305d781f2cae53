"""Evidence: the bank's papers, read once each and in small pieces, into what the backing needs.

Whoever asks often cannot read a bulk at one go: `read` stops when its time is up and goes on the
next time, and a small paper never waits behind a large one. Of a line is kept what tells whose
money it is; of one whose tokens were issued, hardly that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import BinaryIO

from api.bank import (
    BankPaper,
    BookedLine,
    Direction,
    LineKind,
    StatementHeader,
    StatementRefused,
    read_camt,
    read_pain002,
)
from api.bank.iso20022 import document_kind, is_order, read_pain001
from api.evidence.model import line_id, line_reference

__all__ = ["ACCEPTED", "REFUSED", "BankWords", "Line"]

ACCEPTED = frozenset({"ACCP", "ACSP", "ACSC", "ACWC", "ACCC", "ACFC", "ACWP"})
"""Status words by which the bank says that it carries a payment out."""
REFUSED = frozenset({"RJCT", "CANC"})

_AT_ONCE = 200
_BEGINNING = 65_536
_DIGEST = 32
_MOST = 10**15
"""Minor units: what no statement line is believed to hold."""


@dataclass(slots=True)
class Line:
    """One booked line. Amounts are minor units above zero."""

    id: str
    amount: int
    credit: bool
    own: bool
    """Charges or interest, in the bank's own words."""
    undoes: bool
    """A return or a reversal, in the bank's own words."""
    booked_on: date
    end_to_end_id: str | None
    structured_reference: str | None
    payer_account: str | None
    payee_account: str | None
    told_by: list[tuple[str, int]]
    """Files, by the first half of their SHA-256, each with its statement's number in it."""

    @property
    def net(self) -> int:
        """What it does to the reserve account."""
        return self.amount if self.credit else -self.amount


@dataclass(slots=True)
class _Open:
    """A paper that is being read."""

    paper: BankPaper
    file: str = ""
    """The first half of its SHA-256; empty before its first piece was read."""
    steps: Iterator[None] = field(default_factory=lambda: iter(()))


@dataclass(slots=True)
class BankWords:
    """All that the papers say of the reserve `account`, as far as they are read."""

    account: str
    currency: str
    reference_key: bytes = field(repr=False)
    lines: dict[str, Line] = field(default_factory=dict)
    by_reference: dict[bytes, Line] = field(default_factory=dict)
    """Credits by what the chain calls them."""
    debits: dict[str, Line] = field(default_factory=dict)
    """Debits that are not the bank's own charges; whoever accounts for one takes it away."""
    undoing: dict[str, Line] = field(default_factory=dict)
    """Credits by which the bank sends something back, likewise."""
    reserve: int = 0
    """Credits less debits of all lines."""
    own: int = 0
    """Interest less charges."""
    days: defaultdict[date, int] = field(default_factory=lambda: defaultdict(int))
    """Credits less debits by the day of their booking."""
    said: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The bank's words on a payment, or on a whole order, by end-to-end id or message id."""
    otherwise: dict[str, set[int]] = field(default_factory=dict)
    """Other amounts that the bank has told under a line's id."""
    ordered: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Message id and amount of each payment that the bank was told to make."""
    known: set[str] = field(default_factory=set)
    """Papers that were read, or are being read."""
    _waiting: list[_Open] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing that is known of is still to be read."""
        return not self._waiting

    def read(self, papers: Sequence[BankPaper], is_over: Callable[[], bool]) -> None:
        """Take up new papers, and read until all are read or the time is over."""
        for paper in papers:
            self.known.add(paper.id)
            opened = _Open(paper)
            opened.steps = self._steps(opened)
            self._waiting.append(opened)
        self._waiting.sort(key=lambda each: each.paper.size)
        while self._waiting:
            if self._step(self._waiting[0]):
                self._waiting.pop(0)
            if is_over():
                return

    def has_told(self, line: Line, amount: int) -> bool:
        """Whether the bank told this line with this amount."""
        return amount == line.amount or amount in self.otherwise.get(line.id, ())

    def told(self, line: Line, amount: int) -> bool:
        """Whether the bank told this line with this amount; from now on it is the line's.

        A bank that changes an amount under an old id has said both. Which of them the bridge met
        first is its own affair, and its alarm; what the bank has in the end its balance tells.
        """
        others = self.otherwise.get(line.id, set())
        if amount in others:
            others ^= {amount, line.amount}
            self._count(line, -1)
            line.amount = amount
            self._count(line, 1)
        return line.amount == amount

    def words_on(self, end_to_end_id: str) -> set[str]:
        """What the bank said of a payment: by itself, or of the order that holds it."""
        words = self.said.get(end_to_end_id)
        if words is None:
            message_id, _amount = self.ordered.get(end_to_end_id, ("", 0))
            words = self.said.get(message_id, set())
        return words

    def _step(self, each: _Open) -> bool:
        """Read a piece of a paper; whether that was its last."""
        try:
            next(each.steps)
        except StopIteration:
            return True
        except StatementRefused:
            self._forget(each.file)  # as a whole: the bridge takes nothing of it either
            return True
        except OSError:
            self._forget(each.file)
            self.known.discard(each.paper.id)  # it lies elsewhere by now, and is found there
            return True
        return False

    def _steps(self, opened: _Open) -> Iterator[None]:
        with opened.paper.open() as stream:
            beginning = stream.read(_BEGINNING)
            stream.seek(0)
            opened.file = _digest(stream)
            stream.seek(0)
            if is_order(beginning):
                order, _debtor = read_pain001(stream)
                for each in order.instructions:
                    self.ordered[each.end_to_end_id] = (order.message_id, each.amount.minor)
                return
            if document_kind(beginning) == "pain.002":
                for status in read_pain002(stream):
                    key = status.end_to_end_id or status.original_message_id
                    self.said[key].add(status.status)
                return
            records = read_camt(stream, self.currency)
            statement, account = 0, ""
            while some := list(islice(records, _AT_ONCE)):
                for record in some:
                    if isinstance(record, StatementHeader):
                        statement, account = statement + 1, _plain(record.account)
                    elif isinstance(record, BookedLine) and account == self.account:
                        self._line((opened.file, statement), record)
                yield

    def _line(self, teller: tuple[str, int], told: BookedLine) -> None:
        amount = told.amount.minor
        if told.amount.currency != self.currency or amount > _MOST:
            return
        key = line_id(self.account, told.bank_id)
        known = self.lines.get(key)
        if known is not None:
            if teller not in known.told_by:
                known.told_by.append(teller)
            if _undoes(told) and not known.undoes:  # a notification may say less than a statement
                known.undoes = True
                if known.credit and not known.own:
                    self.undoing[key] = known
            if amount != known.amount:
                self.otherwise.setdefault(key, set()).add(amount)
            return
        credit, own = told.direction is Direction.CREDIT, told.kind is not LineKind.PAYMENT
        line = Line(
            id=key,
            amount=amount,
            credit=credit,
            own=own,
            undoes=_undoes(told),
            booked_on=told.booked_on,
            end_to_end_id=told.end_to_end_id,
            structured_reference=told.structured_reference,
            payer_account=told.payer_account,
            payee_account=told.payee_account,
            told_by=[teller],
        )
        self.lines[key] = line
        self._count(line, 1)
        if own:
            return
        if credit:
            reference = line_reference(self.reference_key, self.account, told.bank_id)
            self.by_reference[reference] = line
            if line.undoes:
                self.undoing[key] = line
        else:
            self.debits[key] = line

    def _count(self, line: Line, sign: int) -> None:
        net = sign * line.net
        self.reserve += net
        self.days[line.booked_on] += net
        if line.own:
            self.own += net

    def _forget(self, file: str) -> None:
        """What only this file told was not told."""
        for line in list(self.lines.values()):
            line.told_by = [each for each in line.told_by if each[0] != file]
            if line.told_by:
                continue
            self._count(line, -1)
            for kept in (self.lines, self.debits, self.undoing):
                kept.pop(line.id, None)
        self.by_reference = {r: each for r, each in self.by_reference.items() if each.told_by}


def _digest(stream: BinaryIO) -> str:
    digest = sha256()
    while some := stream.read(_BEGINNING):
        digest.update(some)
    return digest.hexdigest()[:_DIGEST]


def _undoes(told: BookedLine) -> bool:
    return told.reversal or told.return_reason is not None


def _plain(account: str) -> str:
    return "".join(account.split()).upper()

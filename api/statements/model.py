"""Statements: a stored bank line, its states, and the report on a file. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection

from api.bank import BookedLine, Direction, LineKind
from api.kernel.ids import LineId, StatementId
from api.kernel.machine import Transitions
from api.kernel.money import Money
from api.ledger import Posting
from api.statements.chain import Sheet, SheetState

__all__ = [
    "INITIAL",
    "MAX_LINE",
    "NEVER_BOOKED",
    "NOT_BOOKED",
    "TRANSITIONS",
    "Explained",
    "FileState",
    "LineState",
    "Matching",
    "NewLine",
    "Problem",
    "StatementReport",
    "StoredLine",
    "Tally",
    "conflict_id",
    "contradiction",
    "held_id",
    "line_id",
    "plain_account",
]

MAX_LINE = 10**15
"""Minor units that one line may carry: more is a slip, and would endanger sums in 63 bits."""

_POSITION = frozenset({"number", "entry"})


class LineState(StrEnum):
    """What the bridge has made of a line."""

    STORED = "STORED"
    """Booked as unmatched money: it waits for an explanation, and anybody can see it."""
    EXPLAINED = "EXPLAINED"
    """A deposit, a payout or an operator accounts for it."""
    CLAIMED = "CLAIMED"
    """A debit that pays nothing of ours, and that two persons ask back from the bank: own funds
    bear it until it gives it back."""
    REFUSED = "REFUSED"
    """What it was explained by came to nothing (see `reason`): unmatched money again, for an
    operator to decide; nothing matches it by itself."""
    QUARANTINED = "QUARANTINED"
    """Its statement is in quarantine: it is not booked, and nothing acts on it."""
    CONFLICTING = "CONFLICTING"
    """Another content under an id that the bank used before: an alarm, never booked, until a
    person has seen what is true."""
    SET_ASIDE = "SET_ASIDE"
    """Its statement was dismissed, another one tells it too, or a person has seen that it
    contradicts the line that counts: it stays to be seen, no more."""


TRANSITIONS = Transitions(
    "statement line",
    {
        LineState.STORED: {LineState.EXPLAINED, LineState.CLAIMED},
        LineState.CLAIMED: {LineState.EXPLAINED},
        LineState.EXPLAINED: {LineState.REFUSED},
        LineState.REFUSED: {LineState.EXPLAINED},
        LineState.QUARANTINED: {
            LineState.STORED,
            LineState.EXPLAINED,
            LineState.CONFLICTING,
            LineState.SET_ASIDE,
        },
        LineState.CONFLICTING: {LineState.SET_ASIDE},
        LineState.SET_ASIDE: set(),
    },
)
INITIAL = LineState.STORED
NEVER_BOOKED = (LineState.CONFLICTING.value, LineState.SET_ASIDE.value)
"""States of lines that stand under an id which is not theirs."""
NOT_BOOKED = (*NEVER_BOOKED, LineState.QUARANTINED.value)
"""States of lines of which no posting tells."""


class FileState(StrEnum):
    """How far a file was read. READING after a crash: hand the file in again."""

    READING = "READING"
    COMPLETE = "COMPLETE"


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A bank line as it stands in the database; the same fields as the bank's, and our state."""

    id: LineId
    position: int
    """Grows with every stored line: the order in which lines are looked at."""
    account: str
    bank_id: str
    amount: Money
    direction: Direction
    booked_on: date
    value_on: date | None
    end_to_end_id: str | None
    structured_reference: str | None
    payer_account: str | None
    payer_name: str | None
    payee_account: str | None
    remittance: str | None
    reversal: bool
    return_reason: str | None
    kind: LineKind
    """What the bank says it is: charges and interest are our own money, booked as such at once."""
    transaction_id: str | None
    original_reference: str | None
    """Of a reversal: the bank's reference of the line that it takes back."""
    state: LineState
    explained_by: str | None
    explained_ref: str | None
    reason: str | None
    """Why its explanation came to nothing."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of a file that is about to be stored."""

    id: LineId
    statement: int
    """Which statement of the file, from 1."""
    account: str
    line: BookedLine


class Explained(Protocol):
    """What accounts for some of a chunk's new lines."""

    @property
    def by(self) -> str:
        """The room."""

    @property
    def refs(self) -> Mapping[LineId, str]:
        """The id of its thing, by line."""

    def book(self, connection: Connection) -> list[Posting]:
        """Store the things, now that their lines are stored; what is to be posted for them."""


class Matching(Protocol):
    """A room that accounts for lines in the very transaction that stores them."""

    def explain(
        self, connection: Connection, lines: Sequence[NewLine], *, bulk: bool, now: datetime
    ) -> Explained:
        """Whose the new lines are. With `bulk` they came in a large file."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of a file that was not taken, by its number, with the reason."""

    statement: int
    line: int
    kind: str
    """``bad`` (cannot be trusted), ``conflicting`` (known id, other content), ``zero`` (no money
    moved), ``other account`` (a whole statement that is not the reserve's: line 0)."""
    field: str
    problem: str


@dataclass(slots=True)
class Tally:
    """Lines by what became of them."""

    new: int = 0
    known: int = 0
    conflicting: int = 0
    bad: int = 0
    skipped: int = 0

    def add(self, part: Tally) -> None:
        """Count another chunk's, too."""
        self.new += part.new
        self.known += part.known
        self.conflicting += part.conflicting
        self.bad += part.bad
        self.skipped += part.skipped

    @property
    def lines(self) -> int:
        """All of them."""
        return self.new + self.known + self.conflicting + self.bad + self.skipped


@dataclass(frozen=True, slots=True)
class StatementReport:
    """What became of a file. `lines` = `new` + `known` + `conflicting` + `bad` + `skipped`."""

    id: StatementId
    state: FileState
    repeated: bool
    """This very file, to the byte, was taken in completely before; nothing was changed."""
    source: str
    sha256: str
    statements: int
    lines: int
    new: int
    known: int
    conflicting: int
    bad: int
    skipped: int
    """Lines that moved no money: not booked (pending, information), or of zero."""
    adds_up: bool | None
    """Opening balance plus lines is closing balance; None when the file does not say both."""
    taken_at: datetime
    problems: tuple[Problem, ...] = ()
    """The first hundred; the counts above are complete."""
    sheets: tuple[Sheet, ...] = ()
    """The first hundred statements of the file: their numbers, balances and state."""

    @property
    def quarantined(self) -> bool:
        """Whether nothing acts on a part of it (among the statements that are shown)."""
        return any(sheet.state is SheetState.QUARANTINED for sheet in self.sheets)


def line_id(account: str, bank_id: str) -> LineId:
    """The line's id, made of the bank's own words so that a replay finds it again."""
    return _id([account, bank_id])


def held_id(account: str, bank_id: str, file_id: str, statement: int) -> LineId:
    """The id of a line in quarantine while its own is that of another statement's in quarantine."""
    return _id([account, bank_id, file_id, statement])


def conflict_id(account: str, line: BookedLine) -> LineId:
    """The id of a version that contradicts the first: the same version again has the same."""
    words = {name: str(value) for name, value in asdict(line).items() if name not in _POSITION}
    return _id([account, line.bank_id, words])


def contradiction(stored: StoredLine, line: BookedLine | StoredLine) -> str | None:
    """The first field in which the bank now says something else under the same id.

    What moves money must be equal. Who pays, and to which account, must not change, but may be
    missing: a notification within the day often says less than the statement of the day. Names,
    remittance and dates are not compared: banks shorten and reformat them.
    """
    for name in ("amount", "direction", "reversal"):
        if getattr(stored, name) != getattr(line, name):
            return name
    for name in ("payer_account", "payee_account", "structured_reference", "end_to_end_id"):
        before, now = getattr(stored, name), getattr(line, name)
        if before is not None and now is not None and before != now:
            return name
    return None


def plain_account(account: str) -> str:
    """An account number without blanks and in capitals: IBANs are printed in groups of four."""
    return "".join(account.split()).upper()


def _id(words: object) -> LineId:
    text = json.dumps(words, sort_keys=True)
    return LineId("line_" + hashlib.sha256(text.encode()).hexdigest()[:32])

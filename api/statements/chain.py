"""Statements: does a statement fit to those before it? Pure: figures in, a judgement out.

A bank numbers its statements and carries the balance from one to the next. So a statement that
was left out, made up or changed does not fit: its lines do not come to its closing balance, or
its opening balance is not what the statement before it closed with. Such a statement is put in
quarantine: its lines are stored, but nothing acts on them, until the missing one arrives or an
operator decides. Gaps and repeats in the numbers alone are remarks: banks make them too.

Statements may arrive out of order and may overlap (a week's behind its days'); notifications
(camt.054) have no balances, so of them only the numbers are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.kernel.ids import StatementId
from api.kernel.machine import Transitions

__all__ = [
    "INITIAL",
    "TRANSITIONS",
    "USABLE",
    "Doubt",
    "Numbers",
    "Sheet",
    "SheetState",
    "fits_in_sum",
    "fitting",
    "joins",
    "remarks",
]


class SheetState(StrEnum):
    """Whether the bridge acts on the lines of a statement."""

    SOUND = "SOUND"
    """It adds up and joins the statements around it."""
    QUARANTINED = "QUARANTINED"
    """It does not (see `doubt`): its lines are stored and nothing acts on them."""
    RELEASED = "RELEASED"
    """It did not, and two operators decided that it is right all the same."""
    DISMISSED = "DISMISSED"
    """Two operators decided that it is not the bank's word: its lines are never booked."""


TRANSITIONS = Transitions(
    "statement",
    {
        SheetState.SOUND: set(),
        SheetState.QUARANTINED: {SheetState.SOUND, SheetState.RELEASED, SheetState.DISMISSED},
        SheetState.RELEASED: set(),
        SheetState.DISMISSED: set(),
    },
)
INITIAL = SheetState.SOUND
USABLE = frozenset({SheetState.SOUND, SheetState.RELEASED})
"""What the bridge acts on, and what later statements are held against."""


class Doubt(StrEnum):
    """Why a statement is in quarantine."""

    SUM = "sum"
    """Opening balance and lines do not come to the closing balance."""
    CHAIN = "chain"
    """It does not open with what the statement before it closed with."""
    REUSED = "reused number"
    """Its number was used before, by a statement with other balances."""
    UNSIGNED = "unsigned"
    """It did not come through the bank's channel with a signature: two operators import it."""
    CURRENCY = "currency"
    """A balance is in another currency than the account."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One statement of a file. Amounts are minor units, signed; None where it does not say."""

    file_id: StatementId
    number: int
    """Which statement of the file, from 1."""
    account: str
    dialect: str
    statement_id: str
    sequence: int | None
    legal_sequence: int | None
    created_at: datetime
    from_on: date | None
    to_on: date | None
    opening: int | None
    opening_on: date | None
    closing: int | None
    closing_on: date | None
    moved: int | None
    """What its lines come to; None when one cannot be read."""
    lines: int
    state: SheetState
    doubt: Doubt | None
    said: str | None
    """The doubt in a sentence with its figures."""
    remarks: str | None
    """Gaps, repeats and lateness of its number."""
    decided_by: str | None = None
    """Who ended the quarantine: operators by name, or the statement that was missing."""

    @property
    def kind(self) -> str:
        """``camt.053`` or ``camt.054``: each is numbered on its own."""
        return self.dialect[: len("camt.053")]

    @property
    def year(self) -> int:
        """Banks begin to number anew each year: the year that the statement speaks of."""
        return (self.closing_on or self.to_on or self.created_at.date()).year

    @property
    def has_balances(self) -> bool:
        """Whether it can be held against others."""
        return None not in (self.opening, self.closing, self.closing_on)

    @property
    def order(self) -> tuple[date, int, datetime]:
        """Statements of one account in the order of time."""
        return (self.closing_on or self.created_at.date(), self.sequence or 0, self.created_at)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is known of the numbers of an account's statements in one year."""

    before: int | None
    """The greatest one below."""
    same: str | None
    """The id of another statement under the very number."""
    behind: int | None
    """The smallest one above: it arrived earlier."""


def fits_in_sum(sheet: Sheet) -> bool | None:
    """Opening balance plus lines is closing balance; None when one of the three is not known."""
    if sheet.opening is None or sheet.closing is None or sheet.moved is None:
        return None
    return sheet.opening + sheet.moved == sheet.closing


def joins(sheet: Sheet, known: Sequence[Sheet]) -> bool:
    """Whether a statement with balances begins, or ends, where a known one does.

    The first statement of an account joins nothing and is taken as the beginning.
    """
    if not known or not sheet.has_balances:
        return True
    before = [each for each in known if each.order < sheet.order]
    same_begin = any(
        (each.opening, each.opening_on) == (sheet.opening, sheet.opening_on)
        and each.opening_on is not None
        for each in known
    )
    same_end = any(
        (each.closing, each.closing_on) == (sheet.closing, sheet.closing_on) for each in known
    )
    if same_begin or (same_end and not before):
        return True
    if before:
        return _last(before).closing == sheet.opening or _follows(sheet, before)
    return min(known, key=lambda each: each.order).opening == sheet.closing


def fitting(doubtful: Iterable[Sheet], known: Sequence[Sheet]) -> list[Sheet]:
    """Those that join now, each perhaps through another one of them; in the order of time."""
    waiting = sorted((s for s in doubtful if s.doubt is Doubt.CHAIN), key=lambda each: each.order)
    joined: list[Sheet] = []
    while found := next((s for s in waiting if joins(s, [*known, *joined])), None):
        waiting.remove(found)
        joined.append(found)
    return joined


def remarks(sheet: Sheet, numbers: Numbers) -> list[str]:
    """What is odd about the statement's number, in words; nothing is done about it."""
    if sheet.sequence is None:
        return []
    found = []
    if numbers.same is not None:
        whose = "this statement" if numbers.same == sheet.statement_id else numbers.same
        found.append(f"number {sheet.sequence} was used before, by {whose}")
    elif numbers.before is not None and sheet.sequence > numbers.before + 1:
        missing = f"{numbers.before + 1} to {sheet.sequence - 1}"
        if numbers.before + 1 == sheet.sequence - 1:
            missing = str(sheet.sequence - 1)
        found.append(f"number {missing} has not arrived yet")
    if numbers.same is None and numbers.behind is not None:
        found.append(f"it came late: number {numbers.behind} is known")
    return found


def _follows(sheet: Sheet, before: Sequence[Sheet]) -> bool:
    """Whether it opens with what was known on the day before its first day."""
    if sheet.from_on is None:
        return False
    earlier = [each for each in before if each.closing_on and each.closing_on < sheet.from_on]
    return bool(earlier) and _last(earlier).closing == sheet.opening


def _last(sheets: Sequence[Sheet]) -> Sheet:
    return max(sheets, key=lambda each: each.order)

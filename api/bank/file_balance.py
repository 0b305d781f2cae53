"""Bank: the reserve's balance as the file adapter keeps it, out of the newest camt.053."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from api.bank.errors import StatementRefused
from api.bank.iso20022 import StatementEnd, StatementHeader, read_camt
from api.bank.port import BankBalance, BankUnreachable
from api.kernel.money import Money

__all__ = ["ClosingBalance", "closing_balance", "newer", "read_balance"]

_AHEAD: Final = timedelta(days=1)
"""How far the bank's day may be before the day in UTC on which it wrote the statement."""


@dataclass(frozen=True, slots=True)
class ClosingBalance:
    """A closing booked balance, the day it is of, and the file that said so."""

    balance: BankBalance
    day: date

    @property
    def to_come(self) -> bool:
        """Whether its day is behind the one on which the bank wrote it: a slip of the year, which
        would be newer than every other balance for ever."""
        return self.day - self.balance.as_of.date() > _AHEAD

    def to_json(self) -> str:
        """One object; `read_balance` reads it back."""
        return json.dumps(
            {
                "minor": self.balance.amount.minor,
                "currency": self.balance.amount.currency,
                "as_of": self.balance.as_of.isoformat(),
                "day": self.day.isoformat(),
                "read_from": self.balance.read_from,
            }
        )


def closing_balance(stream: BinaryIO, account: str, read_from: str) -> ClosingBalance | None:
    """The last closing balance of `account` in a camt file; None when it tells none.

    A file that turns out to be damaged tells none either: whoever reads its lines reports that.
    """
    found: ClosingBalance | None = None
    header: StatementHeader | None = None
    try:
        for record in read_camt(stream):
            if isinstance(record, StatementHeader):
                header = record
            elif isinstance(record, StatementEnd) and header and header.account == account:
                found = _newest(found, header, record, read_from)
    except StatementRefused:
        return None
    return found


def _newest(
    found: ClosingBalance | None, header: StatementHeader, end: StatementEnd, read_from: str
) -> ClosingBalance | None:
    if end.closing is None or end.closing_on is None:
        return found
    balance = BankBalance(end.closing, header.created_at, read_from, end.closing_on)
    candidate = ClosingBalance(balance, end.closing_on)
    return candidate if not candidate.to_come and newer(candidate, found) else found


def newer(candidate: ClosingBalance, known: ClosingBalance | None) -> bool:
    """Whether `candidate` speaks of a later day, or later of the same day."""
    if known is None:
        return True
    return (candidate.day, candidate.balance.as_of) >= (known.day, known.balance.as_of)


def read_balance(path: Path) -> ClosingBalance | None:
    """What was kept at `path`; None when nothing was, or one of a day to come, as an older version
    kept it. Raises `BankUnreachable` when it is damaged."""
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_bytes())
        balance = BankBalance(
            amount=Money(kept["minor"], kept["currency"]),
            as_of=datetime.fromisoformat(kept["as_of"]),
            read_from=kept["read_from"],
            closed_on=date.fromisoformat(kept["day"]),
        )
        found = ClosingBalance(balance, date.fromisoformat(kept["day"]))
    except (ValueError, TypeError, KeyError) as error:
        raise BankUnreachable(
            f"The kept balance {path} is damaged.",
            remedy="Delete it; the next statement that is taken in writes it again.",
        ) from error
    return None if found.to_come else found

"""Bank: reading single fields out of a small XML element, strictly and with a name for faults."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final
from xml.etree.ElementTree import Element

from api.kernel.money import Money, parse_decimal
from wallet.errors import AmountError
from wallet.money import shorten

__all__ = ["Fault", "amount", "child", "choice", "day", "identifier", "instant", "text"]

MAX_AMOUNT: Final = 10**18
"""Minor units that no amount reaches; a column of the database holds nine times as many."""
MAX_TEXT: Final = 500
"""Characters, as in ISO 20022's longest texts: in UTF-8 they fit PostgreSQL's index rows."""
_BLANKS = " \t\r\n"
_ZONE = r"(?:Z|[+-]\d{2}:\d{2})?"
_DAY = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}){_ZONE}", re.ASCII)
_INSTANT = re.compile(
    rf"(\d{{4}}-\d{{2}}-\d{{2}})T\d{{2}}:\d{{2}}:\d{{2}}(?:\.\d{{1,9}})?{_ZONE}", re.ASCII
)


class Fault(Exception):
    """A field that cannot be trusted: `field` is its path, `problem` says what is wrong."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


def child(element: Element | None, *path: str) -> Element | None:
    """The only element at `path`; None if there is none; Fault if there are several."""
    for tag in path:
        if element is None:
            return None
        found = element.findall(tag)
        if not found:
            return None
        if len(found) > 1:
            raise Fault("/".join(path[: path.index(tag) + 1]), "is given more than once")
        element = found[0]
    return element


def text(element: Element | None, *path: str) -> str | None:
    """The text at `path` with runs of blanks as one; None when missing or empty."""
    content = _content(element, *path)
    return _storable(" ".join(content.split()), element, path) if content else None


def identifier(element: Element | None, *path: str) -> str | None:
    """An account number at `path`, without blanks and in capitals; None when missing."""
    content = _content(element, *path)
    return _storable("".join(content.split()).upper(), element, path) if content else None


def choice(element: Element | None, tag: str) -> str | None:
    """A code as all dialects write it: bare text, ``Cd`` or ``Prtry`` inside `tag`."""
    holder = child(element, tag)
    if holder is None or not len(holder):
        return text(holder)
    return text(holder, "Cd") or text(holder, "Prtry")


def amount(element: Element | None, *path: str) -> Money | None:
    """A decimal that is not negative, with its ``Ccy``, at `path`; None when missing."""
    field = "/".join(path)
    holder = child(element, *path)
    if holder is None:
        return None
    content = _content(holder) or ""
    if content.startswith("-"):
        raise Fault(field, f"is negative ({shorten(content)}); CdtDbtInd tells the direction")
    currency = holder.get("Ccy")
    if currency is None:
        raise Fault(f"{field}@Ccy", "is missing")
    try:
        money = parse_decimal(content, currency)
    except AmountError as error:
        raise Fault(field, f"cannot be used: {error}") from error
    if money.minor >= MAX_AMOUNT:
        raise Fault(field, "is larger than an amount can be")
    return money


def day(element: Element | None, *path: str) -> date | None:
    """The bank's calendar day in ``Dt`` or ``DtTm`` (or bare) at `path`; None when missing."""
    field = "/".join(path)
    holder = child(element, *path)
    if holder is None:
        return None
    if len(holder):
        written = _content(holder, "Dt") or _content(holder, "DtTm") or ""
    else:
        written = _content(holder) or ""
    match = _DAY.fullmatch(written) or _INSTANT.fullmatch(written)
    if match is None:
        raise Fault(field, f"is not an ISO 8601 date: {shorten(written)}")
    try:
        # the day as the bank wrote it: turning it to UTC could move a booking by a day
        return date.fromisoformat(match[1])
    except ValueError as error:
        raise Fault(field, f"is not a day of the calendar: {shorten(written)}") from error


def instant(element: Element | None, *path: str) -> datetime | None:
    """A date with time at `path`, in UTC (and taken as UTC without a zone); None when missing."""
    written = _content(element, *path)
    if written is None:
        return None
    field = "/".join(path)
    if not _INSTANT.fullmatch(written):
        raise Fault(field, f"is not an ISO 8601 time: {shorten(written)}")
    try:
        moment = datetime.fromisoformat(written)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Fault(field, f"is not a time: {shorten(written)}") from error


def _storable(written: str, element: Element | None, path: tuple[str, ...]) -> str:
    if len(written) > MAX_TEXT:
        field = "/".join(path) or ("" if element is None else element.tag)
        raise Fault(field, f"is longer than {MAX_TEXT} characters")
    return written


def _content(element: Element | None, *path: str) -> str | None:
    holder = child(element, *path) if path else element
    if holder is None:
        return None
    if len(holder):
        raise Fault("/".join(path) or holder.tag, f"holds «{shorten(holder[0].tag)}», not a text")
    written = holder.text
    return (written.strip(_BLANKS) or None) if written else None

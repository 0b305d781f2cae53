"""Wallet: which entries of a history are asked for: by time, kind, other side, and how many."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from wallet.address import Address, parse_address
from wallet.cli.access import Wallet
from wallet.errors import AddressError, InputError
from wallet.money import shorten
from wallet.token import Entry, EntryKind

#: The options that narrow a history.
FLAGS: Final = ("--since", "--until", "--kind", "--with", "--limit")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z", re.ASCII)
_MOST: Final = 10**6
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for. Times are seconds since 1970, `since` included and `until` not.

    An entry whose block's time the node did not tell is never left out for its time.
    """

    since: int | None
    until: int | None
    kind: EntryKind | None
    other: Address | None
    limit: int

    @classmethod
    def of(cls, wallet: Wallet) -> Filter:
        """What the command line says; InputError for what cannot be understood."""
        line = wallet.session.line
        return cls(
            since=_given(line.get("--since"), lambda text: _seconds("--since", text, 0)),
            until=_given(line.get("--until"), lambda text: _seconds("--until", text, 1)),
            kind=_given(line.get("--kind"), _kind),
            other=_given(line.get("--with"), lambda text: _other(wallet, text)),
            limit=line.number("--limit", _MOST, _MOST),
        )

    def apply(self, entries: list[Entry]) -> list[Entry]:
        """The entries that are asked for; with a limit, the newest of them."""
        return [entry for entry in entries if self._takes(entry)][-self.limit :]

    def _takes(self, entry: Entry) -> bool:
        time = entry.timestamp
        if time is not None and self.since is not None and time < self.since:
            return False
        if time is not None and self.until is not None and time >= self.until:
            return False
        is_kind = self.kind in (None, entry.kind)
        return is_kind and self.other in (None, entry.counterparty)


def _given(text: str | None, read: Callable[[str], _T]) -> _T | None:
    return None if text is None else read(text)


def _seconds(option: str, text: str, days: int) -> int:
    """A moment, or a day's beginning, `days` later; all in UTC."""
    try:
        if _DAY.fullmatch(text):
            day = datetime.fromisoformat(text).replace(tzinfo=UTC)
            return int((day + timedelta(days=days)).timestamp())
        if _MOMENT.fullmatch(text):
            return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError):  # there is no such day
        pass
    raise InputError("history.time", option=option, value=shorten(text))


def _kind(text: str) -> EntryKind:
    try:
        return EntryKind(text)
    except ValueError:
        known = ", ".join(EntryKind)
        raise InputError("history.kind", kind=shorten(text), known=known) from None


def _other(wallet: Wallet, text: str) -> Address:
    known = wallet.home.book().contacts.get(text)
    if known is not None:
        return known
    try:
        return parse_address(text)
    except AddressError as error:
        if error.code == "address.format":
            raise AddressError("payee.unknown", payee=shorten(text)) from error
        raise

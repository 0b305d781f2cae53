"""Ledger: the journal's hash chain, as bytes. Pure.

Each posting is sealed at its place in the chain: `hash = SHA-256(previous hash ‖ canonical form)`,
the first after `GENESIS`. Whoever changes, removes, adds or moves a sealed posting breaks every
hash behind it. The canonical form is UTF-8 text in which each word carries its length, so that no
two postings share one:

    place:number:amount:microseconds since 1970:  then  length:word  for
    event_id, kind, debit, credit, currency, about
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

__all__ = ["GENESIS", "Fields", "canonical", "micros", "seal"]

GENESIS = hashlib.sha256(b"jiaozi journal 1").digest()
"""What the first posting is chained to."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Fields = tuple[int, str, str, str, str, int, str, str, int]
"""number, event_id, kind, debit, credit, amount, currency, about, microseconds since 1970."""


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (at - _EPOCH) // _MICROSECOND


def canonical(place: int, fields: Fields) -> bytes:
    """The posting at `place` of the chain, counted from 1, as the bytes that are hashed."""
    number, event_id, kind, debit, credit, amount, currency, about, at = fields
    return (
        f"{place}:{number}:{amount}:{at}:{len(event_id)}:{event_id}{len(kind)}:{kind}"
        f"{len(debit)}:{debit}{len(credit)}:{credit}{len(currency)}:{currency}"
        f"{len(about)}:{about}"
    ).encode()


def seal(place: int, head: bytes, rows: Iterable[Fields]) -> Iterator[tuple[int, int, bytes]]:
    """Place, posting number and hash of `rows`, behind the posting at `place` with hash `head`."""
    for place_of_row, fields in enumerate(rows, place + 1):
        head = hashlib.sha256(head + canonical(place_of_row, fields)).digest()
        yield place_of_row, fields[0], head

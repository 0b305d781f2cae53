"""Kernel: what a transaction did, told in the log once it is committed, and not when it is undone.

One line a thing, with its ids as fields; many things of one kind share lines, at most fifty in
each, under `each`: a line stays short enough for any collector, and a bulk costs next to nothing.
The database is the truth: a process that dies right after a commit has not told of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection

from api.kernel.log import note

__all__ = ["Told", "listen", "tell", "untold", "write"]

Told = list[tuple[str, Sequence[Mapping[str, Any]], Mapping[str, Any]]]
"""What is to be told: event, things, and the fields that they share."""

_LOG: Final = logging.getLogger("jiaozi.did")
_KEY: Final = "jiaozi_told"
_IN_A_LINE: Final = 50


def listen(connection: Connection) -> Told:
    """The list that this transaction's `tell` fills, from here on."""
    told: Told = []
    connection.info[_KEY] = told
    return told


def tell(
    connection: Connection, event: str, things: Sequence[Mapping[str, Any]], **shared: object
) -> None:
    """Write this once the transaction is committed. Ids, counts and kinds, as in `note`."""
    if things and _LOG.isEnabledFor(logging.INFO):
        connection.info.setdefault(_KEY, []).append((event, things, shared))


@contextmanager
def untold(connection: Connection) -> Iterator[None]:
    """What is told within was only tried and is undone: nobody hears of it."""
    told: Told = connection.info.setdefault(_KEY, [])
    before = len(told)
    try:
        yield
    finally:
        del told[before:]


def write(told: Told) -> None:
    """The transaction is committed."""
    for event, things, shared in told:
        if len(things) == 1:
            note(_LOG, event, **shared, **things[0])
            continue
        for start in range(0, len(things), _IN_A_LINE):
            note(_LOG, event, **shared, each=things[start : start + _IN_A_LINE])

"""Audit: one moment of the bank's files and of the database, while the bridge goes on working.

The bridge stores what a document says first, and has it filed in the archive afterwards. So the
files are listed, then the database's view begins: what was filed by then is in the tables. What
these name and the list lacks is about to be filed, if it was taken in just now: one looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from api.evidence import digests
from api.kernel.clock import Clock
from api.kernel.database import Database, metadata

__all__ = ["same_moment"]

_PATIENCE: Final = 120.0
"""Seconds until what is lacking is judged as lacking; a bulk of 100,000 lines takes 70."""
_JUST: Final = timedelta(minutes=1)
_PAUSE: Final = 0.5
_NAMED: Final = (
    ("statement_files", "taken_at"),
    ("bank_documents", "received_at"),
    ("payout_files", "changed_at"),
)
"""Tables that name a file of the bank by its digest, and when they did."""


@contextmanager
def same_moment(
    database: Database, places: Sequence[Path], clock: Clock, progress: Callable[[str], None]
) -> Iterator[tuple[Connection, frozenset[str]]]:
    """A view of the database, and the digests of the files that it should follow from.

    Files that come later are not among them. Waits up to two minutes, half a second at a time,
    for what is being taken in; what was named longer ago and is not there is not waited for.
    """
    end = clock.monotonic() + _PATIENCE
    while True:
        there = digests(places)
        with database.reading() as connection:
            waits = clock.monotonic() < end
            if not waits or not _under_way(connection, there, clock.now() - _JUST):
                yield connection, there
                return
        progress("what the bank has just handed over")
        clock.sleep(_PAUSE)


def _under_way(connection: Connection, there: frozenset[str], since: datetime) -> bool:
    """Whether a file is being read, or was named since then and is not filed yet."""
    statements = metadata.tables["statement_files"].c
    being_read = select(statements.id).where(statements.state == "READING").limit(1)
    if connection.execute(being_read).first() is not None:
        return True
    for name, column in _NAMED:
        table = metadata.tables[name].c
        named = select(table.sha256).where(table[column] > since, table.sha256.is_not(None))
        if any(digest not in there for (digest,) in connection.execute(named)):
            return True
    return False

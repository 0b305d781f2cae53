"""Audit: one moment of the bank's files and of the database, while the bridge goes on working.

The bridge stores what a document says first, and files the document in the archive afterwards. So
the files are listed, then the database's view begins: what was filed by then is in the tables. What
these name and the list lacks is about to be filed, and is waited for while the view stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from api.evidence import Listing
from api.kernel.clock import Clock
from api.kernel.database import Database, metadata

__all__ = ["same_moment"]

_PATIENCE: Final = 60.0
"""Seconds without a change after which what is half read, or not filed, is judged as it stands."""
_PAUSE: Final = 0.5
_NAMED: Final = ("statement_files", "bank_documents", "payout_files")
"""Tables that name a file of the bank by its digest."""


@contextmanager
def same_moment(
    database: Database, places: Sequence[Path], clock: Clock, progress: Callable[[str], None]
) -> Iterator[tuple[Connection, frozenset[str]]]:
    """A view of the database, and the digests of the files that it should follow from.

    Files that come later are not among them. What is being taken in is waited for, until nothing
    of it has changed for a minute. Raises `InvalidInput` (a place that is none).
    """
    listing, patience = Listing(places), _Patience(clock)
    while True:
        there = listing.digests()
        with database.reading() as connection:
            being_read = _lines_so_far(connection)  # asked in any case: it begins the view
            if being_read is None or patience.is_over(being_read):
                yield connection, _filed(connection, listing, there, clock, progress)
                return
        progress("what the bank has just handed over")
        clock.sleep(_PAUSE)


def _filed(
    connection: Connection,
    listing: Listing,
    there: frozenset[str],
    clock: Clock,
    progress: Callable[[str], None],
) -> frozenset[str]:
    """What is there, and of what the tables name beside it all that is filed in time."""
    patience = _Patience(clock)
    # where nothing is, it is the wrong place
    lacking = _named(connection) - there if there else frozenset()
    found: frozenset[str] = frozenset()
    while found != lacking and not patience.is_over(len(found)):
        progress("what the bank has just handed over")
        clock.sleep(_PAUSE)
        found = lacking & listing.digests()
    return there | found


def _lines_so_far(connection: Connection) -> int | None:
    """How many lines of files that are being read are stored; None when none is being read."""
    files = metadata.tables["statement_files"].c
    stored = files.new + files.known + files.conflicting + files.bad + files.skipped
    query = select(func.sum(stored)).where(files.state == "READING")
    total: int | None = connection.execute(query).scalar_one()
    return None if total is None else int(total)


def _named(connection: Connection) -> frozenset[str]:
    """The digests of all files that the tables name."""
    found: set[str] = set()
    for name in _NAMED:
        digest = metadata.tables[name].c.sha256
        found.update(connection.execute(select(digest).where(digest.is_not(None))).scalars())
    return frozenset(found)


class _Patience:
    """It is over when what it hears has been the same for a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: int | None = None
        self._end = 0.0

    def is_over(self, heard: int) -> bool:
        """Hear how far it has come now."""
        now = self._clock.monotonic()
        if heard != self._heard:
            self._heard, self._end = heard, now + _PATIENCE
        return now >= self._end

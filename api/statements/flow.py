"""Statements: taking a file in: read it whole, then store its lines.

It is read to its last byte before anything is stored: a file that is cut off, is not XML, speaks
of another account or of another currency is refused whole. Then its lines are stored in chunks,
each its own transaction with its postings, its deposits and the file's counts, so that an
interruption costs one chunk: the same file again goes on where it stopped, and a file that is
complete changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.kernel.database import Database
from api.kernel.ids import LineId
from api.kernel.machine import IllegalTransition
from api.statements import reports, store
from api.statements.booking import Booking
from api.statements.judging import judge, without_repeats
from api.statements.model import (
    FileState,
    LineState,
    Matching,
    StatementReport,
    StoredLine,
    plain_account,
)
from api.statements.reading import Numbered, read
from api.statements.spool import Spool

__all__ = ["ALONE", "CHUNK", "explain", "refuse", "take_in"]

CHUNK = 500
"""Lines of a transaction: it holds SQLite's only write lock for a tenth of a second."""
ALONE = 50
"""A file of more lines is a bulk: what comes in smaller ones does not wait behind it."""
_ATTEMPTS = 3
_BREATH = timedelta(milliseconds=3)


def take_in(
    database: Database,
    stream: BinaryIO,
    *,
    currency: str,
    reserve_account: str,
    now: datetime,
    source: str,
    matching: Matching | None = None,
    signed: bool = True,
) -> StatementReport:
    """Store the booked lines of a camt.053 or camt.054 file, post them, match them.

    Each of its statements is judged first: the lines of one that does not fit are stored and not
    booked (see `api.statements.chain`).

    `stream` is read from where it stands. `matching` accounts for new lines in the transaction
    that stores them; without it they are posted as unmatched money. Of a file that is not
    `signed` nothing counts until two operators import it. Raises `StatementRefused`
    with nothing stored when the file as a whole cannot be trusted, `Unavailable` when the
    database fails: then hand the file in again.
    """
    with Spool(CHUNK) as spool:
        reading = read(
            stream,
            spool.add,
            currency=currency,
            account=plain_account(reserve_account),
            source=source,
            now=now,
        )
        report = reading.report
        judged = without_repeats(database, reading.sheets, spool)
        with database.transaction() as connection:
            known = reports.find_report(connection, report.id)
            if known is not None and known.state is FileState.COMPLETE:
                return replace(known, repeated=True, new=0, known=known.new + known.known)
            reports.save_file(connection, report)
            reports.save_problems(connection, report.id, reading.foreign)
            shut = judge(connection, judged, currency=currency, signed=signed, now=now)
        bulk = report.lines > ALONE
        booking = Booking(report.id, currency, now, matching, bulk, shut)
        begin = 0
        for chunk in spool.chunks():
            _store(database, booking, chunk, begin)
            begin += len(chunk)
    with database.transaction() as connection:
        reports.set_file(connection, report.id, state=FileState.COMPLETE.value)
        finished = reports.find_report(connection, report.id)
    if finished is None:
        raise LookupError(f"{report.id} vanished while it was being read")
    return finished


def _store(database: Database, booking: Booking, chunk: Sequence[Numbered], begin: int) -> None:
    """One chunk, whose first line is the file's `begin`-th, in one transaction.

    The file's counts move with it, so an earlier attempt's lines are known and passed over.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with database.transaction() as connection:
                done = reports.hold_tally(connection, booking.file_id)
                left = chunk[max(done.lines - begin, 0) :]
                if left:
                    done.add(booking.store(connection, left))
                    reports.set_file(connection, booking.file_id, **asdict(done))
            break
        except IntegrityError:  # another file brings one of these lines at this very moment
            if attempt == _ATTEMPTS - 1:
                raise
    # whoever waits to write gets a turn between two chunks: SQLite has one writer at a time
    time.sleep(_BREATH.total_seconds())


def explain(connection: Connection, line_id: LineId, *, by: str, ref: str, now: datetime) -> None:
    """Say which room accounts for a line, and by which of its things.

    The same explanation again changes nothing; another one raises `IllegalTransition`.
    """
    if store.mark_explained(connection, line_id, by=by, ref=ref, now=now):
        return
    line = store.find_line(connection, line_id)
    if line is None:
        raise LookupError(f"there is no line {line_id}")
    if (line.state, line.explained_by, line.explained_ref) != (LineState.EXPLAINED, by, ref):
        raise _not_by(line, ref)


def refuse(connection: Connection, line_id: LineId, *, ref: str, reason: str) -> None:
    """Say that what explained a line (`ref`) came to nothing: its money is unmatched again.

    The line is seen among the unmatched ones with its reason, and waits for an operator. The
    same word again changes nothing; of a line that `ref` does not explain it is
    `IllegalTransition`.
    """
    if store.mark_refused(connection, line_id, ref=ref, reason=reason):
        return
    line = store.find_line(connection, line_id)
    if line is None:
        raise LookupError(f"there is no line {line_id}")
    if (line.state, line.explained_ref) == (LineState.REFUSED, ref):
        return
    raise _not_by(line, ref)


def _not_by(line: StoredLine, ref: str) -> IllegalTransition:
    return IllegalTransition(
        f"Line {line.id} is {line.state}, and not by {ref}.",
        remedy="Nothing was changed. Look at what led here before going on.",
    )

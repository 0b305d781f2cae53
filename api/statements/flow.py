"""Statements: taking a file in, in two readings.

The first reading goes to the file's last byte and stores nothing: a file that is cut off, is not
XML, speaks of another account or of another currency is refused whole. The second stores its
lines in chunks, each its own transaction with its postings, so that an interruption costs one
chunk: the same file again goes on where it stopped, and a file that is complete changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from sqlalchemy import Connection

from api.kernel.database import Database
from api.kernel.ids import LineId
from api.kernel.machine import IllegalTransition
from api.statements import store
from api.statements.booking import Booking, Tally
from api.statements.model import (
    TRANSITIONS,
    FileState,
    LineState,
    StatementReport,
    plain_account,
)
from api.statements.reading import check, records

__all__ = ["CHUNK", "explain", "refuse", "take_in"]

CHUNK = 1000


def take_in(
    database: Database,
    stream: BinaryIO,
    *,
    currency: str,
    reserve_account: str,
    now: datetime,
    source: str,
) -> StatementReport:
    """Store the booked lines of a camt.053 or camt.054 file and post them as unmatched money.

    `stream` must be seekable; it is read from where it stands. Raises `StatementRefused` with
    nothing stored when the file as a whole cannot be trusted, `Unavailable` when the database
    fails: then hand the file in again.
    """
    begin = stream.tell()
    account = plain_account(reserve_account)
    report = check(stream, currency=currency, account=account, source=source, now=now)
    with database.transaction() as connection:
        known = store.find_report(connection, report.id)
        if known is not None and known.state is FileState.COMPLETE:
            return replace(known, repeated=True, new=0, known=known.new + known.known)
        store.save_file(connection, report)
    stream.seek(begin)
    booking = Booking(report.id, currency, now)
    total = Tally()
    lines = records(stream)
    while chunk := list(islice(lines, CHUNK)):
        with database.transaction() as connection:
            _add(total, booking.store(connection, chunk))
    with database.transaction() as connection:
        return _finish(connection, report, total)


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
        TRANSITIONS.check(line.state, LineState.EXPLAINED)


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
    raise IllegalTransition(
        f"Line {line_id} is {line.state}, and not by {ref}.",
        remedy="Nothing was changed. Look at what led here before going on.",
    )


def _finish(connection: Connection, report: StatementReport, total: Tally) -> StatementReport:
    """Write the totals. After an interruption, `new` counts what the earlier attempt stored too."""
    new = store.new_of_file(connection, report.id)
    known = total.new + total.known - new
    store.set_file(
        connection,
        report.id,
        state=FileState.COMPLETE.value,
        new=new,
        known=known,
        conflicting=total.conflicting,
        bad=total.bad,
        skipped=total.skipped,
    )
    finished = store.find_report(connection, report.id)
    if finished is None:
        raise LookupError(f"{report.id} vanished while it was being read")
    return finished


def _add(total: Tally, part: Tally) -> None:
    total.new += part.new
    total.known += part.known
    total.conflicting += part.conflicting
    total.bad += part.bad
    total.skipped += part.skipped

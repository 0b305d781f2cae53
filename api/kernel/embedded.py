"""Kernel: SQLite's connections: a private file, a journal beside it, and writers in turns."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import OperationalError as SqliteError
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from api.kernel.private_file import make_private

__all__ = ["BUSY", "attend"]

BUSY: Final = timedelta(seconds=10)
"""How long a writer waits for the one before it."""
_BUSY_MS: Final = BUSY // timedelta(milliseconds=1)
_CACHE_KB: Final = 16_000
_JOURNAL_PAGES: Final = 8_000
"""32 MB."""
_LOOK_AGAIN: Final = timedelta(milliseconds=2)


def attend(engine: Engine) -> None:
    """Let an engine's connections be so."""
    event.listen(engine, "do_connect", _make_file)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)


def _make_file(_dialect: Any, _record: Any, args: list[Any], _options: Any) -> None:
    [file] = args
    if file == ":memory:":
        return
    try:
        make_private(Path(file))
    except OSError as error:  # in the driver's class, as if SQLite itself had met it
        raise SqliteError(f"unable to open database file: {error.strerror}") from error


def _prepare(connection: Any, _record: Any) -> None:
    # the driver must not open transactions by itself: `_begin` says which kind
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # a bulk changes the same pages of its indexes again and again: in memory, and in the
        # journal's file, until a few thousand are worth a way to the database file
        f"cache_size=-{_CACHE_KB}",
        f"wal_autocheckpoint={_JOURNAL_PAGES}",
        f"busy_timeout={_BUSY_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once, so that a transaction never fails half way
    read_only = connection.get_execution_options().get("jiaozi_read_only", False)
    # by the driver itself: through SQLAlchemy each of these costs as much as a small query
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        if read_only:
            driver.execute("BEGIN")
        else:
            _take_write_lock(driver)
    except SqliteError as error:
        # the same class as for any other statement: the callers know that
        raise DBAPIError.instance(
            "BEGIN", None, error, SqliteError, hide_parameters=True, dialect=connection.dialect
        ) from error


def _take_write_lock(driver: Any) -> None:
    # SQLite's own waiting sleeps a tenth of a second between two looks, and so loses its turn to
    # whoever writes in short steps: look more often, for as long as it would
    end = time.monotonic() + BUSY.total_seconds()
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except SqliteError as error:
                if not _is_busy(error) or time.monotonic() >= end:
                    raise
                time.sleep(_LOOK_AGAIN.total_seconds())
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={_BUSY_MS}")


def _is_busy(error: SqliteError) -> bool:
    # the low byte is the kind, whatever more is said (such as SQLITE_BUSY_SNAPSHOT)
    return error.sqlite_errorcode & 0xFF == SQLITE_BUSY

"""Kernel: PostgreSQL's connections: a rested one is looked at, and none holds others up for ever.

A machine that is lost or frozen inside a write keeps its locks until its session ends. The server
ends it soon: a write that asks nothing is given up, and so is a connection without an answer.
"""

from __future__ import annotations

import select
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import psycopg
from psycopg.pq import ExecStatus
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

__all__ = ["PLANNED_ANEW", "attend", "reached"]

PLANNED_ANEW: Final[Mapping[str, Any]] = {"jiaozi_planned_anew": True}
"""Execution options of a statement that names many rows: it is planned for these, now.

What is asked often is prepared, and soon keeps one plan. In a new database that plan is made for a
table of some rows: it reads the whole table, and takes longer with every row, until the server has
counted them again. Planning costs as much as finding a few rows.
"""
_RESTED: Final = timedelta(seconds=1)
"""A connection that was of use so lately is not asked whether it still is, unless the server has
said something by itself: mostly that it ends. Asking each time costs a round trip a transaction."""
_USED: Final = "jiaozi_used"

_IDLE = timedelta(seconds=8)
"""A write that asks nothing for so long is ended by the server: whoever began it is frozen. No
write waits for a node, a bank or a person: on a busy machine none was seen to pause for 0.3 s.
Below a lease's time, so that a dead worker's row is free when its lease is over. An upgrade's
transaction has no such limit, nor has a reading, which holds nobody up."""
_LOCKED = timedelta(seconds=30)
"""Who waits so long for a lock gives up, and tries again: a bulk's transaction takes a second."""
_LOST_MS: Final = 30_000
"""What was sent and not acknowledged for so long never will be. Not below `_LOCKED`: a server that
waits for a lock may leave a bulk's rows unread meanwhile."""
_REACHED: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": str(_LOST_MS),
}


def reached(url: URL) -> URL:
    """An address with what it does not say itself about a server that does not answer."""
    return url.update_query_dict(
        {name: value for name, value in _REACHED.items() if name not in url.query}
    )


def attend(engine: Engine) -> None:
    """Let an engine's connections do so."""
    begin = (
        "BEGIN ISOLATION LEVEL READ COMMITTED; "
        f"SET LOCAL idle_in_transaction_session_timeout = {_milliseconds(_IDLE)}"
    ).encode()
    settings = (
        f"SET lock_timeout = {_milliseconds(_LOCKED)}; "
        "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 3; "
        f"SET tcp_keepalives_count = 3; SET tcp_user_timeout = {_LOST_MS}"
    )

    def settle(driver: Any, _record: Any) -> None:
        # one round trip, for which `look_if_rested` asks nothing of a new one; and not among the
        # options of the login: a pooler refuses those
        try:
            driver.autocommit = True
            driver.execute(settings)
            driver.autocommit = False
        except psycopg.Error:
            driver.close()
            raise

    def look_if_rested(driver: Any, record: Any, _proxy: Any) -> None:
        used = record.info.get(_USED)
        rested = used is not None and time.monotonic() - used >= _RESTED.total_seconds()
        try:
            if rested or _has_word(driver):
                engine.dialect.do_ping(driver)
        except psycopg.Error as error:
            if used is None:
                # no other would be better: a proxy lets everybody in, and no server is behind it
                raise
            raise InvalidatePoolError from error  # the pool makes another

    event.listen(engine, "connect", settle)
    event.listen(engine, "begin", lambda connection: _begin(connection, begin))
    event.listen(engine, "checkout", look_if_rested)
    event.listen(engine, "checkin", _mark_used)
    event.listen(engine, "do_execute", _plan_anew)


def _milliseconds(time_: timedelta) -> int:
    return time_ // timedelta(milliseconds=1)


def _begin(connection: Connection, words: bytes) -> None:
    """Begin a write with its limit in one round trip, as many as the driver's own BEGIN takes."""
    driver: Any = connection.connection.driver_connection
    if driver.autocommit or connection.get_execution_options().get("jiaozi_read_only", False):
        return
    if driver.pgconn.exec_(words).status == ExecStatus.COMMAND_OK:
        return
    said = driver.pgconn.error_message.decode(errors="replace")
    error = psycopg.OperationalError(said)
    connection.invalidate(error)
    # the same class as for any other statement: the callers know that
    raise DBAPIError.instance(
        "BEGIN", None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
    ) from error


def _has_word(driver: Any) -> bool:
    """Whether something, be it the end, waits to be read."""
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _mark_used(_driver: Any, record: Any) -> None:
    record.info[_USED] = time.monotonic()


def _plan_anew(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    if not context.execution_options.get("jiaozi_planned_anew", False):
        return None
    cursor.execute(statement, parameters, prepare=False)
    return True

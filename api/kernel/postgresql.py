"""Kernel: PostgreSQL's connections: some statements are planned anew, a rested one is looked at."""

from __future__ import annotations

import select
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

__all__ = ["PLANNED_ANEW", "attend"]

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


def attend(engine: Engine) -> None:
    """Let an engine's connections do so."""

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

    event.listen(engine, "checkout", look_if_rested)
    event.listen(engine, "checkin", _mark_used)
    event.listen(engine, "do_execute", _plan_anew)


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

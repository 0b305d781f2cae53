"""Kernel: one question alone: a SELECT sees one moment by itself, with no transaction around it.

On PostgreSQL a transaction is two round trips besides its statement. Who asks a busy server waits
at each of them until a processor is free for its own process there, and for ours.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

__all__ = ["NotOneQuestion", "asker"]

_ASKED: Final = "jiaozi_asked"
_QUESTION: Final = re.compile(r"\s*SELECT\b(?!.*\bFOR\s)", re.IGNORECASE | re.DOTALL)
"""A SELECT that locks nothing (FOR UPDATE, FOR SHARE)."""


class NotOneQuestion(Exception):
    """What was to ask the store one question would do more: a mistake in the bridge's program."""


def asker(engine: Engine) -> Engine:
    """An engine like this one whose connections take one SELECT each time."""
    made = engine.execution_options(jiaozi_read_only=True)
    if engine.dialect.name != "sqlite":  # where a transaction costs next to nothing
        made = made.execution_options(isolation_level="AUTOCOMMIT")
    event.listen(made, "begin", _begin)
    event.listen(made, "before_cursor_execute", _check)
    return made


def _begin(connection: Connection) -> None:
    connection.info[_ASKED] = False


def _check(connection: Connection, _cursor: Any, statement: str, *_given: Any) -> None:
    """Refuse what would change something, or see another moment, before it is sent."""
    if _QUESTION.match(statement) is None:
        raise NotOneQuestion("An asking takes a SELECT without locks; see Database.reading.")
    if connection.info[_ASKED]:
        raise NotOneQuestion("An asking takes one statement; see Database.reading.")
    connection.info[_ASKED] = True

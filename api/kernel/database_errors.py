"""Kernel: what the store's own errors mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import SQLITE_ERROR

from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.kernel.errors import BridgeError, Unavailable

__all__ = ["means", "plainly"]

_NOT_NOW = ("25006", "25P03")
"""PostgreSQL's codes for a write in a read-only transaction (the server was made a standby, or its
disk is full), and for one that asked nothing for too long: this process was frozen in it."""
_MEANINGS: dict[str, Callable[[], BridgeError]] = {}


def means(constraint: str, error: Callable[[], BridgeError]) -> None:
    """Say what is raised by a transaction that the store refuses by a constraint of this name."""
    _MEANINGS[constraint] = error


@contextmanager
def plainly() -> Iterator[None]:
    """What the store says as the bridge's errors; what it does not foresee as it is."""
    try:
        yield
    except IntegrityError as error:
        for constraint, meaning in _MEANINGS.items():
            if constraint in str(error.orig):
                raise meaning() from error
        raise
    except (OperationalError, InternalError, PoolTimeout) as error:
        if _is_our_fault(error):
            raise
        raise Unavailable(
            f"The database did not answer ({_reason(error)}).",
            remedy="Nothing was changed; try again in a few seconds.",
            slug="database-unavailable",
        ) from error


def _is_our_fault(error: DBAPIError | PoolTimeout) -> bool:
    # SQLite reports wrong SQL and missing tables by the class that elsewhere means «no answer»
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(error, InternalError):
        return getattr(cause, "sqlstate", None) not in _NOT_NOW
    return getattr(cause, "sqlite_errorcode", None) == SQLITE_ERROR


def _reason(error: DBAPIError | PoolTimeout) -> str:
    if isinstance(error, PoolTimeout):
        return "all its connections are in use"
    # the driver's words only: SQLAlchemy's own text carries the statement
    text = str(error.orig).strip() if error.orig else "no reason given"
    return text.splitlines()[0] if text else "no reason given"

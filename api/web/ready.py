"""Web: whether requests can be served now, check by check; each says «ok» or what is wrong.

What is checked is what would make an answer wrong or late: a database that cannot be written, a
schema of another version, a chain that is silent or another one, events that were not read for
long, a disk that is full. A restart mends none of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from api.chain import ChainView, position
from api.kernel.errors import BridgeError
from api.migrations import require_current
from api.web.context import Bridge

__all__ = ["FARTHEST_BEHIND", "LEAST_FREE", "NOT_ASKED", "OK", "checks"]

OK: Final = "ok"
NOT_ASKED: Final = "not asked"
FARTHEST_BEHIND: Final = 100
"""Final blocks that the reader may be behind."""
LEAST_FREE: Final = 100 * 2**20
"""Bytes that are to be free where the bridge writes."""


def checks(bridge: Bridge, chain: ChainView | None) -> Mapping[str, str]:
    """Every check by its name: database, writable, chain, reader, disk."""
    return {
        "database": _said(lambda: require_current(bridge.database)),
        "writable": _said(lambda: _write(bridge)),
        "chain": NOT_ASKED if bridge.probe_chain is None else _said(bridge.probe_chain),
        "reader": NOT_ASKED if chain is None else _reader(bridge, chain),
        "disk": _disk(bridge),
    }


def _said(look: Callable[[], object]) -> str:
    try:
        look()
    except BridgeError as error:
        return error.detail
    except SQLAlchemyError as error:  # the class alone: a driver's words may quote a row
        return f"The database refuses ({type(error).__name__})."
    return OK


def _write(bridge: Bridge) -> None:
    # takes the store's right to write, and changes nothing
    with bridge.database.transaction() as connection:
        connection.execute(text("UPDATE counters SET last = last WHERE name = 'readyz'"))


def _reader(bridge: Bridge, chain: ChainView) -> str:
    try:
        with bridge.database.asking() as connection:
            at = position(connection)
        last = chain.head() - bridge.settings.chain.depth
    except BridgeError as error:
        return error.detail
    except SQLAlchemyError as error:
        return f"The database refuses ({type(error).__name__})."
    behind = last - (bridge.deployment.block if at is None else at[0])
    return OK if behind <= FARTHEST_BEHIND else f"The reader is {behind} final blocks behind."


def _disk(bridge: Bridge) -> str:
    for folder in _folders(bridge):
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            return f"{folder} cannot be looked at ({error.strerror})."
        if free < LEAST_FREE:
            return f"{folder} has {free // 2**20} MiB left."
    return OK


def _folders(bridge: Bridge) -> list[Path]:
    """Where the bridge itself writes: the embedded store, and the bank's folder."""
    written = [bridge.settings.bank.path]
    url = make_url(bridge.settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database not in (None, ":memory:"):
        written.append(Path(str(url.database)))
    return [_there(path) for path in written]


def _there(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return path if path.exists() or path == path.parent else _there(path.parent)

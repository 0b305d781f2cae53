"""Migrations: how the database comes to have its tables. Each step is one transaction, forward.

`upgrade(url)` brings a database to the newest step, `require_current(database)` refuses to work
on any other. Steps are in `versions/`, one linear chain.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from api.kernel.database import Database
from api.kernel.errors import Misconfigured

__all__ = ["current", "newest", "require_current", "upgrade"]

_HERE = Path(__file__).resolve().parent
_LOCK = 0x6A69616F7A69  # "jiaozi": one upgrade at a time


def upgrade(url: str, revision: str = "head") -> str:
    """Bring the database at `url` to `revision`; all steps or none. Returns where it stands.

    Raises `Misconfigured` for an address that is none, `Unavailable` when nothing answers.
    """
    database = Database(url)
    try:
        with database.reading() as connection:
            at = current(connection)
        if revision == "head" and at == newest():
            return at
        with database.transaction() as connection:
            if not database.is_sqlite:  # SQLite's transaction holds the one write lock already
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            return current(connection) or "nothing"
    finally:
        database.close()


def current(connection: Connection) -> str | None:
    """The step that this database is at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return found[0] if found else None


@cache
def newest() -> str:
    """The step that this version of the program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError("there are no migrations beside this module")
    return head


def require_current(database: Database) -> None:
    """Raise `Misconfigured` unless the database is at the step that this program needs."""
    with database.reading() as connection:
        found = current(connection)
    if found != newest():
        raise Misconfigured(
            "database.url",
            f"The database is at step {found or 'none'}; this program needs step {newest()}.",
            remedy="Run: jiaozi-bridge migrate.",
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config

"""Migrations: how the database comes to have its tables. Each step is one transaction, forward.

`upgrade(url)` brings a database to the newest step, `require_current(database)` refuses to work
on any other. Steps are in `versions/`, one linear chain.

Two versions of the program may meet on one database. The newer one takes every lease away in the
transaction that upgrades: a worker of the older one commits nothing from then on, sees the step and
ends. The older one does not begin on a database that is at a step which it does not know.
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
from api.kernel.lease import fence_all

__all__ = ["current", "newest", "require_current", "require_step", "upgrade"]

_HERE = Path(__file__).resolve().parent
_LOCK = 0x6A69616F7A69  # "jiaozi": one upgrade at a time


def upgrade(url: str, revision: str = "head") -> str:
    """Bring the database at `url` to `revision`; all steps or none. Returns where it stands.

    Raises `Misconfigured` for an address that is none, and for a database that a newer version of
    the program has upgraded; `Unavailable` when nothing answers.
    """
    database = Database(url)
    try:
        with database.reading() as connection:
            at = current(connection)
        if revision == "head" and at == newest():
            return at
        if at is not None:
            _require_known(at)
        with database.transaction() as connection:
            if not database.is_sqlite:  # SQLite's transaction holds the one write lock already
                # it may wait for another upgrade, and for whatever is at work, as long as it takes
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config = _config()
            config.attributes["connection"] = connection
            if current(connection) is not None:
                fence_all(connection)
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
        require_step(connection)


def require_step(connection: Connection) -> None:
    """The same, inside a transaction of somebody's."""
    found = current(connection)
    if found == newest():
        return
    if found is not None:
        _require_known(found)
    raise Misconfigured(
        "database.url",
        f"The database is at step {found or 'none'}; this program needs step {newest()}.",
        remedy="Run: jiaozi-bridge migrate.",
    )


def _require_known(step: str) -> None:
    if step not in _steps():
        raise Misconfigured(
            "database.url",
            f"The database is at step {step}, which this program does not know (its own is "
            f"{newest()}): a newer version has upgraded it.",
            remedy="Start that version. There is no way back but a backup from before.",
        )


@cache
def _steps() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config

"""Migrations: column types and triggers as the first step made them, for SQLite and PostgreSQL.

Steps do not import a room's tables: a step must make tomorrow what it made today.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, DateTime, Integer, String

__all__ = ["append_only", "moment", "serial"]


def serial() -> Any:
    """A primary key that the store counts up."""
    return BigInteger().with_variant(Integer(), "sqlite")


def moment() -> Any:
    """A UTC time: timestamptz, or ISO text in SQLite."""
    return DateTime(timezone=True).with_variant(String(32), "sqlite")


def append_only(table: str) -> None:
    """Make the store itself refuse to change or delete a row of `table`."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )

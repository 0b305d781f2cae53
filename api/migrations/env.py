"""Migrations: what alembic runs; the connection and its transaction are `upgrade`'s."""

from __future__ import annotations

from alembic import context

from api.migrations.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
context.run_migrations()

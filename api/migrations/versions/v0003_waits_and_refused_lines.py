"""Migrations: when a failed call is tried again, and lines whose deposit was refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.migrations.types import moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and fill them with what older rows say."""
    _waits()
    _refused_lines()


def _waits() -> None:
    for table in ("deposits", "links"):
        op.add_column(table, sa.Column("waits", sa.Integer(), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("not_before", moment()))
    op.create_index("ix_links_account", "links", ["account"])
    op.execute("UPDATE deposits SET waits = attempts")
    op.execute("UPDATE links SET waits = attempts")


def _refused_lines() -> None:
    op.add_column("bank_lines", sa.Column("reason", sa.Text()))
    condition = sa.text("state = 'REFUSED'")
    op.create_index(
        "ix_bank_lines_refused",
        "bank_lines",
        ["direction", "position"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
    op.execute(
        "UPDATE bank_lines SET state = 'REFUSED', reason = ("
        "  SELECT deposits.reason FROM deposits WHERE deposits.id = bank_lines.explained_ref"
        ") WHERE state = 'EXPLAINED' AND explained_ref IN ("
        "  SELECT id FROM deposits WHERE state = 'REFUSED')"
    )

"""Migrations: when a refused call is tried again, for deposits and links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.migrations.types import moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("deposits", "links"):
        op.add_column(table, sa.Column("waits", sa.Integer(), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("not_before", moment()))
    op.execute("UPDATE deposits SET waits = attempts")
    op.execute("UPDATE links SET waits = attempts")

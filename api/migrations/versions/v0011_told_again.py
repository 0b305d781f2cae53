"""Migrations: several statements in quarantine may tell the same line, each in its own words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NAME = "uq_bank_lines_account_bank_id"


def upgrade() -> None:
    """A bank's id is one line among those that count, whatever waits for a decision."""
    op.drop_index(_NAME, "bank_lines")
    # what was dismissed was decided, and is no contradiction of the bank's
    op.execute(
        "UPDATE bank_lines SET state = 'SET_ASIDE'"
        " WHERE state = 'CONFLICTING' AND reason = 'its statement was dismissed'"
    )
    counts = sa.text("state NOT IN ('CONFLICTING', 'QUARANTINED', 'SET_ASIDE')")
    op.create_index(
        _NAME,
        "bank_lines",
        ["account", "bank_id"],
        unique=True,
        sqlite_where=counts,
        postgresql_where=counts,
    )

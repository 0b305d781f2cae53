"""Migrations: virtual accounts, lines found by what they name, deposits that came in bulk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and indexes; every link that is active now is looked through once."""
    _links()
    _lines()
    _deposits()


def _links() -> None:
    op.add_column("links", sa.Column("virtual_account", sa.Text()))
    op.add_column("links", sa.Column("lines_due", sa.BigInteger()))
    _partial(
        "uq_links_live_virtual_account",
        "links",
        ["virtual_account"],
        "state IN ('CONFIRMED', 'ACTIVE')",
        unique=True,
    )
    _partial("ix_links_lines_due", "links", ["number"], "lines_due IS NOT NULL")
    op.execute("UPDATE links SET lines_due = 0 WHERE state = 'ACTIVE'")


def _lines() -> None:
    for named in ("structured_reference", "payer_account", "payee_account", "end_to_end_id"):
        _partial(f"ix_bank_lines_waiting_{named}", "bank_lines", [named], "state = 'STORED'")


def _deposits() -> None:
    op.add_column(
        "deposits",
        sa.Column(
            "bulk", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()
        ),
    )
    _partial("ix_deposits_queued", "deposits", ["bulk", "number"], "state = 'QUEUED'")


def _partial(
    name: str, table: str, columns: list[str], condition: str, *, unique: bool = False
) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)

"""Migrations: statements as the bank numbers them, what lines are, documents' claims, recalls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.migrations.types import moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lines that stand already are payments, and their statements are not judged afterwards."""
    _sheets()
    _lines()
    _recalls()


def _sheets() -> None:
    op.create_table(
        "statement_sheets",
        sa.Column(
            "file_id",
            sa.String(64),
            sa.ForeignKey("statement_files.id", name="fk_statement_sheets_file_id"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("dialect", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger()),
        sa.Column("legal_sequence", sa.BigInteger()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("from_on", sa.Date()),
        sa.Column("to_on", sa.Date()),
        sa.Column("opening", sa.BigInteger()),
        sa.Column("opening_on", sa.Date()),
        sa.Column("closing", sa.BigInteger()),
        sa.Column("closing_on", sa.Date()),
        sa.Column("moved", sa.BigInteger()),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("doubt", sa.String(16)),
        sa.Column("said", sa.Text()),
        sa.Column("remarks", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", moment()),
        sa.PrimaryKeyConstraint("file_id", "number", name="pk_statement_sheets"),
    )
    op.create_index("ix_statement_sheets_numbers", "statement_sheets", ["account", "kind", "year"])
    _partial(
        "ix_statement_sheets_quarantined", "statement_sheets", ["account"], "state = 'QUARANTINED'"
    )


def _lines() -> None:
    op.add_column(
        "bank_lines",
        sa.Column("kind", sa.String(16), nullable=False, server_default="PAYMENT"),
    )
    op.add_column("bank_lines", sa.Column("transaction_id", sa.Text()))
    op.add_column("bank_lines", sa.Column("original_reference", sa.Text()))
    _partial(
        "ix_bank_lines_quarantined",
        "bank_lines",
        ["file_id", "statement"],
        "state = 'QUARANTINED'",
    )
    for clue in ("end_to_end_id", "transaction_id"):
        condition = f"direction = 'CREDIT' AND {clue} IS NOT NULL"
        _partial(f"ix_bank_lines_credit_{clue}", "bank_lines", [clue], condition)


def _recalls() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("line_id", sa.String(64), nullable=False),
        sa.Column("original_id", sa.String(64), nullable=False),
        sa.Column("deposit_id", sa.String(64)),
        sa.Column("holder", sa.String(42)),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("word", sa.Text()),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("tx_id", sa.String(64)),
        sa.Column("not_before", moment()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recalls"),
        sa.UniqueConstraint("line_id", name="uq_recalls_line_id"),
        sa.UniqueConstraint("original_id", name="uq_recalls_original_id"),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_recalls_{column}")
            for column, table in (
                ("line_id", "bank_lines"),
                ("original_id", "bank_lines"),
                ("deposit_id", "deposits"),
            )
        ),
    )
    op.create_index("ix_recalls_state", "recalls", ["state"])


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)

"""Migrations: payments of every kind, returns of payouts, and money that goes back to its payer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.migrations.types import moment, serial

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, make the tables, and carry over what the older ones hold."""
    _redemptions()
    _payments()
    _refunds()
    _lines()


def _redemptions() -> None:
    op.add_column("redemptions", sa.Column("burn_block", sa.BigInteger()))
    op.add_column(
        "redemptions",
        sa.Column(
            "late", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()
        ),
    )
    op.add_column(
        "redemptions", sa.Column("sent_back", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("redemptions", sa.Column("returning_from", sa.String(length=32)))
    # its block is not known any more: it is none behind what the reader had handled by now
    op.execute(
        "UPDATE redemptions SET burn_block = ("
        "  SELECT block_number FROM chain_positions WHERE name = 'reader'"
        ") WHERE burn_event IS NOT NULL"
    )
    op.execute("UPDATE redemptions SET returning_from = 'REJECTED' WHERE state = 'RETURNING'")


def _payments() -> None:
    for column in (
        sa.Column("kind", sa.String(length=16), nullable=False, server_default="redemption"),
        sa.Column("payments", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("total", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("tried_at", moment()),
        sa.Column("heard_at", moment()),
    ):
        op.add_column("payout_files", column)
    op.create_table(
        "payments",
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=35), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("end_to_end_id", name="pk_payments"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["payout_files.message_id"], name="fk_payments_message_id"
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount_positive")),
    )
    op.create_table(
        "acknowledged_alarms",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("alarm", sa.String(length=500), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "alarm", name="pk_acknowledged_alarms"),
    )
    op.create_index("ix_payments_message_id", "payments", ["message_id"])
    op.create_index("ix_payments_subject", "payments", ["subject"])
    op.execute(
        "INSERT INTO payments (end_to_end_id, kind, subject, amount, message_id, position)"
        " SELECT payouts.end_to_end_id, 'redemption', redemptions.id,"
        "  redemptions.amount - redemptions.fee, payouts.message_id, payouts.position"
        " FROM payouts JOIN redemptions ON redemptions.end_to_end_id = payouts.end_to_end_id"
    )
    op.drop_table("payouts")
    op.execute(
        "UPDATE payout_files SET"
        " payments = (SELECT count(*) FROM payments"
        "  WHERE payments.message_id = payout_files.message_id),"
        " total = (SELECT coalesce(sum(amount), 0) FROM payments"
        "  WHERE payments.message_id = payout_files.message_id)"
    )


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("position", serial(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("deposit_id", sa.String(length=64)),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("account", sa.Text()),
        sa.Column("name", sa.Text()),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=500)),
        sa.Column("alarm", sa.String(length=500)),
        sa.Column("tx_id", sa.String(length=64)),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("sent_back", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_refunds"),
        sa.UniqueConstraint("id", name="uq_refunds_id"),
        sa.UniqueConstraint("line_id", name="uq_refunds_line_id"),
        sa.UniqueConstraint("end_to_end_id", name="uq_refunds_end_to_end_id"),
        sa.ForeignKeyConstraint(["line_id"], ["bank_lines.id"], name="fk_refunds_line_id"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount_positive")),
    )
    op.create_index("ix_refunds_state", "refunds", ["state", "position"])
    op.create_index("ix_refunds_deposit_id", "refunds", ["deposit_id"])


def _lines() -> None:
    ours = sa.text("substr(end_to_end_id, 1, 2) = 'JZ'")
    op.create_index(
        "ix_bank_lines_ours",
        "bank_lines",
        ["end_to_end_id"],
        sqlite_where=ours,
        postgresql_where=ours,
    )
    undone = sa.text("state = 'STORED' AND (return_reason IS NOT NULL OR reversal)")
    op.create_index(
        "ix_bank_lines_undone",
        "bank_lines",
        ["position"],
        sqlite_where=undone,
        postgresql_where=undone,
    )

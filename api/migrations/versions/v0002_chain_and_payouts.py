"""Migrations: the chain's transactions, transfers, redemptions, payout files, bank documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.migrations.types import moment, serial

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _chain()
    _transfers()
    _redemptions()
    _payouts()
    _inbox()


def _chain() -> None:
    op.create_table(
        "chain_transactions",
        sa.Column("number", serial(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("to_address", sa.String(length=42), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=96), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500)),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_chain_transactions"),
        sa.UniqueConstraint("id", name="uq_chain_transactions_id"),
        sa.UniqueConstraint("purpose", "ref", name="uq_chain_transactions_purpose_ref"),
    )
    op.create_index(
        "ix_chain_transactions_lane_state", "chain_transactions", ["lane", "state", "number"]
    )
    op.create_table(
        "chain_attempts",
        sa.Column("tx_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=42), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("tx_hash", sa.String(length=66), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("sent_at", moment()),
        sa.PrimaryKeyConstraint("tx_id", "number", name="pk_chain_attempts"),
        sa.ForeignKeyConstraint(
            ["tx_id"],
            ["chain_transactions.id"],
            name="fk_chain_attempts_tx_id",
        ),
        sa.UniqueConstraint("tx_hash", name="uq_chain_attempts_tx_hash"),
        sa.UniqueConstraint(
            "address", "nonce", "number", name="uq_chain_attempts_address_nonce_number"
        ),
    )
    op.create_table(
        "chain_positions",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.String(length=66), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_chain_positions"),
    )


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=42), nullable=False),
        sa.Column("recipient", sa.String(length=42), nullable=False),
        sa.Column("value", sa.String(length=78), nullable=False),
        sa.Column("valid_after", sa.String(length=78), nullable=False),
        sa.Column("valid_before", sa.String(length=78), nullable=False),
        sa.Column("nonce", sa.String(length=66), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tx_id", sa.String(length=64), nullable=False),
        sa.Column("tx_hash", sa.String(length=66)),
        sa.Column("used_in", sa.String(length=66)),
        sa.Column("reason", sa.String(length=500)),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
        sa.UniqueConstraint("sender", "nonce", name="uq_transfers_sender_nonce"),
    )
    op.create_index("ix_transfers_used_in", "transfers", ["used_in"])
    op.create_index("ix_transfers_state", "transfers", ["state"])


def _redemptions() -> None:
    op.create_table(
        "redemptions",
        sa.Column("position", serial(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=42), nullable=False),
        sa.Column("nonce", sa.String(length=66), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("payout_hash", sa.String(length=66), nullable=False),
        sa.Column("deadline", sa.String(length=78)),
        sa.Column("payout_account", sa.Text()),
        sa.Column("payout_name", sa.Text()),
        sa.Column("payout_reference", sa.Text()),
        sa.Column("payout_salt", sa.String(length=66)),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500)),
        sa.Column("alarm", sa.String(length=500)),
        sa.Column("tx_id", sa.String(length=64)),
        sa.Column("burn_event", sa.String(length=200)),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_redemptions"),
        sa.UniqueConstraint("id", name="uq_redemptions_id"),
        sa.UniqueConstraint("end_to_end_id", name="uq_redemptions_end_to_end_id"),
        sa.UniqueConstraint("holder", "nonce", name="uq_redemptions_holder_nonce"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_redemptions_amount_positive")),
        sa.CheckConstraint(
            "fee >= 0 AND fee <= amount", name=op.f("ck_redemptions_fee_within_amount")
        ),
    )
    op.create_index("ix_redemptions_state", "redemptions", ["state", "position"])


def _payouts() -> None:
    op.create_table(
        "payout_files",
        sa.Column("message_id", sa.String(length=35), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("execution_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64)),
        sa.Column("location", sa.Text()),
        sa.Column("problem", sa.Text()),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_payout_files"),
    )
    op.create_table(
        "payouts",
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("message_id", sa.String(length=35), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("end_to_end_id", name="pk_payouts"),
        sa.ForeignKeyConstraint(
            ["end_to_end_id"], ["redemptions.end_to_end_id"], name="fk_payouts_end_to_end_id"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["payout_files.message_id"], name="fk_payouts_message_id"
        ),
    )
    op.create_index("ix_payouts_message_id", "payouts", ["message_id"])


def _inbox() -> None:
    op.create_table(
        "bank_documents",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("received_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_documents"),
    )

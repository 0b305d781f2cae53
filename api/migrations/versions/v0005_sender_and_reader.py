"""Migrations: attempts, lanes, and the blocks that were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.migrations.types import moment, serial

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Fees of attempts, the gas that an owner knows, blocks, incidents, alarms, adopted issues."""
    op.add_column("chain_transactions", sa.Column("gas", sa.BigInteger()))
    op.add_column("chain_attempts", sa.Column("gas", sa.BigInteger()))
    op.add_column("chain_attempts", sa.Column("max_fee", sa.String(length=78)))
    op.add_column("chain_attempts", sa.Column("tip", sa.String(length=78)))
    op.add_column("chain_attempts", sa.Column("at_block", sa.BigInteger()))
    op.add_column("chain_attempts", sa.Column("no_op", sa.Boolean()))
    op.create_index("ix_chain_attempts_address_nonce", "chain_attempts", ["address", "nonce"])
    op.add_column("deposits", sa.Column("batch_limit", sa.Integer()))
    _blocks()
    op.create_table(
        "chain_alarms",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_chain_alarms"),
    )
    op.create_table(
        "chain_strangers",
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("address", sa.String(length=42), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("tx_hash", sa.String(length=66), nullable=False),
        sa.Column("to_address", sa.String(length=42)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seen_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chain_strangers"),
    )
    op.create_index("ix_chain_strangers_address_state", "chain_strangers", ["address", "state"])
    op.create_table(
        "adopted_issues",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("reference", sa.LargeBinary(length=16), nullable=False),
        sa.Column("holder", sa.String(length=42), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=100)),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("block_time", moment(), nullable=False),
        sa.Column("deposit_id", sa.String(length=64)),
        sa.PrimaryKeyConstraint("number", name="pk_adopted_issues"),
        sa.UniqueConstraint("event_id", name="uq_adopted_issues_event_id"),
    )
    op.create_index("ix_adopted_issues_reference", "adopted_issues", ["reference"])


def _blocks() -> None:
    op.create_table(
        "chain_blocks",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("hash", sa.String(length=66), nullable=False),
        sa.Column("parent_hash", sa.String(length=66), nullable=False),
        sa.Column("time", moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_chain_blocks"),
    )
    op.create_table(
        "chain_incidents",
        sa.Column("number", serial(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("noticed_at", moment(), nullable=False),
        sa.Column("fork_block", sa.BigInteger(), nullable=False),
        sa.Column("fork_hash", sa.String(length=66), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("from_hash", sa.String(length=66), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=False),
        sa.Column("to_hash", sa.String(length=66), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_chain_incidents"),
    )

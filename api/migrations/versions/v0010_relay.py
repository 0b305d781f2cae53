"""Migrations: signed messages that travel together, and old idempotency keys that can be found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.migrations.types import moment, serial

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; orders that were queued one by one before end as they began."""
    _batches()
    _entries()
    with op.batch_alter_table("transfers") as table:
        table.alter_column("tx_id", existing_type=sa.String(64), nullable=True)
    op.create_index(
        "ix_idempotency_keys_started_at", "idempotency_keys", ["started_at"], unique=False
    )


def _batches() -> None:
    op.create_table(
        "relay_batches",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("tx_id", sa.String(64), nullable=False),
        sa.Column("parent", sa.String(64)),
        sa.Column("reason", sa.String(500)),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_relay_batches"),
        sa.UniqueConstraint("tx_id", name="uq_relay_batches_tx_id"),
        sa.CheckConstraint("size > 0", name=op.f("ck_relay_batches_size_positive")),
    )
    op.create_index("ix_relay_batches_state", "relay_batches", ["state", "created_at"])


def _entries() -> None:
    op.create_table(
        "relay_entries",
        sa.Column("position", serial(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("signer", sa.String(42), nullable=False),
        sa.Column("nonce", sa.String(66), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("gas", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("batch", sa.String(64)),
        sa.Column("place", sa.Integer()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("not_before", moment()),
        sa.Column("reason", sa.String(500)),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_relay_entries"),
        sa.UniqueConstraint("subject", name="uq_relay_entries_subject"),
        sa.ForeignKeyConstraint(["batch"], ["relay_batches.id"], name="fk_relay_entries_batch"),
        sa.CheckConstraint(
            "state <> 'BATCHED' OR batch IS NOT NULL",
            name=op.f("ck_relay_entries_batched_in_a_batch"),
        ),
    )
    op.create_index("ix_relay_entries_state", "relay_entries", ["state", "kind", "position"])
    op.create_index("ix_relay_entries_batch", "relay_entries", ["batch", "place"])

"""Migrations: the first tables: kernel, access, ledger, statements, links and deposits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.migrations.types import append_only, moment, serial

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _kernel()
    _access()
    _ledger()
    _statement_files()
    _bank_lines()
    _links()
    _deposits()


def _where(condition: str) -> dict[str, Any]:
    """A partial index, in both stores' words."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _kernel() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )


def _access() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.String(length=128), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=False),
        sa.Column("started_at", moment(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("body", sa.Text()),
        sa.Column("finished_at", moment()),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotency_keys"),
        sa.UniqueConstraint("claim", name="uq_idempotency_keys_claim"),
    )


def _ledger() -> None:
    op.create_table(
        "postings",
        sa.Column("number", serial(), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("debit", sa.String(length=16), nullable=False),
        sa.Column("credit", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_postings_amount_positive")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_postings_two_accounts")),
        sa.PrimaryKeyConstraint("number", name="pk_postings"),
        sa.UniqueConstraint("event_id", name="uq_postings_event_id"),
    )
    op.create_index("ix_postings_about", "postings", ["about"])
    append_only("postings")


def _statement_files() -> None:
    op.create_table(
        "statement_files",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("conflicting", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("adds_up", sa.Boolean()),
        sa.Column("taken_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statement_files"),
        sa.UniqueConstraint("sha256", name="uq_statement_files_sha256"),
    )
    op.create_table(
        "statement_problems",
        sa.Column("number", serial(), nullable=False),
        sa.Column("file_id", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["statement_files.id"], name="fk_statement_problems_file_id"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_statement_problems"),
        sa.UniqueConstraint(
            "file_id", "statement", "line", name="uq_statement_problems_file_id_statement_line"
        ),
    )


def _bank_lines() -> None:
    op.create_table(
        "bank_lines",
        sa.Column("position", serial(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date()),
        sa.Column("end_to_end_id", sa.Text()),
        sa.Column("structured_reference", sa.Text()),
        sa.Column("payer_account", sa.Text()),
        sa.Column("payer_name", sa.Text()),
        sa.Column("payee_account", sa.Text()),
        sa.Column("remittance", sa.Text()),
        sa.Column("reversal", sa.Boolean(), nullable=False),
        sa.Column("return_reason", sa.Text()),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("explained_by", sa.String(length=32)),
        sa.Column("explained_ref", sa.String(length=200)),
        sa.Column("explained_at", moment()),
        sa.Column("stored_at", moment(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bank_lines_amount_positive")),
        sa.ForeignKeyConstraint(["file_id"], ["statement_files.id"], name="fk_bank_lines_file_id"),
        sa.PrimaryKeyConstraint("position", name="pk_bank_lines"),
        sa.UniqueConstraint("id", name="uq_bank_lines_id"),
    )
    op.create_index("ix_bank_lines_file_id", "bank_lines", ["file_id"])
    op.create_index(
        "ix_bank_lines_waiting",
        "bank_lines",
        ["direction", "position"],
        **_where("state = 'STORED'"),
    )
    op.create_index(
        "uq_bank_lines_account_bank_id",
        "bank_lines",
        ["account", "bank_id"],
        unique=True,
        **_where("state <> 'CONFLICTING'"),
    )


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("wallet", sa.String(length=42), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("deposit_reference", sa.String(length=25), nullable=False),
        sa.Column("tier", sa.Integer()),
        sa.Column("reason", sa.Text()),
        sa.Column("tx_id", sa.String(length=64)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('CONFIRMED', 'ACTIVE') OR tier IS NOT NULL",
            name=op.f("ck_links_live_has_tier"),
        ),
        sa.CheckConstraint("tier BETWEEN 0 AND 5", name=op.f("ck_links_tier_known")),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("deposit_reference", name="uq_links_deposit_reference"),
        sa.UniqueConstraint("number", name="uq_links_number"),
    )
    op.create_index(
        "uq_links_live_account",
        "links",
        ["account"],
        unique=True,
        **_where("state IN ('CONFIRMED', 'ACTIVE')"),
    )
    op.create_index(
        "uq_links_live_wallet",
        "links",
        ["wallet"],
        unique=True,
        **_where("state IN ('CONFIRMED', 'ACTIVE')"),
    )
    op.create_index("uq_links_wallet_nonce", "links", ["wallet", "nonce"], unique=True)


def _deposits() -> None:
    op.create_table(
        "deposits",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.LargeBinary(length=16), nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("link_id", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=42), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("waiting_for", sa.String(length=16)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=64)),
        sa.Column("tx_id", sa.String(length=64)),
        sa.Column("event_id", sa.String(length=200)),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_deposits_amount_positive")),
        sa.CheckConstraint("number > 0", name=op.f("ck_deposits_number_positive")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_lines.id"], name="fk_deposits_line_id"),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_deposits_link_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deposits"),
        sa.UniqueConstraint("event_id", name="uq_deposits_event_id"),
        sa.UniqueConstraint("number", name="uq_deposits_number"),
    )
    op.create_index("ix_deposits_batch", "deposits", ["batch"])
    op.create_index("ix_deposits_link_id", "deposits", ["link_id"])
    op.create_index("ix_deposits_state_number", "deposits", ["state", "number"])
    op.create_index(
        "uq_deposits_line_id", "deposits", ["line_id"], unique=True, **_where("state <> 'REFUSED'")
    )

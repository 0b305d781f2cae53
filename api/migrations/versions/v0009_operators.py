"""Migrations: who decided what, and who agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.migrations.types import append_only, moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_FIXED = (
    *("number", "id", "action", "subject", "parameters", "digest"),
    *("reason", "maker", "made_at", "expires_at"),
)
"""What of a proposal never changes."""


def upgrade() -> None:
    """Make the tables, and let the store itself guard them."""
    _proposals()
    _operator_actions()
    _decided_once()
    append_only("operator_actions")


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("maker", sa.String(length=64), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("checker", sa.String(length=64)),
        sa.Column("decided_at", moment()),
        sa.Column("result", sa.Text()),
        sa.CheckConstraint(
            "checker IS NULL OR checker <> maker", name=op.f("ck_proposals_two_persons")
        ),
        sa.CheckConstraint(
            "(state IN ('APPROVED', 'DECLINED')) = (checker IS NOT NULL)",
            name=op.f("ck_proposals_decided_by_checker"),
        ),
        sa.PrimaryKeyConstraint("number", name="pk_proposals"),
        sa.UniqueConstraint("id", name="uq_proposals_id"),
    )
    still_open = sa.text("state = 'PROPOSED'")
    op.create_index(
        "uq_proposals_digest",
        "proposals",
        ["digest"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("ix_proposals_subject", "proposals", ["subject"])
    op.create_index("ix_proposals_state_number", "proposals", ["state", "number"])


def _operator_actions() -> None:
    op.create_table(
        "operator_actions",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.String(length=64)),
        sa.Column("result", sa.Text()),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name="fk_operator_actions_proposal_id"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_operator_actions"),
        sa.UniqueConstraint("hash", name="uq_operator_actions_hash"),
        sa.UniqueConstraint("previous", name="uq_operator_actions_previous"),
    )
    op.create_index("ix_operator_actions_subject", "operator_actions", ["subject"])
    op.create_index("ix_operator_actions_proposal_id", "operator_actions", ["proposal_id"])


def _decided_once() -> None:
    """A proposal's words never change, and it is decided once; none is deleted."""
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _FIXED)
        op.execute(
            f"CREATE TRIGGER proposals_decided_once BEFORE UPDATE ON proposals "
            f"WHEN OLD.state <> 'PROPOSED' OR {changed} "
            f"BEGIN SELECT RAISE(ABORT, 'a proposal is decided once and never changed'); END"
        )
        op.execute(
            "CREATE TRIGGER proposals_no_delete BEFORE DELETE ON proposals "
            "BEGIN SELECT RAISE(ABORT, 'proposals are kept'); END"
        )
        return
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED)
    op.execute(
        "CREATE FUNCTION proposals_decided_once() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF OLD.state <> 'PROPOSED' OR {changed} THEN "
        "RAISE EXCEPTION 'a proposal is decided once and never changed'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER proposals_decided_once BEFORE UPDATE ON proposals "
        "FOR EACH ROW EXECUTE FUNCTION proposals_decided_once()"
    )
    op.execute(
        "CREATE FUNCTION proposals_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'proposals are kept'; END $$"
    )
    op.execute(
        "CREATE TRIGGER proposals_kept BEFORE DELETE OR TRUNCATE ON proposals "
        "FOR EACH STATEMENT EXECUTE FUNCTION proposals_kept()"
    )

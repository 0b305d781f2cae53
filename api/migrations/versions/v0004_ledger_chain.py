"""Migrations: the journal's hash chain, balances that the store keeps, proofs of reserve."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from api.migrations.types import append_only, moment, serial
from api.migrations.v0004_triggers import KEEP_ON_POSTGRES, KEEP_ON_SQLITE

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_GENESIS = hashlib.sha256(b"jiaozi journal 1").digest()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROWS_AT_ONCE = 5_000


def upgrade() -> None:
    """Make the tables, seal what is in the journal already, then let the store keep both."""
    _journal_tables()
    _differences()
    _proofs()
    _seal_what_is_there()
    append_only("journal_seals")
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in KEEP_ON_SQLITE if sqlite else KEEP_ON_POSTGRES:
        op.execute(statement)


def _journal_tables() -> None:
    op.create_table(
        "journal_seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("posting", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_journal_seals"),
        sa.UniqueConstraint("posting", name="uq_journal_seals_posting"),
    )
    op.create_table(
        "journal_head",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_journal_head"),
    )
    op.create_table(
        "balances",
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "minor >= 0 OR account NOT IN ('TOKENS', 'ISSUING', 'PAYOUTS', 'RETURNS')",
            name=op.f("ck_balances_never_negative"),
        ),
        sa.PrimaryKeyConstraint("account", "currency", name="pk_balances"),
    )


def _differences() -> None:
    op.create_table(
        "reserve_differences",
        sa.Column("number", serial(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("first_seen", moment(), nullable=False),
        sa.Column("last_seen", moment(), nullable=False),
        sa.Column("broke_at", moment()),
        sa.Column("ended_at", moment()),
        sa.Column("cleared_at", moment()),
        sa.Column("cleared_by", sa.String(length=64)),
        sa.Column("cleared_why", sa.Text()),
        sa.CheckConstraint(
            "cleared_at IS NULL OR ended_at IS NOT NULL",
            name=op.f("ck_reserve_differences_ended_before_cleared"),
        ),
        sa.PrimaryKeyConstraint("number", name="pk_reserve_differences"),
    )
    opened = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_reserve_differences_open",
        "reserve_differences",
        ["kind", "subject"],
        unique=True,
        sqlite_where=opened,
        postgresql_where=opened,
    )
    standing = sa.text("broke_at IS NOT NULL AND cleared_at IS NULL")
    op.create_index(
        "ix_reserve_differences_breaks",
        "reserve_differences",
        ["number"],
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _proofs() -> None:
    op.create_table(
        "proof_holders",
        sa.Column("holder", sa.String(length=42), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance > 0", name=op.f("ck_proof_holders_balance_positive")),
        sa.PrimaryKeyConstraint("holder", name="pk_proof_holders"),
    )
    op.create_table(
        "proof_cursors",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.String(length=66), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_proof_cursors"),
    )
    op.create_table(
        "reserve_proofs",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tx_hash", sa.String(length=66), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("published_at", moment()),
        sa.PrimaryKeyConstraint("day", name="pk_reserve_proofs"),
    )
    op.create_table(
        "reserve_proof_leaves",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=42), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["day"], ["reserve_proofs.day"], name="fk_reserve_proof_leaves_day"
        ),
        sa.PrimaryKeyConstraint("day", "position", name="pk_reserve_proof_leaves"),
        sa.UniqueConstraint("day", "holder", name="uq_reserve_proof_leaves_day_holder"),
    )


def _seal_what_is_there() -> None:
    connection = op.get_bind()
    seals = sa.table("journal_seals", sa.column("number"), sa.column("posting"), sa.column("hash"))
    head, number = _GENESIS, 0
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    after = 0
    while rows := connection.execute(_postings_after(after)).all():
        after = rows[-1].number
        sealed = []
        for row in rows:
            number += 1
            head = hashlib.sha256(head + _canonical(number, row)).digest()
            sealed.append({"number": number, "posting": row.number, "hash": head})
            for account, side in ((row.debit, 1), (row.credit, -1)):
                sums[account, row.currency] += (side if account == "RESERVE" else -side) * (
                    row.amount
                )
        connection.execute(sa.insert(seals), sealed)
    _keep(connection, number, head, sums)


def _postings_after(number: int) -> sa.Select[Any]:
    names = ("number", "event_id", "kind", "debit", "credit", "amount", "currency", "about")
    postings = sa.table("postings", *map(sa.column, names), sa.column("at", moment()))
    wanted = sa.select(postings).where(postings.c.number > number)
    return wanted.order_by(postings.c.number).limit(_ROWS_AT_ONCE)


def _canonical(number: int, row: Any) -> bytes:
    at = datetime.fromisoformat(row.at) if isinstance(row.at, str) else row.at
    words = (row.event_id, row.kind, row.debit, row.credit, row.currency, row.about)
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    text = f"{number}:{row.number}:{row.amount}:{micros}:"
    return (text + "".join(f"{len(word)}:{word}" for word in words)).encode()


def _keep(
    connection: sa.Connection, number: int, head: bytes, sums: dict[tuple[str, str], int]
) -> None:
    table = sa.table("journal_head", sa.column("name"), sa.column("number"), sa.column("hash"))
    connection.execute(sa.insert(table), [{"name": "journal", "number": number, "hash": head}])
    accounts = ("RESERVE", "TOKENS", "ISSUING", "PAYOUTS", "RETURNS", "UNMATCHED", "OWN_FUNDS")
    every = {(each, currency): 0 for _, currency in sums for each in (*accounts, "RECALLED")}
    if sums:
        kept = sa.table("balances", sa.column("account"), sa.column("currency"), sa.column("minor"))
        connection.execute(
            sa.insert(kept),
            [
                {"account": account, "currency": currency, "minor": minor}
                for (account, currency), minor in (every | sums).items()
            ],
        )

"""Tests of the audit: what somebody with rights over the database could do to it, case by case.

Triggers and foreign keys are put aside first, as such a person would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    delete,
    insert,
    select,
    text,
    update,
)

from api.migrations.schema import metadata

__all__ = ["CASES", "DAY", "Case", "bypass_guards", "double", "edit", "remove", "shift"]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """One way to tamper, and where the auditor must point: table, row and column."""

    name: str
    table: str
    act: Callable[[Connection, Table, Row[Any]], None]
    field: str
    where: str = "1 = 1"
    key: Sequence[str] = ("id",)
    order: str = ""
    points_at: str = ""
    """Another table than the one that was changed, with `key` read from the changed row."""
    at: str | Callable[[Row[Any]], str] = ""
    """The key of the row that is pointed at, where no columns of the changed row are it."""
    suffix: str = ""

    def target(self, connection: Connection) -> Row[Any]:
        """The row that is tampered with."""
        table = metadata.tables[self.table]
        order = text(self.order) if self.order else next(iter(table.primary_key.columns))
        row = connection.execute(
            select(table).where(text(self.where)).order_by(order).limit(1)
        ).one_or_none()
        assert row is not None, f"the play has no {self.table} where {self.where}"
        return row

    def row_key(self, row: Row[Any]) -> str:
        """How a finding names that row."""
        if callable(self.at):
            return self.at(row)
        return self.at or " ".join(str(row._mapping[name]) for name in self.key) + self.suffix


def bypass_guards(connection: Connection) -> None:
    """Put triggers, checks of references and the like aside for this connection."""
    connection.execute(text("DROP INDEX uq_deposits_line_id"))
    if connection.dialect.name == "sqlite":
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for (name,) in triggers.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        return
    connection.execute(text("SET session_replication_role = replica"))
    checks = connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        )
    )
    for table, name in checks.all():
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))


def _same(table: Table, row: Row[Any]) -> ColumnElement[bool]:
    return and_(*(column == row._mapping[column.name] for column in table.primary_key.columns))


def edit(**values: Any) -> Callable[[Connection, Table, Row[Any]], None]:
    """Change columns; a function of the row gives the new value."""

    def act(connection: Connection, table: Table, row: Row[Any]) -> None:
        new = {n: v(row) if callable(v) else v for n, v in values.items()}
        assert any(row._mapping[name] != value for name, value in new.items())
        connection.execute(update(table).where(_same(table, row)).values(new))

    return act


def remove(connection: Connection, table: Table, row: Row[Any]) -> None:
    """Delete the row."""
    connection.execute(delete(table).where(_same(table, row)))


def double(**values: Any) -> Callable[[Connection, Table, Row[Any]], None]:
    """Add the row once more, with these columns other than in the first."""

    def act(connection: Connection, table: Table, row: Row[Any]) -> None:
        new: Mapping[str, Any] = {n: v(row) if callable(v) else v for n, v in values.items()}
        connection.execute(insert(table).values(dict(row._mapping) | dict(new)))

    return act


def shift(column: str, by: timedelta = -DAY) -> Callable[[Connection, Table, Row[Any]], None]:
    """Move a row in time."""
    return edit(**{column: lambda row: row._mapping[column] + by})


def _flip(raw: bytes) -> bytes:
    return bytes(raw[:-1]) + bytes([raw[-1] ^ 1])


_OTHER = "0x" + "ab" * 32
_STRANGER = "0x00000000000000000000000000000000DeaDBeef"
_ATTEMPT = ("tx_id", "number")
_NUMBER = ("number",)
_E2E = ("end_to_end_id",)
_MESSAGE = ("message_id",)

CASES: tuple[Case, ...] = (
    # statement lines
    Case("amount", "bank_lines", edit(amount=lambda r: r.amount + 1), "amount"),
    Case("payer", "bank_lines", edit(payer_account="DE00"), "payer_account"),
    Case("direction", "bank_lines", edit(direction="DEBIT"), "direction"),
    Case("deleted", "bank_lines", remove, "row", "state = 'STORED'"),
    Case("set aside", "bank_lines", edit(state="SET_ASIDE"), "state", "state = 'STORED'"),
    Case("deleted, and had a deposit", "bank_lines", remove, "row", "state = 'EXPLAINED'"),
    Case(
        "doubled",
        "bank_lines",
        double(position=9_999, id="line_x", bank_id="forged"),
        "row",
        at="line_x",
    ),
    Case("booked earlier", "bank_lines", shift("booked_on"), "booked_on"),
    Case("stored earlier", "bank_lines", shift("stored_at"), "stored_at"),
    Case(
        "set to waiting",
        "bank_lines",
        edit(state="STORED", explained_by=None, explained_ref=None),
        "state",
        "explained_by = 'deposits' AND state = 'EXPLAINED'",
    ),
    Case(
        "explained by another",
        "bank_lines",
        edit(explained_ref="deposit_x"),
        "explained_ref",
        "state = 'EXPLAINED'",
    ),
    Case(
        "claimed by nobody",
        "bank_lines",
        edit(state="CLAIMED"),
        "state",
        "explained_by = 'deposits' AND state = 'EXPLAINED'",
    ),
    Case(
        "a claim that is a cost",
        "bank_lines",
        edit(state="EXPLAINED", explained_ref="cost"),
        "state",
        "state = 'CLAIMED'",
    ),
    Case("of another file", "bank_lines", edit(file_id="statement_x"), "file_id"),
    # statement files and documents
    Case("lines", "statement_files", edit(lines=lambda r: r.lines + 1), "lines"),
    Case("digest", "statement_files", edit(sha256="0" * 64), "sha256"),
    Case("deleted", "statement_files", remove, "row"),
    Case("digest", "bank_documents", edit(sha256="0" * 64), "sha256"),
    Case("kind", "bank_documents", edit(kind="pain.002"), "kind", "kind = 'camt.053'"),
    Case("deleted", "bank_documents", remove, "row", "kind = 'pain.002'", key=("sha256",)),
    # deposits
    Case("amount", "deposits", edit(amount=lambda r: r.amount * 10), "amount", key=_NUMBER),
    Case("holder", "deposits", edit(holder=_STRANGER), "holder", key=_NUMBER),
    Case("reference", "deposits", edit(reference=b"x" * 16), "reference", key=_NUMBER),
    Case("deleted", "deposits", remove, "row", "state = 'ISSUED'", key=_NUMBER),
    Case(
        "deleted while held",
        "deposits",
        remove,
        "explained_ref",
        "state = 'HELD'",
        key=("line_id",),
        points_at="bank_lines",
    ),
    Case(
        "doubled",
        "deposits",
        double(id="deposit_x", number=99, event_id=None, state="QUEUED"),
        "line_id",
        "state = 'ISSUED'",
        at="99",
    ),
    Case(
        "issued earlier",
        "deposits",
        shift("updated_at"),
        "updated_at",
        "state = 'ISSUED'",
        key=_NUMBER,
    ),
    Case(
        "held one issued", "deposits", edit(state="ISSUED"), "state", "state = 'HELD'", key=_NUMBER
    ),
    Case(
        "issued one queued",
        "deposits",
        edit(state="QUEUED", event_id=None),
        "state",
        "state = 'ISSUED'",
        key=_NUMBER,
    ),
    Case(
        "refused one issued",
        "deposits",
        edit(state="ISSUED"),
        "state",
        "state = 'REFUSED'",
        key=_NUMBER,
    ),
    # the journal
    Case("amount", "postings", edit(amount=lambda r: r.amount + 1), "amount", key=_NUMBER),
    Case(
        "turned around",
        "postings",
        edit(debit=lambda r: r.credit, credit=lambda r: r.debit),
        "debit",
        key=_NUMBER,
    ),
    Case("deleted", "postings", remove, "row", key=("event_id",)),
    Case("doubled", "postings", double(number=9_999, event_id="deposit:x"), "row", at="9999"),
    Case("earlier", "postings", shift("at"), "at", "kind = 'issued'", key=_NUMBER),
    Case(
        "about another",
        "postings",
        edit(about="deposit_x"),
        "about",
        "kind = 'issued'",
        key=_NUMBER,
    ),
    Case("hash", "journal_seals", edit(hash=lambda r: _flip(r.hash)), "hash", key=_NUMBER),
    Case("deleted", "journal_seals", remove, "row", key=_NUMBER),
    Case("head", "journal_head", edit(number=lambda r: r.number - 1), "number", key=("name",)),
    Case(
        "sum", "balances", edit(minor=lambda r: r.minor + 1), "minor", key=("account", "currency")
    ),
    Case("deleted", "balances", remove, "minor", "account = 'TOKENS'", key=("account", "currency")),
    # what was signed and sent
    Case("end", "chain_transactions", edit(state="REVERTED"), "state", "state = 'DONE'"),
    Case("never ended", "chain_transactions", edit(state="QUEUED"), "state", "state = 'DONE'"),
    Case("deleted", "chain_transactions", remove, "row", "purpose = 'issue'"),
    Case(
        "data",
        "chain_transactions",
        edit(data=b"\x01"),
        "raw",
        "purpose = 'issue'",
        points_at="chain_attempts",
        suffix=" 1",
    ),
    Case("earlier", "chain_transactions", shift("created_at"), "created_at", order="number DESC"),
    Case("nonce", "chain_attempts", edit(nonce=77), "nonce", key=_ATTEMPT),
    Case("bytes", "chain_attempts", edit(raw=lambda r: _flip(r.raw)), "tx_hash", key=_ATTEMPT),
    Case("hash", "chain_attempts", edit(tx_hash=_OTHER), "tx_hash", key=_ATTEMPT),
    Case("address", "chain_attempts", edit(address=_STRANGER), "address", key=_ATTEMPT),
    Case(
        "deleted",
        "chain_attempts",
        remove,
        "state",
        points_at="chain_transactions",
        key=("tx_id",),
    ),
    Case(
        "doubled",
        "chain_attempts",
        double(tx_id="tx_x", nonce=99, tx_hash=_OTHER),
        "tx_id",
        at="tx_x 1",
    ),
    Case(
        "behind",
        "chain_positions",
        edit(block_number=lambda r: r.block_number // 2),
        "block_number",
        key=("name",),
    ),
    Case("hash", "chain_positions", edit(block_hash=_OTHER), "block_hash", key=("name",)),
    # redemptions and payouts
    Case("amount", "redemptions", edit(amount=lambda r: r.amount + 1), "amount"),
    Case("account", "redemptions", edit(payout_account="DE00"), "payout_hash"),
    Case("holder", "redemptions", edit(holder=_STRANGER), "end_to_end_id"),
    Case("deleted", "redemptions", remove, "row", key=_E2E),
    Case("settled by nobody", "redemptions", edit(state="SETTLED"), "state", "state = 'SUBMITTED'"),
    Case("not returned", "redemptions", edit(state="REJECTED"), "state", "state = 'RETURNED'"),
    Case(
        "returned earlier", "redemptions", shift("changed_at"), "changed_at", "state = 'RETURNED'"
    ),
    Case("digest", "payout_files", edit(sha256="0" * 64), "sha256", key=_MESSAGE),
    Case("earlier", "payout_files", shift("created_at"), "created_at", key=_MESSAGE),
    Case("deleted", "payout_files", remove, "row", key=_MESSAGE),
    Case("doubled", "payout_files", double(message_id="JZMforged"), "row", at="JZMforged"),
    Case(
        "withdrawn",
        "payout_files",
        edit(state="WITHDRAWN"),
        "state",
        "state = 'SUBMITTED'",
        key=_MESSAGE,
    ),
    Case(
        "let go", "payout_files", edit(state="SAVED"), "state", "state = 'WITHDRAWN'", key=_MESSAGE
    ),
    Case("deleted", "payments", remove, "row", key=_E2E),
    Case("amount", "payments", edit(amount=lambda r: r.amount + 1), "amount", key=_E2E),
    Case("total", "payout_files", edit(total=lambda r: r.total + 1), "total", key=_MESSAGE),
    Case("of another file", "payments", edit(message_id="JZMother"), "row", key=_E2E),
    # holders
    Case("tier", "links", edit(tier=5), "tier"),
    Case("account", "links", edit(account="DE00", virtual_account=None), "account"),
    Case("wallet", "links", edit(wallet=_STRANGER), "tier"),
    Case("reference", "links", edit(deposit_reference="RF00X"), "deposit_reference"),
    Case("deleted", "links", remove, "row"),
    Case("active earlier", "links", shift("updated_at"), "updated_at"),
    Case("value", "transfers", edit(value=lambda r: r.value * 2), "signature"),
    Case("undone", "transfers", edit(state="FAILED"), "state"),
    Case("moved earlier", "transfers", shift("changed_at"), "changed_at"),
    Case("deleted", "transfers", remove, "row"),
    # operators and counters
    Case("set back", "counters", edit(last=1), "last", "name = 'deposit'", key=("name",)),
    Case("maker", "proposals", edit(maker="cleo"), "maker"),
    Case("one person", "proposals", edit(checker="ada"), "checker", "state = 'APPROVED'"),
    Case("parameters", "proposals", edit(parameters='{"x":1}'), "parameters"),
    Case(
        "approved by nobody",
        "proposals",
        edit(state="APPROVED", checker="cleo"),
        "state",
        "state = 'PROPOSED'",
    ),
    Case("deleted", "proposals", remove, "row"),
    Case("reason", "operator_actions", edit(reason="none"), "hash", key=_NUMBER),
    Case("earlier", "operator_actions", shift("at"), "hash", key=_NUMBER),
    Case("deleted", "operator_actions", remove, "row", key=_NUMBER),
    Case(
        "doubled",
        "operator_actions",
        double(number=99, previous="1" * 64, hash="2" * 64),
        "row",
        at="48",
    ),
)
"""Every case; a name says what was done to the table's row."""

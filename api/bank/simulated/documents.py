"""Bank: the simulated bank's pigeonhole, where its documents wait until they are acknowledged."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from api.bank.port import BankDocument, BankPaper, BankRefused, DocumentKind

__all__ = ["Paper", "acknowledge", "naming", "passed", "put", "unacknowledged"]


@dataclass(frozen=True, slots=True)
class Paper:
    """One file that passed between the bridge and the bank; `taken` once the bridge has it."""

    kind: str
    content: bytes
    taken: bool


def put(
    connection: sqlite3.Connection,
    kind: DocumentKind,
    content: bytes,
    not_before: datetime | None = None,
) -> str:
    """Lay a document ready, perhaps only from a time on, and return its id."""
    sequence = connection.execute(
        "INSERT INTO documents (kind, content, not_before) VALUES (?, ?, ?) RETURNING sequence",
        (kind, content, None if not_before is None else not_before.isoformat()),
    ).fetchone()[0]
    return _id(kind, sequence)


def unacknowledged(connection: sqlite3.Connection, now: datetime) -> list[BankDocument]:
    """What was laid ready by now and not acknowledged, oldest first."""
    rows = connection.execute(
        "SELECT sequence, kind, content, not_before FROM documents WHERE acknowledged_at IS NULL"
        " ORDER BY sequence"
    ).fetchall()
    return [
        BankDocument(_id(r["kind"], r["sequence"]), r["kind"], r["content"])
        for r in rows
        if _is_due(r, now)
    ]


def passed(connection: sqlite3.Connection, known: Container[str], now: datetime) -> list[BankPaper]:
    """Orders, then what was laid ready by now, but for the `known`; the contents are read once."""
    orders = connection.execute("SELECT message_id FROM orders ORDER BY received_at").fetchall()
    laid = connection.execute(
        "SELECT sequence, kind, not_before FROM documents ORDER BY sequence"
    ).fetchall()
    wanted = [
        (f"order-{row['message_id']}", "orders", "message_id", row["message_id"]) for row in orders
    ] + [
        (_id(row["kind"], row["sequence"]), "documents", "sequence", row["sequence"])
        for row in laid
        if _is_due(row, now)
    ]
    found = []
    for paper, table, column, key in wanted:
        if paper not in known:
            query = f"SELECT content FROM {table} WHERE {column} = ?"  # noqa: S608 - names of ours
            content = bytes(connection.execute(query, (key,)).fetchone()[0])
            found.append(BankPaper(paper, len(content), partial(io.BytesIO, content)))
    return found


def _is_due(row: sqlite3.Row, now: datetime) -> bool:
    return row["not_before"] is None or datetime.fromisoformat(row["not_before"]) <= now


def acknowledge(connection: sqlite3.Connection, document_id: str, now: datetime) -> None:
    """Note the first acknowledgement; further ones change nothing."""
    kind, _, written = document_id.rpartition("-")
    sequence = int(written) if written.isascii() and written.isdigit() else -1
    row = connection.execute(
        "SELECT kind FROM documents WHERE sequence = ?", (sequence,)
    ).fetchone()
    if row is None or _id(kind, sequence) != document_id or row["kind"] != kind:
        raise BankRefused(
            "The bank has no such document.", remedy="Acknowledge only what was collected."
        )
    connection.execute(
        "UPDATE documents SET acknowledged_at = ? WHERE sequence = ? AND acknowledged_at IS NULL",
        (now.isoformat(), sequence),
    )


def naming(connection: sqlite3.Connection, end_to_end_id: str) -> list[Paper]:
    """Orders, then documents, that contain this id."""
    orders = connection.execute("SELECT 'pain.001' AS kind, content, 1 AS taken FROM orders")
    laid = connection.execute(
        "SELECT kind, content, acknowledged_at IS NOT NULL AS taken"
        " FROM documents ORDER BY sequence"
    )
    wanted = f">{end_to_end_id}<".encode()
    return [
        Paper(row["kind"], row["content"], bool(row["taken"]))
        for row in (*orders, *laid)
        if wanted in row["content"]
    ]


def _id(kind: str, sequence: int) -> str:
    return f"{kind}-{sequence:08d}"

"""Inbox: the table of the bank's documents. A row stands before the bank is told «received»."""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, Text, func, select, update

from api.inbox.model import TRANSITIONS, DocumentState, Received
from api.kernel.database import UtcDateTime, insert_new, metadata
from api.kernel.errors import Conflict

__all__ = ["acknowledge", "add", "bank_documents", "count_by_state", "find"]

bank_documents = Table(
    "bank_documents",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("received_at", UtcDateTime, nullable=False),
)


def add(connection: Connection, received: Received) -> None:
    """Remember a document; a second time changes nothing."""
    row = {
        "id": received.id,
        "kind": received.kind,
        "sha256": received.sha256,
        "state": received.state.value,
        "reason": received.reason,
        "received_at": received.received_at,
    }
    insert_new(connection, bank_documents, [row], key="id")


def find(connection: Connection, document_id: str) -> Received | None:
    """A document that was dealt with before."""
    row = connection.execute(
        select(bank_documents).where(bank_documents.c.id == document_id)
    ).one_or_none()
    if row is None:
        return None
    return Received(
        id=row.id,
        kind=row.kind,
        sha256=row.sha256,
        state=DocumentState(row.state),
        reason=row.reason,
        received_at=row.received_at,
    )


def acknowledge(connection: Connection, document_id: str) -> None:
    """A person has looked at a refused document; nothing of it is taken all the same.

    Raises `Conflict` for one that is not refused, or not there.
    """
    changed = connection.execute(
        update(bank_documents)
        .where(
            bank_documents.c.id == document_id,
            bank_documents.c.state.in_(
                [state.value for state in TRANSITIONS.into(DocumentState.ACKNOWLEDGED)]
            ),
        )
        .values(state=DocumentState.ACKNOWLEDGED.value)
    ).rowcount
    if changed != 1:
        raise Conflict(
            f"No refused document of the bank is called {document_id}.",
            remedy="See the refused ones under status.",
            slug="document-not-refused",
        )


def count_by_state(connection: Connection) -> dict[DocumentState, int]:
    """How many documents were taken and refused."""
    rows = connection.execute(
        select(bank_documents.c.state, func.count()).group_by(bank_documents.c.state)
    )
    return {DocumentState(state): count for state, count in rows}

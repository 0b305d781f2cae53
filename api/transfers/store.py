"""Transfers: the table of relayed transfers. One row a holder and nonce."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
    update,
)

from api.kernel.database import UtcDateTime, Wei, insert_new, metadata
from api.kernel.errors import Broken
from api.kernel.ids import Address, TransferId, TxId
from api.transfers.model import TRANSITIONS, Transfer, TransferState
from wallet.typed_data import TransferAuthorization

__all__ = [
    "add",
    "change_state",
    "count_by_state",
    "ended",
    "find",
    "find_by_nonce",
    "find_used_in",
    "mark_sent",
    "note_use",
    "transfers",
]

transfers = Table(
    "transfers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sender", String(42), nullable=False),
    Column("recipient", String(42), nullable=False),
    Column("value", Wei, nullable=False),
    Column("valid_after", Wei, nullable=False),
    Column("valid_before", Wei, nullable=False),
    Column("nonce", String(66), nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tx_id", String(64)),
    Column("tx_hash", String(66)),
    Column("used_in", String(66)),
    Column("reason", String(500)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("sender", "nonce"),
    Index("ix_transfers_used_in", "used_in"),
    Index("ix_transfers_state", "state"),
)


def add(connection: Connection, transfer: Transfer) -> bool:
    """Store a new transfer; False when this holder's nonce is stored already."""
    order = transfer.order
    row = {
        "id": transfer.id,
        "sender": order.from_,
        "recipient": order.to,
        "value": order.value,
        "valid_after": order.valid_after,
        "valid_before": order.valid_before,
        "nonce": f"0x{order.nonce.hex()}",
        "signature": transfer.signature,
        "state": transfer.state.value,
        "tx_id": transfer.tx_id,
        "created_at": transfer.created_at,
        "changed_at": transfer.created_at,
    }
    return bool(insert_new(connection, transfers, [row], key="id"))


def find(connection: Connection, transfer_id: str) -> Transfer | None:
    """One transfer by its id."""
    return _one(connection, transfers.c.id == transfer_id)


def find_by_nonce(connection: Connection, sender: Address, nonce: bytes) -> Transfer | None:
    """The transfer of a holder with this nonce."""
    return _one(connection, transfers.c.sender == sender, transfers.c.nonce == f"0x{nonce.hex()}")


def find_used_in(
    connection: Connection, tx_hash: str, *, sender: Address, recipient: Address, value: int
) -> Transfer | None:
    """The open transfer whose authorization this transaction used, if it moved just this money."""
    return _one(
        connection,
        transfers.c.state != TransferState.FINAL.value,
        transfers.c.used_in == tx_hash,
        transfers.c.sender == sender,
        transfers.c.recipient == recipient,
        transfers.c.value == value,
    )


def note_use(connection: Connection, transfer: Transfer, tx_hash: str) -> None:
    """Write down which transaction used the authorization."""
    connection.execute(
        update(transfers).where(transfers.c.id == transfer.id).values(used_in=tx_hash)
    )


def change_state(
    connection: Connection,
    transfer: Transfer,
    after: TransferState,
    *,
    now: datetime,
    **values: Any,
) -> None:
    """Move a transfer on; raises `IllegalTransition`, or `Broken` when it moved meanwhile."""
    TRANSITIONS.check(transfer.state, after)
    changed = connection.execute(
        update(transfers)
        .where(transfers.c.id == transfer.id, transfers.c.state == transfer.state.value)
        .values(state=after.value, changed_at=now, **values)
    ).rowcount
    if changed != 1:
        raise Broken(
            f"Transfer {transfer.id} is no longer {transfer.state}.",
            remedy="Two workers are running. Stop one of them and start the other again.",
        )


def mark_sent(connection: Connection, ids: Collection[str], tx_hash: str, *, now: datetime) -> None:
    """A node has the transaction that holds these; those that have ended stay as they are."""
    TRANSITIONS.check(TransferState.RECEIVED, TransferState.SENT)
    unended = (TransferState.RECEIVED.value, TransferState.SENT.value)
    connection.execute(
        update(transfers)
        .where(transfers.c.id.in_(ids), transfers.c.state.in_(unended))
        .values(state=TransferState.SENT.value, tx_hash=tx_hash, changed_at=now)
    )


def ended(connection: Connection, ids: Collection[str]) -> list[str]:
    """Which of these are final or failed."""
    over = (TransferState.FINAL.value, TransferState.FAILED.value)
    rows = connection.execute(
        select(transfers.c.id).where(transfers.c.id.in_(ids), transfers.c.state.in_(over))
    )
    return list(rows.scalars())


def count_by_state(connection: Connection) -> dict[TransferState, int]:
    """How many transfers there are in each state."""
    rows = connection.execute(select(transfers.c.state, func.count()).group_by(transfers.c.state))
    return {TransferState(state): count for state, count in rows}


def _one(connection: Connection, *conditions: Any) -> Transfer | None:
    row = connection.execute(select(transfers).where(*conditions).limit(1)).one_or_none()
    return None if row is None else _transfer(row)


def _transfer(row: Row[Any]) -> Transfer:
    return Transfer(
        id=TransferId(row.id),
        order=TransferAuthorization(
            from_=Address(row.sender),
            to=Address(row.recipient),
            value=row.value,
            valid_after=row.valid_after,
            valid_before=row.valid_before,
            nonce=bytes.fromhex(row.nonce[2:]),
        ),
        signature=bytes(row.signature),
        state=TransferState(row.state),
        tx_id=row.tx_id and TxId(row.tx_id),
        tx_hash=row.tx_hash,
        reason=row.reason,
        created_at=row.created_at,
    )

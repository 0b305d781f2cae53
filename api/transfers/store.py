"""Transfers: the table of relayed transfers. One row a holder and nonce."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    select,
    update,
)

from api.kernel.database import UtcDateTime, Wei, insert_new, metadata
from api.kernel.errors import Broken
from api.kernel.ids import Address, TransferId, TxId
from api.kernel.many import among, execute_many, update_each
from api.transfers.model import TRANSITIONS, Transfer, TransferState
from wallet.typed_data import TransferAuthorization

__all__ = [
    "Use",
    "add_all",
    "change_state",
    "count_by_state",
    "end_used",
    "ended",
    "find",
    "find_by_nonce",
    "mark_sent",
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
_t = transfers.c
# made once: building a question costs as much as asking it
_BY_ID = select(transfers).where(_t.id == bindparam("id"))
_HELD = _BY_ID.with_for_update()
_BY_NONCE = select(transfers).where(
    _t.sender == bindparam("sender"), _t.nonce == bindparam("nonce")
)


class Use(NamedTuple):
    """A holder's nonce that a transaction used, and the one payment that it used it for."""

    tx_hash: str
    at: datetime
    sender: Address
    nonce: bytes
    recipient: Address
    value: int
    """In minor units."""


def add_all(connection: Connection, new: Sequence[Transfer]) -> set[str]:
    """Store new transfers; the ids of those whose holder's nonce was not stored already."""
    rows = [
        {
            "id": transfer.id,
            "sender": transfer.order.from_,
            "recipient": transfer.order.to,
            "value": transfer.order.value,
            "valid_after": transfer.order.valid_after,
            "valid_before": transfer.order.valid_before,
            "nonce": f"0x{transfer.order.nonce.hex()}",
            "signature": transfer.signature,
            "state": transfer.state.value,
            "tx_id": transfer.tx_id,
            "created_at": transfer.created_at,
            "changed_at": transfer.created_at,
        }
        for transfer in new
    ]
    return insert_new(connection, transfers, rows, key="id")


def find(connection: Connection, transfer_id: str, *, lock: bool = False) -> Transfer | None:
    """One transfer by its id; with `lock` nobody else moves it on until the transaction ends.

    SQLite has one writer at a time, so there it needs no lock.
    """
    row = connection.execute(_HELD if lock else _BY_ID, {"id": transfer_id}).one_or_none()
    return None if row is None else _transfer(row)


def find_by_nonce(connection: Connection, sender: Address, nonce: bytes) -> Transfer | None:
    """The transfer of a holder with this nonce."""
    given = {"sender": sender, "nonce": f"0x{nonce.hex()}"}
    row = connection.execute(_BY_NONCE, given).one_or_none()
    return None if row is None else _transfer(row)


def end_used(connection: Connection, uses: Sequence[Use]) -> None:
    """End the transfers that were carried out; the others whose nonce was used only note in which
    transaction: it carried out another message of their holder's.

    What is final already is written as it is: the chain tells of a nonce's use once.
    """
    rows = [
        {
            "sender": use.sender,
            "nonce": f"0x{use.nonce.hex()}",
            "recipient": use.recipient,
            "value": use.value,
            "tx_hash": use.tx_hash,
            "used_in": use.tx_hash,
            "changed_at": use.at,
        }
        for use in uses
    ]
    ended = update_each(
        connection,
        transfers,
        rows,
        by={"sender", "nonce", "recipient", "value"},
        shared={"state": TransferState.FINAL.value, "reason": None},
    )
    if ended < len(rows):
        noted = [{name: row[name] for name in ("sender", "nonce", "used_in")} for row in rows]
        update_each(connection, transfers, noted, by={"sender", "nonce"}, shared={})


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
            remedy="Two workers do one duty. Stop one of them and start the other again.",
        )


def mark_sent(connection: Connection, ids: Collection[str], tx_hash: str, *, now: datetime) -> None:
    """A node has the transaction that holds these; those that have ended stay as they are."""
    TRANSITIONS.check(TransferState.RECEIVED, TransferState.SENT)
    unended = (TransferState.RECEIVED.value, TransferState.SENT.value)
    execute_many(
        connection,
        update(transfers)
        .where(among(connection, transfers.c.id, ids), transfers.c.state.in_(unended))
        .values(state=TransferState.SENT.value, tx_hash=tx_hash, changed_at=now),
    )


def ended(connection: Connection, ids: Collection[str]) -> list[str]:
    """Which of these are final or failed."""
    over = (TransferState.FINAL.value, TransferState.FAILED.value)
    query = select(transfers.c.id).where(among(connection, transfers.c.id, ids))
    return list(execute_many(connection, query.where(transfers.c.state.in_(over))).scalars())


def count_by_state(connection: Connection) -> dict[TransferState, int]:
    """How many transfers there are in each state."""
    rows = connection.execute(select(transfers.c.state, func.count()).group_by(transfers.c.state))
    return {TransferState(state): count for state, count in rows}


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

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
    "Move",
    "add_all",
    "change_state",
    "count_by_state",
    "ended",
    "find",
    "find_by_nonce",
    "finish_used",
    "mark_sent",
    "note_uses",
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
_BY_NONCE = select(transfers).where(
    _t.sender == bindparam("sender"), _t.nonce == bindparam("nonce")
)
_AT_ONCE = 500
"""Ids in one question: SQLite takes no more than some thousands of parameters."""


class Move(NamedTuple):
    """Money that a transaction moved, in minor units."""

    tx_hash: str
    sender: Address
    recipient: Address
    value: int


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


def find(connection: Connection, transfer_id: str) -> Transfer | None:
    """One transfer by its id."""
    row = connection.execute(_BY_ID, {"id": transfer_id}).one_or_none()
    return None if row is None else _transfer(row)


def find_by_nonce(connection: Connection, sender: Address, nonce: bytes) -> Transfer | None:
    """The transfer of a holder with this nonce."""
    given = {"sender": sender, "nonce": f"0x{nonce.hex()}"}
    row = connection.execute(_BY_NONCE, given).one_or_none()
    return None if row is None else _transfer(row)


def finish_used(connection: Connection, moves: Collection[Move], *, now: datetime) -> None:
    """End the open transfers whose authorization a transaction used that moved their money."""
    before = [state.value for state in TRANSITIONS.into(TransferState.FINAL)]
    moved, hashes = set(moves), sorted({move.tx_hash for move in moves})
    for start in range(0, len(hashes), _AT_ONCE):
        some = hashes[start : start + _AT_ONCE]
        rows = execute_many(
            connection,
            select(_t.id, _t.used_in, _t.sender, _t.recipient, _t.value).where(
                among(connection, _t.used_in, some), _t.state.in_(before)
            ),
        )
        ended = [
            row.id
            for row in rows
            if Move(row.used_in, row.sender, row.recipient, row.value) in moved
        ]
        for first in range(0, len(ended), _AT_ONCE):
            each = ended[first : first + _AT_ONCE]
            execute_many(
                connection,
                update(transfers)
                .where(among(connection, _t.id, each), _t.state.in_(before))
                .values(
                    state=TransferState.FINAL.value,
                    tx_hash=_t.used_in,
                    reason=None,
                    changed_at=now,
                ),
            )


def note_uses(connection: Connection, uses: Sequence[tuple[Address, bytes, str]]) -> None:
    """Write down which transaction used an authorization: holder, nonce, transaction."""
    rows = [
        {"sender": holder, "nonce": f"0x{nonce.hex()}", "used_in": tx_hash}
        for holder, nonce, tx_hash in uses
    ]
    update_each(connection, transfers, rows, by={"sender", "nonce"}, shared={})


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

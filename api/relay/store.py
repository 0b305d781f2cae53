"""Relay: the tables of entries and batches, and the SQL that moves them along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)

from api.chain import is_due
from api.kernel.database import Sequence64, UtcDateTime, insert_new, metadata
from api.kernel.errors import Broken
from api.kernel.ids import Address, TxId
from api.kernel.machine import LONGEST_REASON
from api.kernel.many import among, execute_many, update_each
from api.relay.model import (
    BATCH_INITIAL,
    BATCH_TRANSITIONS,
    INITIAL,
    TRANSITIONS,
    Batch,
    BatchState,
    Entry,
    EntryState,
    Kind,
    NewEntry,
)

__all__ = [
    "add_batch",
    "add_entries",
    "any_waiting",
    "batches",
    "by_position",
    "change_batch",
    "change_entries",
    "count_batches",
    "count_entries",
    "entries",
    "entries_of",
    "find_batch",
    "find_batch_of_tx",
    "find_entry",
    "has_entry",
    "in_state",
    "postpone",
    "take_in",
    "waiting",
]

batches = Table(
    "relay_batches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("size", Integer, nullable=False),
    Column("tx_id", String(64), nullable=False, unique=True),
    Column("parent", String(64)),
    Column("reason", String(500)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    CheckConstraint("size > 0", name="size_positive"),
    Index("ix_relay_batches_state", "state", "created_at"),
)

entries = Table(
    "relay_entries",
    metadata,
    Column("position", Sequence64, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", String(64), nullable=False, unique=True),
    Column("signer", String(42), nullable=False),
    Column("nonce", String(66), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("gas", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("batch", ForeignKey(batches.c.id)),
    Column("place", Integer),
    Column("failures", Integer, nullable=False),
    Column("not_before", UtcDateTime),
    Column("reason", String(500)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    CheckConstraint("state <> 'BATCHED' OR batch IS NOT NULL", name="batched_in_a_batch"),
    Index("ix_relay_entries_state", "state", "kind", "position"),
    Index("ix_relay_entries_batch", "batch", "place"),
)
_e = entries.c
_b = batches.c
_ENTRY = (
    _e.position, _e.kind, _e.subject, _e.signer, _e.nonce, _e.data, _e.gas, _e.state, _e.batch,
    _e.failures,
)  # fmt: skip
"""What an `Entry` is made of: reading the times, too, took longer than all of these."""
# made once: a worker asks these again and again, and building them costs more than the answer
_ANY_WAITING = (
    select(_e.position)
    .where(_e.state == EntryState.WAITING.value, _e.kind == bindparam("of"))
    .limit(1)
)
_IN_STATE = (
    select(batches)
    .where(_b.state.in_(bindparam("states", expanding=True)))
    .order_by(_b.created_at, _b.id)
    .limit(bindparam("most"))
)


def add_entries(connection: Connection, new: Collection[NewEntry], *, now: datetime) -> None:
    """Store messages to be brought; a subject that is there already is left as it is."""
    rows = [
        {
            "kind": each.kind.value,
            "subject": each.subject,
            "signer": each.signer,
            "nonce": f"0x{each.nonce.hex()}",
            "data": each.data,
            "gas": each.gas,
            "state": INITIAL.value,
            "failures": 0,
            "created_at": now,
            "changed_at": now,
        }
        for each in new
    ]
    insert_new(connection, entries, rows, key="subject")


def any_waiting(connection: Connection, kind: Kind) -> bool:
    """Whether any entry waits, be it for a later time."""
    return connection.execute(_ANY_WAITING, {"of": kind.value}).first() is not None


def waiting(connection: Connection, kind: Kind, *, now: datetime, limit: int) -> list[Entry]:
    """Entries whose time has come, oldest first."""
    rows = connection.execute(
        select(*_ENTRY)
        .where(
            _e.state == EntryState.WAITING.value,
            _e.kind == kind.value,
            is_due(_e.not_before, now),
        )
        .order_by(_e.position)
        .limit(limit)
    )
    return [_entry(row) for row in rows]


def add_batch(
    connection: Connection,
    batch_id: str,
    members: Sequence[Entry],
    *,
    tx_id: TxId,
    parent: str | None,
    now: datetime,
) -> None:
    """Store a batch; `take_in` puts its entries into it."""
    connection.execute(
        insert(batches).values(
            id=batch_id,
            kind=members[0].kind.value,
            state=BATCH_INITIAL.value,
            size=len(members),
            tx_id=tx_id,
            parent=parent,
            created_at=now,
            changed_at=now,
        )
    )


def take_in(
    connection: Connection, batch_id: str, members: Sequence[Entry], *, now: datetime
) -> None:
    """Put waiting entries into a batch, in this order; `Broken` when one waits no longer."""
    TRANSITIONS.check(EntryState.WAITING, EntryState.BATCHED)
    changed = update_each(
        connection,
        entries,
        [{"position": entry.position, "place": place} for place, entry in enumerate(members)],
        by={"position"},
        shared={"state": EntryState.BATCHED.value, "batch": batch_id, "changed_at": now},
        where=f"state = '{EntryState.WAITING.value}'",
    )
    if changed != len(members):
        raise _moved(f"{len(members) - changed} entries of the relay batch {batch_id}")


def entries_of(connection: Connection, batch_id: str, *, lock: bool = False) -> list[Entry]:
    """The entries that travel in a batch, in their order; with `lock`, nobody moves them on."""
    query = (
        select(*_ENTRY)
        .where(_e.batch == batch_id, _e.state == EntryState.BATCHED.value)
        .order_by(_e.place)
    )
    return [_entry(row) for row in connection.execute(query.with_for_update() if lock else query)]


def find_entry(connection: Connection, batch_id: str, place: int) -> Entry | None:
    """The entry at a place of a batch, whatever its state; nobody else moves it on meanwhile."""
    row = connection.execute(
        select(*_ENTRY).where(_e.batch == batch_id, _e.place == place).with_for_update()
    ).one_or_none()
    return None if row is None else _entry(row)


def has_entry(connection: Connection, kind: Kind, signer: Address, nonce: str) -> bool:
    """Whether a holder's message was taken in, whatever batch it is in."""
    query = select(_e.position).where(_e.kind == kind.value, _e.signer == signer, _e.nonce == nonce)
    return connection.execute(query.limit(1)).first() is not None


def change_entries(
    connection: Connection,
    members: Collection[Entry],
    before: EntryState,
    after: EntryState,
    *,
    now: datetime,
    reason: str | None = None,
    failed: bool = False,
) -> None:
    """Move entries on; raises `IllegalTransition`, or `Broken` when one has moved meanwhile."""
    TRANSITIONS.check(before, after)
    positions = [entry.position for entry in members]
    changed = execute_many(
        connection,
        update(entries)
        .where(among(connection, _e.position, positions), _e.state == before.value)
        .values(
            state=after.value,
            changed_at=now,
            reason=None if reason is None else reason[:LONGEST_REASON],
            failures=_e.failures + int(failed),
            not_before=None,
        ),
    ).rowcount
    if changed != len(positions):
        raise _moved(f"{len(positions) - changed} relay entries that were {before}")


def postpone(
    connection: Connection, entry: Entry, *, now: datetime, not_before: datetime, reason: str
) -> None:
    """Let an entry wait (again) until a time, for a reason that will pass."""
    if entry.state is not EntryState.WAITING:
        TRANSITIONS.check(entry.state, EntryState.WAITING)
    changed = connection.execute(
        update(entries)
        .where(_e.position == entry.position, _e.state == entry.state.value)
        .values(
            state=EntryState.WAITING.value,
            failures=_e.failures + 1,
            not_before=not_before,
            reason=reason[:LONGEST_REASON],
            changed_at=now,
        )
    ).rowcount
    if changed != 1:
        raise _moved(f"The relay entry of {entry.subject}")


def by_position(connection: Connection, positions: Collection[int]) -> list[Entry]:
    """These entries, oldest first."""
    query = select(*_ENTRY).where(among(connection, _e.position, positions))
    rows = execute_many(connection, query.order_by(_e.position))
    return [_entry(row) for row in rows]


def find_batch(connection: Connection, batch_id: str) -> Batch | None:
    """A batch by its id."""
    row = connection.execute(select(batches).where(_b.id == batch_id)).one_or_none()
    return None if row is None else _batch(row)


def find_batch_of_tx(connection: Connection, tx_id: str) -> Batch | None:
    """The batch that a transaction of the relayer carries."""
    row = connection.execute(select(batches).where(_b.tx_id == tx_id)).one_or_none()
    return None if row is None else _batch(row)


def in_state(connection: Connection, states: Iterable[BatchState], limit: int) -> list[Batch]:
    """Batches in one of these states, oldest first."""
    given = {"states": [state.value for state in states], "most": limit}
    return [_batch(row) for row in connection.execute(_IN_STATE, given)]


def change_batch(
    connection: Connection,
    batch: Batch,
    after: BatchState,
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Move a batch on; raises `IllegalTransition`, or `Broken` when it has moved meanwhile."""
    BATCH_TRANSITIONS.check(batch.state, after)
    changed = connection.execute(
        update(batches)
        .where(_b.id == batch.id, _b.state == batch.state.value)
        .values(
            state=after.value,
            changed_at=now,
            reason=None if reason is None else reason[:LONGEST_REASON],
        )
    ).rowcount
    if changed != 1:
        raise _moved(f"The relay batch {batch.id} that was {batch.state}")


def count_entries(connection: Connection) -> dict[EntryState, int]:
    """How many entries there are in each state."""
    rows = connection.execute(select(_e.state, func.count()).group_by(_e.state))
    return {EntryState(state): count for state, count in rows}


def count_batches(connection: Connection) -> dict[BatchState, int]:
    """How many batches there are in each state."""
    rows = connection.execute(select(_b.state, func.count()).group_by(_b.state))
    return {BatchState(state): count for state, count in rows}


def _moved(what: str) -> Broken:
    return Broken(
        f"{what} moved meanwhile.",
        remedy="Two processes relay under one lease. Stop all but one and start it again.",
    )


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(
        position=row.position,
        kind=Kind(row.kind),
        subject=row.subject,
        signer=Address(row.signer),
        nonce=row.nonce,
        data=bytes(row.data),
        gas=row.gas,
        state=EntryState(row.state),
        batch=row.batch,
        failures=row.failures,
    )


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        kind=Kind(row.kind),
        state=BatchState(row.state),
        size=row.size,
        tx_id=TxId(row.tx_id),
        parent=row.parent,
    )

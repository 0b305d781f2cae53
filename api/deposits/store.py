"""Deposits: the table of deposits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    Text,
    false,
    func,
    select,
    text,
    update,
)

from api.deposits.model import INITIAL, TRANSITIONS, UNSENT, Deposit, DepositState, WaitingFor
from api.kernel.database import Minor, UtcDateTime, insert_rows, metadata, stored_moment
from api.kernel.errors import Broken
from api.kernel.ids import Address, DepositId, LineId, LinkId, TxId
from api.kernel.many import among, execute_many, update_each
from api.kernel.money import Money
from api.kernel.outbox import Event

_NUMBERS_AT_ONCE = 500

__all__ = [
    "NewDeposit",
    "Waiting",
    "add_new",
    "change_state",
    "deposits",
    "deposits_of_batch",
    "end_all",
    "find_by_number",
    "find_deposit",
    "find_waiting",
    "list_deposits",
    "look",
    "queued",
    "set_waiting",
    "unended",
    "unsent_lines",
]

deposits = Table(
    "deposits",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("reference", LargeBinary(16), nullable=False),
    Column("line_id", String(64), ForeignKey("bank_lines.id"), nullable=False),
    Column("link_id", String(64), ForeignKey("links.id"), nullable=False, index=True),
    Column("holder", String(42), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("waiting_for", String(16)),
    Column("attempts", Integer, nullable=False),
    Column("waits", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("bulk", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("batch_limit", Integer),
    Column("batch", String(64), index=True),
    Column("tx_id", String(64)),
    Column("event_id", String(200), unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("amount > 0", name="amount_positive"),
    CheckConstraint("number > 0", name="number_positive"),
)
_NOT_REFUSED = text("state <> 'REFUSED'")
Index(
    "uq_deposits_line_id",
    deposits.c.line_id,
    unique=True,
    sqlite_where=_NOT_REFUSED,
    postgresql_where=_NOT_REFUSED,
)
Index("ix_deposits_state_number", deposits.c.state, deposits.c.number)
_IS_QUEUED = text("state = 'QUEUED'")
Index(
    "ix_deposits_queued",
    deposits.c.bulk,
    deposits.c.number,
    sqlite_where=_IS_QUEUED,
    postgresql_where=_IS_QUEUED,
)

_IS_UNSENT = deposits.c.state.in_([state.value for state in UNSENT])

# made once: a worker asks again and again, and building them costs more than the answer
_ANY_QUEUED = tuple(
    select(deposits.c.number).where(_IS_QUEUED, deposits.c.bulk.is_(bulk)).limit(1)
    for bulk in (False, True)
)
_ISSUING = select(func.coalesce(func.sum(deposits.c.amount), 0)).where(
    deposits.c.state == DepositState.ISSUING.value
)


@dataclass(frozen=True, slots=True)
class NewDeposit:
    """A deposit that is about to be stored: see `Deposit`."""

    id: DepositId
    reference: bytes
    line_id: LineId
    link_id: LinkId
    holder: Address
    amount: Money


def add_new(
    connection: Connection,
    batch: Sequence[NewDeposit],
    numbers: Sequence[int],
    *,
    bulk: bool,
    now: datetime,
) -> None:
    """Store new deposits under these numbers.

    A line that has one already raises `IntegrityError` and undoes all.
    """
    at = stored_moment(now)
    state = INITIAL.value
    insert_rows(
        connection,
        deposits,
        _NEW_COLUMNS,
        [
            (
                each.id,
                number,
                each.reference,
                each.line_id,
                each.link_id,
                each.holder,
                each.amount.minor,
                each.amount.currency,
                state,
                0,
                0,
                bulk,
                at,
                at,
            )
            for number, each in zip(numbers, batch, strict=True)
        ],
    )


_NEW_COLUMNS = (
    "id", "number", "reference", "line_id", "link_id", "holder", "amount", "currency", "state",
    "attempts", "waits", "bulk", "created_at", "updated_at",
)  # fmt: skip


def find_deposit(connection: Connection, deposit_id: str, *, lock: bool = False) -> Deposit | None:
    """One deposit by its id; with `lock` it is the caller's until the transaction ends."""
    return _first(_where(connection, deposits.c.id == deposit_id, lock=lock))


def find_by_number(connection: Connection, number: int) -> Deposit | None:
    """One deposit by its number."""
    return _first(_where(connection, deposits.c.number == number))


def unsent_lines(connection: Connection, amount: Money) -> list[LineId]:
    """Lines of this amount whose deposit waits or is held: no transaction carries it."""
    rows = connection.execute(
        select(deposits.c.line_id).where(
            _IS_UNSENT,
            deposits.c.amount == amount.minor,
            deposits.c.currency == amount.currency,
        )
    )
    return [LineId(line_id) for line_id in rows.scalars()]


Unended = tuple[DepositId, bytes, Address, int, str]
"""Id, reference, holder, minor units and currency of a deposit."""


def unended(connection: Connection, numbers: Sequence[int]) -> dict[int, Unended]:
    """Those of the deposits that the chain has not ended yet, by number; without their rest."""
    found: dict[int, Unended] = {}
    columns = deposits.c
    states = [state.value for state in TRANSITIONS.into(DepositState.ISSUED)]
    for start in range(0, len(numbers), _NUMBERS_AT_ONCE):
        some = numbers[start : start + _NUMBERS_AT_ONCE]
        rows = execute_many(
            connection,
            select(
                columns.number,
                columns.id,
                columns.reference,
                columns.holder,
                columns.amount,
                columns.currency,
            ).where(among(connection, columns.number, some), columns.state.in_(states)),
        )
        for number, deposit_id, reference, holder, amount, currency in rows:
            found[number] = (
                DepositId(deposit_id),
                bytes(reference),
                Address(holder),
                amount,
                currency,
            )
    return found


def end_all(
    connection: Connection, ended: Sequence[tuple[DepositId, Event]], state: DepositState
) -> None:
    """Set deposits that the chain has not ended yet to their end; `Broken` when one had moved."""
    before = ", ".join(sorted(f"'{each.value}'" for each in TRANSITIONS.into(state)))
    changed = update_each(
        connection,
        deposits,
        [
            {"id": key, "updated_at": event.block_time, "event_id": event.event_id}
            for key, event in ended
        ],
        by={"id"},
        shared={"state": state.value, "reason": None},
        where=f"state IN ({before})",
    )
    if changed != len(ended):
        raise Broken(
            f"{len(ended) - changed} deposits were moved by another process meanwhile.",
            remedy="Nothing was changed; it is tried again.",
        )


def find_waiting(connection: Connection, reference: bytes) -> Deposit | None:
    """The deposit of this reference that the chain has not ended, locked."""
    open_states = [state.value for state in TRANSITIONS.into(DepositState.ISSUED)]
    condition = deposits.c.state.in_(open_states) & (deposits.c.reference == reference)
    return _first(_where(connection, condition, lock=True))


def deposits_of_batch(connection: Connection, batch: str) -> list[Deposit]:
    """The deposits whose last transaction is this batch."""
    return _where(connection, deposits.c.batch == batch)


def queued(connection: Connection, limit: int) -> list[Deposit]:
    """Deposits that wait for a batch: those that came alone first, then by number.

    They are the caller's until its transaction ends.
    """
    rows = connection.execute(
        select(deposits)
        .where(_IS_QUEUED)
        .order_by(deposits.c.bulk, deposits.c.number)
        .limit(limit)
        .with_for_update()
    )
    return [_deposit(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which deposits wait for a batch, and how much money is on its way to the chain."""

    alone: bool
    """Some that came alone."""
    bulk: bool
    """Some of a bulk."""
    issuing: int
    """Minor units of those in a batch that the chain has not ended."""


def look(connection: Connection) -> Waiting | None:
    """None when none waits; asked in one view with the position up to which events were handled,
    it leaves no gap.
    """
    alone, bulk = (connection.execute(each).first() is not None for each in _ANY_QUEUED)
    if not alone and not bulk:
        return None
    return Waiting(alone, bulk, int(connection.execute(_ISSUING).scalar_one()))


def list_deposits(
    connection: Connection, *, state: DepositState | None, limit: int, after: int = 0
) -> list[Deposit]:
    """Deposits by number from behind `after`, of one state or of all."""
    query = select(deposits).where(deposits.c.number > after)
    if state is not None:
        query = query.where(deposits.c.state == state.value)
    rows = connection.execute(query.order_by(deposits.c.number).limit(limit))
    return [_deposit(row) for row in rows]


def change_state(
    connection: Connection,
    moved: Sequence[Deposit],
    after: DepositState,
    *,
    now: datetime,
    **values: object,
) -> None:
    """Move deposits on together; `IllegalTransition` for what the table does not know."""
    for deposit in moved:
        TRANSITIONS.check(deposit.state, after)
    changed = execute_many(
        connection,
        update(deposits)
        .where(
            among(connection, deposits.c.id, [deposit.id for deposit in moved]),
            deposits.c.state.in_([state.value for state in TRANSITIONS.into(after)]),
        )
        .values(state=after.value, updated_at=now, **values),
    ).rowcount
    if changed == len(moved):
        return
    for deposit in moved:  # somebody moved one of them since it was read: say which
        current = find_deposit(connection, deposit.id)
        TRANSITIONS.check(deposit.state if current is None else current.state, after)


def set_waiting(
    connection: Connection,
    batch: Sequence[Deposit],
    waiting: Mapping[DepositId, WaitingFor],
    now: datetime,
) -> None:
    """Write what queued deposits wait for; only those whose reason changed are touched."""
    for reason in (None, *WaitingFor):
        changed = [d.id for d in batch if waiting.get(d.id) is reason is not d.waiting_for]
        if changed:
            execute_many(
                connection,
                update(deposits)
                .where(among(connection, deposits.c.id, changed))
                .values(waiting_for=reason, updated_at=now),
            )


def _where(connection: Connection, condition: Any, *, lock: bool = False) -> list[Deposit]:
    query = select(deposits).where(condition).order_by(deposits.c.number)
    rows = connection.execute(query.with_for_update() if lock else query)
    return [_deposit(row) for row in rows]


def _first(found: list[Deposit]) -> Deposit | None:
    return found[0] if found else None


def _deposit(row: Row[*tuple[Any, ...]]) -> Deposit:
    # taken apart at once: a bulk reads each row several times, and a look-up a column costs as much
    # as all of this
    (
        deposit_id, number, reference, line_id, link_id, holder, amount, currency, state, reason,
        waiting_for, attempts, waits, not_before, bulk, batch_limit, batch, tx_id, event_id,
        created_at, updated_at,
    ) = row  # fmt: skip
    return Deposit(
        id=DepositId(deposit_id),
        reference=bytes(reference),
        line_id=LineId(line_id),
        link_id=LinkId(link_id),
        holder=Address(holder),
        amount=Money(amount, currency),
        state=DepositState(state),
        waiting_for=None if waiting_for is None else WaitingFor(waiting_for),
        tx_id=None if tx_id is None else TxId(tx_id),
        number=number, reason=reason, attempts=attempts, waits=waits, not_before=not_before,
        bulk=bulk, batch=batch, batch_limit=batch_limit, event_id=event_id, created_at=created_at,
        updated_at=updated_at,
    )  # fmt: skip

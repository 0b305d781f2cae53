"""Redemptions: the table of redemptions. One row a holder and nonce."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    select,
    update,
)

from api.kernel.database import Minor, Sequence64, UtcDateTime, Wei, insert_new, metadata
from api.kernel.errors import Broken
from api.kernel.ids import Address, RedemptionId
from api.redemptions.model import TRANSITIONS, Redemption, RedemptionState
from wallet.typed_data import Payout

__all__ = [
    "PAGE",
    "add",
    "any_in_state",
    "by_end_to_end_id",
    "change_state",
    "count_alarms",
    "count_by_state",
    "each_in_state",
    "find",
    "find_by_end_to_end_id",
    "find_by_order",
    "in_state",
    "longest_in_state",
    "payable",
    "payable_in_state",
    "redemptions",
    "set_fields",
    "still_in_state",
]

PAGE = 500
"""How many redemptions are read at once when all of a state are gone through."""

redemptions = Table(
    "redemptions",
    metadata,
    Column("position", Sequence64, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("holder", String(42), nullable=False),
    Column("nonce", String(66), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("fee", Minor, nullable=False),
    Column("payout_hash", String(66), nullable=False),
    Column("deadline", Wei),
    Column("payout_account", Text),
    Column("payout_name", Text),
    Column("payout_reference", Text),
    Column("payout_salt", String(66)),
    Column("state", String(32), nullable=False),
    Column("reason", String(500)),
    Column("alarm", String(500)),
    Column("tx_id", String(64)),
    Column("burn_event", String(200)),
    Column("end_to_end_id", String(35), nullable=False, unique=True),
    Column("returns", Integer, nullable=False),
    Column("burn_block", BigInteger),
    Column("late", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("sent_back", Minor, nullable=False, server_default="0"),
    Column("returning_from", String(32)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("holder", "nonce"),
    CheckConstraint("amount > 0", name="amount_positive"),
    CheckConstraint("fee >= 0 AND fee <= amount", name="fee_within_amount"),
    Index("ix_redemptions_state", "state", "position"),
)
_t = redemptions.c


def add(connection: Connection, redemption: Redemption) -> bool:
    """Store a new redemption; False when this holder's nonce is stored already."""
    row = {
        "id": redemption.id,
        "holder": redemption.holder,
        "nonce": _hex(redemption.nonce),
        "amount": redemption.amount,
        "fee": redemption.fee,
        "payout_hash": _hex(redemption.payout_hash),
        "deadline": redemption.deadline,
        "state": redemption.state.value,
        "reason": redemption.reason,
        "tx_id": redemption.tx_id,
        "burn_event": redemption.burn_event,
        "end_to_end_id": redemption.end_to_end_id,
        "returns": redemption.returns,
        "burn_block": redemption.burn_block,
        "late": redemption.late,
        "sent_back": redemption.sent_back,
        "returning_from": redemption.returning_from,
        "created_at": redemption.created_at,
        "changed_at": redemption.changed_at,
        **_payout_columns(redemption.payout),
    }
    return bool(insert_new(connection, redemptions, [row], key="id"))


def find(connection: Connection, redemption_id: str, *, lock: bool = False) -> Redemption | None:
    """One redemption by its id; `lock` as for `find_by_order`."""
    return _one(connection, _t.id == redemption_id, lock=lock)


def find_by_order(
    connection: Connection, holder: Address, nonce: bytes, *, lock: bool = False
) -> Redemption | None:
    """The redemption of a holder with this nonce.

    With `lock` it is the caller's until its transaction ends: the chain's word and a holder's
    order can meet. SQLite has one writer at a time, so there it needs no lock.
    """
    return _one(connection, _t.holder == holder, _t.nonce == _hex(nonce), lock=lock)


def find_by_end_to_end_id(
    connection: Connection, end_to_end_id: str, *, lock: bool = False
) -> Redemption | None:
    """The redemption that a payout belongs to; `lock` as for `find_by_order`."""
    return _one(connection, _t.end_to_end_id == end_to_end_id, lock=lock)


def by_end_to_end_id(connection: Connection, ids: Sequence[str]) -> dict[str, Redemption]:
    """The redemptions of these payouts."""
    found: dict[str, Redemption] = {}
    for start in range(0, len(ids), PAGE):
        condition = _t.end_to_end_id.in_(ids[start : start + PAGE])
        for row in connection.execute(select(redemptions).where(condition)):
            found[row.end_to_end_id] = _redemption(row)
    return found


def in_state(connection: Connection, state: RedemptionState, limit: int) -> list[Redemption]:
    """Redemptions in a state, oldest first."""
    rows = connection.execute(
        select(redemptions).where(_t.state == state.value).order_by(_t.position).limit(limit)
    )
    return [_redemption(row) for row in rows]


def any_in_state(connection: Connection, state: RedemptionState) -> bool:
    """Whether there is one."""
    query = select(_t.position).where(_t.state == state.value).limit(1)
    return connection.execute(query).first() is not None


def payable(connection: Connection, up_to: int, limit: int) -> list[Redemption]:
    """Burned ones whose payout is known and whose block is not behind `up_to`, oldest first."""
    rows = connection.execute(
        select(redemptions)
        .where(_t.state == RedemptionState.BURNED.value, _t.burn_block <= up_to)
        .order_by(_t.position)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_redemption(row) for row in rows]


def longest_in_state(
    connection: Connection, state: RedemptionState, limit: int
) -> list[Redemption]:
    """Redemptions in a state, locked, those first that have been in it longest."""
    rows = connection.execute(
        select(redemptions)
        .where(_t.state == state.value)
        .order_by(_t.changed_at, _t.position)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_redemption(row) for row in rows]


def each_in_state(connection: Connection, state: RedemptionState) -> Iterator[Redemption]:
    """Every redemption that is in a state when its page is read, oldest first."""
    query = select(redemptions).where(_t.state == state.value).order_by(_t.position).limit(PAGE)
    after = 0
    while rows := connection.execute(query.where(_t.position > after)).all():
        after = rows[-1].position
        yield from (_redemption(row) for row in rows)


def still_in_state(connection: Connection, redemption: Redemption) -> Redemption | None:
    """The redemption as it stands, the caller's until its transaction ends; None when it has moved
    on since it was read, or is somebody else's at this moment."""
    row = connection.execute(
        select(redemptions)
        .where(_t.id == redemption.id, _t.state == redemption.state.value)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return None if row is None else _redemption(row)


def change_state(
    connection: Connection,
    redemption: Redemption,
    after: RedemptionState,
    *,
    now: datetime,
    **values: Any,
) -> None:
    """Move a redemption on; raises `IllegalTransition`, or `Broken` when it moved meanwhile."""
    TRANSITIONS.check(redemption.state, after)
    changed = connection.execute(
        update(redemptions)
        .where(_t.id == redemption.id, _t.state == redemption.state.value)
        .values(state=after.value, changed_at=now, **values)
    ).rowcount
    if changed != 1:
        raise Broken(
            f"Redemption {redemption.id} is no longer {redemption.state}.",
            remedy="Two workers do one duty. Stop one of them and start the other again.",
        )


def set_fields(connection: Connection, redemption: Redemption, **values: Any) -> None:
    """Write columns other than the state; a `payout` takes its four columns."""
    if "payout" in values:
        values |= _payout_columns(values.pop("payout"))
    connection.execute(update(redemptions).where(_t.id == redemption.id).values(**values))


def count_by_state(connection: Connection) -> dict[RedemptionState, int]:
    """How many redemptions there are in each state."""
    rows = connection.execute(select(_t.state, func.count()).group_by(_t.state))
    return {RedemptionState(state): count for state, count in rows}


def count_alarms(connection: Connection) -> int:
    """How many redemptions a person must look at."""
    return int(
        connection.execute(
            select(func.count()).select_from(redemptions).where(_t.alarm.is_not(None))
        ).scalar_one()
    )


def payable_in_state(connection: Connection, states: Collection[RedemptionState]) -> int:
    """Minor units to be paid out for the redemptions in these states."""
    total = connection.execute(
        select(func.coalesce(func.sum(_t.amount - _t.fee), 0)).where(
            _t.state.in_([state.value for state in states])
        )
    ).scalar_one()
    return int(total)


def _one(connection: Connection, *conditions: Any, lock: bool = False) -> Redemption | None:
    query = select(redemptions).where(*conditions)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _redemption(row)


def _redemption(row: Row[Any]) -> Redemption:
    return Redemption(
        id=RedemptionId(row.id),
        holder=Address(row.holder),
        nonce=_bytes(row.nonce),
        amount=row.amount,
        fee=row.fee,
        payout_hash=_bytes(row.payout_hash),
        deadline=row.deadline,
        payout=_payout(row),
        state=RedemptionState(row.state),
        reason=row.reason,
        alarm=row.alarm,
        tx_id=row.tx_id,
        burn_event=row.burn_event,
        end_to_end_id=row.end_to_end_id,
        returns=row.returns,
        burn_block=row.burn_block,
        late=row.late,
        sent_back=row.sent_back,
        returning_from=None if row.returning_from is None else RedemptionState(row.returning_from),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def _payout(row: Row[Any]) -> Payout | None:
    if row.payout_account is None:
        return None
    return Payout(
        account=row.payout_account,
        name=row.payout_name,
        reference=row.payout_reference,
        salt=_bytes(row.payout_salt),
    )


def _payout_columns(payout: Payout | None) -> dict[str, str | None]:
    return {
        "payout_account": None if payout is None else payout.account,
        "payout_name": None if payout is None else payout.name,
        "payout_reference": None if payout is None else payout.reference,
        "payout_salt": None if payout is None else _hex(payout.salt),
    }


def _hex(raw: bytes) -> str:
    return f"0x{raw.hex()}"


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])

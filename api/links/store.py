"""Links: the table of links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    text,
    update,
)

from api.chain import is_due, is_open
from api.kernel.database import UtcDateTime, insert_new, metadata
from api.kernel.ids import Address, LinkId, TxId
from api.links.model import LIVE, TRANSITIONS, Link, LinkState

__all__ = [
    "IS_LIVE",
    "add_link",
    "change_state",
    "confirmed_wallets",
    "count_tries",
    "due_links",
    "find_by_nonce",
    "find_link",
    "links",
    "live_link_of_wallet",
    "save_registration",
    "set_asked",
    "set_lines_due",
    "unregistered",
]

links = Table(
    "links",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("wallet", String(42), nullable=False),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("deposit_reference", String(25), nullable=False, unique=True),
    Column("tier", Integer),
    Column("reason", Text),
    Column("tx_id", String(64)),
    Column("attempts", Integer, nullable=False),
    Column("waits", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("virtual_account", Text),
    Column("lines_due", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("tier BETWEEN 0 AND 5", name="tier_known"),
    CheckConstraint(
        "state NOT IN ('CONFIRMED', 'ACTIVE') OR tier IS NOT NULL", name="live_has_tier"
    ),
)
_WALLETS_AT_ONCE = 500
_LIVE_NAMES = [state.value for state in LIVE]
Index("ix_links_account", links.c.account)
IS_LIVE = text("state IN ('CONFIRMED', 'ACTIVE')")
Index("uq_links_wallet_nonce", links.c.wallet, links.c.nonce, unique=True)
for _column in (links.c.account, links.c.wallet, links.c.virtual_account):
    Index(
        f"uq_links_live_{_column.name}",
        _column,
        unique=True,
        sqlite_where=IS_LIVE,
        postgresql_where=IS_LIVE,
    )
_LINES_DUE = text("lines_due IS NOT NULL")
Index(
    "ix_links_lines_due",
    links.c.number,
    sqlite_where=_LINES_DUE,
    postgresql_where=_LINES_DUE,
)


def add_link(connection: Connection, link: Link) -> bool:
    """Store a new link; False when its wallet used the nonce before."""
    row = {name: getattr(link, name) for name in Link.__dataclass_fields__}
    return bool(insert_new(connection, links, [row | {"state": link.state.value}], key="id"))


def find_link(connection: Connection, link_id: str) -> Link | None:
    """One link by its id."""
    return _one(connection, links.c.id == link_id)


def hold_link(connection: Connection, link_id: str) -> Link | None:
    """One link, which nobody else changes until this transaction ends."""
    query = select(links).where(links.c.id == link_id).with_for_update()
    row = connection.execute(query).one_or_none()
    return None if row is None else _link(row)


def find_by_nonce(connection: Connection, wallet: Address, nonce: str) -> Link | None:
    """The link that a wallet's signature with this nonce made."""
    return _one(connection, links.c.wallet == wallet, links.c.nonce == nonce)


def count_tries(connection: Connection, account: str, *, since: datetime) -> int:
    """Requests for this account since then that the bank did not confirm, ended or not."""
    wrong = [LinkState.REQUESTED.value, LinkState.REFUSED.value]
    ended = and_(links.c.state == LinkState.CLOSED.value, links.c.tier.is_(None))
    query = (
        select(func.count())
        .select_from(links)
        .where(
            links.c.account == account,
            or_(links.c.state.in_(wrong), ended),
            links.c.created_at > since,
        )
    )
    return int(connection.execute(query).scalar_one())


def due_links(connection: Connection, limit: int) -> list[Link]:
    """Active links whose waiting lines are still to be looked for, by number.

    On PostgreSQL they are the caller's until its transaction ends; those that another worker
    holds are left to it.
    """
    rows = connection.execute(
        select(links)
        .where(_LINES_DUE, links.c.state == LinkState.ACTIVE.value)
        .order_by(links.c.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_link(row) for row in rows]


def set_lines_due(connection: Connection, link_id: LinkId, after: int | None) -> None:
    """Note how far a link's waiting lines were looked through; None: to the end."""
    connection.execute(update(links).where(links.c.id == link_id).values(lines_due=after))


def set_asked(connection: Connection, link_id: LinkId, until: datetime | None) -> None:
    """Note until when somebody asks the bank about a link that it has not decided; None: nobody."""
    undecided = and_(links.c.id == link_id, links.c.state == LinkState.REQUESTED.value)
    connection.execute(update(links).where(undecided).values(not_before=until))


def live_link_of_wallet(connection: Connection, wallet: str) -> Link | None:
    """The one link that binds this wallet now."""
    return _one(connection, links.c.wallet == wallet, _live())


def confirmed_wallets(connection: Connection, wallets: Sequence[str]) -> set[str]:
    """Those of the wallets whose link waits for its tier on chain."""
    found: set[str] = set()
    for start in range(0, len(wallets), _WALLETS_AT_ONCE):
        query = select(links.c.wallet).where(
            IS_LIVE,
            links.c.state == LinkState.CONFIRMED.value,
            links.c.wallet.in_(wallets[start : start + _WALLETS_AT_ONCE]),
        )
        found.update(connection.execute(query).scalars())
    return found


def change_state(
    connection: Connection, link: Link, after: LinkState, *, now: datetime, **values: object
) -> Link:
    """Move a link on; `IllegalTransition` for what the table does not know, or when it moved."""
    TRANSITIONS.check(link.state, after)
    changed = connection.execute(
        update(links)
        .where(links.c.id == link.id, links.c.state == link.state.value)
        .values(state=after.value, updated_at=now, **values)
        .returning(links)
    ).one_or_none()
    if changed is not None:
        return _link(changed)
    current = find_link(connection, link.id)
    if current is None:
        raise LookupError(f"there is no link {link.id}")
    TRANSITIONS.check(current.state, after)  # somebody else moved it: is it still allowed?
    return change_state(connection, current, after, now=now, **values)


def unregistered(connection: Connection, *, attempts: int, now: datetime, limit: int) -> list[Link]:
    """Links whose tier is due to be sent, failed fewer than `attempts` times.

    Confirmed ones, and closed ones that had a tier, unless their wallet is linked anew by now.
    The new link waits while the old one's tier 0 is on its way: another address of the lane could
    overtake it, and the wallet would be left with tier 0.
    """
    older = links.alias("older")
    ending = exists().where(
        older.c.wallet == links.c.wallet,
        older.c.state == LinkState.CLOSED.value,
        is_open(older.c.tx_id),
    )
    confirmed = and_(links.c.state == LinkState.CONFIRMED.value, not_(ending))
    newer = links.alias("newer")
    anew = exists().where(newer.c.wallet == links.c.wallet, newer.c.state.in_(_LIVE_NAMES))
    closed = and_(links.c.state == LinkState.CLOSED.value, links.c.tier.is_not(None), not_(anew))
    rows = connection.execute(
        select(links)
        .where(
            or_(confirmed, closed),
            links.c.tx_id.is_(None),
            links.c.attempts < attempts,
            is_due(links.c.not_before, now),
        )
        .order_by(links.c.number)
        .limit(limit)
    )
    return [_link(row) for row in rows]


def save_registration(connection: Connection, link: Link, now: datetime, **values: object) -> None:
    """Write which transaction carries the tier to the chain, or that none does any more."""
    connection.execute(update(links).where(links.c.id == link.id).values(updated_at=now, **values))


def _live() -> Any:
    return links.c.state.in_(_LIVE_NAMES)


def _one(connection: Connection, *conditions: Any) -> Link | None:
    rows: Sequence[Row[Any]] = connection.execute(select(links).where(*conditions)).all()
    return _link(rows[0]) if rows else None


def _link(row: Row[Any]) -> Link:
    values = dict(row._mapping)
    return Link(
        **values
        | {
            "id": LinkId(row.id),
            "wallet": Address(row.wallet),
            "state": LinkState(row.state),
            "tx_id": None if row.tx_id is None else TxId(row.tx_id),
        }
    )

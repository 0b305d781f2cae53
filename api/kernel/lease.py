"""Kernel: leases with fencing numbers, so that one worker at a time does a thing.

A lease row names its holder until a time. Whoever takes it over gets a larger fencing number;
the former holder finds out at its next `renew` and must stop. The row lives in the same database
as the work, so holding the lease and doing the work commit together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    not_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from api.kernel.database import UtcDateTime, metadata
from api.kernel.errors import Conflict

__all__ = [
    "Lease",
    "LeaseLost",
    "acquire",
    "count_others",
    "fence_all",
    "forget_expired",
    "release",
    "release_held",
    "renew",
]

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

_APART = timedelta(minutes=1)
"""How much later than ours the clock may be that a lease was given by. A lease that lies further
ahead was given by a clock that was wrong, perhaps by one that died since: nobody waits for its end.
Should its holder live, the fencing number stops it."""

# made once: every transaction of a worker begins with the renewal, and building it costs more
_NAMED = select(leases.c.holder, leases.c.fence, leases.c.expires_at).where(
    leases.c.name == bindparam("lease")
)
# a step that is at work has its row locked, and so has a machine that froze inside one: whoever
# looks for duties waits for neither
_TAKE = (
    update(leases)
    .where(
        leases.c.name.in_(
            select(leases.c.name)
            .where(
                leases.c.name == bindparam("lease"),
                leases.c.fence == bindparam("number"),
                leases.c.expires_at == bindparam("seen"),
            )
            .with_for_update(skip_locked=True)
        )
    )
    .values(
        holder=bindparam("by"),
        fence=leases.c.fence + 1,
        expires_at=bindparam("until"),
    )
)
_PROLONG = (
    update(leases)
    .where(
        leases.c.name == bindparam("lease"),
        leases.c.fence == bindparam("number"),
        # the number alone is not enough: where the commit of our taking it failed, another got it
        leases.c.holder == bindparam("of"),
    )
    .values(expires_at=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do `name` until `expires_at`, unless someone with a larger fence came."""

    name: str
    holder: str
    fence: int
    expires_at: datetime


class LeaseLost(Conflict):
    """Another process holds the lease now; what was begun under it must not go on."""

    slug = "lease-lost"


def acquire(
    connection: Connection, name: str, holder: str, *, now: datetime, lasting: timedelta
) -> Lease | None:
    """Take the lease when it is free, expired, or of a clock that was wrong; None while another
    holder has it, or has it in hand at this moment: nobody is waited for.
    """
    row = connection.execute(_NAMED, {"lease": name}).one_or_none()
    expires_at = now + lasting
    if row is None:
        return _create(connection, Lease(name, holder, 1, expires_at))
    if row.holder != holder and now < row.expires_at <= expires_at + _APART:
        return None
    seen = {"lease": name, "number": row.fence, "seen": row.expires_at}
    taken = connection.execute(_TAKE, {**seen, "by": holder, "until": expires_at})
    return Lease(name, holder, row.fence + 1, expires_at) if taken.rowcount == 1 else None


def renew(connection: Connection, lease: Lease, *, now: datetime, lasting: timedelta) -> Lease:
    """Prolong the lease inside the caller's transaction; raises `LeaseLost` when it is gone.

    Called at the start of each work item's transaction, it also guards that transaction: a
    process that was paused past its lease cannot commit work under an old fencing number.
    """
    expires_at = now + lasting
    if _prolong(connection, lease, expires_at) != 1:
        raise LeaseLost(
            f"Another process has taken over «{lease.name}».",
            remedy="This process stops here; the other one goes on with the work.",
        )
    return Lease(lease.name, lease.holder, lease.fence, expires_at)


def release(connection: Connection, lease: Lease, *, now: datetime) -> None:
    """Let the lease go at once, so that a successor need not wait for its end."""
    _prolong(connection, lease, now)


def count_others(
    connection: Connection, prefix: str, holder: str, *, now: datetime, lasting: timedelta
) -> int:
    """How many leases whose name begins so are held by somebody else."""
    query = (
        select(func.count())
        .select_from(leases)
        .where(
            leases.c.name.startswith(prefix, autoescape=True),
            leases.c.holder != holder,
            _stands(now, lasting),
        )
    )
    return int(connection.execute(query).scalar_one())


def release_held(connection: Connection, prefix: str, holder: str, *, now: datetime) -> None:
    """Let all leases of `holder` go whose names begin so; it takes anew what it needs."""
    connection.execute(
        update(leases)
        .where(
            leases.c.name.startswith(prefix, autoescape=True),
            leases.c.holder == holder,
            leases.c.expires_at > now,
        )
        .values(expires_at=now)
    )


def forget_expired(
    connection: Connection, prefix: str, *, now: datetime, lasting: timedelta
) -> None:
    """Drop the leases whose name begins so and that no longer stand: nobody needs their fence.

    One that somebody has in hand at this moment is left.
    """
    ended = (
        select(leases.c.name)
        .where(leases.c.name.startswith(prefix, autoescape=True), not_(_stands(now, lasting)))
        .with_for_update(skip_locked=True)
    )
    connection.execute(delete(leases).where(leases.c.name.in_(ended)))


def _stands(now: datetime, lasting: timedelta) -> ColumnElement[bool]:
    """A lease that has not run out, and was not given by a clock that was wrong."""
    return (leases.c.expires_at > now) & (leases.c.expires_at <= now + lasting + _APART)


def _prolong(connection: Connection, lease: Lease, until: datetime) -> int:
    """How many rows were changed: none when somebody else has it."""
    values = {"lease": lease.name, "number": lease.fence, "of": lease.holder, "until": until}
    return connection.execute(_PROLONG, values).rowcount


def fence_all(connection: Connection) -> None:
    """Take every lease away: whoever holds one commits nothing under it any more."""
    long_ago = datetime.fromtimestamp(0, UTC)
    connection.execute(update(leases).values(fence=leases.c.fence + 1, expires_at=long_ago))


def _create(connection: Connection, lease: Lease) -> Lease | None:
    try:
        with connection.begin_nested():
            connection.execute(
                insert(leases).values(
                    name=lease.name,
                    holder=lease.holder,
                    fence=lease.fence,
                    expires_at=lease.expires_at,
                )
            )
    except IntegrityError:  # another process created the row a moment before us: it holds it
        return None
    return lease

"""Access: the table of idempotency keys, and claims on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    or_,
    select,
    update,
)

from api.kernel.database import UtcDateTime, insert_new, metadata

__all__ = [
    "Claim",
    "StoredAnswer",
    "answered_all",
    "claim",
    "finish",
    "idempotency_keys",
    "look",
    "look_all",
    "prune",
    "release",
]

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("scope", String(128), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("claim", String(64), nullable=False, unique=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("status", Integer),
    Column("body", Text),
    Column("finished_at", UtcDateTime),
    Index("ix_idempotency_keys_started_at", "started_at"),
)
_t = idempotency_keys.c
_FOUND = "SELECT scope, key, fingerprint, status, body FROM"
_LOOK_ALL = (
    # pair by pair, by the key: a plan that was made for an empty table would read all of it
    f"{_FOUND} unnest(%s::varchar[], %s::varchar[]) AS wanted (s, k) CROSS JOIN LATERAL "  # noqa: S608 - constants
    "(SELECT * FROM idempotency_keys WHERE scope = s AND key = k LIMIT 1) AS known"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run one request; `id` fences off whoever ran it before and was given up."""

    scope: str
    key: str
    id: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is known of a key; `status` is None while its request runs."""

    fingerprint: str
    status: int | None
    body: str | None


def claim(
    connection: Connection, wanted: Claim, fingerprint: str, *, now: datetime, stale: timedelta
) -> bool:
    """Take the key for a first run, or take over a run that began longer than `stale` ago.

    A run that began so far ahead of us was written down by a clock that was wrong: it is over, too.
    """
    row = {
        "scope": wanted.scope,
        "key": wanted.key,
        "fingerprint": fingerprint,
        "claim": wanted.id,
        "started_at": now,
    }
    if insert_new(connection, idempotency_keys, [row], key="claim"):
        return True
    taken = connection.execute(
        update(idempotency_keys)
        .where(
            _t.scope == wanted.scope,
            _t.key == wanted.key,
            _t.fingerprint == fingerprint,
            _t.status.is_(None),
            or_(_t.started_at <= now - stale, _t.started_at > now + stale),
        )
        .values(claim=wanted.id, started_at=now)
    )
    return taken.rowcount == 1


def answered_all(
    connection: Connection, answers: Sequence[tuple[Claim, str, int, str]], *, now: datetime
) -> bool:
    """Store keys with their answers at once: claim, fingerprint, status, body.

    False when one of the keys is known already; then the caller undoes it all.
    """
    rows = [
        {
            "scope": wanted.scope,
            "key": wanted.key,
            "fingerprint": fingerprint,
            "claim": wanted.id,
            "started_at": now,
            "status": status,
            "body": body,
            "finished_at": now,
        }
        for wanted, fingerprint, status, body in answers
    ]
    return len(insert_new(connection, idempotency_keys, rows, key="claim")) == len(rows)


def look(connection: Connection, wanted: Claim) -> StoredAnswer | None:
    """What is known of the key."""
    row = connection.execute(
        select(_t.fingerprint, _t.status, _t.body).where(
            _t.scope == wanted.scope, _t.key == wanted.key
        )
    ).one_or_none()
    return None if row is None else StoredAnswer(row.fingerprint, row.status, row.body)


def look_all(
    connection: Connection, wanted: Sequence[Claim]
) -> dict[tuple[str, str], StoredAnswer]:
    """What is known of these keys, by scope and key.

    Each pair is looked up by itself: of two lists a store makes all pairs, or reads all there is.
    """
    scopes, keys = [claim.scope for claim in wanted], [claim.key for claim in wanted]
    if connection.dialect.name == "sqlite":
        given = tuple(chain.from_iterable(zip(scopes, keys, strict=True)))
        rows = connection.exec_driver_sql(_look_at(len(wanted)), given)
    else:
        rows = connection.exec_driver_sql(_LOOK_ALL, (scopes, keys))
    return {
        (row.scope, row.key): StoredAnswer(row.fingerprint, row.status, row.body) for row in rows
    }


@cache
def _look_at(count: int) -> str:
    pairs = ", ".join(["(?, ?)"] * count)
    # CROSS JOIN: in this order, pair by pair
    return (
        f"WITH wanted (s, k) AS (VALUES {pairs}) {_FOUND} wanted "
        "CROSS JOIN idempotency_keys ON scope = s AND key = k"
    )


def finish(connection: Connection, held: Claim, *, status: int, body: str, now: datetime) -> bool:
    """Store the answer; False when the claim was taken over meanwhile."""
    changed = connection.execute(
        update(idempotency_keys)
        .where(_t.claim == held.id, _t.status.is_(None))
        .values(status=status, body=body, finished_at=now)
    )
    return changed.rowcount == 1


def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget keys whose requests began before a time, oldest first; how many there were."""
    old = (
        select(_t.claim)
        .where(_t.started_at < before, _t.status.is_not(None))
        .order_by(_t.started_at)
        .limit(limit)
    )
    return connection.execute(delete(idempotency_keys).where(_t.claim.in_(old))).rowcount


def release(connection: Connection, held: Claim) -> None:
    """Give the key back unanswered, so that the request may be tried again at once."""
    connection.execute(delete(idempotency_keys).where(_t.claim == held.id, _t.status.is_(None)))

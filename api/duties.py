"""Bridge: who does what at this moment, for the operator: leases, lanes, alarms, what is stuck."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from api.chain import list_alarms
from api.kernel.lease import leases
from api.migrations.schema import metadata
from api.ways import alarm_way

__all__ = ["alarms", "duties", "lanes"]

_OPEN = ("QUEUED", "SIGNED", "SENT")


def duties(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Each duty and each lane: who has it, or for how long nobody has."""
    rows = connection.execute(
        select(leases).where(~leases.c.name.startswith("worker:")).order_by(leases.c.name)
    )
    found = []
    for row in rows:
        left = round((row.expires_at - now).total_seconds())
        held = left > 0
        found.append(
            {
                "duty": row.name.removeprefix("duty:"),
                "holder": row.holder if held else None,
                "nobody_for_seconds": None if held else -left,
                "fence": row.fence,
            }
        )
    return found


def lanes(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Each address that signs: its nonces, gaps in them, and the oldest thing that is not final."""
    attempts, transactions = (
        metadata.tables["chain_attempts"],
        metadata.tables["chain_transactions"],
    )
    by_address = connection.execute(
        select(
            attempts.c.address,
            func.min(attempts.c.nonce).label("first"),
            func.max(attempts.c.nonce).label("last"),
            func.count(attempts.c.nonce.distinct()).label("used"),
            func.count().label("attempts"),
        )
        .group_by(attempts.c.address)
        .order_by(attempts.c.address)
    )
    found = []
    for row in by_address:
        oldest = connection.execute(
            select(
                transactions.c.id,
                transactions.c.lane,
                transactions.c.state,
                transactions.c.created_at,
            )
            .join(attempts, attempts.c.tx_id == transactions.c.id)
            .where(attempts.c.address == row.address, transactions.c.state.in_(_OPEN))
            .order_by(transactions.c.number)
            .limit(1)
        ).one_or_none()
        found.append(
            {
                "address": row.address,
                "last_nonce": row.last,
                "gaps": row.last - row.first + 1 - row.used,
                "attempts": row.attempts,
                "oldest_open": None if oldest is None else oldest.id,
                "open_for_seconds": None
                if oldest is None
                else max(round((now - oldest.created_at).total_seconds()), 0),
            }
        )
    return found


def alarms(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """What stands in the way of signing, reading or paying."""
    return [
        {
            "alarm": each.kind.value,
            "about": each.subject,
            "detail": each.detail,
            "for_seconds": max(round((now - each.since).total_seconds()), 0),
            "waits_for": (way := alarm_way(each.kind, each.subject)).waits_for,
            "way_out": way.command,
        }
        for each in list_alarms(connection)
    ]

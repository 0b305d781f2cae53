"""Redemptions: what this room does about its orders in the relay's batches."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from api.redemptions.burns import on_burn_reverted, on_burn_sent
from api.redemptions.model import RedemptionState
from api.redemptions.store import redemptions
from api.relay import Subject

__all__ = ["SUBJECT"]

_OPEN = (RedemptionState.RECEIVED.value, RedemptionState.BURNING.value)


def _on_sent(connection: Connection, refs: Collection[str], tx_hash: str, now: datetime) -> None:
    for ref in refs:
        on_burn_sent(connection, ref, tx_hash, now=now)


def _on_failed(connection: Connection, ref: str, reason: str, now: datetime) -> None:
    on_burn_reverted(connection, ref, reason, now=now)


def _ended(connection: Connection, refs: Collection[str]) -> list[str]:
    """Burned, refused or cancelled: the order's way to the chain is over."""
    rows = connection.execute(
        select(redemptions.c.id).where(
            redemptions.c.id.in_(refs), redemptions.c.state.not_in(_OPEN)
        )
    )
    return list(rows.scalars())


SUBJECT = Subject(on_sent=_on_sent, on_failed=_on_failed, ended=_ended)

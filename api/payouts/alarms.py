"""Payouts: alarms on payments that a person has looked at. The same words do not stand again.

An alarm is a contradiction between bank, chain and database; the line or word that it is about
stays, and is met again at each look. So what was acknowledged is remembered by its words: another
state, line or word is another alarm.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, select

from api.kernel.database import UtcDateTime, insert_new, metadata
from api.kernel.errors import Conflict
from api.payouts.model import Payment, PaymentKind

__all__ = ["acknowledge", "acknowledged_alarms", "raise_alarm", "remember", "standing"]

_LONGEST = 500

acknowledged_alarms = Table(
    "acknowledged_alarms",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("alarm", String(_LONGEST), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
_t = acknowledged_alarms.c


def standing(connection: Connection, subject: str, alarm: str) -> str | None:
    """The alarm as it is kept; None when a person has looked at just this of this subject."""
    words = alarm[:_LONGEST]
    seen = connection.execute(
        select(_t.at).where(_t.subject == subject, _t.alarm == words)
    ).one_or_none()
    return words if seen is None else None


def raise_alarm(connection: Connection, kind: PaymentKind, payment: Payment, alarm: str) -> None:
    """Let it stand, unless a person has looked at just this."""
    words = standing(connection, payment.subject, alarm)
    if words is not None:
        kind.set_alarm(connection, payment, words)


def remember(connection: Connection, subject: str, alarm: str, *, now: datetime) -> None:
    """A person has looked at just this of this subject."""
    row = {"subject": subject, "alarm": alarm[:_LONGEST], "at": now}
    insert_new(connection, acknowledged_alarms, [row], key="subject")


def acknowledge(
    connection: Connection, kind: PaymentKind, payment: Payment, *, now: datetime
) -> str:
    """A person has looked at a payment's alarm: it stands no more. Returns its words.

    Nothing else changes: neither the payment's state nor what stands in its way. Raises
    `Conflict` when there is no alarm.
    """
    if payment.alarm is None:
        raise Conflict(
            f"No alarm stands on {payment.subject}.",
            remedy=f"See what it waits for: jiaozi-bridge explain {payment.subject}.",
            slug="no-alarm",
        )
    remember(connection, payment.subject, payment.alarm, now=now)
    kind.set_alarm(connection, payment, None)
    return payment.alarm

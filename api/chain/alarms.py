"""Chain: alarms. What stands in the way of signing or reading, by name, until it is over.

An alarm is raised when it is met and lowered when it is met no more; `status` shows those that
stand. It is told, not obeyed: what may go on is decided anew each time from what is there.
Three of them freeze payouts: `DEEP_REORG` until `rebuild` has looked, `RESTORED` until `resume`,
`UNEXPLAINED` until the bank's line is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Connection, String, Table, delete, select

from api.kernel.database import UtcDateTime, insert_new, metadata

__all__ = [
    "Alarm",
    "AlarmKind",
    "chain_alarms",
    "frozen",
    "is_standing",
    "list_alarms",
    "lower",
    "raise_alarm",
    "resume",
]

_LONGEST = 500


class AlarmKind(StrEnum):
    """What is wrong."""

    FEE_CEILING = "fee ceiling"
    """A transaction waits, because the chain asks more than `chain.fee_ceiling_gwei`."""
    NO_COIN = "gas wallet empty"
    """An address cannot pay the chain's fees."""
    FOREIGN = "foreign transaction"
    """Somebody else signs with a key of ours: its lane is halted."""
    WRONG_CHAIN = "wrong chain"
    """A node speaks for another chain than the deployment's: nothing is signed."""
    CLOCK = "clock skew"
    """Our clock and the chain's differ too much: nothing is signed."""
    NODE_BEHIND = "node behind"
    """A node is blocks behind another one."""
    NODES_DISAGREE = "nodes disagree"
    """Two nodes have different blocks, logs or receipts where they must have the same."""
    NODE_DOWN = "node down"
    """A further node does not answer."""
    DEEP_REORG = "deep reorganisation"
    """The chain was reorganised deeper than `chain.depth`: payouts are frozen until `rebuild`."""
    RESTORED = "older than the chain"
    """Our keys made transactions that this database does not know: issues and payouts are frozen
    until a person says that the bank's statements were read up to today (`resume`)."""
    UNEXPLAINED = "issue without a line"
    """The token credited a deposit that no line of the bank explains: nothing is issued or paid
    out until one does."""
    UNREAD = "chain unread"
    """The chain has final blocks that were not read: nothing is signed until they are."""


_FREEZING = (AlarmKind.DEEP_REORG, AlarmKind.RESTORED, AlarmKind.UNEXPLAINED)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong. `subject` is an address, a transaction or a node's place."""

    kind: AlarmKind
    subject: str
    detail: str
    since: datetime


chain_alarms = Table(
    "chain_alarms",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("subject", String(96), primary_key=True),
    Column("detail", String(500), nullable=False),
    Column("since", UtcDateTime, nullable=False),
)


def list_alarms(connection: Connection) -> list[Alarm]:
    """Those that stand, oldest first."""
    rows = connection.execute(
        select(chain_alarms).order_by(chain_alarms.c.since, chain_alarms.c.subject)
    )
    return [Alarm(AlarmKind(row.kind), row.subject, row.detail, row.since) for row in rows]


def is_standing(connection: Connection, kind: AlarmKind) -> bool:
    """Whether there is one of this kind."""
    asked = select(chain_alarms.c.kind).where(chain_alarms.c.kind == kind.value).limit(1)
    return connection.execute(asked).one_or_none() is not None


def raise_alarm(
    connection: Connection, kind: AlarmKind, subject: str, detail: str, now: datetime
) -> bool:
    """Let it stand; True when it did not before."""
    row = {"kind": kind, "subject": subject, "detail": detail[:_LONGEST], "since": now}
    return bool(insert_new(connection, chain_alarms, [row], key="kind"))


def lower(connection: Connection, kind: AlarmKind, subject: str | None = None) -> bool:
    """It is over (for one subject, or for all); True when it stood."""
    statement = delete(chain_alarms).where(chain_alarms.c.kind == kind.value)
    if subject is not None:
        statement = statement.where(chain_alarms.c.subject == subject)
    return connection.execute(statement).rowcount > 0


def frozen(connection: Connection) -> str | None:
    """Why no payout may be prepared or handed in; None when it may."""
    found: str | None = connection.execute(
        select(chain_alarms.c.detail)
        .where(chain_alarms.c.kind.in_([kind.value for kind in _FREEZING]))
        .order_by(chain_alarms.c.since)
        .limit(1)
    ).scalar_one_or_none()
    return found


def resume(connection: Connection) -> bool:
    """A person says that the bank's statements were read up to today: the database is no longer
    older than the world. True when that was in doubt.
    """
    return lower(connection, AlarmKind.RESTORED)

"""Approvals: the tables of proposals and of the operators' history.

Triggers let a proposal change in one way only, from PROPOSED to decided, and the history in none;
a check refuses a checker who is the maker.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    text,
    update,
)

from api.approvals.model import (
    GENESIS,
    INITIAL,
    TRANSITIONS,
    Action,
    Entry,
    Proposal,
    ProposalState,
    Step,
    entry_hash,
)
from api.kernel.counter import next_numbers
from api.kernel.database import UtcDateTime, metadata
from api.kernel.errors import Broken
from api.kernel.ids import new_id

__all__ = [
    "add_entry",
    "add_proposal",
    "decide",
    "entries",
    "find_open",
    "find_proposal",
    "history_of",
    "newest_entries",
    "operator_actions",
    "overdue",
    "proposals",
    "proposals_of",
]

_PROPOSALS = "proposal"
_ENTRIES = "operator-action"
_OPEN = text("state = 'PROPOSED'")

proposals = Table(
    "proposals",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("action", String(32), nullable=False),
    Column("subject", String(200), nullable=False, index=True),
    Column("parameters", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("maker", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("checker", String(64)),
    Column("decided_at", UtcDateTime),
    Column("result", Text),
    CheckConstraint("checker IS NULL OR checker <> maker", name="two_persons"),
    CheckConstraint(
        "(state IN ('APPROVED', 'DECLINED')) = (checker IS NOT NULL)", name="decided_by_checker"
    ),
)
Index(
    "uq_proposals_digest",
    proposals.c.digest,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_proposals_state_number", proposals.c.state, proposals.c.number)

operator_actions = Table(
    "operator_actions",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("operator", String(64), nullable=False),
    Column("step", String(16), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(200), nullable=False, index=True),
    Column("parameters", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposal_id", String(64), ForeignKey("proposals.id"), index=True),
    Column("result", Text),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
)
_t = proposals.c


def add_proposal(
    connection: Connection,
    action: Action,
    *,
    maker: str,
    reason: str,
    now: datetime,
    expires_at: datetime,
) -> Proposal | None:
    """Store a new proposal; None when exactly this has become open meanwhile.

    The counter's row lets proposals be made one after the other. It has counted then: a caller
    that gets None undoes its transaction.
    """
    number = next_numbers(connection, _PROPOSALS)[0]
    if find_open(connection, action.digest) is not None:
        return None
    row: dict[str, Any] = {
        "number": number,
        "id": new_id("proposal"),
        "action": action.name,
        "subject": action.subject,
        "parameters": action.canonical,
        "digest": action.digest,
        "reason": reason,
        "state": INITIAL.value,
        "maker": maker,
        "made_at": now,
        "expires_at": expires_at,
    }
    made = connection.execute(insert(proposals).values(row).returning(proposals)).one()
    return _proposal(made)


def find_proposal(
    connection: Connection, proposal_id: str, *, lock: bool = False
) -> Proposal | None:
    """One proposal by its id; with `lock` it is the caller's until the transaction ends."""
    query = select(proposals).where(_t.id == proposal_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _proposal(row)


def find_open(connection: Connection, digest: str) -> Proposal | None:
    """The proposal of exactly this action that is not decided."""
    row = connection.execute(
        select(proposals).where(_t.digest == digest, _OPEN).with_for_update()
    ).one_or_none()
    return None if row is None else _proposal(row)


def overdue(connection: Connection, now: datetime) -> list[Proposal]:
    """Proposals that nobody decided in time and that do not say so yet."""
    rows = connection.execute(
        select(proposals).where(_OPEN, _t.expires_at <= now).order_by(_t.number).with_for_update()
    )
    return [_proposal(row) for row in rows]


def proposals_of(
    connection: Connection,
    *,
    state: ProposalState | None,
    limit: int,
    before: int | None = None,
) -> list[Proposal]:
    """Proposals of one state or of all, the newest first, below number `before`."""
    query = select(proposals)
    if state is not None:
        query = query.where(_t.state == state.value)
    if before is not None:
        query = query.where(_t.number < before)
    rows = connection.execute(query.order_by(_t.number.desc()).limit(limit))
    return [_proposal(row) for row in rows]


def decide(
    connection: Connection,
    proposal: Proposal,
    after: ProposalState,
    *,
    checker: str | None,
    now: datetime,
    result: str | None = None,
) -> Proposal:
    """End a proposal; `IllegalTransition` when it has ended, `Broken` when it ends elsewhere."""
    TRANSITIONS.check(proposal.state, after)
    changed = connection.execute(
        update(proposals)
        .where(_t.id == proposal.id, _t.state == proposal.state.value)
        .values(state=after.value, checker=checker, decided_at=now, result=result)
        .returning(proposals)
    ).one_or_none()
    if changed is None:
        raise Broken(
            f"Proposal {proposal.id} was decided by somebody else at this moment.",
            remedy="Nothing was changed. Look at it again.",
        )
    return _proposal(changed)


def add_entry(
    connection: Connection,
    action: tuple[str, str, str, str],
    *,
    operator: str,
    step: Step,
    reason: str,
    now: datetime,
    proposal_id: str | None = None,
    result: str | None = None,
) -> None:
    """Write one line of history, chained to the one before it.

    `action` is name, subject, canonical parameters and digest. The counter's row is held until
    the transaction ends, so that the chain has no fork and no gap.
    """
    name, subject, parameters, digest = action
    number = next_numbers(connection, _ENTRIES)[0]
    previous = GENESIS
    if number > 1:
        previous = connection.execute(
            select(operator_actions.c.hash).where(operator_actions.c.number == number - 1)
        ).scalar_one()
    words: dict[str, Any] = {
        "number": number,
        "operator": operator,
        "step": step.value,
        "action": name,
        "subject": subject,
        "parameters": parameters,
        "digest": digest,
        "reason": reason,
        "proposal_id": proposal_id,
        "result": result,
    }
    at = now.astimezone(UTC).isoformat(timespec="microseconds")
    digested = entry_hash(previous, words | {"at": at})
    connection.execute(
        insert(operator_actions).values(words | {"at": now, "previous": previous, "hash": digested})
    )


def entries(connection: Connection, *, after: int, limit: int) -> list[Entry]:
    """The history behind an entry's number, oldest first."""
    rows = connection.execute(
        select(operator_actions)
        .where(operator_actions.c.number > after)
        .order_by(operator_actions.c.number)
        .limit(limit)
    )
    return [_entry(row) for row in rows]


def newest_entries(connection: Connection, limit: int) -> list[Entry]:
    """The end of the history, oldest first."""
    rows = connection.execute(
        select(operator_actions).order_by(operator_actions.c.number.desc()).limit(limit)
    ).all()
    return [_entry(row) for row in reversed(rows)]


def history_of(connection: Connection, subjects: Sequence[str]) -> list[Entry]:
    """What operators did to these things, oldest first."""
    rows = connection.execute(
        select(operator_actions)
        .where(operator_actions.c.subject.in_(subjects))
        .order_by(operator_actions.c.number)
    )
    return [_entry(row) for row in rows]


def _entry(row: Row[Any]) -> Entry:
    return Entry(**dict(row._mapping) | {"step": Step(row.step)})


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        **dict(row._mapping)
        | {
            "state": ProposalState(row.state),
            "result": None if row.result is None else json.loads(row.result),
        }
    )

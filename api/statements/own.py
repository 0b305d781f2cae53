"""Statements: lines that two persons say are the bank's own affair, and no customer's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from api.kernel.errors import Conflict
from api.statements.booking import OWN_FUNDS
from api.statements.model import TRANSITIONS, LineState, StoredLine
from api.statements.store import bank_lines

__all__ = ["take_as_own"]


def take_as_own(
    connection: Connection, line: StoredLine, after: LineState, *, ref: str, now: datetime
) -> None:
    """Own funds account for a line as it was read, by `ref`.

    Raises `IllegalTransition`; `Conflict` when somebody else was a moment faster.
    """
    if line.state is not after:
        TRANSITIONS.check(line.state, after)
    changed = connection.execute(
        update(bank_lines)
        .where(
            bank_lines.c.id == line.id,
            bank_lines.c.state == line.state.value,
            bank_lines.c.explained_ref.is_not_distinct_from(line.explained_ref),
        )
        .values(
            state=after.value,
            explained_by=OWN_FUNDS,
            explained_ref=ref,
            explained_at=now,
            reason=None,
        )
    ).rowcount
    if changed != 1:
        raise Conflict(
            f"Line {line.id} was just accounted for by somebody else.",
            remedy=f"See how it stands: jiaozi-bridge explain {line.id}.",
            slug="line-moved-on",
        )

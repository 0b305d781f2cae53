"""Attest: what the bridge says, read at one moment. Claims, until bank and chain confirm them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from api.evidence import Answer, Claim, Owed
from api.kernel.database import metadata
from api.reserve import Books, books_at, none_read, require_identity
from api.statements import OWN_FUNDS

__all__ = ["Claims", "read_amounts", "read_answers", "read_claims"]

_AT_ONCE = 500
_ON_THEIR_WAY = ("QUEUED", "ISSUING", "HELD")
_OWED_WHOLE = ("REJECTED", "RETURN_ORDERED", "RETURNED_BY_BANK", "RETURNING")
_OWED_IN_PART = "RETURN_DIFFERS"
_DECISIONS = ("resolve", "accept-difference")
_GIVEN_BACK = {"came-back": "payment", "gives-back": "line"}
"""Decided of a credit; and which of its parameters says what it came back of."""
_WITHDRAW = "withdraw-file"
"""Decided of a payout file: of each of its payments."""
_UNSOUND = ("QUARANTINED", "DISMISSED")
_FILE = "statement_"
_LINE = "line_"


@dataclass(frozen=True, slots=True)
class Claims:
    """The bridge's books, and what they say that nobody else can."""

    books: Books
    deposits: Sequence[Claim]
    """Those on their way with numbers above the one that was asked for."""
    last_number: int
    """The last deposit number that was given out."""
    owed: Sequence[Owed]
    stopping: int
    """Minor units of debits that the bridge is about to post as recalled deposits, or reversed."""
    unsound: frozenset[tuple[str, int]]
    """Statements that do not count: the first half of the file's SHA-256, and the number."""


def read_claims(
    connection: Connection, currency: str, closed_on: date | None, after: int
) -> Claims:
    """All of it, in the transaction's one view. Raises `Broken`, `Unavailable`."""
    books = books_at(connection, currency, closed_on)
    if books is None:
        raise none_read()
    require_identity(books)
    t = metadata.tables
    counters, recalls, sheets = t["counters"], t["recalls"], t["statement_sheets"]
    last = connection.execute(select(counters.c.last).where(counters.c.name == "deposit")).scalar()
    stopping = connection.execute(
        select(func.coalesce(func.sum(recalls.c.amount), 0)).where(recalls.c.state == "STOPPING")
    ).scalar_one()
    unsound = connection.execute(
        select(sheets.c.file_id, sheets.c.number).where(sheets.c.state.in_(_UNSOUND))
    )
    return Claims(
        books=books,
        deposits=_deposits(connection, after),
        last_number=last or 0,
        owed=_owed(connection),
        stopping=int(stopping),
        unsound=frozenset((file.removeprefix(_FILE), number) for file, number in unsound),
    )


def read_answers(
    connection: Connection, lines: Sequence[str], redemptions: Sequence[str]
) -> dict[str, Answer]:
    """What the bridge says of these lines, and of the credits that it counts as sent back for
    these redemptions; lines that it has not stored are left out."""
    table = metadata.tables["bank_lines"]
    t = table.c
    columns = (t.id, t.state, t.explained_by, t.explained_ref, t.direction)
    rows: list[Row[Any]] = []
    for some in _chunks(lines):
        rows += connection.execute(select(*columns).where(table.c.id.in_(some)))
    for some in _chunks(redemptions):
        rows += connection.execute(
            select(*columns).where(
                table.c.explained_by == "redemption",
                table.c.explained_ref.in_(some),
                table.c.direction == "CREDIT",
            )
        )
    given = [row.explained_ref for row in rows if row.explained_by == OWN_FUNDS]
    for some in _chunks([ref for ref in given if ref.startswith(_LINE)]):
        rows += connection.execute(select(*columns).where(table.c.id.in_(some)))
    keys = _keys(connection, rows)
    approved = _approved(connection, [row.id for row in rows if row.direction == "CREDIT"])
    answers: dict[str, Answer] = {}
    for row in rows:
        by, key = keys.get((row.explained_by, row.explained_ref), (None, ""))
        if row.explained_by == OWN_FUNDS:
            by, key = "own", row.explained_ref if row.direction == "CREDIT" else row.id
        answers[row.id] = Answer(row.state, by, key, approved=approved.get(row.id) == key)
    return answers


def read_amounts(connection: Connection, lines: Sequence[str]) -> dict[str, int]:
    """The amounts, in minor units, that the bridge has of these lines."""
    table = metadata.tables["bank_lines"]
    found: dict[str, int] = {}
    for some in _chunks(lines):
        query = select(table.c.id, table.c.amount).where(table.c.id.in_(some))
        found |= {row.id: row.amount for row in connection.execute(query)}
    return found


def _deposits(connection: Connection, after: int) -> list[Claim]:
    t = metadata.tables
    deposits, links, actions = t["deposits"], t["links"], t["operator_actions"]
    rows = connection.execute(
        select(
            deposits.c.number,
            deposits.c.line_id,
            deposits.c.holder,
            deposits.c.amount,
            links.c.wallet,
            links.c.account,
            links.c.virtual_account,
            links.c.number,
            links.c.id,
        )
        .join(links, links.c.id == deposits.c.link_id)
        .where(deposits.c.number > after, deposits.c.state.in_(_ON_THEIR_WAY))
        .order_by(deposits.c.number)
    ).all()
    if not rows:
        return []
    query = (
        select(actions.c.subject, actions.c.parameters)
        .where(actions.c.action == "assign", actions.c.step == "approved")
        .order_by(actions.c.number)
    )
    # a line that was refused may be given to another link: the last word counts
    given = {line: json.loads(told)["link"] for line, told in connection.execute(query)}
    return [
        Claim(*row[:-1], assigned=given[row.line_id] == row.id if row.line_id in given else None)
        for row in rows
    ]


def _owed(connection: Connection) -> list[Owed]:
    t = metadata.tables
    redemptions, actions = t["redemptions"], t["operator_actions"]
    rows = connection.execute(
        select(redemptions.c.id, redemptions.c.end_to_end_id, redemptions.c.state).where(
            redemptions.c.state.in_([*_OWED_WHOLE, _OWED_IN_PART])
        )
    ).all()
    decided: set[str] = set()
    for some in _chunks([row.id for row in rows]):
        query = select(actions.c.subject, actions.c.parameters).where(
            actions.c.subject.in_(some),
            actions.c.action.in_(_DECISIONS),
            actions.c.step == "approved",
        )
        for subject, told in connection.execute(query):
            if not json.loads(told).get("paid"):  # paid, they wrote down: not to be credited again
                decided.add(subject)
        withdrawn = (
            select(t["payments"].c.subject)
            .join(actions, actions.c.subject == t["payments"].c.message_id)
            .where(
                t["payments"].c.subject.in_(some),
                actions.c.action == _WITHDRAW,
                actions.c.step == "approved",
            )
        )
        decided.update(connection.execute(withdrawn).scalars())
    return [
        Owed(row.id, row.end_to_end_id, row.state != _OWED_IN_PART, row.id in decided)
        for row in rows
    ]


def _approved(connection: Connection, credits_: Sequence[str]) -> Mapping[str, str]:
    """By credit: what it came back of, by the last word of two persons."""
    actions = metadata.tables["operator_actions"]
    found: dict[str, str] = {}
    for some in _chunks(credits_):
        query = (
            select(actions.c.subject, actions.c.action, actions.c.parameters)
            .where(
                actions.c.subject.in_(some),
                actions.c.action.in_(_GIVEN_BACK),
                actions.c.step == "approved",
            )
            .order_by(actions.c.number)
        )
        for line, deed, told in connection.execute(query):
            found[line] = json.loads(told)[_GIVEN_BACK[deed]]
    return found


def _keys(
    connection: Connection, rows: Sequence[Row[Any]]
) -> Mapping[tuple[str | None, str | None], tuple[str, str]]:
    """By explanation: what it means to the attestor's books."""
    t = metadata.tables
    redemptions, refunds, recalls = t["redemptions"], t["refunds"], t["recalls"]
    asked = (
        ("redemption", "redemption", select(redemptions.c.id, redemptions.c.end_to_end_id)),
        ("refund", "refund", select(refunds.c.id, refunds.c.line_id)),
        (
            "recalls",
            "recall",
            select(recalls.c.id, recalls.c.original_id).where(recalls.c.state != "REVERSED"),
        ),
        (
            "recalls",
            "reversal",
            select(recalls.c.id, recalls.c.original_id).where(recalls.c.state == "REVERSED"),
        ),
    )
    found: dict[tuple[str | None, str | None], tuple[str, str]] = {}
    for by, meaning, query in asked:
        refs = sorted({row.explained_ref for row in rows if row.explained_by == by})
        for some in _chunks(refs):
            told = connection.execute(query.where(query.selected_columns[0].in_(some)))
            found |= {(by, ref): (meaning, key) for ref, key in told}
    return found


def _chunks(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)]

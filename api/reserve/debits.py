"""Reserve: debits that pay nothing of ours, as two persons take them into the books.

A wrong direct debit, a fee that the bank tells as an ordinary debit, a payment that somebody made
by hand: the money has left the account, and holders are owed what they were owed before. So the
bank's own funds bear it, for good or until the bank gives it back; where they are less than
nothing they cover nothing, and the backing is smaller by it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from api.bank import Direction
from api.kernel.errors import Conflict, NotFound
from api.ledger import Account, Posting, post
from api.statements import OWN_FUNDS, LineState, StoredLine, find_line, take_as_own

__all__ = ["CLAIM", "COST", "bear", "claim", "give_back"]

COST = "cost"
"""What accounts for a debit that own funds bear for good."""
CLAIM = "claim"
"""The same until the bank gives it back."""


def bear(connection: Connection, line_id: str, *, now: datetime) -> StoredLine:
    """A debit is a cost of the bank's own, also one that was claimed in vain.

    Raises `NotFound`, `Conflict`.
    """
    line = _found(connection, line_id)
    if line.state is LineState.CLAIMED:
        take_as_own(connection, line, LineState.EXPLAINED, ref=COST, now=now)
        return line
    line = _waiting(connection, line_id, Direction.DEBIT)
    _bear(connection, line, LineState.EXPLAINED, COST, now)
    return line


def claim(connection: Connection, line_id: str, *, now: datetime) -> StoredLine:
    """A debit is to be given back by the bank; until then own funds bear it.

    Raises `NotFound`, `Conflict`.
    """
    line = _waiting(connection, line_id, Direction.DEBIT)
    _bear(connection, line, LineState.CLAIMED, CLAIM, now)
    return line


def give_back(connection: Connection, line_id: str, debit_id: str, *, now: datetime) -> StoredLine:
    """A credit is what the bank gives back of a debit that pays nothing of ours, claimed or not.

    What it lacks stays with own funds. Raises `NotFound`; `Conflict` for a credit that is
    accounted for or is more than was taken, and for a debit that is a payment of ours.
    """
    credit = _waiting(connection, line_id, Direction.CREDIT)
    debit = _found(connection, debit_id)
    if not _is_lost(debit):
        raise Conflict(
            f"Line {debit.id} is {debit.state} and a {debit.direction.lower()}.",
            remedy="Name a debit that nobody has explained, or one that own funds bear.",
            slug="nothing-to-give-back",
        )
    if credit.amount.minor > debit.amount.minor:
        raise Conflict(
            f"The credit is {credit.amount}, and {debit.amount} was taken.",
            remedy="Ask the bank what the rest is for.",
            slug="more-than-was-taken",
        )
    if debit.state is LineState.STORED:
        _bear(connection, debit, LineState.EXPLAINED, credit.id, now)
    else:
        take_as_own(connection, debit, LineState.EXPLAINED, ref=credit.id, now=now)
    take_as_own(connection, credit, LineState.EXPLAINED, ref=debit.id, now=now)
    posting = Posting(
        event_id=f"given-back:{credit.id}",
        kind="debit given back",
        debit=Account.UNMATCHED,
        credit=Account.OWN_FUNDS,
        amount=credit.amount,
        about=debit.id,
        at=now,
    )
    post(connection, posting)
    return debit


def _is_lost(line: StoredLine) -> bool:
    """Whether a debit pays nothing of ours, and nothing of it was given back."""
    if line.direction is not Direction.DEBIT:
        return False
    borne = line.explained_by == OWN_FUNDS and line.explained_ref == COST
    return line.state in (LineState.STORED, LineState.CLAIMED) or borne


def _bear(
    connection: Connection, line: StoredLine, after: LineState, ref: str, now: datetime
) -> None:
    take_as_own(connection, line, after, ref=ref, now=now)
    posting = Posting(
        event_id=f"borne:{line.id}",
        kind="debit borne",
        debit=Account.OWN_FUNDS,
        credit=Account.UNMATCHED,
        amount=line.amount,
        about=line.id,
        at=now,
    )
    post(connection, posting)


def _waiting(connection: Connection, line_id: str, direction: Direction) -> StoredLine:
    line = _found(connection, line_id)
    if line.state is not LineState.STORED or line.direction is not direction:
        raise Conflict(
            f"Line {line.id} is {line.state} and a {line.direction.lower()}.",
            remedy=f"Name a {direction.lower()} that nobody has explained.",
            slug="line-not-waiting",
        )
    return line


def _found(connection: Connection, line_id: str) -> StoredLine:
    line = find_line(connection, line_id)
    if line is None:
        raise NotFound(f"There is no line {line_id}.", remedy="Look under status for its id.")
    return line

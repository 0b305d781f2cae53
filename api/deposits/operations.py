"""Deposits: what operators do with them: hold, release, try again, and assign a line to a link.

Each is within the caller's transaction and may be repeated: a second time it finds what the first
made. States change only along the transition table; a deposit that is on its way to the chain is
out of everybody's hands until the chain has spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.bank import Direction
from api.deposits import store
from api.deposits.adopted import Adopted, still_to_end, take_adopted
from api.deposits.matching import BY, matched
from api.deposits.model import NUMBERS, Deposit, DepositState, chain_reference
from api.deposits.store import NewDeposit
from api.kernel.counter import next_numbers
from api.kernel.errors import Conflict
from api.kernel.fields import unknown_id
from api.kernel.ids import DepositId, new_id
from api.kernel.machine import LONGEST_REASON
from api.ledger import post, post_all
from api.links import Link, LinkState, find_link
from api.statements import LineState, StoredLine, explain, find_line
from wallet.secret import Secret

__all__ = ["assign", "hold", "release", "retry"]

_S = DepositState
_MATCHABLE = frozenset({LineState.STORED, LineState.REFUSED})


def hold(connection: Connection, deposit_id: str, reason: str, now: datetime) -> Deposit:
    """Keep a queued deposit out of every batch, with the reason; it is issued after `release`.

    Raises `NotFound`, `Conflict` for one that is on its way or has ended.
    """
    deposit = _held_row(connection, deposit_id)
    if deposit.state is _S.HELD:
        return deposit
    if deposit.state is not _S.QUEUED:
        raise _too_late(deposit, "held")
    store.change_state(
        connection,
        [deposit],
        _S.HELD,
        now=now,
        reason=reason[:LONGEST_REASON],
        waiting_for=None,
        not_before=None,
    )
    return _held_row(connection, deposit_id)


def release(connection: Connection, deposit_id: str, now: datetime) -> Deposit:
    """Let a held deposit queue again, its failed attempts forgotten.

    Raises `NotFound`, `Conflict` for one that is on its way or has ended.
    """
    deposit = _held_row(connection, deposit_id)
    if deposit.state is _S.QUEUED:
        return deposit
    if deposit.state is not _S.HELD:
        raise _too_late(deposit, "released")
    store.change_state(connection, [deposit], _S.QUEUED, now=now, attempts=0, waits=0, reason=None)
    return _held_row(connection, deposit_id)


def retry(connection: Connection, deposit_id: str, now: datetime) -> Deposit:
    """Try again: a held deposit queues again, a refused one gives its line a new deposit.

    The chain has closed the number of a refused one for ever, so the new one takes the next.
    Returns the deposit that is on its way now. Raises `NotFound`, and `Conflict` when its money
    has gone another way, when its link is no longer active, or when there is nothing to retry.
    """
    deposit = _held_row(connection, deposit_id)
    if deposit.state is _S.HELD:
        return release(connection, deposit_id, now)
    if deposit.state is _S.QUEUED:
        return deposit
    if deposit.state is not _S.REFUSED:
        raise _too_late(deposit, "tried again")
    line = _line(connection, deposit.line_id)
    successor = _deposit_of(connection, line)
    if successor is not None and successor.number > deposit.number:
        return successor
    if line.state is not LineState.REFUSED or line.explained_ref != deposit.id:
        raise _gone(line)
    link = _active(connection, deposit.link_id)
    return _number(connection, line, link, deposit.reference, now)


def assign(
    connection: Connection, line_id: str, link_id: str, *, reference_key: Secret, now: datetime
) -> Deposit:
    """Say that unmatched money is of this link's customer: it becomes a deposit of theirs.

    Two persons decide on this. Raises `NotFound`, and `Conflict` for a line that is no new money
    of a customer or is accounted for, and for a link that is not active.
    """
    line, link = _line(connection, line_id), find_link(connection, link_id)
    if link is None:
        raise unknown_id("link")
    made = _deposit_of(connection, line)
    if made is not None and made.link_id == link.id and made.state is not _S.REFUSED:
        return made
    if line.direction is not Direction.CREDIT or line.reversal or line.return_reason is not None:
        raise Conflict(
            f"Line {line.id} is no new money of a customer: it is a debit, or the bank undoes "
            "something with it.",
            remedy=f"See what it is: jiaozi-bridge explain {line.id}.",
        )
    if line.state not in _MATCHABLE:
        raise _gone(line)
    reference = chain_reference(reference_key, line.account, line.bank_id)
    return _number(connection, line, _active(connection, link.id), reference, now)


def _number(
    connection: Connection, line: StoredLine, link: Link, reference: bytes, now: datetime
) -> Deposit:
    """A deposit of this line under the next number, its posting, and the line's explanation.

    What another life of this database had issued for the line is taken over instead; what the
    token had only refused for it is tried again, as is asked for.
    """
    deposit = NewDeposit(
        id=DepositId(new_id("deposit")),
        reference=reference,
        line_id=line.id,
        link_id=link.id,
        holder=link.wallet,
        amount=line.amount,
    )
    new, taken = take_adopted(connection, [deposit])
    _require_holder(taken, line, link)
    explain(connection, line.id, by=BY, ref=deposit.id, now=now)
    if not new:
        post_all(connection, still_to_end(connection, taken, now=now))
        if taken[-1].state is _S.REFUSED:
            return _number(connection, line, link, reference, now)
        return _held_row(connection, deposit.id)
    number = next_numbers(connection, NUMBERS)[0]
    store.add_new(connection, new, [number], bulk=False, now=now)
    post(connection, matched(number, deposit, now))
    return _held_row(connection, deposit.id)


def _require_holder(taken: Sequence[Adopted], line: StoredLine, link: Link) -> None:
    """What the chain has issued is with the holder whom it names, and nobody can give it away."""
    for end in taken:
        if end.state is _S.ISSUED and end.deposit.holder != link.wallet:
            raise Conflict(
                f"The chain has issued the money of line {line.id} to {end.deposit.holder}, by "
                f"number {end.number}.",
                remedy="Assign the line to the link of that wallet.",
                slug="line-not-waiting",
            )


def _held_row(connection: Connection, deposit_id: str) -> Deposit:
    """The deposit, the caller's until its transaction ends."""
    deposit = store.find_deposit(connection, deposit_id, lock=True)
    if deposit is None:
        raise unknown_id("deposit")
    return deposit


def _line(connection: Connection, line_id: str) -> StoredLine:
    line = find_line(connection, line_id)
    if line is None:
        raise unknown_id("line")
    return line


def _deposit_of(connection: Connection, line: StoredLine) -> Deposit | None:
    """The deposit that accounts for the line, or did last."""
    if line.explained_by != BY or line.explained_ref is None:
        return None
    return store.find_deposit(connection, line.explained_ref)


def _active(connection: Connection, link_id: str) -> Link:
    link = find_link(connection, link_id)
    if link is None or link.state is not LinkState.ACTIVE:
        state = "unknown" if link is None else link.state
        raise Conflict(
            f"Link {link_id} is {state}: nothing can be issued to its wallet.",
            remedy="Assign the line to an active link, or return the money to its payer.",
            slug="link-not-active",
        )
    return link


def _too_late(deposit: Deposit, what: str) -> Conflict:
    return Conflict(
        f"Deposit {deposit.id} (number {deposit.number}) is {deposit.state} and cannot be {what}.",
        remedy=f"See what comes next: jiaozi-bridge explain {deposit.id}.",
        slug="deposit-not-waiting",
    )


def _gone(line: StoredLine) -> Conflict:
    why = line.state if line.explained_ref is None else f"{line.state} by {line.explained_ref}"
    return Conflict(
        f"The money of line {line.id} is not unmatched: the line is {why}.",
        remedy=f"See where it went: jiaozi-bridge explain {line.id}.",
        slug="line-not-waiting",
    )

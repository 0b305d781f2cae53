"""Chain: what a key did that this database does not know.

A database that was restored from a backup is older than the chain: attempts, and whole
transactions, were signed since. What a block holds under our key is looked up by its nonce; calls
of our own contracts are adopted (their events say what they did), all else halts the address until
two persons have said what it was (`strangers`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from api.chain import attempts, store
from api.chain.alarms import AlarmKind, raise_alarm
from api.chain.desk import ADOPTED, FOREIGN, NO_OP_GAS, Desk, LaneContext, LaneHalted
from api.chain.fees import Fees
from api.chain.model import Attempt, Failure, FailureKind, Lane, Transaction, TxState
from api.chain.node import Sent
from api.chain.searching import find_sent
from api.chain.strangers import Stranger, StrangerState, note_seen, strangers_of
from api.kernel.errors import Unavailable
from api.kernel.ids import Address
from api.kernel.log import note

__all__ = [
    "adopt_attempt",
    "adopt_beyond",
    "adopt_gaps",
    "doubt",
    "require_excused",
    "stranger_of",
]

_FREEZING = (Lane.OPERATOR, Lane.RELAYER)
"""Whose unknown transactions mean that money may have moved that this database does not know."""
_AT_ONCE = 50


def adopt_attempt(
    desk: Desk, transaction: Transaction, tries: Sequence[Attempt], sent: Sent
) -> Attempt | None:
    """The mined attempt that took this transaction's nonce, saved; None when it is not ours.

    It is ours when it makes the same call, or is the no-op that gave the call up: signed again
    with the values that the chain shows, it must come out with the same hash. One that is saved
    already is given back as it is: then the node only lacks its receipt.
    """
    if transaction.nonce is None or sent.to is None:
        return None
    for each in tries:
        if each.tx_hash == sent.tx_hash:
            return each
    number = max(each.number for each in tries) + 1
    fees = Fees(sent.highest, sent.tip)
    same_call = (sent.to, sent.data) == (transaction.to, transaction.data)
    sign = desk.sign if same_call else desk.sign_no_op
    found = sign(transaction, nonce=transaction.nonce, number=number, gas=sent.gas, fees=fees)
    if found.tx_hash != sent.tx_hash:
        return None
    with desk.transaction() as connection:
        attempts.record_attempts(connection, [found])
    desk.note("attempt adopted", transaction, logging.WARNING, hash=found.tx_hash)
    return found


def adopt_beyond(desk: Desk, saved: int) -> bool:
    """Adopt what final blocks hold beyond the last saved nonce; True when there was any.

    Raises as `adopt_unknown` does.
    """
    final = desk.head().number - desk.context.depth
    adopt_unknown(desk, range(saved + 1, desk.used()), final)
    return desk.used() > saved + 1


def adopt_gaps(desk: Desk, first: int, used: int, final: int) -> None:
    """Adopt what took nonces that this address had left out between two of its own.

    It leaves out what a node counts as waiting in its pool when it signs. What it signs behind
    them cannot end before them: so `first`, the lowest of its nonces that has not ended, tells
    where to look, as far as the block `final` counts nonces as `used`. What lies below the first
    that it ever gave out is the key's own history. Raises as `adopt_unknown` does.
    """
    with desk.context.work.reading() as connection:
        before = attempts.last_nonce(connection, desk.address, below=first)
        start = first if before is None else before + 1
        left_out = attempts.unsaved(connection, desk.address, start, used)
    adopt_unknown(desk, left_out, final)


def adopt_unknown(desk: Desk, nonces: Sequence[int], final: int) -> None:
    """Adopt what used these nonces, which nothing that is saved has: some of them at once.

    Raises `LaneHalted` for a transaction that calls none of our contracts, and for a nonce of which
    no block shows by what it was used, until it is excused.
    """
    if not nonces:
        return
    with desk.context.work.reading() as connection:
        known = strangers_of(connection, desk.address, StrangerState.HALTING)
    require_excused(desk, known)  # before the chain is searched once more for the same
    found = [(nonce, _shown(desk, nonce, final)) for nonce in nonces[:_AT_ONCE]]
    ours = {*desk.context.contracts, desk.address}
    strangers = {
        nonce: stranger_of(desk, nonce, sent)
        for nonce, sent in found
        if sent is None or sent.to not in ours
    }
    require_excused(desk, list(strangers.values()))
    for nonce, sent in found:
        with desk.transaction() as connection:
            if sent is None:
                _pass_over(connection, desk, strangers[nonce])
            else:
                _adopt(connection, desk, nonce, sent, FOREIGN if nonce in strangers else ADOPTED)


def stranger_of(desk: Desk, nonce: int, sent: Sent | None) -> Stranger:
    """What used a nonce of this address; None: no block shows it."""
    tx_hash, to = ("", None) if sent is None else (sent.tx_hash, sent.to)
    return Stranger(desk.address, nonce, tx_hash, to)


def require_excused(desk: Desk, found: Sequence[Stranger]) -> None:
    """Keep what was seen, and raise `LaneHalted`, unless two persons know of every one of them."""
    if not found:
        return
    with desk.context.work.reading() as connection:
        excused = strangers_of(connection, desk.address, StrangerState.EXCUSED)
        halting = strangers_of(connection, desk.address, StrangerState.HALTING)
    left = [each for each in found if each not in excused]
    if not left:
        return
    new = [each for each in left if each not in halting]
    if new:
        with desk.transaction() as connection:
            note_seen(connection, new, desk.now())
    more = f" ({len(left) - 1} more like it)" if len(left) > 1 else ""
    detail = f"The {left[0]}, which this bridge did not save{more}."
    desk.alarm(AlarmKind.FOREIGN, desk.address, detail)
    raise LaneHalted(
        detail,
        remedy=f"Somebody else signs with the key of lane «{desk.lane}»: find out who "
        f"(jiaozi-bridge explain {desk.address}). Was it the bank, two persons let the address go "
        f"on (jiaozi-bridge free {desk.address}); else revoke its role and give the lane a new "
        "key.",
    )


def _shown(desk: Desk, nonce: int, final: int) -> Sent | None:
    """What used a nonce that the block `final` counts as used.

    None when no block has it: an account may use a nonce up without a transaction of its own, by
    an authorization (EIP-7702) that somebody else's transaction carries. Raises `Unavailable` until
    as many blocks again are on top: a node behind the same address may lag.
    """
    sent = find_sent(desk, nonce)
    deeper = final - desk.context.depth
    if sent is None and (deeper < 0 or desk.node.nonce(desk.address, block=deeper) <= nonce):
        raise Unavailable(
            f"The node counts nonce {nonce} of {desk.address} as used, but does not show by what.",
            remedy="It is asked again: a node behind the same address may lag.",
            slug="transaction-missing",
        )
    return sent


def _pass_over(connection: Connection, desk: Desk, stranger: Stranger) -> None:
    """Go on behind a nonce of which no block shows by what it was used, and two persons know it.

    A no-op that nobody ever gets stands for it: what used the nonce up is in no block.
    """
    transaction = _meant(connection, desk, stranger.nonce, desk.address, b"", FOREIGN, NO_OP_GAS)
    attempt = desk.sign_no_op(
        transaction, nonce=stranger.nonce, number=1, gas=NO_OP_GAS, fees=Fees(0, 0)
    )
    signed = _signed(connection, desk, transaction, attempt)
    desk.fail(connection, signed, TxState.REVERTED, Failure(f"{stranger}", FailureKind.GIVEN_UP))
    doubt(connection, desk.context, desk.lane, desk.address)


def _adopt(connection: Connection, desk: Desk, nonce: int, sent: Sent, purpose: str) -> None:
    transaction = _meant(
        connection, desk, nonce, sent.to or desk.address, sent.data, purpose, sent.gas
    )
    attempt = desk.sign(
        transaction, nonce=nonce, number=1, gas=sent.gas, fees=Fees(sent.highest, sent.tip)
    )
    if attempt.tx_hash != sent.tx_hash:  # another tool made it
        attempt = replace(attempt, tx_hash=sent.tx_hash, raw=b"")
    signed = _signed(connection, desk, transaction, attempt)
    store.advance(connection, signed, TxState.DONE, now=desk.now())
    if purpose == ADOPTED:
        doubt(connection, desk.context, desk.lane, desk.address)
    note(
        desk.context.log,
        "transaction adopted",
        level=logging.WARNING,
        lane=desk.lane.value,
        nonce=nonce,
        hash=sent.tx_hash,
    )


def _meant(  # noqa: PLR0917 - a transaction's own words
    connection: Connection,
    desk: Desk,
    nonce: int,
    to: Address,
    data: bytes,
    purpose: str,
    gas: int,
) -> Transaction:
    """An intent for what has used a nonce already."""
    tx_id = store.enqueue(
        connection,
        lane=desk.lane,
        to=to,
        data=data,
        purpose=purpose,
        ref=f"{desk.address}:{nonce}",
        now=desk.now(),
        gas=gas,
    )
    transaction = store.get(connection, tx_id)
    if transaction is None:
        raise LookupError(f"{tx_id} was stored a moment ago")
    return transaction


def _signed(
    connection: Connection, desk: Desk, transaction: Transaction, attempt: Attempt
) -> Transaction:
    attempts.record_attempts(connection, [attempt])
    store.advance(connection, transaction, TxState.SIGNED, now=desk.now())
    return replace(transaction, state=TxState.SIGNED)


def doubt(connection: Connection, context: LaneContext, lane: Lane, address: Address) -> None:
    """Something of ours may have happened that this database does not know: money waits."""
    if lane in _FREEZING:
        detail = f"{address} made transactions that this database does not know."
        raise_alarm(connection, AlarmKind.RESTORED, lane.value, detail, context.clock.now())

"""Chain: prepare. The oldest intents are tried out, given the next nonces, signed, saved, and only
then sent.

The next nonce follows the largest that was ever saved, or the chain's count where that is larger.
A nonce below it that nobody uses is closed by a no-op first: nothing behind it could be mined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from api.chain import attempts, store
from api.chain.alarms import AlarmKind, frozen
from api.chain.desk import GAP, NO_OP_GAS, Desk, LaneHalted
from api.chain.fees import Fees
from api.chain.history import adopt_beyond, doubt
from api.chain.model import Attempt, Failure, FailureKind, Transaction, TxState
from api.chain.node import CallReverted, TooMuchGas
from api.chain.resending import hand_in
from api.kernel.errors import Unavailable

__all__ = ["WINDOW", "prepare"]

WINDOW = 64
"""Transactions of an address that may wait for their block at once."""
WINDOW_BLOCKS = 8
"""And how many blocks' gas they may take together."""
_NEVER_SIGNED = Failure("more than a block has", FailureKind.OUT_OF_GAS)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An intent with the gas that its attempt gets."""

    transaction: Transaction
    gas: int


def prepare(desk: Desk) -> bool:
    """Close gaps, sign and send; True when something was signed or refused.

    Raises `LaneHalted` when this address must not sign now.
    """
    with desk.context.work.reading() as connection:
        queued = store.queued_of(connection, desk.lane, WINDOW)
        saved = attempts.last_nonce(connection, desk.address)
        free = _beyond_doubt(connection, desk, queued)
    waiting = desk.open()
    if not queued and not waiting and not desk.behind:
        return False
    _require_our_chain(desk)
    _require_time(desk)
    mined = desk.node.nonce(desk.address, block=desk.head().number)
    # a key that this database has never used may have a history of its own
    if saved is not None and mined > saved + 1:
        return adopt_beyond(desk, saved)
    desk.calm(AlarmKind.FOREIGN, desk.address)
    closed = _close_gaps(desk, mined, saved)
    room = WINDOW - len(waiting) - closed
    if not free or room <= 0:
        return closed > 0
    ready = _within_gas(desk, waiting, _tried_out(desk, free[:room]))
    fees = desk.fees().within(desk.context.rules.fee_ceiling, desk.head().base_fee)
    if fees is None:
        _too_dear(desk)
        return closed > 0
    desk.calm(AlarmKind.FEE_CEILING, desk.address)
    hand_in(desk, _sign(desk, ready, fees, _counted(desk, mined, saved) if ready else 0))
    return True


def _beyond_doubt(
    connection: Connection, desk: Desk, queued: Sequence[Transaction]
) -> list[Transaction]:
    """What may be signed although this database may be older than the chain. What it queued
    before that was seen may have happened already, in another life of it.
    """
    if frozen(connection) is None:
        return list(queued)
    return [each for each in queued if each.purpose not in desk.context.doubtful]


def _counted(desk: Desk, mined: int, saved: int | None) -> int:
    """The node's count with what waits in its pool, as far as it can be right.

    What blocks hold beyond the saved ones was adopted before. Beyond that, another life of this
    database may have left a window full of transactions in the pool, and no more: a larger count
    would have to be filled with no-ops, each of which costs fees.
    """
    counted = desk.node.nonce(desk.address)
    first = mined if saved is None else max(saved + 1, mined)
    if counted > first + WINDOW:
        raise Unavailable(
            f"{desk.node.place} counts {counted} transactions of {desk.address} with those that "
            f"wait, but no more than {first + WINDOW} can be.",
            remedy="Nothing was signed; it is asked again. If this lasts, compare another node, "
            "and look at what waits in this one's pool.",
            slug="count-doubtful",
        )
    return counted


def _tried_out(desk: Desk, queued: Sequence[Transaction]) -> list[_Ready]:
    """Those that the node would run; the others end here, and cost no nonce.

    Of those whose gas is known the first is tried for all: what stops every call alike (a pause, a
    missing role) stops it, too; and as long as one is refused, the next is tried. What its owner
    has tried a moment ago is not tried again: the node would run all that waits in its pool.
    """
    limit = desk.head().gas_limit
    ready: list[_Ready] = []
    trusted = False
    for transaction in queued:
        try:
            if transaction.gas is None:
                gas = _estimate(desk, transaction)
            else:
                gas = transaction.gas
                tried = trusted or transaction.purpose in desk.context.tried
                if not tried and gas <= limit:
                    desk.node.call(
                        transaction.to, transaction.data, sender=desk.address, block=None
                    )
                    trusted = True
        except CallReverted as refused:
            _refuse(desk, transaction, Failure(str(refused.revert)))
            continue
        except TooMuchGas:
            gas = limit + 1
        if gas > limit:
            _refuse(desk, transaction, _NEVER_SIGNED)
        else:
            ready.append(_Ready(transaction, gas))
    return ready


def _estimate(desk: Desk, transaction: Transaction) -> int:
    gas = desk.node.estimate(transaction.to, transaction.data, sender=desk.address)
    # what it writes may have become dearer when its block is made
    return max(gas, min(gas + gas // 3, desk.head().gas_limit))


def _refuse(desk: Desk, transaction: Transaction, why: Failure) -> None:
    with desk.transaction() as connection:
        if store.still_queued(connection, [transaction.id]):
            desk.fail(connection, transaction, TxState.REFUSED, why)


def _within_gas(
    desk: Desk, waiting: Sequence[Transaction], ready: Sequence[_Ready]
) -> list[_Ready]:
    """As many as fit into some blocks together with what waits already; one at least."""
    tries = desk.attempts(waiting)
    used = sum(tries[each.id][-1].gas for each in waiting)
    most = WINDOW_BLOCKS * desk.head().gas_limit
    fitting: list[_Ready] = []
    for each in ready:
        if used + each.gas > most and (fitting or waiting):
            break
        used += each.gas
        fitting.append(each)
    return fitting


def _sign(
    desk: Desk, ready: Sequence[_Ready], fees: Fees, counted: int
) -> list[tuple[Transaction, Attempt]]:
    """Take the intents, save their attempts; all of it commits at once, before anything is sent."""
    with desk.transaction() as connection:
        saved = attempts.last_nonce(connection, desk.address)
        if saved is not None and counted > saved + 1:  # in a pool is what nobody here has signed
            doubt(connection, desk.context, desk.lane, desk.address)
        wanted = _beyond_doubt(connection, desk, [each.transaction for each in ready])
        free = store.still_queued(connection, [each.id for each in wanted])
        nonce = counted if saved is None else max(saved + 1, counted)
        signed: list[tuple[Transaction, Attempt]] = []
        for each in ready:
            if each.transaction.id in free:  # else another address of the lane has taken it
                attempt = desk.sign(
                    each.transaction, nonce=nonce, number=1, gas=each.gas, fees=fees
                )
                signed.append((_signed(connection, desk, each.transaction), attempt))
                nonce += 1
        attempts.record_attempts(connection, [attempt for _, attempt in signed])
    return signed


def _close_gaps(desk: Desk, mined: int, saved: int | None) -> int:
    """Save a no-op for each nonce that is not used and lies below a saved one; how many."""
    if saved is None or saved <= mined:
        return 0
    with desk.context.work.reading() as connection:
        gaps = attempts.unsaved(connection, desk.address, mined, saved)[:WINDOW]
    if not gaps:
        return 0
    fees = desk.fees().within(desk.context.rules.fee_ceiling, desk.head().base_fee)
    if fees is None:
        _too_dear(desk)
        return 0
    with desk.transaction() as connection:
        closing = [_close(connection, desk, nonce, fees) for nonce in gaps]
    hand_in(desk, closing)
    return len(closing)


def _close(
    connection: Connection, desk: Desk, nonce: int, fees: Fees
) -> tuple[Transaction, Attempt]:
    tx_id = store.enqueue(
        connection,
        lane=desk.lane,
        to=desk.address,
        data=b"",
        purpose=GAP,
        ref=f"{desk.address}:{nonce}",
        now=desk.now(),
        gas=NO_OP_GAS,
    )
    transaction = store.get(connection, tx_id)
    if transaction is None:
        raise LookupError(f"{tx_id} was stored a moment ago")
    attempt = desk.sign_no_op(transaction, nonce=nonce, number=1, gas=NO_OP_GAS, fees=fees)
    attempts.record_attempts(connection, [attempt])
    return _signed(connection, desk, transaction), attempt


def _signed(connection: Connection, desk: Desk, transaction: Transaction) -> Transaction:
    store.advance(connection, transaction, TxState.SIGNED, now=desk.now())
    return replace(transaction, state=TxState.SIGNED)


def _too_dear(desk: Desk) -> None:
    desk.alarm(
        AlarmKind.FEE_CEILING,
        desk.address,
        f"The chain asks {desk.head().base_fee} wei per gas, more than the ceiling of "
        f"{desk.context.rules.fee_ceiling}: {desk.address} signs nothing.",
    )


def _require_our_chain(desk: Desk) -> None:
    found = desk.node.chain_id()
    if found != desk.context.chain_id:
        detail = f"{desk.node.place} is on chain {found}, not on {desk.context.chain_id}."
        desk.alarm(AlarmKind.WRONG_CHAIN, desk.node.place, detail)
        raise LaneHalted(detail, remedy="See that chain.rpc_url is a node of the right chain.")
    desk.calm(AlarmKind.WRONG_CHAIN, desk.node.place)


def _require_time(desk: Desk) -> None:
    """Our clock and the chain's must agree: deadlines, limits and waits are reckoned by both."""
    most = desk.context.rules.max_skew
    if most is None:
        return
    now = desk.now().timestamp()
    ahead = desk.head().timestamp - now
    # a chain that rests makes no blocks: then only the block that it would make now tells; else
    # that one is not asked for, because a node runs its whole pool to make it
    skew = ahead if ahead >= -most.total_seconds() else desk.node.pending_time() - now
    if abs(skew) > most.total_seconds():
        detail = f"The chain's clock differs from ours by {round(skew)} seconds."
        desk.alarm(AlarmKind.CLOCK, desk.node.place, detail)
        raise LaneHalted(
            detail, remedy="Set this machine's clock, or look at the node: nothing is signed."
        )
    desk.calm(AlarmKind.CLOCK, desk.node.place)

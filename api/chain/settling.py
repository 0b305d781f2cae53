"""Chain: settle. What final blocks hold is done or reverted, whichever attempt it was.

The owner of a transaction without effect is told in the transaction that records its end. So is
one whose nonce a stranger used, once two persons know of that: its bytes can never be mined.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from api.chain import store
from api.chain.alarms import AlarmKind, lower
from api.chain.desk import GAP, Desk, Unsettled
from api.chain.history import (
    adopt_attempt,
    adopt_gaps,
    require_excused,
    stranger_of,
)
from api.chain.model import Attempt, Failure, FailureKind, Transaction, TxState
from api.chain.node import CallReverted, Receipt, TooMuchGas
from api.chain.passing import PASSES_AGAIN
from api.chain.searching import find_sent
from api.chain.strangers import Stranger
from api.kernel.errors import Unavailable
from api.kernel.ids import TxId
from api.kernel.log import note

__all__ = ["settle"]

Ending = tuple[Transaction, Attempt, Receipt]
Taken = tuple[Transaction, Stranger]


def settle(desk: Desk) -> bool:
    """End what final blocks have ended; True when something ended.

    Raises `Unsettled` while nodes do not agree or lack a receipt, `LaneHalted` when a stranger
    used a nonce.
    """
    waiting = desk.open()
    final = desk.head().number - desk.context.depth if waiting else -1
    if final < 0:
        return False
    used = desk.used()
    first = waiting[0].nonce
    if first is not None:  # what is signed has one; never guess where a key's own history begins
        adopt_gaps(desk, first, used, final)
    # a nonce that final blocks have used has a receipt, or was used by somebody else
    gone = [each for each in waiting if each.nonce is not None and each.nonce < used]
    if not gone:
        return False
    endings, taken = _endings(desk, gone, final)
    require_excused(desk, [stranger for _, stranger in taken])
    ended = [ending for ending in endings if ending[2].block_number <= final]
    _witnessed(desk, [receipt for _, _, receipt in ended])
    reasons = {ending[0].id: _why(desk, *ending) for ending in ended}
    if not ended and not taken:
        return False
    with desk.transaction() as connection:
        for transaction, attempt, _ in ended:
            why = reasons[transaction.id]
            if why is None:
                store.advance(connection, transaction, TxState.DONE, now=desk.now())
                desk.note("transaction done", transaction, hash=attempt.tx_hash)
            else:
                desk.fail(connection, transaction, TxState.REVERTED, why)
        for transaction, stranger in taken:
            why = Failure(f"{stranger}, not by us", FailureKind.GIVEN_UP)
            desk.fail(connection, transaction, TxState.REVERTED, why)
        for transaction in [*(each[0] for each in ended), *(each[0] for each in taken)]:
            if (AlarmKind.FEE_CEILING, transaction.id) in desk.standing:
                lower(connection, AlarmKind.FEE_CEILING, transaction.id)
    return True


def _endings(
    desk: Desk, gone: Sequence[Transaction], final: int
) -> tuple[list[Ending], list[Taken]]:
    """Each transaction with the attempt that a block holds, and its receipt; and those whose nonce
    a stranger used.
    """
    saved = desk.attempts(gone)
    receipts = desk.node.receipts([each.tx_hash for tries in saved.values() for each in tries])
    endings: list[Ending] = []
    taken: list[Taken] = []
    for transaction in gone:
        ended = _ending(transaction, saved, receipts)
        found = ended or _lost(desk, transaction, saved[transaction.id], final)
        if isinstance(found, Stranger):
            taken.append((transaction, found))
        else:
            endings.append(found)
    return endings, taken


def _ending(
    transaction: Transaction,
    saved: Mapping[TxId, Sequence[Attempt]],
    receipts: Mapping[str, Receipt | None],
) -> Ending | None:
    for attempt in saved[transaction.id]:
        if (receipt := receipts.get(attempt.tx_hash)) is not None:
            return transaction, attempt, receipt
    return None


def _lost(
    desk: Desk, transaction: Transaction, tries: Sequence[Attempt], final: int
) -> Ending | Stranger:
    """A used nonce and no receipt of ours: the node lags, or another attempt of ours was mined
    that this database never saw (it was restored), or a stranger has the key.

    Behind one address there may be several nodes, and one that lags has no receipt yet: so the
    nonce must be used as many blocks deeper again before its lack means anything.
    """
    deeper = final - desk.context.depth
    used = desk.node.nonce(desk.address, block=deeper) if deeper >= 0 else 0
    if transaction.nonce is None or used <= transaction.nonce:
        raise Unsettled(
            f"The node has no receipt of {transaction.tx_hash}, but counts its nonce as used.",
            remedy="It is asked again: a node behind the same address may lag.",
            slug="receipt-missing",
        )
    sent = find_sent(desk, transaction.nonce)
    adopted = None if sent is None else adopt_attempt(desk, transaction, tries, sent)
    if adopted is None:
        return stranger_of(desk, transaction.nonce, sent)
    receipt = desk.node.receipt(adopted.tx_hash)
    if receipt is None:
        raise Unsettled(
            f"The node has no receipt of {adopted.tx_hash}, but has it in a block.",
            remedy="It is asked again.",
            slug="receipt-missing",
        )
    return transaction, adopted, receipt


def _witnessed(desk: Desk, receipts: Sequence[Receipt]) -> None:
    """Every further node that answers must have these receipts, in the same blocks."""
    for witness in desk.context.witnesses if receipts else ():
        try:
            found = witness.receipts([each.tx_hash for each in receipts])
        except Unavailable as error:
            note(
                desk.context.log,
                "a further node does not answer",
                level=logging.WARNING,
                node=witness.place,
                reason=error.detail,
            )
            continue
        for receipt in receipts:
            other = found[receipt.tx_hash]
            if other is None or other.block_hash != receipt.block_hash:
                raise Unsettled(
                    f"{witness.place} does not have the receipt of {receipt.tx_hash} in block "
                    f"{receipt.block_number}, unlike {desk.node.place}.",
                    remedy="Nothing is settled until they agree: the one may lag, or lie.",
                    slug="nodes-disagree",
                )


def _why(
    desk: Desk, transaction: Transaction, attempt: Attempt, receipt: Receipt
) -> Failure | None:
    """None for success; else the contract's reason, found by running the call again."""
    if attempt.no_op:
        if transaction.purpose == GAP:
            return None
        return Failure("its nonce was used up by a no-op", FailureKind.GIVEN_UP)
    if receipt.succeeded:
        return None
    # a call inside may use up all but a 64th of what is left, and the rest then reverts
    exhausted = receipt.gas_used >= attempt.gas - attempt.gas // 32
    spent = Failure(f"{receipt.gas_used} of {attempt.gas} used", FailureKind.OUT_OF_GAS)
    try:
        desk.node.call(
            transaction.to, transaction.data, sender=desk.address, block=receipt.block_number
        )
    except CallReverted as again:
        empty = not again.revert.name
        return spent if exhausted and empty else Failure(str(again.revert))
    except TooMuchGas:
        return spent
    return spent if exhausted else Failure(PASSES_AGAIN)

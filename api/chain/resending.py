"""Chain: resend. Saved bytes that no node is known to have, or that a node may have dropped, are
handed in again; what its fee left behind is paid better, up to the ceiling.

The same intent, the same nonce: an attempt more changes nothing but what is paid.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from api.chain import attempts
from api.chain.alarms import AlarmKind
from api.chain.desk import NO_OP_GAS, Desk, LaneHalted
from api.chain.fees import Fees, raised
from api.chain.model import Attempt, Transaction
from api.chain.node import Receipt, SendOutcome
from api.kernel.ids import TxId

__all__ = ["RESEND_AFTER", "hand_in", "next_attempt", "resend"]

RESEND_AFTER = timedelta(seconds=15)
_MISSING_AFTER = timedelta(seconds=1)
"""What a node has taken and does not count any more, it has dropped."""
_HAS_IT = {SendOutcome.TAKEN, SendOutcome.NONCE_USED, SendOutcome.RIVAL}
# a used nonce is settled, or found to be a stranger's, once its block is final; a rival is an
# attempt of ours, or will use the nonce
Told = tuple[Transaction, Attempt]


def resend(desk: Desk) -> bool:
    """Raise, then send again; True when something was sent for the first time."""
    waiting = desk.open()
    if not waiting:
        return False
    tries = desk.attempts(waiting)
    known = desk.node.nonce(desk.address)
    due = [each for each in waiting if _is_due(desk, tries[each.id][-1], known)]
    if not due:
        return False
    hashes = [each.tx_hash for transaction in due for each in tries[transaction.id]]
    receipts = desk.node.receipts(hashes)
    mined, unmined = _apart(due, tries, receipts)
    if mined:  # a block holds them: there is nothing to send
        with desk.transaction() as connection:
            desk.record_sent(connection, mined)
    first = min((each.nonce or 0 for each, _ in unmined), default=0)
    newest = [
        (transaction, _raise(desk, transaction, attempt, first=first) or attempt)
        for transaction, attempt in unmined
    ]
    new = any(attempt.sent_at is None for _, attempt in [*mined, *newest])
    hand_in(desk, newest)
    return new


def hand_in(desk: Desk, told: Sequence[Told]) -> None:
    """Send attempts in the order of their nonces, and write down what became of that.

    Raises `Unavailable` when it is not known what arrived: then nothing is written down.
    """
    if not told:
        return
    outcomes = desk.node.send_many([attempt.raw for _, attempt in told])
    if SendOutcome.WRONG_CHAIN in outcomes:
        detail = f"{desk.node.place} takes our transactions for another chain's."
        desk.alarm(AlarmKind.WRONG_CHAIN, desk.node.place, detail)
        raise LaneHalted(detail, remedy="See that chain.rpc_url is a node of the right chain.")
    pairs = list(zip(told, outcomes, strict=True))
    has = [each for each, outcome in pairs if outcome in _HAS_IT]
    not_taken = [(each, outcome) for each, outcome in pairs if outcome not in _HAS_IT]
    with desk.transaction() as connection:
        desk.record_sent(connection, has)
        attempts.mark_tried(connection, [each[1] for each, _ in not_taken], desk.now())
    for (transaction, attempt), outcome in pairs:
        if outcome is SendOutcome.TAKEN:
            desk.note("transaction sent", transaction, nonce=attempt.nonce, hash=attempt.tx_hash)
        else:
            desk.note("not taken", transaction, logging.WARNING, outcome=outcome.value)
    _heed(desk, not_taken, is_paid=bool(has))


def _heed(desk: Desk, not_taken: Sequence[tuple[Told, SendOutcome]], *, is_paid: bool) -> None:
    """Do what a refusal asks for: pay more, ask for coin, give up what no block can hold."""
    broke = any(outcome is SendOutcome.NO_COIN for _, outcome in not_taken)
    if broke:
        desk.alarm(
            AlarmKind.NO_COIN,
            desk.address,
            f"{desk.address} cannot pay the chain's fees: send it coin.",
        )
    elif is_paid:
        desk.calm(AlarmKind.NO_COIN, desk.address)
    for (transaction, attempt), outcome in not_taken:
        if outcome is SendOutcome.UNDERPRICED:
            _pay_better(desk, transaction, attempt)
        elif outcome is SendOutcome.FEE_CAP:
            detail = f"{desk.node.place} forbids to pay {attempt.fees.highest} wei per gas."
            desk.alarm(AlarmKind.FEE_CEILING, transaction.id, detail)
        elif outcome is SendOutcome.GAS and not attempt.no_op:
            _give_up(desk, transaction, attempt)


def _is_due(desk: Desk, attempt: Attempt, known: int) -> bool:
    """Never sent, sent long ago, or sent and not among the `known` that the node counts as ours."""
    if attempt.sent_at is None:
        return True
    after = RESEND_AFTER if attempt.nonce < known else _MISSING_AFTER
    # a clock that was set back must not keep anything waiting
    return not desk.now() - after < attempt.sent_at <= desk.now()


def _apart(
    due: Sequence[Transaction],
    tries: Mapping[TxId, Sequence[Attempt]],
    receipts: Mapping[str, Receipt | None],
) -> tuple[list[Told], list[Told]]:
    """Those that a block holds, by the attempt that it holds, and the others, by their newest."""
    mined: list[Told] = []
    unmined: list[Told] = []
    for transaction in due:
        held = [each for each in tries[transaction.id] if receipts.get(each.tx_hash) is not None]
        if held:
            mined.append((transaction, held[0]))
        else:
            unmined.append((transaction, tries[transaction.id][-1]))
    return mined, unmined


def _raise(desk: Desk, transaction: Transaction, attempt: Attempt, *, first: int) -> Attempt | None:
    """A better paid attempt, when this one is stuck; None when it is not, or may not be."""
    rules, head = desk.context.rules, desk.head()
    if head.base_fee == 0 and attempt.fees.highest == 0:
        return None  # a chain without fees: the price is not what it waits for
    if desk.now() - attempt.created_at < rules.bump_after:
        return None
    if head.number - attempt.at_block < rules.bump_after_blocks:
        return None
    # those behind the first wait for it, unless no block takes them at their price
    if attempt.nonce != first and attempt.fees.highest >= head.base_fee:
        return None
    if attempt.nonce < desk.node.nonce(desk.address, block=head.number):
        return None  # a block has used its nonce: only the receipt is missing
    return _pay_better(desk, transaction, attempt)


def _pay_better(desk: Desk, transaction: Transaction, attempt: Attempt) -> Attempt | None:
    """The next attempt, saved; None, with an alarm, when the ceiling forbids it."""
    ceiling = desk.context.rules.fee_ceiling
    fees = raised(attempt.fees, desk.fees(), ceiling)
    if fees is None:
        desk.alarm(
            AlarmKind.FEE_CEILING,
            transaction.id,
            f"{transaction.purpose} {transaction.ref} (nonce {attempt.nonce} of {desk.address}) "
            f"waits: the chain asks {desk.head().base_fee} wei per gas, and a better offer than "
            f"{attempt.fees.highest} is above the ceiling of {ceiling}.",
        )
        return None
    return next_attempt(desk, transaction, attempt, fees, no_op=attempt.no_op)


def _give_up(desk: Desk, transaction: Transaction, attempt: Attempt) -> None:
    """Use the nonce up by a no-op: no block can hold these bytes, and the next nonces wait."""
    fees = raised(attempt.fees, desk.fees(), desk.context.rules.fee_ceiling) or attempt.fees
    next_attempt(desk, transaction, attempt, fees, no_op=True)


def next_attempt(
    desk: Desk, transaction: Transaction, attempt: Attempt, fees: Fees, *, no_op: bool
) -> Attempt:
    """A further attempt with the same nonce, saved; a `no_op` gives the call up."""
    sign = desk.sign_no_op if no_op else desk.sign
    better = sign(
        transaction,
        nonce=attempt.nonce,
        number=attempt.number + 1,
        gas=NO_OP_GAS if no_op else attempt.gas,
        fees=fees,
    )
    with desk.transaction() as connection:
        attempts.record_attempts(connection, [better])
    desk.calm(AlarmKind.FEE_CEILING, transaction.id)
    desk.note(
        "attempt given up" if no_op else "fee raised",
        transaction,
        logging.WARNING,
        nonce=better.nonce,
        number=better.number,
        max_fee=fees.highest,
        tip=fees.tip,
    )
    return better

"""Chain: revive. What a deep reorganisation took off the chain again is put back.

It had ended, so no lane sends it any more; but its nonce is free, and all that was signed since
waits behind it. `rebuild` sends it, which two persons have agreed to. What had been done is sent
again, in its order and in the same bytes: the books hold what it did. What had ended without effect
may have been meant anew since, and is to have none now: a no-op takes its nonce.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from api.chain import attempts, store
from api.chain.desk import Desk, Unsettled
from api.chain.model import Attempt, Transaction, TxState
from api.chain.node import CallReverted, TooMuchGas
from api.chain.preparing import WINDOW
from api.chain.resending import hand_in, next_attempt

__all__ = ["PATIENCE", "revive"]

PATIENCE = timedelta(hours=1)
"""How long what had been done may wait until the chain would do it again (an issue waits for the
backing that was posted before it); then a no-op takes its nonce, and `rebuild` names its event."""


def revive(desk: Desk) -> int:
    """Send what had ended and is on the chain no more, some of it at once; how many.

    Raises `Unsettled` while the chain would refuse what it had done.
    """
    first = _lowest_open(desk)
    if desk.used() >= first:
        return 0
    # a node that lags behind the other at its address counts in its pool what it has
    known = max(desk.used(), desk.node.nonce(desk.address))
    with desk.context.work.reading() as connection:
        gone = store.ended_of(connection, desk.lane, desk.address, known, first)[:WINDOW]
    tries = desk.attempts(gone)
    for transaction in gone:
        _put_back(desk, transaction, tries[transaction.id][-1])
    return len(gone)


def _lowest_open(desk: Desk) -> int:
    """The lowest nonce that has not ended; what is below it the chain had used."""
    waiting = desk.open()
    if waiting:
        return waiting[0].nonce or 0
    with desk.context.work.reading() as connection:
        last = attempts.last_nonce(connection, desk.address)
    return 0 if last is None else last + 1


def _put_back(desk: Desk, transaction: Transaction, newest: Attempt) -> None:
    attempt = newest
    if not newest.no_op and not _is_done_again(desk, transaction, newest):
        # no node has the other any more, so there is nothing to outbid
        wanted = desk.fees().within(desk.context.rules.fee_ceiling, desk.head().base_fee)
        attempt = next_attempt(desk, transaction, newest, wanted or newest.fees, no_op=True)
    desk.note(
        "put back on the chain",
        transaction,
        logging.WARNING,
        nonce=attempt.nonce,
        hash=attempt.tx_hash,
    )
    hand_in(desk, [(transaction, attempt)])


def _is_done_again(desk: Desk, transaction: Transaction, newest: Attempt) -> bool:
    """Whether its bytes are to be sent again. Raises `Unsettled` while the chain refuses them."""
    if transaction.state is not TxState.DONE or not newest.raw:  # another tool signed it
        return False
    try:
        desk.node.call(transaction.to, transaction.data, sender=desk.address, block=None)
    except (CallReverted, TooMuchGas) as refused:
        if newest.sent_at is None or desk.now() - newest.sent_at > PATIENCE:
            return False
        raise Unsettled(
            f"The chain lost {newest.tx_hash}, which it had done, and would refuse it now: "
            f"{refused}",
            remedy="See that the attestor posts its backing, then try again; after an hour it is "
            "given up.",
            slug="transaction-lost",
        ) from refused
    return True

"""Redemptions: a payout that the bank does not make becomes tokens again, once.

The token keeps the count: a redemption goes from burned to returned at most once, whatever is
sent. A return needs headroom at the Teller, as an issue does; the attested backing contains its
money, because the bank still holds it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from api.chain import Deployment, Lane, calldata, enqueue
from api.redemptions import store
from api.redemptions.model import RedemptionState

__all__ = ["RETURN_PURPOSE", "enqueue_returns", "on_return_reverted"]

RETURN_PURPOSE = "return"
"""The purpose of the transactions that credit again: their ends come back under it."""
_AT_ONCE = 50

_S = RedemptionState


def enqueue_returns(
    connection: Connection, deployment: Deployment, *, headroom: int, now: datetime
) -> int:
    """Queue the return of rejected payouts as far as `headroom` goes; returns how many.

    What does not fit stays REJECTED until the next attestation leaves room.
    """
    queued = 0
    for redemption in store.in_state(connection, _S.REJECTED, _AT_ONCE):
        if redemption.payable > headroom:
            continue
        headroom -= redemption.payable
        tx_id = enqueue(
            connection,
            lane=Lane.OPERATOR,
            to=deployment.teller,
            data=calldata.return_payout(redemption.holder, redemption.nonce),
            purpose=RETURN_PURPOSE,
            ref=f"{redemption.id}#{redemption.returns + 1}",
            now=now,
        )
        store.change_state(connection, redemption, _S.RETURNING, now=now, tx_id=tx_id)
        queued += 1
    return queued


def on_return_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """It had no effect: it is tried again, with the reason on show."""
    redemption = store.find(connection, ref.partition("#")[0])
    if redemption is not None and redemption.state is _S.RETURNING:
        store.change_state(
            connection,
            redemption,
            _S.REJECTED,
            now=now,
            reason=reason,
            returns=redemption.returns + 1,
        )

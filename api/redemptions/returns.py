"""Redemptions: a payout that the bank does not make becomes tokens again, once.

The token keeps the count: a redemption goes from burned to returned at most once, whatever is
sent. A return needs headroom at the Teller, as an issue does; the attested backing contains its
money, because the bank still holds it.

The last look before a return is at the statements: what was debited under a payout's id has left
the bank, whatever the bank said, and is not credited again. Nor is anything while an alarm stands
on it: the bank has said both, and a person finds out which is true.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.bank import Direction
from api.chain import Deployment, Lane, calldata, enqueue
from api.payouts import standing
from api.redemptions import store
from api.redemptions.model import TO_RETURN, Redemption, RedemptionState
from api.statements import LineState, lines_under

__all__ = ["RETURN_PURPOSE", "enqueue_returns", "on_return_reverted"]

RETURN_PURPOSE = "return"
"""The purpose of the transactions that credit again: their ends come back under it."""
_AT_ONCE = 50
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=1)

_S = RedemptionState


def enqueue_returns(
    connection: Connection, deployment: Deployment, *, headroom: int, now: datetime
) -> int:
    """Queue the return of what the bank did not pay, or sent back, as far as `headroom` goes.

    Returns how many. What does not fit stays as it is until the next attestation leaves room; so
    does what the bank debited, whatever has an alarm, and what somebody else is about to change.
    """
    queued = 0
    for state in sorted(TO_RETURN):
        for read in store.each_in_state(connection, state):
            if queued == _AT_ONCE:
                return queued
            if read.payable > headroom or _waits(read, now):
                continue
            redemption = store.still_in_state(connection, read)
            if redemption is None:
                continue
            if _held_by_debit(connection, redemption) or redemption.alarm is not None:
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
            store.change_state(
                connection,
                redemption,
                _S.RETURNING,
                now=now,
                tx_id=tx_id,
                returning_from=redemption.state.value,
            )
            queued += 1
    return queued


def on_return_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """It had no effect: it is tried again after a wait that grows, with the reason on show."""
    redemption = store.find(connection, ref.partition("#")[0], lock=True)
    if redemption is not None and redemption.state is _S.RETURNING:
        store.change_state(
            connection,
            redemption,
            redemption.returning_from or _S.REJECTED,
            now=now,
            reason=reason,
            returns=redemption.returns + 1,
            returning_from=None,
        )


def _waits(redemption: Redemption, now: datetime) -> bool:
    """Whether its next try is still to come: each one without effect doubles the wait, up to a day.

    What lies further ahead than the wait was dated by a clock that was wrong.
    """
    if redemption.returns == 0:
        return False
    # the shift is bounded too: 2**11 minutes are more than a day
    wait = _FIRST_WAIT * (1 << min(redemption.returns - 1, 11))
    return abs(now - redemption.changed_at) < min(wait, _LONGEST_WAIT)


def _held_by_debit(connection: Connection, redemption: Redemption) -> bool:
    """Whether a debit that nothing explains stands under its id; then an alarm names it."""
    lines = lines_under(
        connection,
        [redemption.end_to_end_id],
        direction=Direction.DEBIT,
        states=[LineState.STORED],
    )
    if lines and lines[0].id not in (redemption.alarm or ""):
        words = f"not returned: the bank has debited it ({lines[0].id})"
        alarm = standing(connection, redemption.id, words)
        if alarm is not None:
            store.set_fields(connection, redemption, alarm=alarm)
    return bool(lines)

"""Redemptions: a payout that the bank does not make becomes tokens again, once.

The token keeps the count: a redemption goes from burned to returned at most once, whatever is
sent. A return needs headroom at the Teller, as an issue does; the attested backing contains its
money, because the bank still holds it.

The last look before a return is at the statements: what was debited under a payout's id has left
the bank, whatever the bank said, and is not credited again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.bank import Direction
from api.chain import Deployment, Lane, calldata, enqueue
from api.kernel.ids import LineId
from api.redemptions import store
from api.redemptions.model import Redemption, RedemptionState
from api.statements import waiting_lines

__all__ = ["RETURN_PURPOSE", "enqueue_returns", "on_return_reverted"]

RETURN_PURPOSE = "return"
"""The purpose of the transactions that credit again: their ends come back under it."""
_AT_ONCE = 50
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=1)
_LINES_AT_ONCE = 500

_S = RedemptionState


def enqueue_returns(
    connection: Connection, deployment: Deployment, *, headroom: int, now: datetime
) -> int:
    """Queue the return of rejected payouts as far as `headroom` goes; returns how many.

    What does not fit stays REJECTED until the next attestation leaves room; so does, with an
    alarm, what the bank debited: a person finds out which of its words is true.
    """
    queued = 0
    debits = _waiting_debits(connection)
    for redemption in store.each_in_state(connection, _S.REJECTED):
        if queued == _AT_ONCE:
            break
        line_id = debits.get(redemption.end_to_end_id)
        if line_id is not None:
            if line_id not in (redemption.alarm or ""):
                store.raise_alarm(
                    connection, redemption, f"not returned: the bank has debited it ({line_id})"
                )
            continue
        if redemption.payable > headroom or now < _due(redemption):
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


def _due(redemption: Redemption) -> datetime:
    """When it may be tried: each time without effect doubles the wait, up to a day."""
    if redemption.returns == 0:
        return redemption.changed_at
    # the shift is bounded too: 2**11 minutes are more than a day
    wait = _FIRST_WAIT * (1 << min(redemption.returns - 1, 11))
    return redemption.changed_at + min(wait, _LONGEST_WAIT)


def _waiting_debits(connection: Connection) -> dict[str, LineId]:
    """The first debit line of each end-to-end id that nobody has explained.

    Only settling explains a debit, and that ends its redemption: no other can be overlooked.
    """
    found: dict[str, LineId] = {}
    after = 0
    while lines := waiting_lines(connection, Direction.DEBIT, _LINES_AT_ONCE, after=after):
        after = lines[-1].position
        for line in lines:
            if line.end_to_end_id is not None:
                found.setdefault(line.end_to_end_id, line.id)
    return found


def on_return_reverted(connection: Connection, ref: str, reason: str, *, now: datetime) -> None:
    """It had no effect: it is tried again after a wait that grows, with the reason on show."""
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

"""Chain: one pass over one address of a lane. Three steps, each of which may be repeated any time:

1. settle — what final blocks hold is done or reverted; a revert's owner is told in the same
   transaction;
2. resend — saved bytes that no node is known to have, or that a node may have dropped; what its
   fee left behind is paid better;
3. prepare — the oldest intents are tried out on the node, given the next nonces, signed, saved,
   and only then sent.

Signed bytes never change: whatever happened, the same bytes are sent again, or a further attempt
with the same nonce.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from api.chain.desk import Desk, LaneContext, LaneHalted, SendingRules, Unsettled
from api.chain.keys import SigningKey
from api.chain.model import Lane
from api.chain.preparing import WINDOW, prepare
from api.chain.resending import RESEND_AFTER, resend
from api.chain.settling import settle
from api.kernel.lease import Lease

__all__ = ["RESEND_AFTER", "WINDOW", "LaneContext", "LaneHalted", "LaneWorker", "SendingRules"]


@dataclass(frozen=True, slots=True)
class LaneWorker:
    """One address of a lane under its lease, which lasts `lasting` from each transaction on."""

    context: LaneContext
    lane: Lane
    key: SigningKey
    lease: Lease
    lasting: timedelta
    behind: bool = False
    """Whether the address has used nonces that are not saved."""

    def step(self) -> bool:
        """Settle, resend, prepare; True when something moved.

        What cannot be settled yet holds up nothing that waits behind it; it is raised at the end.
        """
        desk = Desk(self.context, self.lane, self.key, self.lease, self.lasting, self.behind)
        desk.load_alarms()
        settled, unsettled = False, None
        try:
            settled = settle(desk)
        except Unsettled as error:
            unsettled = error
        resent = resend(desk)
        prepared = prepare(desk)
        if unsettled is not None:
            raise unsettled
        return settled or resent or prepared

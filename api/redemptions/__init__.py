"""Redemptions: tokens back into bank money, paid out once or credited again once.

`flow` takes orders in, `burns` follows the chain, `payments` says what the bank is to pay (see
`api.payouts`), `returns` credits again, `decisions` are those of two persons.
"""

from api.redemptions.burns import Burns, on_burn_reverted, on_burn_sent
from api.redemptions.decisions import accept_difference, release, resolve, return_burn
from api.redemptions.flow import PURPOSE, receive
from api.redemptions.given import park_given
from api.redemptions.model import TO_RETURN, Redemption, RedemptionState
from api.redemptions.payments import PAYOUTS
from api.redemptions.relayed import SUBJECT
from api.redemptions.returns import RETURN_PURPOSE, enqueue_returns, on_return_reverted
from api.redemptions.store import any_in_state, count_alarms, count_by_state, find, payable_in_state

__all__ = [
    "PAYOUTS",
    "PURPOSE",
    "RETURN_PURPOSE",
    "SUBJECT",
    "TO_RETURN",
    "Burns",
    "Redemption",
    "RedemptionState",
    "accept_difference",
    "any_in_state",
    "count_alarms",
    "count_by_state",
    "enqueue_returns",
    "find",
    "on_burn_reverted",
    "on_burn_sent",
    "on_return_reverted",
    "park_given",
    "payable_in_state",
    "receive",
    "release",
    "resolve",
    "return_burn",
]

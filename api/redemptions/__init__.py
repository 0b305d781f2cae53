"""Redemptions: tokens back into bank money, paid out once or credited again once.

`flow` takes orders in, `burns` follows the chain, `payouts` the bank, `returns` credits again.
"""

from api.redemptions.batches import count_stuck
from api.redemptions.burns import Burns, on_burn_reverted, on_burn_sent
from api.redemptions.flow import PURPOSE, receive
from api.redemptions.model import Redemption, RedemptionState
from api.redemptions.payouts import give_up_waiting, prepare, settle, submit, take_statuses
from api.redemptions.relayed import SUBJECT
from api.redemptions.returns import RETURN_PURPOSE, enqueue_returns, on_return_reverted
from api.redemptions.store import count_alarms, count_by_state, find, payable_in_state

__all__ = [
    "PURPOSE",
    "RETURN_PURPOSE",
    "SUBJECT",
    "Burns",
    "Redemption",
    "RedemptionState",
    "count_alarms",
    "count_by_state",
    "count_stuck",
    "enqueue_returns",
    "find",
    "give_up_waiting",
    "on_burn_reverted",
    "on_burn_sent",
    "on_return_reverted",
    "payable_in_state",
    "prepare",
    "receive",
    "settle",
    "submit",
    "take_statuses",
]

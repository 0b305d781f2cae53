"""Refunds: money that came in and cannot become tokens goes back to its payer, once.

`flow` decides and closes, `payments` says what the bank is to pay (see `api.payouts`), `earlier`
takes up what the bank has paid already.
"""

from api.refunds.earlier import booked_too_early, take_up_booked
from api.refunds.flow import (
    VOID_PURPOSE,
    accept_difference,
    close_numbers,
    on_void_reverted,
    resolve,
    return_line,
    set_account,
)
from api.refunds.model import Refund, RefundState
from api.refunds.payments import REFUNDS
from api.refunds.store import (
    count_alarms,
    count_by_state,
    find,
    find_by_line,
    list_refunds,
    owed_in_state,
)
from api.refunds.taken import drop_taken_back

__all__ = [
    "REFUNDS",
    "VOID_PURPOSE",
    "Refund",
    "RefundState",
    "accept_difference",
    "booked_too_early",
    "close_numbers",
    "count_alarms",
    "count_by_state",
    "drop_taken_back",
    "find",
    "find_by_line",
    "list_refunds",
    "on_void_reverted",
    "owed_in_state",
    "resolve",
    "return_line",
    "set_account",
    "take_up_booked",
]

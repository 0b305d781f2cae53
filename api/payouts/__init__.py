"""Payouts: payments out of the reserve account, of whichever kind, each made once.

`files` saves and hands in, `orders` are those that the bank was given, `stopping` is what persons
decide about a file, `words` follows what the bank says (and does not say), `booking` what it
books. A room whose payments are made here gives a `PaymentKind`.
"""

from api.payouts.alarms import acknowledge, standing
from api.payouts.booking import accept_debit, accept_difference, accept_return, settle
from api.payouts.files import Rules, prepare, submit
from api.payouts.model import (
    BusinessDays,
    FileState,
    Limits,
    Payment,
    PaymentKind,
    PayoutFile,
    Stage,
    batch_message_id,
)
from api.payouts.orders import Orders, look_at, orders_with, unseen, why_given
from api.payouts.stopping import (
    UNDER_WAY,
    release_file,
    stop_all,
    stop_file,
    stop_file_of,
    withdraw_file,
)
from api.payouts.store import (
    count_files,
    count_stuck,
    files_in_state,
    ids_in_file,
    ids_of_subject,
    subject_of,
)
from api.payouts.words import SILENCE, find_payment, give_up_waiting, resolve, take_statuses

__all__ = [
    "SILENCE",
    "UNDER_WAY",
    "BusinessDays",
    "FileState",
    "Limits",
    "Orders",
    "Payment",
    "PaymentKind",
    "PayoutFile",
    "Rules",
    "Stage",
    "accept_debit",
    "accept_difference",
    "accept_return",
    "acknowledge",
    "batch_message_id",
    "count_files",
    "count_stuck",
    "files_in_state",
    "find_payment",
    "give_up_waiting",
    "ids_in_file",
    "ids_of_subject",
    "look_at",
    "orders_with",
    "prepare",
    "release_file",
    "resolve",
    "settle",
    "standing",
    "stop_all",
    "stop_file",
    "stop_file_of",
    "subject_of",
    "submit",
    "take_statuses",
    "unseen",
    "why_given",
    "withdraw_file",
]

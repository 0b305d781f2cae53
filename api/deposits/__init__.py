"""Deposits: money that came in for a linked wallet, on its way to becoming tokens, once."""

from api.deposits.adopted import check_numbers
from api.deposits.closing import hold_for_return, on_number_voided
from api.deposits.flow import (
    PURPOSE,
    enqueue_batch,
    match_lines,
    match_waiting,
    on_batch_reverted,
    on_issue_refused,
    on_issued,
    on_issued_all,
    overlooked,
)
from api.deposits.frozen import HOLDER_FROZEN, on_account_unfrozen, on_refused
from api.deposits.matching import DepositMatching
from api.deposits.model import Deposit, DepositState, WaitingFor
from api.deposits.operations import assign, hold, release, retry
from api.deposits.store import Waiting, find_deposit, list_deposits, look, unsent_lines

__all__ = [
    "HOLDER_FROZEN",
    "PURPOSE",
    "Deposit",
    "DepositMatching",
    "DepositState",
    "Waiting",
    "WaitingFor",
    "assign",
    "check_numbers",
    "enqueue_batch",
    "find_deposit",
    "hold",
    "hold_for_return",
    "list_deposits",
    "look",
    "match_lines",
    "match_waiting",
    "on_account_unfrozen",
    "on_batch_reverted",
    "on_issue_refused",
    "on_issued",
    "on_issued_all",
    "on_number_voided",
    "on_refused",
    "overlooked",
    "release",
    "retry",
    "unsent_lines",
]

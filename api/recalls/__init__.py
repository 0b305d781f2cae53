"""Recalls: money that came in and was taken back by the bank, before or after it was issued."""

from api.recalls.flow import (
    FREEZE_PURPOSE,
    VOID_PURPOSE,
    Calls,
    advance,
    close,
    on_account_frozen,
    on_account_unfrozen,
    on_call_reverted,
)
from api.recalls.model import Recall, RecallState
from api.recalls.store import count_by_state, open_recalls, taken_back

__all__ = [
    "FREEZE_PURPOSE",
    "VOID_PURPOSE",
    "Calls",
    "Recall",
    "RecallState",
    "advance",
    "close",
    "count_by_state",
    "on_account_frozen",
    "on_account_unfrozen",
    "on_call_reverted",
    "open_recalls",
    "taken_back",
]

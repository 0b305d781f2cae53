"""Transfers: a holder's signed payment, brought to the chain by the bank's relayer."""

from api.transfers.flow import (
    PURPOSE,
    SUBJECT,
    Desk,
    Signed,
    on_authorization_cancelled,
    on_moved_all,
    on_reverted,
    on_sent,
)
from api.transfers.model import Transfer, TransferState
from api.transfers.store import count_by_state, find

__all__ = [
    "PURPOSE",
    "SUBJECT",
    "Desk",
    "Signed",
    "Transfer",
    "TransferState",
    "count_by_state",
    "find",
    "on_authorization_cancelled",
    "on_moved_all",
    "on_reverted",
    "on_sent",
]

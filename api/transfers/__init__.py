"""Transfers: a holder's signed payment, brought to the chain by the bank's relayer."""

from api.transfers.flow import (
    PURPOSE,
    on_authorization_used,
    on_moved,
    on_reverted,
    on_sent,
    receive,
)
from api.transfers.model import Transfer, TransferState
from api.transfers.store import count_by_state, find

__all__ = [
    "PURPOSE",
    "Transfer",
    "TransferState",
    "count_by_state",
    "find",
    "on_authorization_used",
    "on_moved",
    "on_reverted",
    "on_sent",
    "receive",
]

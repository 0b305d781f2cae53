"""Transfers: the states of a signed transfer that the bank relays. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.kernel.ids import TransferId, TxId
from api.kernel.machine import Transitions
from wallet.typed_data import TransferAuthorization

__all__ = ["INITIAL", "TRANSITIONS", "Transfer", "TransferState"]


class TransferState(StrEnum):
    """What has become of a relayed transfer."""

    RECEIVED = "RECEIVED"
    """Stored with its signature; the bank's transaction is queued."""
    SENT = "SENT"
    """A node has taken the bank's transaction."""
    FINAL = "FINAL"
    """The money moved, in a final block."""
    FAILED = "FAILED"
    """The bank's transaction had no effect. While the authorization is good, somebody else may
    still bring it: then it becomes final after all."""


INITIAL = TransferState.RECEIVED

TRANSITIONS = Transitions(
    "transfer",
    {
        TransferState.RECEIVED: {TransferState.SENT, TransferState.FINAL, TransferState.FAILED},
        TransferState.SENT: {TransferState.FINAL, TransferState.FAILED},
        TransferState.FAILED: {TransferState.FINAL},
        TransferState.FINAL: set(),
    },
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A stored order of a holder: the authorization, its signature, and where it stands."""

    id: TransferId
    order: TransferAuthorization
    signature: bytes
    state: TransferState
    tx_id: TxId | None
    """Of the bank's own transaction, where it brought the transfer alone; None in a batch."""
    tx_hash: str | None
    """Of the transaction that moved the money, once final; before, of the bank's own."""
    reason: str | None
    created_at: datetime

"""Chain: the words of this room. Lanes, the states of a transaction, events as others get them.

A transaction is an intent («call this contract with these bytes») until it is signed; then it has
an attempt, the signed bytes, which are saved before they are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection

from api.kernel.ids import Address, TxId
from api.kernel.machine import Transitions

__all__ = [
    "INITIAL",
    "TRANSITIONS",
    "Attempt",
    "ChainEvent",
    "EventHandler",
    "Lane",
    "RevertHandler",
    "SentHandler",
    "Transaction",
    "TxState",
    "Work",
]


class Lane(StrEnum):
    """One signing key of the bridge and the queue of what it signs, in order of nonces."""

    OPERATOR = "operator"
    COMPLIANCE = "compliance"
    RELAYER = "relayer"


class TxState(StrEnum):
    """What has become of a transaction."""

    QUEUED = "QUEUED"
    """Meant, but not signed: it holds no nonce."""
    SIGNED = "SIGNED"
    """The signed bytes are saved; whether a node has them is not known."""
    SENT = "SENT"
    """A node has taken the bytes."""
    DONE = "DONE"
    """In a final block, with success."""
    REVERTED = "REVERTED"
    """In a final block, without effect: the nonce is used, the bytes can never work again."""
    REFUSED = "REFUSED"
    """Never signed: a trial run on the node failed, and says why."""


INITIAL = TxState.QUEUED

TRANSITIONS = Transitions(
    "transaction",
    {
        TxState.QUEUED: {TxState.SIGNED, TxState.REFUSED},
        TxState.SIGNED: {TxState.SENT, TxState.DONE, TxState.REVERTED},
        TxState.SENT: {TxState.DONE, TxState.REVERTED},
        TxState.DONE: set(),
        TxState.REVERTED: set(),
        TxState.REFUSED: set(),
    },
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """A stored intent. `purpose` and `ref` say for whom: together they are unique."""

    id: TxId
    lane: Lane
    to: Address
    data: bytes
    purpose: str
    ref: str
    state: TxState
    nonce: int | None
    tx_hash: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """The signed bytes of a transaction, saved. A later number is the same intent, paid better."""

    tx_id: TxId
    number: int
    address: Address
    nonce: int
    tx_hash: str
    raw: bytes
    sent_at: datetime | None
    """When a node last took it; None while no node is known to have it."""


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """One event of our contracts in a final block. `args` are by name; bytes stay bytes."""

    event_id: str
    """``<caip2>:<transaction hash>:<log index>``: the ledger posts under it."""
    name: str
    args: Mapping[str, Any]
    contract: Address
    block_number: int
    block_hash: str
    tx_hash: str
    log_index: int
    block_time: datetime


EventHandler = Callable[[Connection, ChainEvent], None]
"""Runs in the transaction that advances the reader: its effect and the position commit together."""

RevertHandler = Callable[[Connection, str, str], None]
"""Called with the transaction's `ref` and the reason, in the transaction that records the end."""


SentHandler = Callable[[Connection, str, str], None]
"""Called with `ref` and the transaction's hash when a node has taken it; not at every resend."""


class Work(Protocol):
    """Where work commits: a `Database`, or one whose every transaction renews a lease first."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """One read-write transaction."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent view."""

"""Chain: the words of this room. Lanes, the states of a transaction, events as others get them.

A transaction is an intent («call this contract with these bytes») until it is signed; then it has
attempts: signed bytes, all with one nonce, which are saved before they are sent. Whichever of them
a block takes ends the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection

from api.chain.fees import Fees
from api.kernel.ids import Address, TxId
from api.kernel.machine import LONGEST_REASON, Transitions

__all__ = [
    "INITIAL",
    "TRANSITIONS",
    "Attempt",
    "ChainEvent",
    "EventHandler",
    "Failure",
    "FailureKind",
    "Lane",
    "RevertHandler",
    "SentHandler",
    "Transaction",
    "TxState",
    "Work",
]


class Lane(StrEnum):
    """One duty of the bridge's keys, and the queue of what they sign.

    A lane may have several addresses, each with nonces of its own; an intent belongs to the lane,
    and that address takes it which signs it.
    """

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
    """Its nonce is used by a final block without effect: the bytes can never work again."""
    REFUSED = "REFUSED"
    """Never signed: a trial run on the node failed and says why, or no block has the gas."""


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
    gas: int | None = None
    """The gas limit that its owner knows; None: the node is asked."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The signed bytes of a transaction, saved. A later number is the same intent, paid better.

    Or it gives the intent up: a `no_op` pays nothing to its own address and uses the nonce up.
    """

    tx_id: TxId
    number: int
    address: Address
    nonce: int
    tx_hash: str
    raw: bytes
    sent_at: datetime | None
    """When it was last handed to a node; None while that is not known."""
    created_at: datetime
    gas: int
    fees: Fees
    at_block: int
    """The newest block when it was signed."""
    no_op: bool = False


class FailureKind(StrEnum):
    """How a transaction came to have no effect."""

    REVERTED = "reverted"
    """The contract said no: the reason is its word."""
    OUT_OF_GAS = "out of gas"
    """It takes more gas than its limit, or than a block has: a smaller one may pass."""
    GIVEN_UP = "given up"
    """Its nonce was used up by a no-op: the intent itself was never tried."""


class Failure(str):
    """Why a transaction ended without effect: a text, as it is stored, that knows its kind."""

    __slots__ = ("kind",)
    kind: FailureKind

    def __new__(cls, text: str, kind: FailureKind = FailureKind.REVERTED) -> Failure:
        """Of an own kind, the text begins with its name."""
        prefix = "" if kind is FailureKind.REVERTED else f"{kind.value}; "
        made = super().__new__(cls, f"{prefix}{text}"[:LONGEST_REASON])
        made.kind = kind
        return made


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

RevertHandler = Callable[[Connection, str, Failure], None]
"""Called with the transaction's `ref` and why, in the transaction that records the end."""


SentHandler = Callable[[Connection, str, str], None]
"""Called with `ref` and the transaction's hash when a node has taken it; not at every resend."""


class Work(Protocol):
    """Where work commits: a `Database`, or one whose every transaction renews a lease first."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """One read-write transaction."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent view."""

    def asking(self) -> AbstractContextManager[Connection]:
        """One SELECT alone."""

"""Relay: the words of this room. Entries, the batches they travel in, and their states. No I/O.

An entry is one message that a holder signed; a batch is one transaction of the bank's relayer.
A batch's receipt never ends an entry: what the token said of it does, in a final block, or the
Teller's `RelayFailed`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from api.kernel.ids import Address, TxId
from api.kernel.machine import Transitions

__all__ = [
    "ALLOWANCE",
    "BATCH_INITIAL",
    "BATCH_TRANSITIONS",
    "INITIAL",
    "MOST_ENTRIES",
    "TRANSITIONS",
    "Batch",
    "BatchState",
    "Entry",
    "EntryState",
    "Kind",
    "NewEntry",
    "Subject",
    "fitting",
    "gas_limit",
    "reckoned",
    "split",
]

ALLOWANCE = 700_000
"""Gas that the Teller gives each entry (contracts/teller/Relay.sol)."""
FLOOR = ALLOWANCE + ALLOWANCE // 63 + 20_000
"""Gas that must be left before each entry, or the whole batch is undone: a call passes on at most
63 of 64 parts of what is left (EIP-150)."""
MOST_GAS = 16_000_000
"""Of a batch; a transaction has at most 2^24 (EIP-7825)."""
MOST_ENTRIES = 128
_BASE = 60_000
"""What a transaction and the call of the Teller cost before the first entry."""
_DOUBLED = 4
_BYTE, _ZERO_BYTE = 16, 4
"""Gas of a byte of call data (EIP-2028)."""


class Kind(StrEnum):
    """What the Teller is asked to bring."""

    TRANSFER = "transfer"
    REDEEM = "redeem"


class EntryState(StrEnum):
    """What has become of an entry."""

    WAITING = "WAITING"
    """Stored; in no batch (yet, or again)."""
    BATCHED = "BATCHED"
    """In a batch whose end is not known."""
    DONE = "DONE"
    """What it was stored for has ended, by an event of its own in a final block."""
    FAILED = "FAILED"
    """The token refused it, in a trial or in a final block, and its owner was told why."""


class BatchState(StrEnum):
    """What has become of a batch."""

    QUEUED = "QUEUED"
    """Its transaction is queued."""
    SENT = "SENT"
    """A node has taken it."""
    DONE = "DONE"
    """In a final block; each of its entries has ended by itself."""
    SPLIT = "SPLIT"
    """Without effect as a whole; its entries wait again, to travel in smaller ones."""


INITIAL = EntryState.WAITING

TRANSITIONS = Transitions(
    "relay entry",
    {
        # anybody may bring a signed message: it can end while it waits
        EntryState.WAITING: {EntryState.BATCHED, EntryState.DONE, EntryState.FAILED},
        EntryState.BATCHED: {EntryState.WAITING, EntryState.DONE, EntryState.FAILED},
        EntryState.DONE: set(),
        EntryState.FAILED: set(),
    },
)

BATCH_INITIAL = BatchState.QUEUED

BATCH_TRANSITIONS = Transitions(
    "relay batch",
    {
        BatchState.QUEUED: {BatchState.SENT, BatchState.DONE, BatchState.SPLIT},
        BatchState.SENT: {BatchState.DONE, BatchState.SPLIT},
        BatchState.DONE: set(),
        BatchState.SPLIT: set(),
    },
)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A message to be brought: as `Entry`, before it has a place and a state."""

    kind: Kind
    subject: str
    signer: Address
    nonce: bytes
    data: bytes
    gas: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored message of a holder. `subject` is the id of the transfer or redemption."""

    position: int
    kind: Kind
    subject: str
    signer: Address
    nonce: str
    """0x-hex, as the tables of the subjects have it."""
    data: bytes
    """The entry as the Teller's call takes it; behind a selector, the token's own call."""
    gas: int
    """What it is reckoned to use; a contract's signature may use all of the allowance."""
    state: EntryState
    batch: str | None
    failures: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A stored batch."""

    id: str
    kind: Kind
    state: BatchState
    size: int
    tx_id: TxId
    parent: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a room does about its entries of one kind; all run in the caller's transaction."""

    on_sent: Callable[[Connection, Collection[str], str, datetime], None]
    """A node has taken the transaction (its hash) that holds these."""
    on_failed: Callable[[Connection, str, str, datetime], None]
    """The token refused this one: the reason."""
    ended: Callable[[Connection, Collection[str]], Collection[str]]
    """Which of these have ended by an event of their own."""


def reckoned(data: bytes, *, uses: int) -> int:
    """Gas of an entry that uses `uses` inside the token, with its call data."""
    zeros = data.count(0)
    return uses + _ZERO_BYTE * zeros + _BYTE * (len(data) - zeros)


def gas_limit(entries: Iterable[Entry]) -> int:
    """What a batch uses at most, and the allowance that must be left before its last entry.

    An entry that was in a batch that failed as a whole is reckoned twice as much each time.
    """
    return _BASE + FLOOR + sum(_gas(entry) for entry in entries)


def _gas(entry: Entry) -> int:
    most = max(entry.gas, reckoned(entry.data, uses=ALLOWANCE))
    return min(entry.gas << min(entry.failures, _DOUBLED), most)


def fitting(entries: Iterable[Entry], *, most: int = MOST_ENTRIES) -> list[Entry]:
    """The first entries, as many as one transaction holds; one always fits."""
    taken: list[Entry] = []
    gas = gas_limit(())
    for entry in entries:
        gas += _gas(entry)
        if taken and (len(taken) >= most or gas > MOST_GAS):
            break
        taken.append(entry)
    return taken


def split(entries: list[Entry]) -> list[list[Entry]]:
    """The parts in which a batch of several travels on that failed as a whole: its halves.

    A half that no longer fits, because its entries are now reckoned to use more, is divided again.
    """
    middle = (len(entries) + 1) // 2
    parts = []
    for half in (entries[:middle], entries[middle:]):
        rest = half
        while rest:
            parts.append(fitting(rest))
            rest = rest[len(parts[-1]) :]
    return parts

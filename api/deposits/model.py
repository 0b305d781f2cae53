"""Deposits: the deposit, its states, its reference on chain, and what fits into a batch. No I/O."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.kernel.ids import Address, DepositId, LineId, LinkId, TxId
from api.kernel.machine import Transitions
from api.kernel.money import Money
from wallet.secret import Secret

__all__ = [
    "INITIAL",
    "MAX_ATTEMPTS",
    "MAX_BATCH",
    "NUMBERS",
    "PAGE_BITS",
    "TRANSITIONS",
    "UNSENT",
    "Deposit",
    "DepositState",
    "WaitingFor",
    "chain_reference",
    "choose_batch",
]

NUMBERS = "deposit"
"""The counter of deposit numbers."""
MAX_BATCH = 256
"""Entries of one call: as many as numbers in a word of the chain's bitmap."""
PAGE_BITS = 8
"""Of a deposit number, its place within a word of that bitmap."""
MAX_ATTEMPTS = 5
NUMBERS = "deposit"
"""The counter of deposit numbers."""
_REFERENCE_BYTES = 16


class DepositState(StrEnum):
    """Where a deposit stands."""

    QUEUED = "QUEUED"
    """Has its number; waits for the next batch, or for room (see `waiting_for`)."""
    ISSUING = "ISSUING"
    """In a transaction that is signed, saved and on its way."""
    ISSUED = "ISSUED"
    """The token's event is final: the holder has the tokens."""
    REFUSED = "REFUSED"
    """The token refused it by its rules and closed its number; the money is unmatched again."""
    HELD = "HELD"
    """Its transaction reverted five times by what is in it, or an operator held it (see
    `reason`): it is never issued until a person lets it go."""


TRANSITIONS = Transitions(
    "deposit",
    {
        # the chain is the arbiter: its final word ends every state that is not an end
        DepositState.QUEUED: {
            DepositState.ISSUING,
            DepositState.ISSUED,
            DepositState.REFUSED,
            DepositState.HELD,
        },
        DepositState.ISSUING: {
            DepositState.ISSUED,
            DepositState.REFUSED,
            DepositState.QUEUED,
            DepositState.HELD,
        },
        DepositState.HELD: {DepositState.QUEUED, DepositState.ISSUED, DepositState.REFUSED},
        DepositState.ISSUED: set(),
        DepositState.REFUSED: set(),
    },
)
INITIAL = DepositState.QUEUED
UNSENT = frozenset({DepositState.QUEUED, DepositState.HELD})
"""The states in which no transaction carries a deposit; one in a batch has had one before."""


class WaitingFor(StrEnum):
    """Why a queued deposit is not in a batch."""

    BACKING = "backing"
    """The attested backing leaves no room for it: an attestation is due."""
    BUCKET = "bucket"
    """The operator's bucket is too empty: it refills with time."""
    PAUSED = "paused"
    """The token is paused: the governor must lift it."""
    AUTHORITY = "authority"
    """The operator's key may not issue: its role is missing."""
    CHAIN = "chain"
    """The call failed without a reason of the contracts: it is tried again."""
    RETRY = "retry"
    """Its transaction reverted for a reason of its own (see `reason`): it is tried again."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """One credit line that becomes tokens of `holder`."""

    id: DepositId
    number: int
    """The bank's running deposit number: used on chain once, whatever happens to the database."""
    reference: bytes
    """16 bytes, keyed: who knows the key can tell the bank line, nobody else can."""
    line_id: LineId
    link_id: LinkId
    holder: Address
    amount: Money
    state: DepositState
    reason: str | None
    waiting_for: WaitingFor | None
    attempts: int
    """How many of its transactions reverted for a reason that lies in them."""
    waits: int
    """How many of its transactions failed, for whatever reason: the wait grows with them."""
    not_before: datetime | None
    """After a failure: when the next try is due."""
    bulk: bool
    """It came with a large file: those that came alone go first."""
    batch: str | None
    tx_id: TxId | None
    event_id: str | None
    """The token's event that ended it."""
    created_at: datetime
    updated_at: datetime
    batch_limit: int | None = None
    """After a batch failed by what is in it: how many may be together in the next one."""


def chain_reference(key: Secret, account: str, bank_id: str) -> bytes:
    """The reference that the chain sees: HMAC-SHA256 of the bank's own line id, cut to 16 bytes."""
    words = json.dumps(["deposit", account, bank_id]).encode()
    return hmac.digest(key.reveal(), words, "sha256")[:_REFERENCE_BYTES]


def choose_batch(
    queued: Sequence[Deposit],
    *,
    headroom: int,
    bucket: int,
    spare: int = 0,
    bulk: int = MAX_BATCH,
) -> tuple[list[Deposit], dict[DepositId, WaitingFor]]:
    """Which of the queued deposits fit into one batch, and what each of the others waits for.

    In the order given; one that does not fit is passed over, so that it never blocks the rest. The
    sum stays within `headroom` (attested backing) and `bucket` (the operator's own limit), both in
    minor units. Deposits behind a full batch wait for nothing but the next one.

    Deposits that came alone and those of a bulk are never in one batch. A bulk's leave `spare` of
    the headroom to others, are at most `bulk`, and lie in one word of the chain's bitmap of used
    numbers: it is then read and written once for all of them. Those of a batch that failed by what
    is in it come again in smaller ones, among themselves.
    """
    batch: list[Deposit] = []
    waiting: dict[DepositId, WaitingFor] = {}
    taken = 0
    for deposit in queued:
        left = headroom - taken - (spare if deposit.bulk else 0)
        if deposit.amount.minor > left:
            waiting[deposit.id] = WaitingFor.BACKING
        elif taken + deposit.amount.minor > bucket:
            waiting[deposit.id] = WaitingFor.BUCKET
        elif len(batch) < _most(deposit, bulk) and (not batch or _together(batch[0], deposit)):
            batch.append(deposit)
            taken += deposit.amount.minor
    return batch, waiting


def _most(deposit: Deposit, bulk: int) -> int:
    """How many may be in a batch with this one."""
    most = MAX_BATCH if deposit.batch_limit is None else deposit.batch_limit
    return min(most, bulk) if deposit.bulk else most


def _together(first: Deposit, other: Deposit) -> bool:
    """Whether two deposits may be in one batch: what is under suspicion spoils no other."""
    if first.batch_limit != other.batch_limit:
        return False
    if first.bulk or other.bulk:
        page = first.number >> PAGE_BITS == other.number >> PAGE_BITS
        return first.bulk and other.bulk and page
    return True

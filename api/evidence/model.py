"""Evidence: what bank files and the chain's logs say, and the ids that follow. No I/O.

From it alone follow the lines, what became of each deposit number, every burn and return.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.bank import PaymentStatus, PayoutBatch
from api.evidence.scratch import Events, Versions
from api.evidence.told import File, Sheet
from api.kernel.ids import Address

__all__ = [
    "BankFiles",
    "ChainWords",
    "Evidence",
    "end_to_end_id",
    "held_id",
    "line_id",
    "line_reference",
]


@dataclass(slots=True)
class BankFiles:
    """All that the bank's archive says."""

    files: dict[str, File] = field(default_factory=dict)
    """By SHA-256."""
    versions: Versions = field(default_factory=Versions)
    """By our line id, in the order of the files' names."""
    sheets: list[Sheet] = field(default_factory=list)
    """Every statement, in the order of the files' names."""
    statuses: list[PaymentStatus] = field(default_factory=list)
    orders: dict[str, tuple[File, PayoutBatch]] = field(default_factory=dict)
    """By message id."""


@dataclass(slots=True)
class ChainWords:
    """All that the chain says, up to its newest block."""

    head: int
    events: Events
    blocks: dict[int, str]
    """Hashes of the blocks that the database speaks of."""
    transactions: dict[str, Mapping[str, Any]]
    """Sender and status of the transactions that the database speaks of, by hash; none: in no
    block."""
    nonces: dict[tuple[str, int], str] = field(default_factory=dict, kw_only=True)
    """Transactions that issued and that the database does not know, by sender and nonce."""
    supply: int
    """The token's own total supply at the newest block."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The bank's files, the chain, and what is needed to read both together."""

    bank: BankFiles
    chain: ChainWords
    reference_key: bytes
    currency: str
    caip2: str
    chain_id: int
    token: Address
    teller: Address
    token_name: str

    def end_to_end_id(self, holder: str, nonce: bytes) -> str:
        """See the function of this name."""
        return end_to_end_id(self.caip2, self.token, holder, nonce)


def line_id(account: str, bank_id: str) -> str:
    """Our id of a bank line: SHA-256 over the bank's own words for it."""
    words = json.dumps([account, bank_id], sort_keys=True)
    return "line_" + hashlib.sha256(words.encode()).hexdigest()[:32]


def held_id(account: str, bank_id: str, file_id: str, statement: int) -> str:
    """Our id of a bank line that another statement in quarantine told before: see `line_id`."""
    words = json.dumps([account, bank_id, file_id, statement], sort_keys=True)
    return "line_" + hashlib.sha256(words.encode()).hexdigest()[:32]


def line_reference(key: bytes, account: str, bank_id: str) -> bytes:
    """The 16 bytes by which the chain names a bank line: HMAC-SHA256 over the bank's words."""
    words = json.dumps(["deposit", account, bank_id]).encode()
    return hmac.new(key, words, hashlib.sha256).digest()[:16]


def end_to_end_id(caip2: str, token: str, holder: str, nonce: bytes) -> str:
    """The payout's id at the bank, which follows from the burn alone."""
    words = f"{caip2}:{token}:{holder}:0x{nonce.hex()}"
    return f"JZR{hashlib.sha256(words.encode()).hexdigest()[:32]}"

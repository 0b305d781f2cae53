"""Proofs: a day's statement and its leaves. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api.chain import Deployment
from api.kernel.ids import Address
from api.ledger import Account
from api.reserve import Proof
from wallet.reserve_proof import VERSION, leaf_hash, levels_of, root_of

__all__ = ["Leaf", "Proven", "root_over", "sorted_leaves", "statement_of"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one address holds at the proof's block, in minor units."""

    holder: Address
    balance: int
    salt: bytes

    @property
    def hash(self) -> bytes:
        """The leaf's hash."""
        return leaf_hash(self.salt, self.holder, self.balance)


@dataclass(frozen=True, slots=True)
class Proven:
    """A day's proof as it is kept. The transaction is saved before it is sent."""

    day: str
    """ISO 8601, UTC."""
    statement: Mapping[str, Any]
    digest: bytes
    tx_hash: str
    nonce: int
    raw: bytes
    made_at: datetime
    published_at: datetime | None
    """When a block was found to hold the transaction; None before that."""


def sorted_leaves(leaves: Sequence[Leaf]) -> list[Leaf]:
    """In the order of the tree: by hash, which tells nothing of whose they are."""
    return sorted(leaves, key=lambda leaf: leaf.hash)


def root_over(leaves: Sequence[Leaf]) -> bytes:
    """The root over leaves in the tree's order."""
    return root_of(levels_of([leaf.hash for leaf in leaves]))


def statement_of(
    day: str,
    proof: Proof,
    leaves: Sequence[Leaf],
    *,
    journal: tuple[int, bytes],
    deployment: Deployment,
    attestor: Address,
) -> dict[str, Any]:
    """What is said of a day: text, whole numbers, and amounts as decimal digits of minor units."""
    books, supply = proof.books, proof.supply
    place, head = journal
    return {
        "version": VERSION,
        "day": day,
        "chain": deployment.caip2,
        "token": deployment.token,
        "teller": deployment.teller,
        "attestor": attestor,
        "currency": books.currency,
        "block_number": supply.block_number,
        "block_hash": supply.block_hash,
        "supply": str(supply.supply),
        "holders": len(leaves),
        "root": f"0x{root_over(leaves).hex()}",
        "accounts": {account.value: str(books.of(account)) for account in Account},
        "bank_balance": str(proof.bank.amount.minor),
        "bank_as_of": proof.bank.as_of.astimezone(UTC).isoformat(),
        "booked_after": str(books.booked_after),
        "accepted_payouts": str(books.accepted_payouts),
        "unexplained_debits": str(books.unexplained_debits),
        "journal_postings": place,
        "journal_head": f"0x{head.hex()}",
    }

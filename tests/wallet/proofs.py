"""Tests of the wallet: a day's proof of reserve in the fake world, true until a test lies in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_utils import keccak

from tests.wallet.fakebank import TELLER
from tests.wallet.fakechain import TOKEN, ZERO
from tests.wallet.world import World
from wallet.reserve_proof import TAG, digest_of, leaf_hash, levels_of, path_to, root_of

DAY = "2027-01-15"
"""The day of the fake chain's blocks."""
ATTESTOR = "0x52908400098527886E0F7030069857D2E4169EE7"
HASH = "0x" + "7e" * 32


@dataclass
class Lies:
    """What the bank says instead of the truth."""

    statement: dict[str, Any] = field(default_factory=dict)
    """Words changed before the digest is made of them."""
    afterwards: dict[str, Any] = field(default_factory=dict)
    """Words changed after the digest has gone on chain."""
    transaction: dict[str, Any] = field(default_factory=dict)
    leaf: dict[str, Any] = field(default_factory=dict)


def publish_proof(world: World, lies: Lies | None = None) -> None:
    """Make the proof of a day at the chain's head, put it on chain, and three blocks behind it."""
    lies = lies or Lies()
    chain = world.chain
    held = {who: minor for who, minor in chain.balances.items() if minor and who != ZERO}
    leaves = sorted(
        (leaf_hash(keccak(text=who), who, minor), who, minor) for who, minor in held.items()
    )
    levels = levels_of([leaf for leaf, _, _ in leaves])
    statement = _statement(world, len(leaves), root_of(levels)) | lies.statement
    chain.said[HASH] = {
        "hash": HASH,
        "from": ATTESTOR,
        "input": "0x" + (TAG + digest_of(statement)).hex(),
        "blockNumber": hex(chain.head),
    } | lies.transaction
    chain.attestors.add(ATTESTOR)
    statement |= lies.afterwards
    proofs = world.bank.proofs
    proofs["/v1/proofs"] = {"days": [DAY]}
    proofs[f"/v1/proofs/{DAY}"] = {
        "statement": statement,
        "digest": "0x" + digest_of(statement).hex(),
        "tx_hash": HASH,
    }
    for index, (_, who, minor) in enumerate(leaves):
        proofs[f"/v1/proofs/{DAY}/leaf?address={who}"] = {
            "holder": who,
            "balance": str(minor),
            "salt": "0x" + keccak(text=who).hex(),
            "index": index,
            "path": ["0x" + step.hex() for step in path_to(levels, index)],
        } | lies.leaf
    for _ in range(3):
        chain.mine()


def _statement(world: World, holders: int, root: bytes) -> dict[str, Any]:
    chain = world.chain
    supply = str(sum(held for who, held in chain.balances.items() if who != ZERO))
    others = ("ISSUING", "PAYOUTS", "RETURNS", "UNMATCHED", "OWN_FUNDS", "RECALLED")
    return {
        "version": 2,
        "day": DAY,
        "chain": f"eip155:{chain.chain_id}",
        "token": TOKEN,
        "teller": TELLER,
        "attestor": ATTESTOR,
        "currency": chain.currency,
        "block_number": chain.head,
        "block_hash": "0x" + keccak(chain.head.to_bytes(8, "big")).hex(),
        "supply": supply,
        "holders": holders,
        "root": "0x" + root.hex(),
        "accounts": {"RESERVE": supply, "TOKENS": supply} | dict.fromkeys(others, "0"),
        "bank_balance": supply,
        "bank_as_of": "2027-01-14T17:00:00+00:00",
        "booked_after": "0",
        "accepted_payouts": "0",
        "unexplained_debits": "0",
        "journal_postings": 3,
        "journal_head": "0x" + "11" * 32,
    }

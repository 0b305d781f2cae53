"""Tests: officers' approvals, as they are signed and as the chain receives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.contracts.conftest import World
from tests.contracts.support import REF, Party, now
from wallet.address import Address
from wallet.typed_data import IssueApproval, IssueEntry

Proof = tuple[Address, bytes]


def entry(number: int, holder: Party, amount: int) -> IssueEntry:
    """One deposit to be credited."""
    return IssueEntry(number, REF, holder.address, amount)


def approval(*entries: IssueEntry) -> IssueApproval:
    """Good for an hour."""
    return IssueApproval(entries, now() + 3_600)


def rows(message: IssueApproval) -> list[tuple[int, bytes, Address, int]]:
    """The entries as the contract's structs."""
    return [(one.number, one.ref, one.holder, one.amount) for one in message.entries]


def proof(world: World, message: IssueApproval, officer: Party) -> Proof:
    """One officer's word."""
    return officer.address, officer.sign(message, world.teller_domain)


def proofs(world: World, message: IssueApproval, officers: Sequence[Party]) -> list[Proof]:
    """The word of each, in the order of the officers' addresses."""
    return rising([proof(world, message, officer) for officer in officers])


def rising(words: Sequence[Proof]) -> list[Proof]:
    """In the order that the Teller takes."""
    return sorted(words, key=lambda word: int(word[0], 16))


def bring(world: World, message: IssueApproval, words: Sequence[Proof]) -> Any:
    """The operator brings the batch with its approvals."""
    return world.teller.issueApproved(
        rows(message), message.deadline, list(words), {"from": world.operator}
    )

"""Proofs: HTTP. Anybody may read a proof, and the leaf of any address.

A leaf tells nothing that the chain does not: every balance at every block is public there.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from pydantic import Field

from api.kernel.errors import InvalidInput, NotFound
from api.proofs.model import Leaf, Proven
from api.proofs.newest import NewestTree
from api.proofs.store import find_leaf, find_proof, leaves_of, list_proofs
from api.web.bodies import Body
from api.web.context import Bridge, BridgeDep
from wallet.address import parse_address
from wallet.errors import AddressError
from wallet.reserve_proof import path_to

__all__ = ["router"]

router = APIRouter(prefix="/v1/proofs", tags=["reserve"])

_MOST = 400
_NEWEST: Final = NewestTree()
Day = Annotated[
    str,
    Path(
        description="The day that the proof is of, UTC",
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        examples=["2026-11-19"],
    ),
]


class StatementBody(Body):
    """A day's statement, word for word as its digest was made. Amounts: digits of minor units."""

    version: int = Field(description="2; 1 in older proofs, without unexplained_debits")
    day: str = Field(description="The day, UTC")
    chain: str = Field(description="CAIP-2 id of the chain")
    token: str = Field(description="The token's contract")
    teller: str = Field(description="The Teller, whose attestor says this")
    attestor: str = Field(description="Who says it: the sender of the transaction")
    currency: str = Field(description="ISO 4217")
    block_number: int = Field(description="The final block that supply and balances are of")
    block_hash: str = Field(description="Its hash")
    supply: str = Field(description="All tokens at that block")
    holders: int = Field(description="Leaves of the tree")
    root: str = Field(description="The tree's root")
    accounts: dict[str, str] = Field(description="The ledger's accounts at that block")
    bank_balance: str = Field(description="The reserve account's booked balance")
    bank_as_of: str = Field(description="The moment that the bank names")
    booked_after: str = Field(description="Net of lines after the balance's closing day")
    accepted_payouts: str = Field(description="Payouts that the bank has said it carries out")
    unexplained_debits: str | None = Field(
        default=None, description="Debits that nobody explains: UNMATCHED is smaller by them"
    )
    journal_postings: int = Field(description="Postings in the journal's hash chain")
    journal_head: str = Field(description="The hash of the last one")


class ProofBody(Body):
    """A proof and where it stands on the chain."""

    statement: StatementBody = Field(description="What is said")
    digest: str = Field(description="SHA-256 of the title line and the canonical JSON of it")
    tx_hash: str = Field(description="The transaction whose data is the tag and this digest")


class ProofListBody(Body):
    """Days that have a proof, newest first."""

    days: list[str] = Field(description="At most 400")


class LeafBody(Body):
    """One holder's leaf and its way to the root."""

    holder: str = Field(description="The address")
    balance: str = Field(description="Digits of minor units at the proof's block")
    salt: str = Field(description="32 bytes that make the leaf's hash tell nothing")
    index: int = Field(description="Which leaf it is, from 0")
    path: list[str] = Field(description="The hashes beside the way to the root")


@router.get("", response_model=ProofListBody, summary="The days that have a proof of reserve")
def get_proofs(bridge: BridgeDep) -> dict[str, Any]:
    """Proofs that a block of the chain holds."""
    with bridge.database.asking() as connection:
        return {"days": [proven.day for proven in list_proofs(connection, _MOST)]}


@router.get(
    "/{day}",
    response_model=ProofBody,
    response_model_exclude_unset=True,  # or the digest would not be of an older form's words
    summary="A day's proof of reserve",
)
def get_proof(bridge: BridgeDep, day: Day) -> dict[str, Any]:
    """The statement, its digest and its transaction."""
    proven = _published(bridge, day)
    return {
        "statement": proven.statement,
        "digest": f"0x{proven.digest.hex()}",
        "tx_hash": proven.tx_hash,
    }


@router.get("/{day}/leaf", response_model=LeafBody, summary="What an address held in a proof")
def get_leaf(
    bridge: BridgeDep,
    day: Day,
    address: Annotated[
        str, Query(description="The holder's address, EIP-55", examples=["0x…"], max_length=42)
    ],
) -> dict[str, Any]:
    """The leaf of an address; 404 for one that held nothing at the proof's block."""
    try:
        holder = parse_address(address)
    except AddressError as error:
        raise InvalidInput(
            "address", f"address: {error}", remedy="Give an EIP-55 address."
        ) from error
    proven = _published(bridge, day)
    with bridge.database.asking() as connection:
        found = find_leaf(connection, day, holder)
    if found is None:
        raise NotFound(
            f"{holder} held nothing at the block of the proof of {day}.",
            remedy="Ask for another day or address.",
        )
    index, leaf = found
    levels = _NEWEST.levels(proven, lambda: _leaves(bridge, day))
    return {
        "holder": leaf.holder,
        "balance": str(leaf.balance),
        "salt": f"0x{leaf.salt.hex()}",
        "index": index,
        "path": [f"0x{each.hex()}" for each in path_to(levels, index)],
    }


def _leaves(bridge: Bridge, day: str) -> list[Leaf]:
    with bridge.database.asking() as connection:
        return leaves_of(connection, day)


def _published(bridge: BridgeDep, day: str) -> Proven:
    with bridge.database.asking() as connection:
        proven = find_proof(connection, day)
    if proven is None or proven.published_at is None:
        raise NotFound(
            f"There is no proof of {day}.", remedy="GET /v1/proofs lists the days that have one."
        )
    return proven

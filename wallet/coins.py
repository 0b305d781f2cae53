"""Wallet: SLIP-44 coin types, the second step of a BIP-44 path, by chain.

Nearly every wallet derives the keys of all Ethereum-like chains under coin type 60, so that one
phrase has one address everywhere; that is the default here too. The chains below have a coin
type of their own that their users' wallets really use.
"""

from __future__ import annotations

ETHEREUM = 60

#: EIP-155 chain id → registered coin type.
COIN_TYPES: dict[int, int] = {
    8: 108,  # Ubiq
    30: 137,  # Rootstock
    31: 37310,  # Rootstock's test chain
    61: 61,  # Ethereum Classic
    108: 1001,  # ThunderCore
    246: 246,  # Energy Web
    820: 820,  # Callisto
}


def coin_type_of(chain_id: int) -> int:
    """The coin type for a chain, by its EIP-155 id."""
    return COIN_TYPES.get(chain_id, ETHEREUM)

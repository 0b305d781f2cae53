"""Deposits: the bytes of an issue, put in place without a library, and the gas it may take.

`issue((uint256,bytes16,address,uint256)[])`: an offset, a count, and four words an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from api.deposits.model import PAGE_BITS, Deposit
from wallet.keccak import keccak256

__all__ = ["ENTRY_GAS", "issue_call", "issue_gas"]

ENTRY_GAS: Final = 11_000
"""What an entry takes, with its bytes and its part of the rest."""
_DEAREST: Final = 13_500
"""What it takes at most: the holder has had no tokens before, or is refused."""
_FIXED: Final = 150_000
"""The call itself, its checks, both words of the token's and the Teller's state."""
_PAGE: Final = 25_000
"""A word of the bitmap of used numbers that was empty."""
_SELECTOR: Final = keccak256(b"issue((uint256,bytes16,address,uint256)[])")[:4]
_OFFSET: Final = (32).to_bytes(32)
_ADDRESS_PADDING: Final = bytes(12)
_REFERENCE_PADDING: Final = bytes(16)


def issue_call(batch: Sequence[Deposit]) -> bytes:
    """Teller.issue of these deposits; what cannot be credited is refused by an event."""
    parts = [_SELECTOR, _OFFSET, len(batch).to_bytes(32)]
    for deposit in batch:
        parts += (
            deposit.number.to_bytes(32),
            deposit.reference,
            _REFERENCE_PADDING,
            _ADDRESS_PADDING,
            bytes.fromhex(deposit.holder[2:]),
            deposit.amount.minor.to_bytes(32),
        )
    return b"".join(parts)


def issue_gas(batch: Sequence[Deposit]) -> int:
    """A limit that is enough for this issue, whatever its holders have."""
    pages = len({deposit.number >> PAGE_BITS for deposit in batch})
    return _FIXED + _PAGE * pages + _DEAREST * len(batch)

"""Chain: the bytes of signed messages, alone and many together, put in place without a library.

An entry is the ABI encoding of the Teller's `SignedTransfer` or `SignedRedeemOrder`. Behind a
selector the same bytes are the arguments of the token's own call, because both have seven words in
front of the signature: so an entry is encoded once, tried out alone, and sent with others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wallet.keccak import keccak256
from wallet.typed_data import RedeemOrder, TransferAuthorization

__all__ = [
    "LONGEST_SIGNATURE",
    "REDEEMS",
    "SIGNER_GAS",
    "TAKES",
    "TRANSFERS",
    "Relayed",
    "question",
    "redeem_entry",
    "transfer_entry",
]

LONGEST_SIGNATURE = 2_048
"""Bytes: a plain signature has 65, a contract wallet's (ERC-1271) may hold several and a proof."""

_WORD = 32
_HEAD_WORDS = 7


@dataclass(frozen=True, slots=True)
class Relayed:
    """One kind of signed message: the selectors of the token's call and of the Teller's."""

    token: bytes
    teller: bytes

    def alone(self, entry: bytes) -> bytes:
        """The token's call that brings this entry by itself."""
        return self.token + entry

    def together(self, entries: Sequence[bytes]) -> bytes:
        """The Teller's call that brings them all: an array of tuples of changing length."""
        offsets, at = [], _WORD * len(entries)
        for entry in entries:
            offsets.append(_word(at))
            at += len(entry)
        parts = [self.teller, _word(_WORD), _word(len(entries)), *offsets, *entries]
        return b"".join(parts)


SIGNER_GAS = 520_000
"""Gas for asking a contract wallet: what the token gives it, and the call itself."""
_MAGIC = bytes.fromhex("1626ba7e")
TAKES = _MAGIC + bytes(28)
"""A contract wallet's yes (ERC-1271)."""


def question(digest: bytes, signature: bytes) -> bytes:
    """isValidSignature(bytes32,bytes) of ERC-1271."""
    padding = bytes(-len(signature) % _WORD)
    return _MAGIC + digest + _word(2 * _WORD) + _word(len(signature)) + signature + padding


def transfer_entry(order: TransferAuthorization, signature: bytes) -> bytes:
    """ITeller.SignedTransfer."""
    return _entry(
        _address(order.from_),
        _address(order.to),
        _word(order.value),
        _word(order.valid_after),
        _word(order.valid_before),
        order.nonce,
        signature=signature,
    )


def redeem_entry(order: RedeemOrder, signature: bytes) -> bytes:
    """ITeller.SignedRedeemOrder. Only the payout's hash goes along."""
    return _entry(
        _address(order.holder),
        _word(order.amount),
        order.payout.struct_hash(),
        _word(order.fee),
        order.nonce,
        _word(order.deadline),
        signature=signature,
    )


def _entry(*words: bytes, signature: bytes) -> bytes:
    padding = -len(signature) % _WORD
    head = b"".join(words) + _word(_WORD * _HEAD_WORDS)
    return head + _word(len(signature)) + signature + bytes(padding)


def _word(number: int) -> bytes:
    return number.to_bytes(_WORD, "big")


def _address(text: str) -> bytes:
    return bytes(12) + bytes.fromhex(text[2:])


def _selector(signature: str) -> bytes:
    return keccak256(signature.encode())[:4]


_ORDER = "(address,uint256,bytes32,uint256,bytes32,uint256)"
_TRANSFER = "address,address,uint256,uint256,uint256,bytes32,bytes"

TRANSFERS = Relayed(
    token=_selector(f"transferWithAuthorization({_TRANSFER})"),
    teller=_selector(f"relayTransfers(({_TRANSFER})[])"),
)
REDEEMS = Relayed(
    token=_selector(f"redeem({_ORDER},bytes)"),
    teller=_selector(f"relayRedeemOrders(({_ORDER},bytes)[])"),
)

"""Wallet: Ethereum addresses in the one form that the wallet uses, EIP-55 checksummed text."""

from __future__ import annotations

import re
from typing import Final, NewType

from wallet.errors import AddressError
from wallet.keccak import keccak256
from wallet.money import shorten

#: "0x" and 40 hex digits whose upper and lower case carry the EIP-55 checksum.
Address = NewType("Address", str)

ZERO_ADDRESS: Final = Address("0x" + "0" * 40)
_FORM: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_LENGTH: Final = 20
_UPPER_FROM: Final = 8  # EIP-55: a letter is a capital where the hash's nibble is 8 or more


def checksum(raw: bytes) -> Address:
    """The checksummed text of 20 address bytes (the zero address included)."""
    if len(raw) != _LENGTH:
        raise ValueError(f"an address has {_LENGTH} bytes, not {len(raw)}")
    digits = raw.hex()
    nibbles = keccak256(digits.encode("ascii")).hex()
    return Address(
        "0x"
        + "".join(
            digit.upper() if int(nibble, 16) >= _UPPER_FROM else digit
            for digit, nibble in zip(digits, nibbles, strict=False)
        )
    )


def parse_address(text: str) -> Address:
    """Read an address that somebody gave.

    AddressError if it is not "0x" and 40 ASCII hex digits, if mixed case does not match the
    EIP-55 checksum, or if it is the zero address. Text in one case carries no checksum and is
    accepted, as EIP-55 has it.
    """
    if _FORM.fullmatch(text) is None:
        raise AddressError("address.format", address=shorten(text))
    digits = text[2:]
    address = checksum(bytes.fromhex(digits))
    mixed = digits not in (digits.lower(), digits.upper())
    if mixed and text != address:
        raise AddressError("address.checksum", address=text)
    if address == ZERO_ADDRESS:
        raise AddressError("address.zero")
    return address


def address_bytes(address: Address) -> bytes:
    """The 20 bytes of an address."""
    return bytes.fromhex(address[2:])


def address_of_public_key(public_key: bytes) -> Address:
    """The address of an uncompressed secp256k1 public key (64 bytes, without the 04 prefix)."""
    return checksum(keccak256(public_key)[-_LENGTH:])

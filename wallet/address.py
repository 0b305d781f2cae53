"""Wallet: Ethereum addresses in the one form that the wallet uses, EIP-55 checksummed text."""

from __future__ import annotations

from wallet.errors import AddressError
from wallet.hints import TYPE_CHECKING, Final
from wallet.keccak import keccak256
from wallet.plain import shorten

if TYPE_CHECKING:
    from typing import NewType

    #: "0x" and 40 hex digits whose upper and lower case carry the EIP-55 checksum.
    Address = NewType("Address", str)
else:
    Address = str

ZERO_ADDRESS: Final = Address("0x" + "0" * 40)
_LENGTH: Final = 20
_DIGITS: Final = 2 * _LENGTH
_HEX: Final = frozenset("0123456789abcdefABCDEF")
# EIP-55: a letter is a capital where the hash's nibble is 8 or more. All forty at once, as one
# number: 0x20 is what a capital lacks, and half of 0x40 is 0x20, which letters have and digits not.
_HIGH: Final = bytes(0x20 if chr(code) in "89abcdef" else 0 for code in range(256))


def checksum(raw: bytes) -> Address:
    """The checksummed text of 20 address bytes (the zero address included)."""
    if len(raw) != _LENGTH:
        raise ValueError(f"an address has {_LENGTH} bytes, not {len(raw)}")
    digits = raw.hex().encode()
    number = int.from_bytes(digits)
    high = int.from_bytes(keccak256(digits)[:_LENGTH].hex().encode().translate(_HIGH))
    return Address("0x" + (number ^ (high & (number >> 1))).to_bytes(_DIGITS).decode())


def parse_address(text: str) -> Address:
    """Read an address that somebody gave.

    AddressError if it is not "0x" and 40 ASCII hex digits, if mixed case does not match the
    EIP-55 checksum, or if it is the zero address. Text in one case carries no checksum and is
    accepted, as EIP-55 has it.
    """
    if text[:2] != "0x" or len(text) != 2 + _DIGITS or not _HEX.issuperset(text[2:]):
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

"""Wallet: Base58Check, the text form of BIP-32's extended keys."""

from __future__ import annotations

import hashlib

from wallet.hints import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_CHECK_BYTES: Final = 4


def encode_check(payload: bytes) -> str:
    """The Base58 text of payload ‖ first four bytes of its double SHA-256."""
    raw = payload + _check(payload)
    number, digits = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return "1" * zeros + digits


def decode_check(text: str) -> bytes | None:
    """The payload of a Base58Check text, or None if a letter or the checksum is wrong."""
    number = 0
    for letter in text:
        if letter not in _VALUES:
            return None
        number = number * 58 + _VALUES[letter]
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
    payload, check = raw[:-_CHECK_BYTES], raw[-_CHECK_BYTES:]
    return payload if len(raw) >= _CHECK_BYTES and _check(payload) == check else None


def _check(payload: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:_CHECK_BYTES]

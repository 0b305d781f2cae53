"""Chain: one ABI word and its value. Padding is checked: what a node says is not to be trusted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

from api.kernel.ids import Address
from wallet.address import checksum

__all__ = ["WORD", "WordReader", "address_of", "word_reader"]

WORD: Final = 32
_PADDING: Final = bytes(12)
_ADDRESSES_KEPT: Final = 1 << 16

WordReader = Callable[[bytes], Any]
"""Reads 32 bytes; raises ValueError when they are no value of its type."""


@lru_cache(maxsize=_ADDRESSES_KEPT)
def address_of(raw: bytes) -> Address:
    """The checksummed text of 20 bytes; the same ones come again and again."""
    return checksum(raw)


@cache
def word_reader(kind: str) -> WordReader | None:
    """How a value of this type is read; None for types that take more than one word."""
    if kind == "address":
        return _address
    if kind == "bool":
        return _bool
    if kind.startswith("uint") and kind[4:].isdigit():
        return _uint(int(kind[4:]))
    if kind.startswith("bytes") and kind[5:].isdigit():
        return _bytes(int(kind[5:]))
    return None


def _address(word: bytes) -> Address:
    if len(word) != WORD or word[:12] != _PADDING:
        raise ValueError("no address")
    return address_of(word[12:])


def _bool(word: bytes) -> bool:
    value = int.from_bytes(word)
    if len(word) != WORD or value > 1:
        raise ValueError("no bool")
    return value == 1


def _uint(bits: int) -> WordReader:
    def read(word: bytes) -> int:
        value = int.from_bytes(word)
        if len(word) != WORD or value >> bits:
            raise ValueError(f"no uint{bits}")
        return value

    return read


def _bytes(length: int) -> WordReader:
    padding = bytes(WORD - length)

    def read(word: bytes) -> bytes:
        if len(word) != WORD or word[length:] != padding:
            raise ValueError(f"no bytes{length}")
        return word[:length]

    return read

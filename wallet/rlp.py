"""Wallet: RLP, Ethereum's serialization of nested byte strings; decoding is strict.

One value has one encoding: a longer spelling of a length, or a single small byte behind a
prefix, is refused.
"""

from __future__ import annotations

from wallet.errors import InputError
from wallet.hints import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TypeAlias

    Item: TypeAlias = "bytes | list[Item]"

_STRING: Final = 0x80
_LIST: Final = 0xC0
_SHORT: Final = 55  # longer payloads spell their length out
_DEEPEST: Final = 64


def encode(item: Item) -> bytes:
    """The encoding of a byte string or a list of items."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < _STRING:
            return item
        return _prefix(_STRING, len(item)) + item
    payload = b"".join(map(encode, item))
    return _prefix(_LIST, len(payload)) + payload


def encode_number(number: int) -> bytes:
    """A number as the byte string that RLP expects: big-endian, no leading zeros, 0 is empty."""
    return number.to_bytes((number.bit_length() + 7) // 8)


def decode(data: bytes) -> Item:
    """The one item that `data` encodes; InputError if it is not exactly that."""
    item, end = _decode(data, 0, 0)
    if end != len(data):
        raise InputError("rlp.malformed", offset=end)
    return item


def _prefix(base: int, length: int) -> bytes:
    if length <= _SHORT:
        return bytes((base + length,))
    size = encode_number(length)
    return bytes((base + _SHORT + len(size),)) + size


def _decode(data: bytes, start: int, depth: int) -> tuple[Item, int]:
    if start >= len(data) or depth > _DEEPEST:
        raise InputError("rlp.malformed", offset=start)
    first = data[start]
    if first < _STRING:
        return data[start : start + 1], start + 1
    base = _LIST if first >= _LIST else _STRING
    begin, end = _span(data, start, first - base)
    if base == _STRING:
        if end - begin == 1 and data[begin] < _STRING:
            raise InputError("rlp.malformed", offset=start)
        return data[begin:end], end
    items: list[Item] = []
    while begin < end:
        # Inside a list nothing may reach beyond the list's own end.
        item, begin = _decode(data[:end], begin, depth + 1)
        items.append(item)
    return items, end


def _span(data: bytes, start: int, length: int) -> tuple[int, int]:
    """Where a payload begins and ends, given its prefix's length or length of length."""
    begin = start + 1
    if length > _SHORT:
        size = data[begin : begin + length - _SHORT]
        begin += len(size)
        length = int.from_bytes(size)
        if not size or size[0] == 0 or length <= _SHORT:
            raise InputError("rlp.malformed", offset=start)
    if begin + length > len(data):
        raise InputError("rlp.malformed", offset=start)
    return begin, begin + length

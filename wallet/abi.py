"""Wallet: the contract ABI's encoding of arguments and results (Solidity's specification).

Covers what the project's contracts use: address, bool, uintN, intN, bytesN, bytes, string,
tuples "(…)" and arrays "T[]". Decoding is strict about padding, ranges and bounds, because
what a node answers is not to be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from wallet.address import Address, address_bytes, checksum
from wallet.errors import ChainError
from wallet.hints import Any, Final
from wallet.keccak import keccak256

_WORD: Final = 32
_ADDRESS: Final = 20


@cache
def selector(signature: str) -> bytes:
    """The first four bytes of a function's or error's signature hash."""
    return keccak256(signature.encode("ascii"))[:4]


@cache
def topic(signature: str) -> bytes:
    """The 32-byte first topic of an event's logs."""
    return keccak256(signature.encode("ascii"))


def encode_call(signature: str, *values: Any) -> bytes:
    """Call data: the selector of `signature`, such as "transfer(address,uint256)", and values."""
    return selector(signature) + encode(arguments(signature), values)


@cache
def arguments(signature: str) -> tuple[str, ...]:
    """The argument types of a signature."""
    return _split(signature[signature.index("(") :])


def encode(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """The encoding of a sequence of values; ValueError if one does not fit its type."""
    if len(types) != len(values):
        raise ValueError(f"{len(values)} values for {len(types)} types")
    offset = sum(_head_size(kind) for kind in types)
    heads, tail = b"", b""
    for kind, value in zip(types, values, strict=True):
        encoded = _encode_one(kind, value)
        if _is_dynamic(kind):
            heads += (offset + len(tail)).to_bytes(_WORD)
            tail += encoded
        else:
            heads += encoded
    return heads + tail


def decode(types: Sequence[str], data: bytes) -> tuple[Any, ...]:
    """The values that `data` holds; ChainError if it is no encoding of these types."""
    values, at = [], 0
    for kind in types:
        start = at
        if _is_dynamic(kind):
            start = int.from_bytes(_word(data, at))
        values.append(_decode_one(kind, data, start))
        at += _head_size(kind)
    return tuple(values)


@cache
def _split(tuple_type: str) -> tuple[str, ...]:
    """The member types of "(a,(b,c)[],d)"."""
    members, depth, current = [], 0, ""
    for letter in tuple_type[1:-1]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            members.append(current)
            current = ""
        else:
            current += letter
    return (*members, current) if current else ()


@cache
def _is_dynamic(kind: str) -> bool:
    if kind.startswith("(") and kind.endswith(")"):
        return any(map(_is_dynamic, _split(kind)))
    return kind in ("bytes", "string") or kind.endswith("[]")


@cache
def _head_size(kind: str) -> int:
    if _is_dynamic(kind) or not kind.startswith("("):
        return _WORD
    return sum(map(_head_size, _split(kind)))


def _encode_one(kind: str, value: Any) -> bytes:
    if kind.endswith("[]"):
        return len(value).to_bytes(_WORD) + encode([kind[:-2]] * len(value), value)
    if kind.startswith("("):
        return encode(_split(kind), value)
    if kind in ("bytes", "string"):
        raw: bytes = value.encode() if kind == "string" else value
        return len(raw).to_bytes(_WORD) + raw + bytes(-len(raw) % _WORD)
    if kind == "address":
        return address_bytes(value).rjust(_WORD, b"\0")
    if kind.startswith("bytes"):
        if len(value) != int(kind[5:]):
            raise ValueError(f"{len(value)} bytes for {kind}")
        return bytes(value).ljust(_WORD, b"\0")
    number, (least, most) = int(value), _range(kind)
    if not least <= number <= most:
        raise ValueError(f"a number out of the range of {kind}")
    return number.to_bytes(_WORD, signed=least < 0)


def _decode_one(kind: str, data: bytes, start: int) -> Any:
    if kind.endswith("[]"):
        count = int.from_bytes(_word(data, start))
        if count * _WORD > len(data):
            raise ChainError("abi.answer", kind=kind)
        return list(decode([kind[:-2]] * count, data[start + _WORD :]))
    if kind.startswith("("):
        return decode(_split(kind), data[start:])
    if kind in ("bytes", "string"):
        return _decode_bytes(kind, data, start)
    word = _word(data, start)
    if kind == "address":
        if any(word[:-_ADDRESS]):
            raise ChainError("abi.answer", kind=kind)
        return checksum(word[-_ADDRESS:])
    if kind.startswith("bytes"):
        size = int(kind[5:])
        if any(word[size:]):
            raise ChainError("abi.answer", kind=kind)
        return word[:size]
    least, most = _range(kind)
    number = int.from_bytes(word, signed=least < 0)
    if not least <= number <= most:
        raise ChainError("abi.answer", kind=kind)
    return bool(number) if kind == "bool" else number


def _decode_bytes(kind: str, data: bytes, start: int) -> bytes | str:
    length = int.from_bytes(_word(data, start))
    raw = data[start + _WORD : start + _WORD + length]
    if len(raw) != length:
        raise ChainError("abi.answer", kind=kind)
    if kind == "bytes":
        return raw
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise ChainError("abi.answer", kind=kind) from None


def _word(data: bytes, start: int) -> bytes:
    word = data[start : start + _WORD]
    if len(word) != _WORD:
        raise ChainError("abi.answer", kind="word")
    return word


@cache
def _range(kind: str) -> tuple[int, int]:
    if kind == "bool":
        return 0, 1
    if kind.startswith("uint"):
        return 0, 2 ** int(kind[4:]) - 1
    if kind.startswith("int"):
        half = 2 ** (int(kind[3:]) - 1)
        return -half, half - 1
    raise ValueError(f"{kind} is not a type that this module knows")


def address_topic(address: Address) -> str:
    """An address as the 0x-hex topic that logs are filtered by."""
    return "0x" + address_bytes(address).rjust(_WORD, b"\0").hex()

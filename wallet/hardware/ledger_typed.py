"""Wallet: a typed message as the Ledger Ethereum app takes it, so that it shows every field.

First the struct types are sent (EIP712 SEND STRUCT DEFINITION), then the domain's and the
message's values in their order (EIP712 SEND STRUCT IMPLEMENTATION); the app hashes them itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from wallet.address import Address, address_bytes
from wallet.errors import SignatureError
from wallet.hardware.common import domain_values, members
from wallet.typed_json import TypedData

Command = tuple[int, int, int, bytes]  # INS, P1, P2, data

STRUCT_DEFINITION: Final = 0x1A
STRUCT_VALUE: Final = 0x1C
_COMPLETE: Final = 0x00
_PARTIAL: Final = 0x01
_NAME: Final = 0x00
_FIELD: Final = 0xFF
_ARRAY: Final = 0x0F
_MOST: Final = 255
_IS_ARRAY: Final = 0x80
_HAS_SIZE: Final = 0x40
_CUSTOM, _INT, _UINT, _ADDRESS, _BOOL, _STRING, _FIXED, _BYTES = range(8)
_PLAIN: Final = {"address": _ADDRESS, "bool": _BOOL, "string": _STRING, "bytes": _BYTES}


def commands(message: TypedData) -> Iterator[Command]:
    """Every command for a message; SignatureError if it is larger than the app can take."""
    types = members(message)
    for name, fields in sorted(types.items()):  # the order of the maker's own library
        yield STRUCT_DEFINITION, _COMPLETE, _NAME, _short(name.encode())
        for field, kind in fields:
            yield STRUCT_DEFINITION, _COMPLETE, _FIELD, _short(_definition(field, kind))
    for root, values in (
        ("EIP712Domain", domain_values(message)),
        (message.primary_type, dict(message.message)),
    ):
        yield STRUCT_VALUE, _COMPLETE, _NAME, _short(root.encode())
        yield from _struct(types, root, values)


def _definition(field: str, kind: str) -> bytes:
    base, levels = _levels(kind)
    number, size = _type(base)
    about = number | (_IS_ARRAY if levels else 0) | (_HAS_SIZE if size is not None else 0)
    data = bytes((about,))
    if number == _CUSTOM:
        data += _counted(base.encode())
    if size is not None:
        data += bytes((size,))
    if levels:
        data += bytes((len(levels),))
        for level in levels:
            data += b"\0" if level is None else b"\1" + _byte(level)
    return data + _counted(field.encode())


def _levels(kind: str) -> tuple[str, list[int | None]]:
    """ "uint8[2][]" is ("uint8", [2, None])."""
    base, *rest = kind.split("[")
    return base, [int(level[:-1]) if level != "]" else None for level in rest]


def _type(base: str) -> tuple[int, int | None]:
    """The app's number of a type, and its size in bytes where the type has one."""
    if base in _PLAIN:
        return _PLAIN[base], None
    for start, number, unit in (("uint", _UINT, 8), ("int", _INT, 8), ("bytes", _FIXED, 1)):
        if base.startswith(start) and base[len(start) :].isdigit():
            return number, int(base[len(start) :]) // unit
    return _CUSTOM, None


def _struct(
    types: dict[str, list[tuple[str, str]]], name: str, values: dict[str, Any]
) -> Iterator[Command]:
    for field, kind in types[name]:
        yield from _value(types, kind, values[field])


def _value(types: dict[str, list[tuple[str, str]]], kind: str, value: Any) -> Iterator[Command]:
    if kind.endswith("]"):
        yield STRUCT_VALUE, _COMPLETE, _ARRAY, _byte(len(value))
        inner = kind[: kind.rindex("[")]
        for element in value:
            yield from _value(types, inner, element)
    elif kind in types:
        if value is None:  # the app has no way to say that a struct is null
            raise SignatureError("device.typed")
        yield from _struct(types, kind, value)
    else:
        data = _raw(kind, value)
        if len(data) > 0xFFFF:  # noqa: PLR2004  # the length has two bytes
            raise SignatureError("device.typed")
        rest = len(data).to_bytes(2) + data
        while len(rest) > _MOST:
            yield STRUCT_VALUE, _PARTIAL, _FIELD, rest[:_MOST]
            rest = rest[_MOST:]
        yield STRUCT_VALUE, _COMPLETE, _FIELD, rest


def _raw(kind: str, value: Any) -> bytes:
    """A value's own bytes: numbers without leading zeros (signed ones in full), texts in UTF-8."""
    number, size = _type(kind)
    if number == _INT:
        return int(value).to_bytes(size or 32, signed=True)
    if number in (_UINT, _BOOL):
        return int(value).to_bytes(max(1, (int(value).bit_length() + 7) // 8))
    if number == _ADDRESS:
        return address_bytes(Address(value))
    return value.encode() if isinstance(value, str) else bytes(value)


def _counted(data: bytes) -> bytes:
    return _byte(len(data)) + data


def _byte(number: int) -> bytes:
    if number > _MOST:
        raise SignatureError("device.typed")
    return bytes((number,))


def _short(data: bytes) -> bytes:
    if len(data) > _MOST:
        raise SignatureError("device.typed")
    return data

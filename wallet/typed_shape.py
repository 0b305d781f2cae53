"""Wallet: the types of somebody else's EIP-712 message, checked and made into encoders.

A type of the message's own is `Name(kind name, …)`; the rest are the atomic types (uintN, intN,
bytesN, bool, address), string and bytes, and arrays of any of them, `T[]` or `T[n]`, nested too.
A struct may refer to itself; such a chain ends with an empty array or with null, which stands
for 32 zero bytes as in eth_signTypedData_v4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from wallet.address import checksum
from wallet.errors import InputError
from wallet.hints import Any, Final, TypeAlias
from wallet.keccak import keccak256
from wallet.money import shorten

#: A value of a message as Python has it: bytes for bytesN and bytes, checksummed text for
#: addresses, tuples for arrays, dicts for structs, None for a struct that is null.
Value: TypeAlias = "int | bool | str | bytes | tuple[Value, ...] | dict[str, Value] | None"
#: Each struct with its members: ((name, ((member, kind), …)), …).
Types: TypeAlias = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
Word: TypeAlias = Callable[[Any], bytes]

_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*", re.ASCII)
# Some messages in use name a struct "Area:Action"; the colon cannot be mistaken in encodeType.
_STRUCT: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*(:[A-Za-z_$][A-Za-z0-9_$]*)?", re.ASCII)
_ARRAY: Final = re.compile(r"(.+)\[([1-9][0-9]{0,8})?\]", re.ASCII)
_WIDTHS: Final = {str(bits) for bits in range(8, 257, 8)}
_SIZES: Final = {str(size) for size in range(1, 33)}
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,77})", re.ASCII)
_HEX_NUMBER: Final = re.compile(r"0x[0-9a-fA-F]{1,64}", re.ASCII)
_HEX: Final = re.compile(r"0x([0-9a-fA-F]{2})*+", re.ASCII)
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_WORD: Final = 32
_NULL: Final = bytes(_WORD)
_MOST_DIMENSIONS: Final = 8
_MOST_TYPES: Final = 200
_MOST_MEMBERS: Final = 200


class Wrong(Exception):
    """A value does not fit: what is wrong, and the way to it, from the value outwards."""

    def __init__(self, code: str, kind: str, *way: str) -> None:
        super().__init__(code)
        self.code, self.kind, self.way = code, kind, list(way)

    def error(self, root: str) -> InputError:
        """The error to show, the field named from `root` on."""
        field = shorten(root + "".join(reversed(self.way)))
        return InputError(self.code, field=field, kind=shorten(self.kind))


class Shape:
    """The struct types of one message: their hashes and their encoders."""

    def __init__(self, types: Types) -> None:
        self.members: Mapping[str, tuple[tuple[str, str], ...]] = dict(types)
        self._words: dict[str, Word] = {}
        self._check(types)
        for name in self.members:
            self._words[name] = _unfinished
        for name, members in self.members.items():
            self._words[name] = self._struct(name, members)

    def word(self, kind: str) -> Word:
        """The encoder of a kind: 32 bytes of encodeData from a JSON value, or Wrong."""
        known = self._words.get(kind)
        if known is None:
            array = _ARRAY.fullmatch(kind)
            known = _atom(kind) if array is None else self._array(kind, array[1], array[2])
            self._words[kind] = known
        return known

    def encode_type(self, name: str) -> str:
        """EIP-712's encodeType: the struct, then those it refers to in order of their names."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            struct = waiting.pop()
            if struct in found or struct not in self.members:
                continue
            found.add(struct)
            waiting += [kind.partition("[")[0] for _, kind in self.members[struct]]
        return "".join(map(self._signature, [name, *sorted(found - {name})]))

    def read(self, kind: str, value: Any) -> Value:
        """A JSON value, already encoded once, as Python has it."""
        array = _ARRAY.fullmatch(kind)
        if array is not None:
            return tuple(self.read(array[1], each) for each in value)
        if kind in self.members:
            if value is None:
                return None
            return {name: self.read(inner, value[name]) for name, inner in self.members[kind]}
        if kind == "address":
            return checksum(bytes.fromhex(value[2:]))
        if kind.startswith("bytes"):
            return bytes.fromhex(value[2:])
        plain: bool | str = value
        return plain if kind in ("bool", "string") else _number(value)

    def _signature(self, name: str) -> str:
        return f"{name}({','.join(f'{kind} {member}' for member, kind in self.members[name])})"

    def _check(self, types: Types) -> None:
        if len(self.members) != len(types) or len(types) > _MOST_TYPES:
            raise Wrong("typed.type", "types")
        for name, members in types:
            if _STRUCT.fullmatch(name) is None or _is_atom(name):
                raise Wrong("typed.type", name, f".{name}")
            if len({member for member, _ in members}) != len(members):
                raise Wrong("typed.type", name, f".{name}")
            for member, kind in members:
                core, _, arrays = kind.partition("[")
                known = core in self.members or _is_atom(core)
                if not known or len(members) > _MOST_MEMBERS or _NAME.fullmatch(member) is None:
                    raise Wrong("typed.type", kind, f".{member}", f".{name}")
                if arrays.count("]") > _MOST_DIMENSIONS or not _are_arrays(kind, core):
                    raise Wrong("typed.type", kind, f".{member}", f".{name}")

    def _struct(self, name: str, members: tuple[tuple[str, str], ...]) -> Word:
        type_hash = keccak256(self.encode_type(name).encode())
        # A struct that refers to itself or to a later one is looked up when it is met.
        words = [(member, self._later(kind)) for member, kind in members]
        count = len(words)

        def struct(value: Any) -> bytes:
            if value is None:
                return _NULL
            if type(value) is not dict:
                raise Wrong("typed.value", name)
            parts = [type_hash]
            for member, word in words:
                try:
                    parts.append(word(value[member]))
                except Wrong as wrong:
                    wrong.way.append(f".{member}")
                    raise
                except KeyError:
                    raise Wrong("typed.missing", name, f".{member}") from None
            if len(value) != count:
                known = {member for member, _ in words}
                extra = next(each for each in value if each not in known)
                raise Wrong("typed.extra", name, f".{extra}")
            return keccak256(b"".join(parts))

        return struct

    def _later(self, kind: str) -> Word:
        if kind not in self.members:
            return self.word(kind)
        words = self._words
        return lambda value: words[kind](value)  # noqa: PLW0108  # not there yet: looked up late

    def _array(self, kind: str, inner: str, length: str | None) -> Word:
        element, exact = self._later(inner), None if length is None else int(length)

        def array(value: Any) -> bytes:
            if type(value) is not list or exact not in (None, len(value)):
                raise Wrong("typed.value", kind)
            parts: list[bytes] = []
            for each in value:
                try:
                    parts.append(element(each))
                except Wrong as wrong:
                    wrong.way.append(f"[{len(parts)}]")
                    raise
            return keccak256(b"".join(parts))

        return array


@lru_cache(maxsize=64)
def shape(types: Types) -> Shape:
    """The compiled types; Wrong if one is none that EIP-712 knows. Remembered."""
    return Shape(types)


def _unfinished(value: Any) -> bytes:
    raise AssertionError(value)  # every struct's own encoder takes this one's place


def _is_atom(kind: str) -> bool:
    for prefix, widths in (("uint", _WIDTHS), ("int", _WIDTHS), ("bytes", _SIZES)):
        if kind.startswith(prefix) and kind.removeprefix(prefix) in widths:
            return True
    return kind in ("address", "bool", "bytes", "string")


def _are_arrays(kind: str, core: str) -> bool:
    while kind != core:
        array = _ARRAY.fullmatch(kind)
        if array is None:
            return False
        kind = array[1]
    return True


def _atom(kind: str) -> Word:
    """The encoder of an atomic type, string or bytes."""
    named: dict[str, Word] = {"address": _address, "bool": _bool, "string": _string}
    if kind in named:
        return named[kind]
    if kind.startswith("bytes"):
        return _bytes(kind)
    signed = kind.startswith("int")
    bits = int(kind.removeprefix("u").removeprefix("int"))
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if signed else (0, 2**bits)

    def number(value: Any) -> bytes:
        found = value if type(value) is int else _number(value, kind)
        if not least <= found < most:
            raise Wrong("typed.value", kind)
        return found.to_bytes(_WORD, "big", signed=signed)

    return number


def _bytes(kind: str) -> Word:
    size = None if kind == "bytes" else int(kind[5:])

    def fixed(value: Any) -> bytes:
        if type(value) is not str or _HEX.fullmatch(value) is None:
            raise Wrong("typed.value", kind)
        raw = bytes.fromhex(value[2:])
        if size is None:
            return keccak256(raw)
        if len(raw) != size:
            raise Wrong("typed.value", kind)
        return raw.ljust(_WORD, b"\0")

    return fixed


def _number(value: Any, kind: str = "uint256") -> int:
    """A number as JSON carries it: a whole number, or its decimal or 0x-hex text."""
    if type(value) is int:
        return value
    if type(value) is str:
        if _DECIMAL.fullmatch(value) is not None:
            return int(value)
        if _HEX_NUMBER.fullmatch(value) is not None:
            return int(value, 16)
    raise Wrong("typed.value", kind)


def _address(value: Any) -> bytes:
    if type(value) is not str or _ADDRESS.fullmatch(value) is None:
        raise Wrong("typed.value", "address")
    digits = value[2:]
    raw = bytes.fromhex(digits)
    if digits not in (digits.lower(), digits.upper()) and checksum(raw) != value:
        raise Wrong("typed.value", "address")
    return raw.rjust(_WORD, b"\0")


def _bool(value: Any) -> bytes:
    if type(value) is not bool:
        raise Wrong("typed.value", "bool")
    return value.to_bytes(_WORD, "big")


def _string(value: Any) -> bytes:
    if type(value) is not str:
        raise Wrong("typed.value", "string")
    try:
        return keccak256(value.encode())
    except UnicodeEncodeError:  # half of a surrogate pair has no UTF-8 form
        raise Wrong("typed.value", "string") from None

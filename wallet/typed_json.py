"""Wallet: any EIP-712 message, read from its JSON form (eth_signTypedData_v4) and hashed.

Read strictly: what two programs could understand in two ways (a key twice, a field that its
type does not have, a number with a point, a domain in another order) is refused, so that what
is shown is what every verifier sees.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property

from wallet.eip712 import Domain, Struct
from wallet.errors import InputError
from wallet.hints import Any, Final
from wallet.keccak import keccak256
from wallet.money import shorten
from wallet.record import Record
from wallet.strict_json import read_json
from wallet.typed_shape import Shape, Types, Value, Wrong, shape

_LARGEST: Final = 1_000_000  # bytes; a message that a person is to read is a thousand times less
_KEYS: Final = ("types", "primaryType", "domain", "message")
_DOMAIN: Final = "EIP712Domain"
#: What EIP-712 lets a domain have, in its order.
DOMAIN_MEMBERS: Final = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
    ("salt", "bytes32"),
)


class Leaf(Record):
    """One value of a message: the way to it ("permitted.amount"), its kind, and itself."""

    path: str
    kind: str
    value: Value


class TypedDomain(Record):
    """The domain of a message: the fields it has; None for one that it does not have."""

    name: str | None = None
    version: str | None = None
    chain_id: int | None = None
    verifying_contract: str | None = None
    salt: bytes | None = None


class TypedData:
    """A typed message that somebody asks to have signed. Make one by `parse` or `of`.

    `whole` is the JSON form as it was given, for a signer that wants the whole message;
    `separator` and `struct_hash` are the domain's and the message's hashes, 32 bytes each.
    """

    def __init__(
        self,
        primary_type: str,
        domain: TypedDomain,
        whole: Mapping[str, Any],
        hashes: tuple[bytes, bytes],
        compiled: Shape,
    ) -> None:
        """Keep what `parse` has read; it alone checks that the parts belong together."""
        self.primary_type, self.domain, self.whole = primary_type, domain, whole
        self.separator, self.struct_hash = hashes
        self._shape = compiled

    def __repr__(self) -> str:
        return f"TypedData({self.primary_type!r}, {self.domain!r})"

    @classmethod
    def parse(cls, data: bytes) -> TypedData:
        """Read the JSON form; InputError naming the field that cannot be."""
        try:
            whole = read_json(data, unique=True) if len(data) <= _LARGEST else None
        except ValueError:
            whole = None
        if not isinstance(whole, dict):
            raise InputError("typed.json", largest=_LARGEST)
        return cls._of_json(whole)

    @classmethod
    def of(cls, message: Struct, domain: Domain) -> TypedData:
        """One of our own messages under its domain."""
        return cls.parse(json.dumps(message.to_json(domain), ensure_ascii=False).encode())

    @classmethod
    def _of_json(cls, whole: dict[str, Any]) -> TypedData:
        root = ""
        try:
            _check_keys(whole)
            primary, domain = whole["primaryType"], whole["domain"]
            types, domain_types = _types(whole["types"], domain)
            root = "types"
            compiled = shape(types)
            if not isinstance(primary, str) or primary not in compiled.members:
                raise InputError("typed.primary", kind=shorten(str(primary)))
            root, domain_shape = "domain", shape(((_DOMAIN, domain_types),))
            separator = domain_shape.word(_DOMAIN)(domain)
            root = "message"
            struct_hash = compiled.word(primary)(whole["message"])
        except Wrong as wrong:
            raise wrong.error(root) from None
        read = _domain(domain_shape, domain)
        return cls(primary, read, whole, (separator, struct_hash), compiled)

    def digest(self) -> bytes:
        """The 32 bytes to sign: keccak256(0x1901 ‖ domainSeparator ‖ hashStruct)."""
        return keccak256(b"\x19\x01" + self.separator + self.struct_hash)

    @cached_property
    def message(self) -> Mapping[str, Value]:
        """The message's fields by name: see typed_shape.Value for how each kind is given."""
        found = self._shape.read(self.primary_type, self.whole["message"])
        return found if isinstance(found, dict) else {}

    def encode_type(self) -> str:
        """The message's type with those it refers to, as EIP-712 hashes it."""
        return self._shape.encode_type(self.primary_type)

    def fields(self) -> tuple[Leaf, ...]:
        """Every single value of the message in the order of its types, for people to read.

        An empty array and a null struct are one value each, so that nothing is left unsaid.
        """
        return tuple(self._leaves("", self.primary_type, dict(self.message)))

    def _leaves(self, path: str, kind: str, value: Value) -> Iterator[Leaf]:
        if isinstance(value, tuple) and value:
            inner = kind[: kind.rindex("[")]
            for place, each in enumerate(value):
                yield from self._leaves(f"{path}[{place}]", inner, each)
        elif isinstance(value, dict):
            for name, inner in self._shape.members[kind]:
                yield from self._leaves(f"{path}.{name}" if path else name, inner, value[name])
        else:
            yield Leaf(path, kind, value)


def _check_keys(whole: Mapping[str, Any]) -> None:
    for key in _KEYS:
        if key not in whole:
            raise Wrong("typed.missing", "message", key)
    for key in whole:
        if key not in _KEYS:
            raise Wrong("typed.extra", "message", key)
    if whole["message"] is None:  # a struct inside a message may be null, the message may not
        raise Wrong("typed.value", "message", "message")


def _types(given: Any, domain: Any) -> tuple[Types, tuple[tuple[str, str], ...]]:
    """The message's struct types, and the domain's fields: as declared, else those it has."""
    if type(given) is not dict:
        raise Wrong("typed.value", "types", "types")
    if type(domain) is not dict:
        raise Wrong("typed.value", _DOMAIN, "domain")
    types = {name: _members(name, members) for name, members in given.items()}
    declared = types.pop(_DOMAIN, None)
    if declared is None:
        declared = tuple(member for member in DOMAIN_MEMBERS if member[0] in domain)
    elif declared != tuple(member for member in DOMAIN_MEMBERS if member in declared):
        raise Wrong("typed.domain", _DOMAIN, _DOMAIN, "types.")
    return tuple(types.items()), declared


def _members(name: str, members: Any) -> tuple[tuple[str, str], ...]:
    found = []
    for member in members if type(members) is list else (None,):
        if type(member) is not dict or member.keys() != {"name", "type"}:
            raise Wrong("typed.type", name, name, "types.")
        pair = member["name"], member["type"]
        if type(pair[0]) is not str or type(pair[1]) is not str:
            raise Wrong("typed.type", name, name, "types.")
        found.append(pair)
    return tuple(found)


def _domain(compiled: Shape, given: Mapping[str, Any]) -> TypedDomain:
    found = compiled.read(_DOMAIN, given)
    values: dict[str, Any] = found if isinstance(found, dict) else {}
    return TypedDomain(
        name=values.get("name"),
        version=values.get("version"),
        chain_id=values.get("chainId"),
        verifying_contract=values.get("verifyingContract"),
        salt=values.get("salt"),
    )

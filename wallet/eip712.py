"""Wallet: EIP-712, the encoding of a typed record into the 32 bytes that are signed.

A message is a frozen record whose fields are checked when it is made. It knows its struct
hash, its digest under a domain, and its `eth_signTypedData_v4` form. The notation is that of
EIP-712: encodeType, encodeData, hashStruct.
"""

from __future__ import annotations

from wallet.address import Address, address_bytes, parse_address
from wallet.errors import InputError
from wallet.hints import TYPE_CHECKING, ClassVar
from wallet.keccak import keccak256
from wallet.record import Record

if TYPE_CHECKING:
    from typing import TypeAlias

    #: The fields of a struct in the order of its type string: (attribute, EIP-712 name, type).
    Fields: TypeAlias = tuple[tuple[str, str, str], ...]
else:
    Fields = tuple

_WORD = 32
_UINT256 = 2**256
_BYTES = {"bytes16": 16, "bytes32": 32}
_DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


class Struct(Record):
    """What all messages share: the EIP-712 encoding of a record described by `FIELDS`."""

    NAME: ClassVar[str]
    FIELDS: ClassVar[Fields]
    NESTED: ClassVar[tuple[type[Struct], ...]] = ()
    TYPE_HASH: ClassVar[bytes]

    def __init_subclass__(cls) -> None:
        cls.TYPE_HASH = keccak256(cls.encode_type().encode())

    def __post_init__(self) -> None:
        for attribute, name, kind in self.FIELDS:
            _check(f"{self.NAME}.{name}", kind, getattr(self, attribute))

    @classmethod
    def encode_type(cls) -> str:
        """The type string, referenced structs appended in order of their names."""
        nested = "".join(other.encode_type() for other in cls.NESTED)
        return f"{cls.NAME}({','.join(f'{kind} {name}' for _, name, kind in cls.FIELDS)}){nested}"

    def struct_hash(self) -> bytes:
        """hashStruct: keccak256(typeHash ‖ encodeData), 32 bytes."""
        words = [_encode(kind, getattr(self, attribute)) for attribute, _, kind in self.FIELDS]
        return keccak256(self.TYPE_HASH + b"".join(words))

    def digest(self, domain: Domain) -> bytes:
        """The 32 bytes to sign: keccak256(0x1901 ‖ domainSeparator ‖ hashStruct)."""
        return keccak256(b"\x19\x01" + domain.separator() + self.struct_hash())

    def to_json(self, domain: Domain) -> dict[str, object]:
        """The `eth_signTypedData_v4` form; numbers as decimal strings, bytes as 0x-hex."""
        described: tuple[type[Struct], ...] = (type(self), *self.NESTED)
        types: dict[str, object] = {"EIP712Domain": _domain_fields()}
        types |= {
            struct.NAME: [{"name": name, "type": kind} for _, name, kind in struct.FIELDS]
            for struct in described
        }
        return {
            "types": types,
            "primaryType": self.NAME,
            "domain": {
                "name": domain.name,
                "version": domain.version,
                "chainId": domain.chain_id,
                "verifyingContract": domain.verifying_contract,
            },
            "message": _plain(self),
        }


class Domain(Record):
    """The contract that a message speaks to, on one chain.

    Every message of a holder, the account link too, is signed under the token's domain.
    """

    name: str
    chain_id: int
    verifying_contract: Address
    version: str = "1"

    def __post_init__(self) -> None:
        _check("domain.name", "string", self.name)
        _check("domain.version", "string", self.version)
        _check("domain.chainId", "uint256", self.chain_id)
        _check("domain.verifyingContract", "address", self.verifying_contract)

    def separator(self) -> bytes:
        """The domain separator, equal to what the contract computes."""
        return keccak256(
            keccak256(_DOMAIN_TYPE.encode())
            + _encode("string", self.name)
            + _encode("string", self.version)
            + _encode("uint256", self.chain_id)
            + _encode("address", self.verifying_contract)
        )


def _check(field: str, kind: str, value: object) -> None:
    """Refuse a value that cannot be a `kind`, before anything is hashed or signed."""
    if kind == "address":
        if not isinstance(value, str) or parse_address(value) != value:
            raise InputError("field.address", field=field)
    elif kind == "uint256":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _UINT256:
            raise InputError("field.uint256", field=field)
    elif kind in _BYTES:
        if not isinstance(value, bytes) or len(value) != _BYTES[kind]:
            raise InputError("field.bytes", field=field, length=_BYTES[kind])
    elif kind == "string":
        if not isinstance(value, str) or not _is_unicode(value):
            raise InputError("field.string", field=field)
    elif kind.endswith("[]"):
        if not isinstance(value, tuple):
            raise InputError("field.tuple", field=field)
        for place, element in enumerate(value):
            _check(f"{field}[{place}]", kind[:-2], element)
    elif not isinstance(value, Struct) or kind != value.NAME:
        raise InputError("field.struct", field=field, kind=kind)


def _is_unicode(text: str) -> bool:
    """Whether the text has a UTF-8 form (lone surrogates have none)."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _encode(kind: str, value: object) -> bytes:
    """encodeData of one field, 32 bytes; `_check` has narrowed the value when it was made."""
    match value:
        case int():
            return value.to_bytes(_WORD, "big")
        case bytes():
            return value.ljust(_WORD, b"\0")
        case str() if kind == "address":
            return address_bytes(Address(value)).rjust(_WORD, b"\0")
        case str():
            return keccak256(value.encode())
        case Struct():
            return value.struct_hash()
        case tuple():
            return keccak256(b"".join(_encode(kind[:-2], element) for element in value))
    raise TypeError(f"{kind} cannot be encoded from {type(value).__name__}")


def _plain(struct: Struct) -> dict[str, object]:
    """A struct's fields as JSON values."""
    return {name: _plain_value(getattr(struct, attribute)) for attribute, name, _ in struct.FIELDS}


def _plain_value(value: object) -> object:
    match value:
        case int():
            return str(value)
        case bytes():
            return "0x" + value.hex()
        case Struct():
            return _plain(value)
        case tuple():
            return [_plain_value(element) for element in value]
        case text:
            return text


def _domain_fields() -> list[dict[str, str]]:
    inside = _DOMAIN_TYPE.removeprefix("EIP712Domain(").removesuffix(")")
    return [
        {"name": name, "type": kind}
        for kind, name in (field.split(" ") for field in inside.split(","))
    ]

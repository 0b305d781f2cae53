"""Wallet: what all signing devices share: the owner who is asked, and checking what came back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Final, Generic, Protocol, TypeVar

from wallet.address import Address
from wallet.base58 import encode_check
from wallet.eip712 import Domain, Struct
from wallet.errors import SetupError, SignatureError
from wallet.path import Path
from wallet.signer import recover
from wallet.typed_json import DOMAIN_MEMBERS, TypedData

_PUBLIC_VERSION: Final = bytes.fromhex("0488b21e")
_PARITIES: Final = 2
_V_OFFSET: Final = 27


class Owner(Protocol):
    """The person with the device in hand."""

    def look(self) -> None:
        """Told that the device waits for them."""
        ...

    def pin(self) -> str:
        """Asked for the PIN by positions, where a device cannot take it itself."""
        ...

    def accept_hashes(self, domain_hash: bytes, message_hash: bytes) -> None:
        """Asked whether to sign a message of which the device shows two hashes only; an error,
        such as Declined, if not."""
        ...


class Device(Protocol):
    """What holds the keys; whoever has it in hand is its owner."""

    owner: Owner


_D = TypeVar("_D", bound=Device)


class DeviceSigner(ABC, Generic[_D]):
    """One address of a device. See Signer; every signature is checked before it is given."""

    def __init__(self, device: _D, path: Path, address: Address) -> None:
        """Made by the device's `signer`, which compares the address."""
        self._device = device
        self._path = path
        self._address = address

    @property
    def address(self) -> Address:
        """The address of the key."""
        return self._address

    def sign_message(self, message: Struct, domain: Domain) -> bytes:
        """See Signer.sign_message."""
        return self.sign_typed(TypedData.of(message, domain))

    @abstractmethod
    def sign_typed(self, message: TypedData) -> bytes:
        """See Signer.sign_typed."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._address})"


def checked(digest: bytes, r: bytes, s: bytes, v: int, address: Address) -> bytes:
    """The 65 bytes of a device's signature; SignatureError unless it is `address`'s over `digest`.

    Devices give v as 0 and 1 or as 27 and 28.
    """
    v = v + _V_OFFSET if v < _PARITIES else v
    signature = r.rjust(32, b"\0") + s.rjust(32, b"\0") + bytes((v & 0xFF,))
    if recover(digest, signature) != address:
        raise SignatureError("device.signature", address=address)
    return signature


def check_address(expected: Address, actual: Address) -> None:
    """SetupError if the device holds other keys than the wallet's."""
    if expected != actual:
        raise SetupError("device.other", expected=expected, actual=actual)


def xpub_of(path: Path, public_key: bytes, chain_code: bytes, fingerprint: bytes) -> str:
    """BIP-32's text of a node from what a device tells; the fingerprint is its parent's."""
    number = path.steps[-1].number if path.steps else 0
    place = len(path.steps).to_bytes(1) + fingerprint + number.to_bytes(4) + chain_code
    return encode_check(_PUBLIC_VERSION + place + public_key)


def members(message: TypedData) -> dict[str, list[tuple[str, str]]]:
    """Each struct type of a message with its (member, kind) pairs, the domain's type first."""
    given: Mapping[str, Any] = message.whole["types"]
    types = {name: [(m["name"], m["type"]) for m in given[name]] for name in given}
    domain = types.pop("EIP712Domain", None)
    if domain is None:
        present = message.whole["domain"]
        domain = [member for member in DOMAIN_MEMBERS if member[0] in present]
    return {"EIP712Domain": domain, **types}


def domain_values(message: TypedData) -> dict[str, Any]:
    """The domain's fields by their EIP-712 names, those it has."""
    domain = message.domain
    values = {
        "name": domain.name,
        "version": domain.version,
        "chainId": domain.chain_id,
        "verifyingContract": domain.verifying_contract,
        "salt": domain.salt,
    }
    return {name: value for name, value in values.items() if value is not None}


def reachable(message: TypedData) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The struct types that the domain and the message really use; others are not sent."""
    types = members(message)
    wanted, seen = ["EIP712Domain", message.primary_type], set[str]()
    while wanted:
        name = wanted.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name, types[name]
        kinds = [kind.partition("[")[0] for _, kind in types[name]]
        wanted += [kind for kind in kinds if kind in types]

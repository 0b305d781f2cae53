"""Wallet: BIP-32 trees of keys, from a seed to private and public children.

The notation is BIP-32's: a private node is (k, c), a public node (K, c); CKDpriv and CKDpub
derive children from HMAC-SHA512's halves I_L and I_R; ser32 and serP write numbers and points.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, NoReturn, final

from coincurve import PrivateKey, PublicKey

from wallet.address import Address, address_of_public_key
from wallet.base58 import decode_check, encode_check
from wallet.curve import ORDER, is_private_key, load_key, public_bytes
from wallet.errors import InputError, PathError, SecretLeak
from wallet.path import Hardened, Index, Normal, Path
from wallet.secret import Secret
from wallet.signer import LocalSigner

_PRIVATE_VERSION: Final = bytes.fromhex("0488ade4")
_PUBLIC_VERSION: Final = bytes.fromhex("0488b21e")
_SERIALIZED: Final = 78
_SEED_BYTES: Final = range(16, 65)
_DEEPEST: Final = 255


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands in its tree: what xprv and xpub write besides the key."""

    depth: int
    parent_fingerprint: bytes
    child_number: int
    chain_code: bytes

    def header(self) -> bytes:
        depth, number = self.depth.to_bytes(1), self.child_number.to_bytes(4)
        return depth + self.parent_fingerprint + number + self.chain_code

    def child(self, fingerprint: bytes, index: Index, chain_code: bytes) -> _Place:
        if self.depth == _DEEPEST:
            raise PathError("path.depth", depth=self.depth + 1)
        return _Place(self.depth + 1, fingerprint, index.number, chain_code)


@final
class PrivateNode:
    """A private node (k, c). Its key leaves it only as a signer or by `to_xprv`."""

    __slots__ = ("__key", "_place")

    def __init__(self, key: bytes, place: _Place) -> None:
        self.__key: PrivateKey = load_key(key)
        self._place = place

    @classmethod
    def from_seed(cls, seed: Secret) -> PrivateNode:
        """The master node of a seed of 16 to 64 bytes; InputError for another length."""
        if len(seed) not in _SEED_BYTES:
            raise InputError("hd.seed", length=len(seed))
        digest = hmac.digest(b"Bitcoin seed", seed.reveal(), "sha512")
        if not is_private_key(digest[:32]):  # one seed in 2^127
            raise InputError("hd.seed_unusable")
        return cls(digest[:32], _Place(0, bytes(4), 0, digest[32:]))

    def child(self, index: Index) -> PrivateNode:
        """CKDpriv. PathError for the one index in 2^127 that has no key."""
        public = self.__key.public_key.format()
        data = b"\0" + self.__key.secret if isinstance(index, Hardened) else public
        digest = hmac.digest(self._place.chain_code, data + index.number.to_bytes(4), "sha512")
        tweak = int.from_bytes(digest[:32])
        key = (tweak + int.from_bytes(self.__key.secret)) % ORDER
        if tweak >= ORDER or key == 0:
            raise PathError("path.no_key", index=str(index))
        place = self._place.child(_fingerprint(public), index, digest[32:])
        return PrivateNode(key.to_bytes(32), place)

    def derive(self, path: Path) -> PrivateNode:
        """The node at a path below this one."""
        node = self
        for step in path.steps:
            node = node.child(step)
        return node

    def public(self) -> PublicNode:
        """N((k, c)): the same node without its private key."""
        return PublicNode(self.__key.public_key, self._place)

    def signer(self) -> LocalSigner:
        """A signer for this node's key."""
        return LocalSigner(self.__key.secret)

    def private_key(self) -> Secret:
        """The private key. With an xpub above it, it gives away that whole account."""
        return Secret(self.__key.secret)

    def to_xprv(self) -> Secret:
        """BIP-32's text form; whoever has it has every key below."""
        payload = _PRIVATE_VERSION + self._place.header() + b"\0" + self.__key.secret
        return Secret(encode_check(payload).encode("ascii"))

    @classmethod
    def from_xprv(cls, text: Secret) -> PrivateNode:
        """Read an xprv; InputError naming what is wrong with it, never showing it."""
        place, key = _read(text.reveal().decode("ascii", "replace"), _PRIVATE_VERSION)
        if key[0] != 0 or not is_private_key(key[1:]):
            raise InputError("hd.extended_key", part="key")
        return cls(key[1:], place)

    def __repr__(self) -> str:
        return f"PrivateNode(depth={self._place.depth})"

    def __reduce__(self) -> NoReturn:
        raise SecretLeak("secret.pickled")


@final
class PublicNode:
    """A public node (K, c): finds addresses, signs nothing.

    Together with one private key of a normal child it gives away its own private key.
    """

    __slots__ = ("_key", "_place")

    def __init__(self, key: PublicKey, place: _Place) -> None:
        self._key = key
        self._place = place

    def child(self, index: Normal) -> PublicNode:
        """CKDpub. PathError for the one index in 2^127 that has no key."""
        public = self._key.format()
        digest = hmac.digest(self._place.chain_code, public + index.number.to_bytes(4), "sha512")
        if int.from_bytes(digest[:32]) >= ORDER:
            raise PathError("path.no_key", index=str(index))
        try:
            key = self._key.add(digest[:32])
        except ValueError as error:  # the sum is the point at infinity
            raise PathError("path.no_key", index=str(index)) from error
        return PublicNode(key, self._place.child(_fingerprint(public), index, digest[32:]))

    @property
    def address(self) -> Address:
        """The Ethereum address of this node's key."""
        return address_of_public_key(public_bytes(self._key))

    def to_xpub(self) -> str:
        """BIP-32's text form."""
        return encode_check(_PUBLIC_VERSION + self._place.header() + self._key.format())

    @classmethod
    def from_xpub(cls, text: str) -> PublicNode:
        """Read an xpub; InputError naming what is wrong with it."""
        place, key = _read(text, _PUBLIC_VERSION)
        try:
            return cls(PublicKey(key), place)
        except ValueError as error:
            raise InputError("hd.extended_key", part="key") from error

    def __repr__(self) -> str:
        return f"PublicNode({self.address})"


def _read(text: str, version: bytes) -> tuple[_Place, bytes]:
    """The place and the 33 key bytes of an extended key's text."""
    raw = decode_check(text)
    if raw is None:
        raise InputError("hd.extended_key", part="checksum")
    if len(raw) != _SERIALIZED:
        raise InputError("hd.extended_key", part="length")
    if raw[:4] != version:
        raise InputError("hd.extended_key", part="version")
    place = _Place(raw[4], raw[5:9], int.from_bytes(raw[9:13]), raw[13:45])
    if place.depth == 0 and (place.parent_fingerprint != bytes(4) or place.child_number != 0):
        raise InputError("hd.extended_key", part="depth")
    return place, raw[45:]


def _fingerprint(public: bytes) -> bytes:
    """The first four bytes of HASH160(serP(K))."""
    return _ripemd160(hashlib.sha256(public).digest())[:4]


def _ripemd160(data: bytes) -> bytes:
    try:
        return hashlib.new("ripemd160", data).digest()
    except ValueError:  # some OpenSSL 3 builds leave it out
        from Crypto.Hash import RIPEMD160  # noqa: PLC0415  # only where OpenSSL lacks it

        return RIPEMD160.new(data).digest()

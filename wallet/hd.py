"""Wallet: BIP-32 trees of keys, from a seed to private and public children.

The notation is BIP-32's: a private node is (k, c), a public node (K, c); CKDpriv and CKDpub
derive children from HMAC-SHA512's halves I_L and I_R; ser32 and serP write numbers and points.
"""

from __future__ import annotations

import hashlib
import hmac

from wallet.address import Address, address_of_public_key
from wallet.base58 import decode_check, encode_check
from wallet.curve import PrivateKey, PublicKey, is_private_key, load_key, public_bytes
from wallet.errors import InputError, PathError, SecretLeak
from wallet.hints import TYPE_CHECKING, Final, NoReturn, final
from wallet.path import HARDENED_BIT, Hardened, Normal, Path
from wallet.record import Record
from wallet.secret import Secret
from wallet.signer import LocalSigner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.path import Index

_PRIVATE_VERSION: Final = bytes.fromhex("0488ade4")
_PUBLIC_VERSION: Final = bytes.fromhex("0488b21e")
_SERIALIZED: Final = 78
_SEED_BYTES: Final = range(16, 65)
_DEEPEST: Final = 255
# RFC 2104: what HMAC's two hashes begin with is the key with each byte turned by one of these.
_IPAD: Final = bytes(byte ^ 0x36 for byte in range(256))
_OPAD: Final = bytes(byte ^ 0x5C for byte in range(256))


class _Place(Record):
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
        public = self.__key.public_key.compressed()
        data = b"\0" + self.__key.secret if isinstance(index, Hardened) else public
        digest = hmac.digest(self._place.chain_code, data + index.number.to_bytes(4), "sha512")
        key = self.__key.plus(digest[:32])
        if key is None:
            raise PathError("path.no_key", index=str(index))
        return PrivateNode(key.secret, self._place.child(_fingerprint(public), index, digest[32:]))

    def addresses(self, count: int, start: int = 0) -> list[Address]:
        """The addresses of `count` normal children, from the one numbered `start`.

        PathError for an index that is none, or that has no key.
        """
        public = self.__key.public_key.compressed()
        scalars = _normal_scalars(public, self._place.chain_code, count, start)
        return _addresses(self.__key.points_plus(scalars), start)

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

    @property
    def fingerprint(self) -> str:
        """BIP-32's fingerprint: 8 hex digits by which people tell masters apart. Public."""
        return _fingerprint(self.__key.public_key.compressed()).hex()

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
        public = self._key.compressed()
        digest = hmac.digest(self._place.chain_code, public + index.number.to_bytes(4), "sha512")
        key = self._key.plus(digest[:32])
        if key is None:
            raise PathError("path.no_key", index=str(index))
        return PublicNode(key, self._place.child(_fingerprint(public), index, digest[32:]))

    def addresses(self, count: int, start: int = 0) -> list[Address]:
        """The addresses of `count` children, from the one numbered `start`.

        PathError for an index that is none, or that has no key.
        """
        public = self._key.compressed()
        scalars = _normal_scalars(public, self._place.chain_code, count, start)
        sums = (self._key.plus(scalar) for scalar in scalars)
        return _addresses((None if key is None else public_bytes(key) for key in sums), start)

    @property
    def address(self) -> Address:
        """The Ethereum address of this node's key."""
        return address_of_public_key(public_bytes(self._key))

    def to_xpub(self) -> str:
        """BIP-32's text form."""
        return encode_check(_PUBLIC_VERSION + self._place.header() + self._key.compressed())

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


def _normal_scalars(public: bytes, chain_code: bytes, count: int, start: int) -> Iterator[bytes]:
    """I_L of each of many normal children: HMAC with the parts that are the key's done once."""
    if start < 0 or count < 0 or start + count > HARDENED_BIT:
        raise PathError("path.index", index=str(start + count - 1 if start >= 0 else start))
    padded = chain_code.ljust(hashlib.sha512().block_size, b"\0")
    inside = hashlib.sha512(padded.translate(_IPAD) + public)
    outside = hashlib.sha512(padded.translate(_OPAD))
    for number in range(start, start + count):
        inner, outer = inside.copy(), outside.copy()
        inner.update(number.to_bytes(4))
        outer.update(inner.digest())
        yield outer.digest()[:32]


def _addresses(public_keys: Iterator[bytes | None], start: int) -> list[Address]:
    found = []
    for number, public in enumerate(public_keys, start):
        if public is None:  # one index in 2^127
            raise PathError("path.no_key", index=str(number))
        found.append(address_of_public_key(public))
    return found


def _fingerprint(public: bytes) -> bytes:
    """The first four bytes of HASH160(serP(K))."""
    return _ripemd160(hashlib.sha256(public).digest())[:4]


def _ripemd160(data: bytes) -> bytes:
    try:
        return hashlib.new("ripemd160", data).digest()
    except ValueError:  # some OpenSSL 3 builds leave it out
        from Crypto.Hash import RIPEMD160  # noqa: PLC0415  # only where OpenSSL lacks it

        return RIPEMD160.new(data).digest()

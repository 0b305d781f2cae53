"""Wallet: secp256k1, the one place that talks to libsecp256k1 (in the module coincurve brings)."""

from __future__ import annotations

import os
import sys

from wallet.errors import InputError, SecretLeak, SignatureError
from wallet.hints import TYPE_CHECKING, Any, Final, NoReturn, final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: The order n of the group (SEC 2, secp256k1). Private keys are 1 … n−1.
ORDER: Final = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
#: The largest s of a signature that is not malleable (EIP-2).
HALF_ORDER: Final = ORDER // 2
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 65
_COMPRESSED: Final = 33
_UNCOMPRESSED: Final = 65
_V_OFFSET: Final = 27


def _library() -> Any:
    """The C module `coincurve._libsecp256k1`, without the package around it.

    The package loads an ASN.1 library and wraps each call in Python: several times what a command
    takes that only derives or signs. A stand-in leads to its C modules and goes away again; should
    somebody import the package later, it finds the same ones.
    """
    package, name = "coincurve", "coincurve._libsecp256k1"
    found = None
    if package not in sys.modules:
        specs = (finder.find_spec(package, None) for finder in sys.meta_path)
        found = next((spec for spec in specs if spec is not None), None)
    if found is None or found.submodule_search_locations is None:
        return __import__(name, fromlist=["lib"])
    stand_in = type(sys)(package)
    stand_in.__path__ = found.submodule_search_locations
    sys.modules[package] = stand_in
    try:
        return __import__(name, fromlist=["lib"])
    finally:
        del sys.modules[package]


#: The library as cffi gives it, for measuring this module against it.
LIBRARY: Final = _library()
_lib: Final = LIBRARY.lib
_new: Final = LIBRARY.ffi.new
_buffer: Final = LIBRARY.ffi.buffer
_move: Final = LIBRARY.ffi.memmove
_NULL: Final = LIBRARY.ffi.NULL
_PUBLIC: Final = "secp256k1_pubkey *"
_SIGNED: Final = "secp256k1_ecdsa_recoverable_signature *"
# Made once: creating it is cheap, blinding it against side channels takes as long as a signature.
_context: Final = _lib.secp256k1_context_create(_lib.SECP256K1_CONTEXT_NONE)
if not _lib.secp256k1_context_randomize(_context, os.urandom(KEY_BYTES)):
    raise RuntimeError("libsecp256k1 cannot be used here")


@final
class PublicKey:
    """A point of the curve. ValueError if 33 or 65 bytes are none."""

    __slots__ = ("_point",)

    def __init__(self, raw: bytes) -> None:
        self._point = _new(_PUBLIC)
        if not _lib.secp256k1_ec_pubkey_parse(_context, self._point, raw, len(raw)):
            raise ValueError("not a point of secp256k1")

    @classmethod
    def _of(cls, point: Any) -> PublicKey:
        key = cls.__new__(cls)
        key._point = point
        return key

    def compressed(self) -> bytes:
        """serP: 33 bytes."""
        return _serialized(self._point, _COMPRESSED, _lib.SECP256K1_EC_COMPRESSED)

    def uncompressed(self) -> bytes:
        """65 bytes 04 ‖ x ‖ y."""
        return _serialized(self._point, _UNCOMPRESSED, _lib.SECP256K1_EC_UNCOMPRESSED)

    def plus(self, scalar: bytes) -> PublicKey | None:
        """The point moved on by scalar·G; None if the scalar is not 1 … n−1 or the sum is 0.

        Creating scalar·G and adding it takes two thirds of the time of libsecp256k1's own
        «tweak», which multiplies without the table of the generator.
        """
        total, moved = _new(_PUBLIC), _new(_PUBLIC)
        both = _new("secp256k1_pubkey *[2]", [self._point, moved])
        is_one = _lib.secp256k1_ec_pubkey_create(
            _context, moved, _exactly(scalar)
        ) and _lib.secp256k1_ec_pubkey_combine(_context, total, both, 2)
        return PublicKey._of(total) if is_one else None


@final
class PrivateKey:
    """A private key 1 … n−1. Made by `load_key`; it is never shown, copied or pickled."""

    __slots__ = ("__secret", "_public")

    def __init__(self, raw: bytes) -> None:
        if not is_private_key(raw):
            raise InputError("key.range")
        self.__secret = bytes(raw)
        self._public: PublicKey | None = None

    @property
    def secret(self) -> bytes:
        """The 32 bytes themselves. Keep the result local."""
        return self.__secret

    @property
    def public_key(self) -> PublicKey:
        """The point of this key; computed once, it takes as long as a signature."""
        if self._public is None:
            point = _new(_PUBLIC)
            _lib.secp256k1_ec_pubkey_create(_context, point, self.__secret)
            self._public = PublicKey._of(point)
        return self._public

    def plus(self, scalar: bytes) -> PrivateKey | None:
        """The key plus a scalar, modulo n; None if the scalar is not below n or the sum is 0."""
        total = _new("unsigned char[32]", self.__secret)
        if not _lib.secp256k1_ec_seckey_tweak_add(_context, total, _exactly(scalar)):
            return None
        return PrivateKey(_buffer(total)[:])

    def points_plus(self, scalars: Iterable[bytes]) -> Iterator[bytes | None]:
        """For each scalar the 64-byte public key of `plus`; None where that is None.

        For many at once: the memory is made once, and no object for each.
        """
        total, point = _new("unsigned char[32]"), _new(_PUBLIC)
        raw, size = _new("unsigned char[65]"), _new("size_t *", _UNCOMPRESSED)
        form, view = _lib.SECP256K1_EC_UNCOMPRESSED, _buffer(raw, _UNCOMPRESSED)
        add, create = _lib.secp256k1_ec_seckey_tweak_add, _lib.secp256k1_ec_pubkey_create
        serialize, secret = _lib.secp256k1_ec_pubkey_serialize, self.__secret
        try:
            for scalar in scalars:
                _move(total, secret, KEY_BYTES)
                if add(_context, total, _exactly(scalar)):
                    create(_context, point, total)
                    serialize(_context, raw, size, point, form)
                    yield view[1:]
                else:
                    yield None
        finally:
            _move(total, bytes(KEY_BYTES), KEY_BYTES)

    def __repr__(self) -> str:
        return "PrivateKey(<secret>)"

    def __reduce__(self) -> NoReturn:
        raise SecretLeak("secret.pickled")


def is_private_key(raw: bytes) -> bool:
    """Whether these bytes are a private key: 32 of them, 1 … n−1."""
    return len(raw) == KEY_BYTES and 0 < int.from_bytes(raw, "big") < ORDER


def load_key(raw: bytes) -> PrivateKey:
    """A private key ready to sign; InputError if the bytes are none."""
    return PrivateKey(raw)


def public_bytes(key: PrivateKey | PublicKey) -> bytes:
    """The uncompressed public key: 64 bytes x ‖ y, without the 04 prefix."""
    public = key.public_key if isinstance(key, PrivateKey) else key
    return public.uncompressed()[1:]


def sign(key: PrivateKey, digest: bytes) -> bytes:
    """Sign a 32-byte digest: 65 bytes r ‖ s ‖ v, s low, v 27 or 28, RFC 6979 nonce."""
    signed, raw, parity = _new(_SIGNED), _new("unsigned char[64]"), _new("int *")
    _lib.secp256k1_ecdsa_sign_recoverable(
        _context, signed, _digest(digest), key.secret, _NULL, _NULL
    )
    _lib.secp256k1_ecdsa_recoverable_signature_serialize_compact(_context, raw, parity, signed)
    found: bytes = _buffer(raw)[:]
    return found + bytes((parity[0] + _V_OFFSET,))


def recover_public(digest: bytes, signature: bytes) -> bytes:
    """The 64-byte public key that made `signature` over `digest`.

    SignatureError for a wrong length, r or s out of range, a high s (EIP-2) or a v other than
    27 and 28: each of these would give one message two valid signatures.
    """
    _digest(digest)
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureError("signature.length", length=len(signature))
    r, s, v = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]), signature[64]
    if not 0 < r < ORDER or not 0 < s <= HALF_ORDER:
        raise SignatureError("signature.range")
    if v not in (_V_OFFSET, _V_OFFSET + 1):
        raise SignatureError("signature.v", v=v)
    signed, point = _new(_SIGNED), _new(_PUBLIC)
    _lib.secp256k1_ecdsa_recoverable_signature_parse_compact(
        _context, signed, signature[:64], v - _V_OFFSET
    )
    if not _lib.secp256k1_ecdsa_recover(_context, point, signed, digest):
        raise SignatureError("signature.range")  # r is no point's x coordinate
    return PublicKey._of(point).uncompressed()[1:]


def _serialized(point: Any, length: int, form: int) -> bytes:
    raw = _new("unsigned char[65]")
    _lib.secp256k1_ec_pubkey_serialize(_context, raw, _new("size_t *", length), point, form)
    found: bytes = _buffer(raw, length)[:]
    return found


def _exactly(scalar: bytes) -> bytes:
    # The library reads 32 bytes whatever it is given.
    if len(scalar) != KEY_BYTES:
        raise ValueError(f"a scalar has {KEY_BYTES} bytes, not {len(scalar)}")
    return scalar


def _digest(digest: bytes) -> bytes:
    if len(digest) != KEY_BYTES:
        raise SignatureError("signature.digest", length=len(digest))
    return digest

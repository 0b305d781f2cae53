"""Wallet: secp256k1, the one place that talks to libsecp256k1 (through coincurve)."""

from __future__ import annotations

from typing import Final

from coincurve import PrivateKey, PublicKey

from wallet.errors import InputError, SignatureError

#: The order n of the group (SEC 2, secp256k1). Private keys are 1 … n−1.
ORDER: Final = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
#: The largest s of a signature that is not malleable (EIP-2).
HALF_ORDER: Final = ORDER // 2
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 65
_V_OFFSET: Final = 27


def is_private_key(raw: bytes) -> bool:
    """Whether these bytes are a private key: 32 of them, 1 … n−1."""
    return len(raw) == KEY_BYTES and 0 < int.from_bytes(raw, "big") < ORDER


def load_key(raw: bytes) -> PrivateKey:
    """A private key ready to sign; keep it, making it costs as much as a signature.

    InputError if the bytes are no private key.
    """
    if not is_private_key(raw):
        raise InputError("key.range")
    return PrivateKey(raw)


def public_bytes(key: PrivateKey | PublicKey) -> bytes:
    """The uncompressed public key: 64 bytes x ‖ y, without the 04 prefix."""
    public = key.public_key if isinstance(key, PrivateKey) else key
    return public.format(compressed=False)[1:]


def sign(key: PrivateKey, digest: bytes) -> bytes:
    """Sign a 32-byte digest: 65 bytes r ‖ s ‖ v, s low, v 27 or 28, RFC 6979 nonce."""
    raw = key.sign_recoverable(digest, hasher=None)
    return raw[:64] + bytes((raw[64] + _V_OFFSET,))


def recover_public(digest: bytes, signature: bytes) -> bytes:
    """The 64-byte public key that made `signature` over `digest`.

    SignatureError for a wrong length, r or s out of range, a high s (EIP-2) or a v other than
    27 and 28: each of these would give one message two valid signatures.
    """
    if len(digest) != KEY_BYTES:
        raise SignatureError("signature.digest", length=len(digest))
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureError("signature.length", length=len(signature))
    r, s, v = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]), signature[64]
    if not 0 < r < ORDER or not 0 < s <= HALF_ORDER:
        raise SignatureError("signature.range")
    if v not in (_V_OFFSET, _V_OFFSET + 1):
        raise SignatureError("signature.v", v=v)
    try:
        public = PublicKey.from_signature_and_message(
            signature[:64] + bytes((v - _V_OFFSET,)), digest, hasher=None
        )
    except ValueError as error:  # r is no point's x coordinate
        raise SignatureError("signature.range") from error
    return public_bytes(public)

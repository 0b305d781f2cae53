"""Wallet: Keccak-256, the hash of Ethereum (the padding before NIST's SHA-3)."""

from __future__ import annotations

# safe-pysha3's C module itself: its wrapper `sha3` also patches hashlib, which nobody asked for.
import _pysha3  # type: ignore[import-not-found]  # a C module that ships no type stubs


def keccak256(data: bytes) -> bytes:
    """The 32-byte Keccak-256 digest of `data`."""
    digest: bytes = _pysha3.keccak_256(data).digest()
    return digest

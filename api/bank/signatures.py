"""Bank: signatures on what a bank's channel delivers: Ed25519 (RFC 8032), beside each file.

``NAME.sig`` holds the signature of the bytes of ``NAME``: 64 bytes, or their base64. Where
``bank.signers`` names the channel's public keys (PEM), nothing is believed without one.
"""

from __future__ import annotations

import base64
import binascii
import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from api.kernel.errors import Misconfigured

__all__ = ["SUFFIX", "Signers", "signature_of"]

SUFFIX: Final = ".sig"
_LENGTH: Final = 64
_FIELD: Final = "bank.signers"


class Signers:
    """The keys of a bank's channel; with none of them, the channel itself is trusted."""

    def __init__(self, keys: Sequence[Ed25519PublicKey] = ()) -> None:
        self._keys = tuple(keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    @classmethod
    def load(cls, paths: Sequence[Path]) -> Signers:
        """Read the public keys; `Misconfigured` for a file that is none."""
        return cls([_load(path) for path in paths])

    def problem(self, file: Path, content: bytes) -> str | None:
        """Why these bytes of `file` are not the bank's word; None when one of the keys says so."""
        if not self._keys:
            return None
        beside = signature_of(file)
        if beside is None:
            missing = file.name + SUFFIX
            return f"It is not signed: there is no {missing} beside it."
        signature = _signature(beside.read_bytes())
        if signature is None or not any(_holds(key, signature, content) for key in self._keys):
            return f"Its signature {beside.name} is not by a key of {_FIELD}."
        return None


def signature_of(file: Path) -> Path | None:
    """Where the signature of `file` lies; None when there is none."""
    beside = file.with_name(file.name + SUFFIX)
    try:
        return beside if beside.is_file() else None
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return None  # the file's own name leaves no room for the suffix


def _load(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise Misconfigured(
            _FIELD, f"{path} cannot be read ({error.strerror}).", remedy="Name the key's file."
        ) from error
    except ValueError as error:
        raise _no_key(path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path)
    return key


def _no_key(path: Path) -> Misconfigured:
    return Misconfigured(
        _FIELD,
        f"{path} is no Ed25519 public key in PEM.",
        remedy="Write it with: openssl pkey -in KEY.pem -pubout.",
    )


def _signature(content: bytes) -> bytes | None:
    if len(content) == _LENGTH:
        return content
    try:
        decoded = base64.b64decode(b"".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if len(decoded) == _LENGTH else None


def _holds(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True

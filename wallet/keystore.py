"""Wallet: Web3 Secret Storage version 3, the key file that every Ethereum tool can read.

Written with scrypt (n 2^18, r 8, p 1) and AES-128-CTR; read with scrypt or PBKDF2. The file's
MAC is over the ciphertext only, as the standard has it: the key inside is compared with the
file's address where it names one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from typing import Final, cast

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from wallet.address import address_of_public_key
from wallet.curve import is_private_key, load_key, public_bytes
from wallet.errors import DamagedFile, WrongPassword
from wallet.keccak import keccak256
from wallet.secret import Secret

SCRYPT_N: Final = 2**18
_R: Final = 8
_P: Final = 1
_DERIVED: Final = 32
_KEY_BYTES: Final = 32
_VERSION: Final = 3
# What a file may ask of this machine: a hostile one must not take all its memory or time.
_MOST_MEMORY: Final = 2**30
_MOST_ROUNDS: Final = 10_000_000
_MOST_PARALLEL: Final = 64


def encrypt_key(key: bytes, password: str | Secret, *, n: int = SCRYPT_N) -> dict[str, object]:
    """A private key (32 bytes) as the JSON object of a version 3 key file.

    `n` is scrypt's cost, a power of two; the default takes most of a second. InputError if the
    bytes are no private key.
    """
    address = address_of_public_key(public_bytes(load_key(key)))
    salt, iv = secrets.token_bytes(32), secrets.token_bytes(16)
    derived = _scrypt(_password_bytes(password), salt, n=n, r=_R, p=_P, length=_DERIVED)
    ciphertext = _aes_ctr(derived[:16], iv, key)
    return {
        "version": _VERSION,
        "id": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
        "address": address[2:].lower(),
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": iv.hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": "scrypt",
            "kdfparams": {"dklen": _DERIVED, "n": n, "r": _R, "p": _P, "salt": salt.hex()},
            "mac": keccak256(derived[16:32] + ciphertext).hex(),
        },
    }


def decrypt_key(keystore: Mapping[str, object], password: str | Secret) -> bytes:
    """The private key in a version 3 key file.

    WrongPassword if its MAC does not agree (so the password is wrong or the file was changed);
    DamagedFile, naming the field, if it is not such a file or asks for absurd work.
    """
    if keystore.get("version") != _VERSION:
        raise DamagedFile("keystore.field", field="version")
    # Old Python writers capitalised the key of this object.
    crypto = _object(keystore, "crypto" if "crypto" in keystore else "Crypto")
    if crypto.get("cipher") != "aes-128-ctr":
        raise DamagedFile("keystore.field", field="crypto.cipher")
    iv = _hex(_object(crypto, "cipherparams"), "iv", 16)
    ciphertext, mac = _hex(crypto, "ciphertext", _KEY_BYTES), _hex(crypto, "mac", 32)
    derived = _derive(crypto, _password_bytes(password))
    if not hmac.compare_digest(keccak256(derived[16:32] + ciphertext), mac):
        raise WrongPassword("keystore.password")
    key = _aes_ctr(derived[:16], iv, ciphertext)
    if not is_private_key(key):
        raise DamagedFile("keystore.field", field="crypto.ciphertext")
    _check_address(keystore, key)
    return key


def _check_address(keystore: Mapping[str, object], key: bytes) -> None:
    stated = keystore.get("address")
    if stated in (None, ""):  # the standard lets a file leave it out, for privacy
        return
    actual = address_of_public_key(public_bytes(load_key(key)))
    if not isinstance(stated, str) or stated.removeprefix("0x").lower() != actual[2:].lower():
        raise DamagedFile("keystore.field", field="address")


def _derive(crypto: Mapping[str, object], password: bytes) -> bytes:
    params = _object(crypto, "kdfparams")
    salt, length = _hex(params, "salt", None), _number(params, "dklen", _DERIVED, 128)
    match crypto.get("kdf"):
        case "scrypt":
            n = _number(params, "n", 2, 2**24)
            r, p = _number(params, "r", 1, 64), _number(params, "p", 1, _MOST_PARALLEL)
            if n & (n - 1) or 128 * n * r > _MOST_MEMORY:
                raise DamagedFile("keystore.field", field="crypto.kdfparams.n")
            return _scrypt(password, salt, n=n, r=r, p=p, length=length)
        case "pbkdf2":
            if params.get("prf") != "hmac-sha256":
                raise DamagedFile("keystore.field", field="crypto.kdfparams.prf")
            rounds = _number(params, "c", 1, _MOST_ROUNDS)
            return hashlib.pbkdf2_hmac("sha256", password, salt, rounds, length)
    raise DamagedFile("keystore.field", field="crypto.kdf")


def _scrypt(password: bytes, salt: bytes, *, n: int, r: int, p: int, length: int) -> bytes:
    if n.bit_length() > 16 * r:
        # OpenSSL keeps to RFC 7914's n < 2^16r; some old files, an official vector too, do not.
        from Crypto.Protocol.KDF import scrypt  # noqa: PLC0415  # slow to load, seldom needed

        return cast("bytes", scrypt(password, salt, length, n, r, p))  # type: ignore[arg-type]  # it takes bytes, its stub says str
    most = _MOST_MEMORY + 2**26  # OpenSSL wants to be told how much memory it may take
    return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=most, dklen=length)


def _aes_ctr(key: bytes, iv: bytes, data: bytes) -> bytes:
    # The standard's cipher; authenticity is the MAC's affair, checked before this is called.
    context = Cipher(AES(key), CTR(iv)).encryptor()
    return context.update(data) + context.finalize()


def _password_bytes(password: str | Secret) -> bytes:
    return password.reveal() if isinstance(password, Secret) else password.encode()


def _object(parent: Mapping[str, object], field: str) -> Mapping[str, object]:
    value = parent.get(field)
    if not isinstance(value, Mapping):
        raise DamagedFile("keystore.field", field=field)
    return value


def _number(parent: Mapping[str, object], field: str, least: int, most: int) -> int:
    value = parent.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise DamagedFile("keystore.field", field=f"crypto.kdfparams.{field}")
    return value


def _hex(parent: Mapping[str, object], field: str, length: int | None) -> bytes:
    value = parent.get(field)
    try:
        raw = bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else None
    except ValueError:
        raw = None
    if raw is None or (length is not None and len(raw) != length):
        raise DamagedFile("keystore.field", field=field)
    return raw

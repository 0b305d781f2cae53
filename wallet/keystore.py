"""Wallet: Web3 Secret Storage, the key file that every Ethereum tool can read.

Written as version 3 with scrypt (n 2^18, r 8, p 1) and AES-128-CTR. Read in every form in
which it is met: scrypt or PBKDF2; geth's, ethers' and old Python programs' spellings (field
names with capitals, 0x before hex, capitals in it, no address, keys with their leading zeros
left out); and geth's first version with AES-128-CBC.

The file's MAC is over the ciphertext only, as the standard has it: a changed IV gives another
key, which is noticed where the file names its address. Files without one cannot notice it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
import uuid
from collections.abc import Mapping
from typing import Final

from wallet.address import address_of_public_key
from wallet.curve import is_private_key, load_key, public_bytes
from wallet.errors import DamagedFile, WrongPassword
from wallet.kdf import Scrypt
from wallet.keccak import keccak256
from wallet.secret import Secret

SCRYPT_N: Final = 2**18
_DERIVED: Final = 32
_KEY_BYTES: Final = 32
_BLOCK: Final = 16
# What a file may ask of this machine: a hostile one must not take all its time.
_MOST_ROUNDS: Final = 10_000_000
_LONGEST_DERIVED: Final = 128


def encrypt_key(key: bytes, password: str | Secret, *, n: int = SCRYPT_N) -> dict[str, object]:
    """A private key (32 bytes) as the JSON object of a version 3 key file.

    `n` is scrypt's cost, a power of two; the default takes most of a second. InputError if the
    bytes are no private key.
    """
    address = address_of_public_key(public_bytes(load_key(key)))
    salt, iv = secrets.token_bytes(32), secrets.token_bytes(_BLOCK)
    cost = Scrypt(n)
    derived = cost.derive(_secret(password), salt, _DERIVED)
    ciphertext = _ctr(derived[:16], iv, key)
    return {
        "version": 3,
        "id": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
        "address": address[2:].lower(),
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": iv.hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": "scrypt",
            "kdfparams": {
                "dklen": _DERIVED, "n": cost.n, "r": cost.r, "p": cost.p, "salt": salt.hex(),
            },
            "mac": keccak256(derived[16:32] + ciphertext).hex(),
        },
    }  # fmt: skip


def decrypt_key(keystore: Mapping[str, object], password: str | Secret) -> bytes:
    """The private key (32 bytes) in a key file of version 3 or geth's version 1.

    WrongPassword if its MAC does not agree (so the password is wrong or the file was changed);
    DamagedFile, naming the field, if it is not such a file or asks for absurd work.
    """
    whole = _Fields(keystore)
    version = whole.get("version")
    if str(version) not in ("1", "3") or isinstance(version, bool):
        raise DamagedFile("keystore.field", field="version")
    crypto = whole.object("crypto")
    decrypt = {"3": ("aes-128-ctr", _ctr), "1": ("aes-128-cbc", _first_version)}[str(version)]
    if crypto.text("cipher") != decrypt[0]:
        raise DamagedFile("keystore.field", field="crypto.cipher")
    iv = crypto.object("cipherparams").hex("iv", range(_BLOCK, _BLOCK + 1))
    ciphertext = crypto.hex("ciphertext", range(1, _KEY_BYTES + _BLOCK + 1))
    derived = _unlock(crypto, ciphertext, password)
    key = decrypt[1](derived[:16], iv, ciphertext)
    # Some programs wrote the key as a number, without the zeros before it.
    if len(key) > _KEY_BYTES or not is_private_key(key.rjust(_KEY_BYTES, b"\0")):
        raise DamagedFile("keystore.field", field="crypto.ciphertext")
    key = key.rjust(_KEY_BYTES, b"\0")
    _check_address(whole.get("address"), key)
    return key


def _check_address(stated: object, key: bytes) -> None:
    if stated in (None, ""):  # the standard lets a file leave it out, for privacy
        return
    actual = address_of_public_key(public_bytes(load_key(key)))
    if not isinstance(stated, str) or _unprefixed(stated).lower() != actual[2:].lower():
        raise DamagedFile("keystore.field", field="address")


def _unlock(crypto: _Fields, ciphertext: bytes, password: str | Secret) -> bytes:
    """The derived key whose MAC agrees."""
    mac = crypto.hex("mac", range(32, 33))
    for spelling in _spellings(_secret(password)):
        derived = _derive(crypto, spelling)
        if hmac.compare_digest(keccak256(derived[16:32] + ciphertext), mac):
            return derived
    raise WrongPassword("keystore.password")


def _spellings(password: Secret) -> list[Secret]:
    """The password as it was typed, and composed as ethers does it (NFKC) where that differs."""
    try:
        text = password.reveal().decode()
    except UnicodeDecodeError:
        return [password]
    composed = Secret(unicodedata.normalize("NFKC", text).encode())
    return [password] if composed == password else [password, composed]


def _derive(crypto: _Fields, password: Secret) -> bytes:
    params = crypto.object("kdfparams")
    salt = params.hex("salt", range(1, 1025))
    length = params.number("dklen", _DERIVED, _LONGEST_DERIVED)
    match crypto.text("kdf"):
        case "scrypt":
            numbers = [params.number(name, 1, 2**31) for name in ("n", "r", "p")]
            try:
                cost = Scrypt(*numbers)
            except ValueError as error:
                raise DamagedFile("keystore.field", field=f"crypto.kdfparams.{error}") from error
            return cost.derive(password, salt, length)
        case "pbkdf2":
            if params.get("prf") != "hmac-sha256":
                raise DamagedFile("keystore.field", field="crypto.kdfparams.prf")
            rounds = params.number("c", 1, _MOST_ROUNDS)
            return hashlib.pbkdf2_hmac("sha256", password.reveal(), salt, rounds, length)
    raise DamagedFile("keystore.field", field="crypto.kdf")


def _ctr(key: bytes, iv: bytes, data: bytes) -> bytes:
    # The standard's cipher; authenticity is the MAC's affair, checked before this is called.
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415  # slow to load
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415  # as above
    from cryptography.hazmat.primitives.ciphers.modes import CTR  # noqa: PLC0415  # as above

    context = Cipher(AES(key), CTR(iv)).encryptor()
    return context.update(data) + context.finalize()


def _first_version(key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES-128-CBC with PKCS #7 padding, under the hash of the derived key's first half."""
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415  # slow to load
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415  # as above
    from cryptography.hazmat.primitives.ciphers.modes import CBC  # noqa: PLC0415  # as above

    if len(data) % _BLOCK:
        raise DamagedFile("keystore.field", field="crypto.ciphertext")
    context = Cipher(AES(keccak256(key)[:16]), CBC(iv)).decryptor()
    padded = context.update(data) + context.finalize()
    count = padded[-1]
    if not 1 <= count <= _BLOCK or padded[-count:] != bytes([count]) * count:
        raise DamagedFile("keystore.field", field="crypto.ciphertext")
    return padded[:-count]


def _secret(password: str | Secret) -> Secret:
    return password if isinstance(password, Secret) else Secret(password.encode())


def _unprefixed(text: str) -> str:
    return text[2:] if text[:2] in ("0x", "0X") else text


class _Fields:
    """An object of the file, its fields found whatever letters of their names are capitals."""

    def __init__(self, whole: Mapping[str, object], path: str = "") -> None:
        """DamagedFile for a field that is there twice, in two spellings."""
        self._path = path
        self._fields = {str(name).lower(): value for name, value in whole.items()}
        if len(self._fields) != len(whole):
            raise self._damaged(path.removesuffix(".") or "-")

    def get(self, field: str) -> object:
        return self._fields.get(field)

    def text(self, field: str) -> str:
        value = self.get(field)
        return value.lower() if isinstance(value, str) else ""

    def object(self, field: str) -> _Fields:
        value = self.get(field)
        if not isinstance(value, Mapping):
            raise self._damaged(self._path + field)
        return _Fields(value, f"{self._path}{field}.")

    def number(self, field: str, least: int, most: int) -> int:
        value = self.get(field)
        if type(value) is not int or not least <= value <= most:
            raise self._damaged(self._path + field)
        return value

    def hex(self, field: str, lengths: range) -> bytes:
        value = self.get(field)
        try:
            raw = bytes.fromhex(_unprefixed(value)) if isinstance(value, str) else b""
        except ValueError:
            raw = b""
        if len(raw) not in lengths:
            raise self._damaged(self._path + field)
        return raw

    def _damaged(self, field: str) -> DamagedFile:
        return DamagedFile("keystore.field", field=field)

"""Wallet: the vault, a secret in AES-256-GCM under a key that scrypt makes of the password.

The file is canonical JSON: its header is authenticated with the ciphertext, and any other
spelling of the same values is refused, so no byte of it can change unseen.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wallet.errors import DamagedFile, WrongPassword
from wallet.secret import Secret
from wallet.strict_json import read_json

#: scrypt's cost: about a third of a second and 128 MiB.
SCRYPT_N: Final = 2**17
_R: Final = 8
_P: Final = 1
_FORMAT: Final = "jiaozi-vault-1"
_MOST_MEMORY: Final = 2**30


def seal(secret: Secret, password: Secret, *, n: int = SCRYPT_N) -> bytes:
    """The vault file's bytes holding `secret`. `n` is scrypt's cost, a power of two."""
    salt, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    header: dict[str, object] = {
        "format": _FORMAT,
        "kdf": {"name": "scrypt", "n": n, "p": _P, "r": _R, "salt": salt.hex()},
        "nonce": nonce.hex(),
    }
    key = _derive(password, salt, n, _R, _P)
    ciphertext = AESGCM(key).encrypt(nonce, secret.reveal(), _canonical(header))
    return _canonical(header | {"ciphertext": ciphertext.hex()})


def unseal(data: bytes, password: Secret) -> Secret:
    """The secret in a vault file.

    WrongPassword if the authentication fails (the password is wrong or the contents were
    changed); DamagedFile if the bytes are not a vault as this module writes it.
    """
    sealed = _read(data)
    try:
        key = _derive(password, sealed.salt, sealed.n, sealed.r, sealed.p)
        return Secret(AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, sealed.header))
    except InvalidTag:
        raise WrongPassword("vault.password") from None
    except ValueError as error:  # a nonce or parameters that no cipher takes
        raise DamagedFile("vault.damaged") from error


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A vault file taken apart; `header` is what the cipher authenticates."""

    header: bytes
    nonce: bytes
    ciphertext: bytes
    salt: bytes
    n: int
    r: int
    p: int

    def __post_init__(self) -> None:
        numbers = (self.n, self.r, self.p)
        if not all(type(number) is int and number > 0 for number in numbers):
            raise ValueError("scrypt parameters")
        # The bounds keep a changed file from taking the whole machine.
        if self.n == 1 or self.n & (self.n - 1) or self.p > _R:
            raise ValueError("scrypt parameters")
        if 128 * self.n * self.r > _MOST_MEMORY:
            raise ValueError("scrypt memory")


def _read(data: bytes) -> _Sealed:
    try:
        whole = read_json(data)
        header = {name: value for name, value in whole.items() if name != "ciphertext"}
        kdf = header["kdf"]
        if header["format"] != _FORMAT or kdf["name"] != "scrypt" or _canonical(whole) != data:
            raise ValueError("format")  # noqa: TRY301  # told apart by nobody
        return _Sealed(
            header=_canonical(header),
            nonce=_unhex(header["nonce"]),
            ciphertext=_unhex(whole["ciphertext"]),
            salt=_unhex(kdf["salt"]),
            n=kdf["n"],
            r=kdf["r"],
            p=kdf["p"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedFile("vault.damaged") from error


def _unhex(text: str) -> bytes:
    raw = bytes.fromhex(text)
    if raw.hex() != text:  # capitals or blanks would be a second spelling
        raise ValueError("hex")
    return raw


def _derive(password: Secret, salt: bytes, n: int, r: int, p: int) -> bytes:
    most = _MOST_MEMORY + 2**26  # OpenSSL wants to be told how much memory it may take
    return hashlib.scrypt(password.reveal(), salt=salt, n=n, r=r, p=p, maxmem=most, dklen=32)


def _canonical(value: dict[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"

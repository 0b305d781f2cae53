"""Wallet: the vault, a secret in AES-256-GCM under a key made of the password.

The key is made by Argon2id with 128 MiB and four passes, about half a second; files of older
versions, made with scrypt, are read too. The file is canonical JSON: its header is
authenticated with the ciphertext, and any other spelling of the same values is refused, so no
byte of it can change unseen.
"""

from __future__ import annotations

import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wallet import kdf
from wallet.errors import DamagedFile, WrongPassword
from wallet.hints import Final
from wallet.kdf import Argon2id, Scrypt
from wallet.record import Record
from wallet.secret import Secret
from wallet.strict_json import read_json

_FORMAT: Final = "jiaozi-vault-1"
_SALT_BYTES: Final = 32
_LEAST_SALT: Final = 16


def seal(
    secret: Secret, password: Secret, *, cost: Argon2id | None = None, n: int | None = None
) -> bytes:
    """The vault file's bytes holding `secret`.

    `cost` is Argon2id's, by default `wallet.kdf.USUAL`; `n` chooses scrypt with that cost.
    """
    made: Argon2id | Scrypt = cost or kdf.USUAL if n is None else Scrypt(n)
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(12)
    header: dict[str, object] = {
        "format": _FORMAT,
        "kdf": _written(made) | {"salt": salt.hex()},
        "nonce": nonce.hex(),
    }
    key = made.derive(password, salt)
    ciphertext = AESGCM(key).encrypt(nonce, secret.reveal(), _canonical(header))
    return _canonical(header | {"ciphertext": ciphertext.hex()})


def unseal(data: bytes, password: Secret) -> Secret:
    """The secret in a vault file.

    WrongPassword if the authentication fails (the password is wrong or the contents were
    changed); DamagedFile if the bytes are not a vault as this module writes it.
    """
    sealed = _read(data)
    try:
        key = sealed.cost.derive(password, sealed.salt)
        return Secret(AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, sealed.header))
    except InvalidTag:
        raise WrongPassword("vault.password") from None
    except ValueError as error:  # a nonce that no cipher takes
        raise DamagedFile("vault.damaged") from error


class _Sealed(Record):
    """A vault file taken apart; `header` is what the cipher authenticates."""

    header: bytes
    nonce: bytes
    ciphertext: bytes
    salt: bytes
    cost: Argon2id | Scrypt


def _written(cost: Argon2id | Scrypt) -> dict[str, object]:
    if isinstance(cost, Scrypt):
        return {"name": "scrypt", "n": cost.n, "r": cost.r, "p": cost.p}
    return {
        "name": "argon2id",
        "memory": cost.memory,
        "passes": cost.passes,
        "lanes": cost.lanes,
    }


def _read(data: bytes) -> _Sealed:
    try:
        whole = read_json(data)
        header = {name: value for name, value in whole.items() if name != "ciphertext"}
        made = header["kdf"]
        match made["name"]:
            case "argon2id":
                cost: Argon2id | Scrypt = Argon2id(made["memory"], made["passes"], made["lanes"])
            case "scrypt":
                cost = Scrypt(made["n"], made["r"], made["p"])
            case _:
                raise ValueError("kdf")  # noqa: TRY301  # told apart by nobody
        salt = _unhex(made["salt"])
        if header["format"] != _FORMAT or _canonical(whole) != data or len(salt) < _LEAST_SALT:
            raise ValueError("format")  # noqa: TRY301  # told apart by nobody
        return _Sealed(
            header=_canonical(header),
            nonce=_unhex(header["nonce"]),
            ciphertext=_unhex(whole["ciphertext"]),
            salt=salt,
            cost=cost,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedFile("vault.damaged") from error


def _unhex(text: str) -> bytes:
    raw = bytes.fromhex(text)
    if raw.hex() != text:  # capitals or blanks would be a second spelling
        raise ValueError("hex")
    return raw


def _canonical(value: dict[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"

"""Wallet: BIP-85, children of a wallet: phrases, keys and bytes for other uses, made anew at will.

    k        the private key at m/83696968'/app'/…/index', every step hardened
    entropy  HMAC-SHA512("bip-entropy-from-k", k), 64 bytes, cut to what is needed

A child says nothing of its parent or of other children. Whoever has the parent has them all.
"""

from __future__ import annotations

import hmac
from typing import Final

from wallet import mnemonic
from wallet.base58 import encode_check
from wallet.curve import is_private_key
from wallet.errors import InputError, MnemonicError, PathError
from wallet.hd import PrivateNode
from wallet.path import Hardened, Path
from wallet.secret import Secret

#: BIP-85's codes of the languages of phrases.
LANGUAGES: Final = {
    "english": 0, "japanese": 1, "korean": 2, "spanish": 3, "chinese_simplified": 4,
    "chinese_traditional": 5, "french": 6, "italian": 7, "czech": 8, "portuguese": 9,
}  # fmt: skip
_ROOT: Final = 83696968
_PHRASE, _WIF, _XPRV, _HEX = 39, 2, 32, 128169
_LEAST_BYTES, _MOST_BYTES = 16, 64
_XPRV_VERSION: Final = bytes.fromhex("0488ade4")
_WIF_VERSION: Final = b"\x80"
_COMPRESSED: Final = b"\1"


def path_of(*steps: int) -> Path:
    """m/83696968' and these steps, hardened; PathError for a step out of range."""
    return Path((Hardened(_ROOT), *map(Hardened, steps)))


def entropy(master: PrivateNode, path: Path) -> Secret:
    """The 64 bytes at a path below the master node."""
    key = master.derive(path).private_key()
    return Secret(hmac.digest(b"bip-entropy-from-k", key.reveal(), "sha512"))


def phrase(
    master: PrivateNode, index: int, words: int = 12, language: str = "english"
) -> tuple[Path, Secret]:
    """The path and the recovery phrase of a child; MnemonicError for a wrong length or list."""
    size = mnemonic.ENTROPY_BYTES.get(words)
    if size is None:
        raise MnemonicError("mnemonic.length", count=words)
    mnemonic.check_language(language)
    path = path_of(_PHRASE, LANGUAGES[language], words, index)
    raw = entropy(master, path).reveal()[:size]
    return path, mnemonic.from_entropy(Secret(raw), language)


def raw_bytes(master: PrivateNode, index: int, length: int = 32) -> tuple[Path, Secret]:
    """The path and 16 to 64 bytes of a child; InputError for another length."""
    if not _LEAST_BYTES <= length <= _MOST_BYTES:
        raise InputError("bip85.length", length=length, least=_LEAST_BYTES, most=_MOST_BYTES)
    path = path_of(_HEX, length, index)
    return path, Secret(entropy(master, path).reveal()[:length])


def xprv(master: PrivateNode, index: int) -> tuple[Path, Secret]:
    """The path and the extended private key (a master node) of a child."""
    path = path_of(_XPRV, index)
    raw = entropy(master, path).reveal()
    chain_code, key = raw[:32], _key(raw[32:], index)  # the other way round than in BIP-32
    payload = _XPRV_VERSION + bytes(9) + chain_code + b"\0" + key
    return path, Secret(encode_check(payload).encode("ascii"))


def wif(master: PrivateNode, index: int) -> tuple[Path, Secret]:
    """The path and a single key of a child, as Bitcoin wallets import it (WIF, compressed)."""
    path = path_of(_WIF, index)
    key = _key(entropy(master, path).reveal()[:32], index)
    return path, Secret(encode_check(_WIF_VERSION + key + _COMPRESSED).encode("ascii"))


def _key(raw: bytes, index: int) -> bytes:
    if not is_private_key(raw):  # one index in 2^127
        raise PathError("path.no_key", index=f"{index}'")
    return raw

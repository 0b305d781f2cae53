"""Wallet: BIP-39 recovery phrases; words and checksums come from the `mnemonic` library.

A phrase is a secret: errors here speak of a word by its place, never by its letters.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final

from mnemonic import Mnemonic

from wallet.errors import MnemonicError
from wallet.secret import Secret

#: Words of a phrase → bytes of its entropy.
ENTROPY_BYTES: Final = {12: 16, 15: 20, 18: 24, 21: 28, 24: 32}
#: The official word lists, the likeliest first.
LANGUAGES: Final = (
    "english", "chinese_simplified", "chinese_traditional", "japanese", "korean", "spanish",
    "french", "italian", "czech", "portuguese",
)  # fmt: skip
_ROUNDS: Final = 2048


def generate(words: int = 12) -> Secret:
    """A new English phrase of 12, 15, 18, 21 or 24 words from the system's randomness."""
    if words not in ENTROPY_BYTES:
        raise MnemonicError("mnemonic.length", count=words)
    phrase = Mnemonic("english").generate(strength=ENTROPY_BYTES[words] * 8)
    return Secret(phrase.encode())


def parse(text: str) -> Secret:
    """Read a phrase that somebody typed: NFKD, one space between words, checksum verified.

    MnemonicError if the number of words is wrong, a word stands in none of the official lists
    that the others are of (its place is named), or the checksum does not agree.
    """
    words = unicodedata.normalize("NFKD", text).split()
    if len(words) not in ENTROPY_BYTES:
        raise MnemonicError("mnemonic.length", count=len(words))
    farthest = 0
    for language in LANGUAGES:
        book = Mnemonic(language)
        known = {unicodedata.normalize("NFKD", word) for word in book.wordlist}
        unknown = next((i for i, word in enumerate(words) if word not in known), None)
        if unknown is None:
            # Some words stand in several lists (French and English, both Chinese ones), so only
            # a list whose checksum agrees is the phrase's own.
            if book.check(" ".join(words)):
                return Secret(" ".join(words).encode())
            farthest = len(words)
        else:
            farthest = max(farthest, unknown)
    if farthest == len(words):
        raise MnemonicError("mnemonic.checksum")
    raise MnemonicError("mnemonic.word", place=farthest + 1)


def seed(phrase: Secret, passphrase: str = "") -> Secret:
    """The 64-byte BIP-39 seed of a phrase that `parse` or `generate` gave.

    Another passphrase gives another wallet without any error; that is BIP-39's design.
    """
    salt = "mnemonic" + unicodedata.normalize("NFKD", passphrase)
    return Secret(hashlib.pbkdf2_hmac("sha512", phrase.reveal(), salt.encode(), _ROUNDS))

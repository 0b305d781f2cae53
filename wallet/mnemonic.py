"""Wallet: BIP-39 recovery phrases of 12 to 24 words in the ten official languages.

    ENT      entropy, 128 to 256 bits          CS = ENT / 32  checksum bits, SHA-256(ENT)
    words    (ENT + CS) / 11, each the number of a word in its list
    seed     PBKDF2-HMAC-SHA512(phrase, "mnemonic" + passphrase, 2048 rounds), both in NFKD

A phrase is a secret: errors here speak of a word by its place, never by its letters. What may
have been meant, `wallet.mending` finds, for the owner's own terminal only.
"""

from __future__ import annotations

import hashlib

from wallet.errors import MnemonicError
from wallet.hints import TYPE_CHECKING, Final
from wallet.secret import Secret
from wallet.words import LANGUAGES, normalized, numbers_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Words of a phrase → bytes of its entropy.
ENTROPY_BYTES: Final = {12: 16, 15: 20, 18: 24, 21: 28, 24: 32}
_WORDS: Final = {size: count for count, size in ENTROPY_BYTES.items()}
_ROUNDS: Final = 2048
_WORD_BITS: Final = 11


def generate(words: int = 12, language: str = "english") -> Secret:
    """A new phrase of 12, 15, 18, 21 or 24 words from the system's randomness."""
    if words not in ENTROPY_BYTES:
        raise MnemonicError("mnemonic.length", count=words)
    check_language(language)
    from mnemonic import Mnemonic  # noqa: PLC0415  # slow to load, and only here needed

    text = Mnemonic(language).generate(strength=ENTROPY_BYTES[words] * 8)
    return Secret(" ".join(normalized(text).split()).encode())


def parse(text: str) -> Secret:
    """Read a phrase that somebody typed: NFKD, one space between words, checksum verified.

    MnemonicError if the number of words is wrong, a word is not in the list that most of the
    others are of (its `place`, from 1, and the `language` are named), or the checksum does not
    agree (where a slip of one word or of two neighbours explains it, their `places` are named).
    """
    words = normalized(text).split()
    if len(words) not in ENTROPY_BYTES:
        raise MnemonicError("mnemonic.length", count=len(words))
    if _language(words) is not None:
        return Secret(" ".join(words).encode())
    language = likeliest_language(words)
    places = unknown_places(words, language)
    if places:
        raise MnemonicError("mnemonic.word", place=places[0], language=language)
    from wallet.mending import advice  # noqa: PLC0415  # only for a phrase that is wrong

    suspects = advice(text).places
    if suspects:
        shown = ", ".join(map(str, suspects))
        raise MnemonicError("mnemonic.suspects", places=shown, language=language)
    raise MnemonicError("mnemonic.checksum")


def language_of(phrase: Secret) -> str:
    """The list that a phrase is of. MnemonicError if it is no phrase."""
    words = phrase.reveal().decode().split()
    language = _language(words)
    if language is None:
        raise MnemonicError("mnemonic.checksum")
    return language


def entropy(phrase: Secret) -> Secret:
    """The 16 to 32 bytes that a phrase that `parse` or `generate` gave stands for."""
    language = language_of(phrase)
    found = _entropy(phrase.reveal().decode().split(), language)
    if found is None:
        raise MnemonicError("mnemonic.checksum")
    return Secret(found)


def from_entropy(entropy: Secret, language: str = "english") -> Secret:
    """The phrase of 16, 20, 24, 28 or 32 bytes in a language; MnemonicError for other lengths."""
    raw = entropy.reveal()
    if len(raw) not in _WORDS:
        raise MnemonicError("mnemonic.entropy", length=len(raw))
    check_language(language)
    bits = len(raw) * 8 // 32
    number = int.from_bytes(raw) << bits | _checksum(raw)
    book, count = words_of(language), _WORDS[len(raw)]
    shifts = range((count - 1) * _WORD_BITS, -1, -_WORD_BITS)
    return Secret(" ".join(book[number >> shift & 2047] for shift in shifts).encode())


def shown(phrase: Secret) -> list[str]:
    """The words as people write them: accents and kana joined with their letters (NFC)."""
    import unicodedata  # noqa: PLC0415  # only where a phrase is shown

    return unicodedata.normalize("NFC", phrase.reveal().decode()).split()


def seed(phrase: Secret, passphrase: str | Secret = "") -> Secret:
    """The 64-byte BIP-39 seed of a phrase that `parse` or `generate` gave.

    Another passphrase gives another wallet without any error; that is BIP-39's design.
    """
    if isinstance(passphrase, Secret):
        passphrase = passphrase.reveal().decode()
    salt = "mnemonic" + normalized(passphrase)
    return Secret(hashlib.pbkdf2_hmac("sha512", phrase.reveal(), salt.encode(), _ROUNDS))


def likeliest_language(words: Sequence[str]) -> str:
    """The list that has the most of these words (in NFKD), the likeliest first."""
    return max(LANGUAGES, key=lambda language: sum(word in numbers_of(language) for word in words))


def unknown_places(words: Sequence[str], language: str) -> list[int]:
    """The places, from 1, of the words that are not in a list."""
    book = numbers_of(language)
    return [place for place, word in enumerate(words, 1) if word not in book]


def is_valid(words: Sequence[str], language: str) -> bool:
    """Whether these words of one list (in NFKD) are a phrase: known, and the checksum agrees."""
    return _entropy(words, language) is not None


def _language(words: Sequence[str]) -> str | None:
    # Some words stand in several lists (French and English, both Chinese ones), so only a list
    # whose checksum agrees is the phrase's own.
    return next((language for language in LANGUAGES if is_valid(words, language)), None)


def _entropy(words: Sequence[str], language: str) -> bytes | None:
    if len(words) not in ENTROPY_BYTES:
        return None
    book, number = numbers_of(language), 0
    for word in words:
        place = book.get(word)
        if place is None:
            return None
        number = number << _WORD_BITS | place
    size = ENTROPY_BYTES[len(words)]
    bits = size * 8 // 32
    raw = (number >> bits).to_bytes(size)
    return raw if number & (1 << bits) - 1 == _checksum(raw) else None


def _checksum(raw: bytes) -> int:
    """The first ENT / 32 bits of SHA-256."""
    return hashlib.sha256(raw).digest()[0] >> 8 - len(raw) // 4


def check_language(language: str) -> None:
    """MnemonicError for what is none of the ten official lists."""
    if language not in LANGUAGES:
        raise MnemonicError("mnemonic.language", language=language, known=", ".join(LANGUAGES))

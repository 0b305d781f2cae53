"""Wallet: BIP-39's ten official word lists, each 2,048 words in NFKD.

The lists are the `mnemonic` library's files. They are found and read without importing the
library, which would cost a command a third of the time it takes to give an address.
"""

from __future__ import annotations

from functools import cache

from wallet.hints import Final

#: The official lists, the likeliest first.
LANGUAGES: Final = (
    "english", "chinese_simplified", "chinese_traditional", "japanese", "korean", "spanish",
    "french", "italian", "czech", "portuguese",
)  # fmt: skip


@cache
def words_of(language: str) -> tuple[str, ...]:
    """The list of one language, in order: a word's place is the number it stands for."""
    with open(f"{_directory()}/wordlist/{language}.txt", encoding="utf-8") as file:  # noqa: PTH123  # pathlib is slow to load
        return tuple(normalized(file.read()).split())


@cache
def numbers_of(language: str) -> dict[str, int]:
    """The number of each word of a list."""
    return {word: number for number, word in enumerate(words_of(language))}


@cache
def _directory() -> str:
    from importlib.machinery import PathFinder  # noqa: PLC0415  # where a phrase is read

    found = PathFinder.find_spec("mnemonic")
    places = found.submodule_search_locations if found is not None else None
    if not places:
        raise ModuleNotFoundError("the library mnemonic is not installed", name="mnemonic")
    return next(iter(places))


def normalized(text: str) -> str:
    """The NFKD form, which BIP-39 hashes."""
    if text.isascii():
        return text
    import unicodedata  # noqa: PLC0415  # most phrases are ASCII

    return unicodedata.normalize("NFKD", text)

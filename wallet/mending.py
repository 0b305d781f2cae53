"""Wallet: what may have been meant by a recovery phrase that does not read.

What is found here is part of a secret: it is shown at the owner's own terminal, under the very
prompt at which the phrase was typed, and goes into no error, no log and no --json answer. An
error names places only: a place says nothing about the words that are right.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Final

from wallet.mnemonic import ENTROPY_BYTES, is_valid, likeliest_language, unknown_places
from wallet.words import normalized, numbers_of, words_of

_MOST: Final = 4
_FIRST_LETTERS: Final = 4
_CHINESE: Final = {
    "chinese_simplified": "chinese_traditional",
    "chinese_traditional": "chinese_simplified",
}


@dataclass(frozen=True, slots=True)
class Advice:
    """Where a phrase is wrong and what would mend it. Words are in NFC, places count from 1.

    `unknown` are the words of no list with the nearest words of the phrase's own. Where all are
    known and the checksum disagrees, `swaps` are neighbours that would agree the other way
    round, and `replacements` words that would agree in place of one that is much like them.
    """

    language: str
    unknown: Mapping[int, Sequence[str]] = field(default_factory=dict, repr=False)
    swaps: Sequence[tuple[int, int]] = ()
    replacements: Mapping[int, Sequence[str]] = field(default_factory=dict, repr=False)

    @property
    def places(self) -> list[int]:
        """Every place that is worth comparing with the written copy."""
        swapped = {place for pair in self.swaps for place in pair}
        return sorted({*self.unknown, *swapped, *self.replacements})


def advice(text: str) -> Advice:
    """What to look at in a phrase that `wallet.mnemonic.parse` refused."""
    words = normalized(text).split()
    language = likeliest_language(words)
    unknown = unknown_places(words, language)
    if unknown:
        return Advice(language, {place: nearest(words[place - 1], language) for place in unknown})
    if len(words) not in ENTROPY_BYTES:
        return Advice(language)
    return Advice(language, {}, _swaps(words, language), _replacements(words, language))


def nearest(word: str, language: str) -> list[str]:
    """The words of a list that an unknown word may stand for, the likeliest first."""
    word, book = normalized(word.lower()), words_of(language)
    if language in _CHINESE:
        return list(_translated(word, language))
    found = [*_abbreviated(word, book), *_near(word, language)]
    bare = {_bare(each): each for each in book}
    if _bare(word) in bare:  # typed without its accents
        found.insert(0, bare[_bare(word)])
    found += [bare[each] for each in get_close_matches(_bare(word), bare, _MOST)]
    return [_composed(each) for each in dict.fromkeys(found)][:_MOST]


def _translated(word: str, language: str) -> Iterator[str]:
    """A character of the other Chinese list: both lists hold the same words in one order."""
    number = numbers_of(_CHINESE[language]).get(word)
    if number is not None:
        yield words_of(language)[number]


def _abbreviated(word: str, book: Sequence[str]) -> Iterator[str]:
    """Most lists' words are told apart by their first four letters, so people shorten them."""
    if len(word) >= _FIRST_LETTERS:
        yield from (each for each in book if each.startswith(word[:_FIRST_LETTERS]))


def _near(word: str, language: str) -> list[str]:
    """The words one slip away: a letter more, less, another one, or two in the wrong order.

    None in Chinese, whose words are one character each, so that all would be near all.
    """
    if language in _CHINESE:
        return []
    shapes = _shapes(language)
    found = {each for cut in _cuts(word) for each in shapes.get(cut, ())}
    slips = [each for each in found if each != word and _is_one_slip(word, each)]
    return sorted(
        slips, key=lambda each: (each[0] != word[0], each)
    )  # first letters are seldom off


@cache
def _shapes(language: str) -> dict[str, list[str]]:
    """Each word of a list under itself and under itself without one of its letters."""
    shapes: dict[str, list[str]] = defaultdict(list)
    for word in words_of(language):
        for cut in _cuts(word):
            shapes[cut].append(word)
    return shapes


def _cuts(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _is_one_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    ones, others = one[start:], other[start:]
    if len(one) != len(other):
        return ones[1:] == others if len(one) > len(other) else ones == others[1:]
    swapped = ones[:2] == others[:2][::-1] and ones[2:] == others[2:]
    return ones[1:] == others[1:] or swapped


def _swaps(words: Sequence[str], language: str) -> list[tuple[int, int]]:
    found = []
    for place in range(1, len(words)):
        one, other = words[place - 1 : place + 1]
        swapped = [*words[: place - 1], other, one, *words[place + 1 :]]
        if one != other and is_valid(swapped, language):
            found.append((place, place + 1))
    return found


def _replacements(words: Sequence[str], language: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for place, word in enumerate(words, 1):
        mending = [
            _composed(near)
            for near in _near(word, language)
            if is_valid([*words[: place - 1], near, *words[place:]], language)
        ]
        if mending:
            found[place] = mending
    return found


def _bare(word: str) -> str:
    """Without accents and other marks."""
    return "".join(letter for letter in word if not unicodedata.combining(letter))


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", word)

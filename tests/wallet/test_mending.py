"""Tests of wallet.mending: what was meant is found, and shows in nothing but the answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet.vectors import load
from wallet import mnemonic
from wallet.mending import advice, nearest
from wallet.secret import Secret
from wallet.words import LANGUAGES, words_of

OFFICIAL = load("bip39/trezor_vectors.json")


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("abandn", "english", "abandon"),
        ("abuot", "english", "about"),
        ("zooo", "english", "zoo"),
        ("accident", "english", "accident"),
        ("accide", "english", "accident"),
        ("ACTOR", "english", "actor"),
        ("accion", "spanish", "acción"),
        ("academie", "french", "académie"),
        ("国", "chinese_traditional", "國"),
        ("國", "chinese_simplified", "国"),
        ("あいこくし", "japanese", "あいこくしん"),
    ],
)
def test_the_word_that_was_meant_comes_first(typed: str, language: str, meant: str) -> None:
    assert nearest(typed, language)[0] == meant


def test_nothing_is_near_what_is_far() -> None:
    assert nearest("xqxqxqxq", "english") == []
    assert nearest("龘", "chinese_simplified") == []
    assert len(nearest("can", "english")) <= 4


def test_unknown_words_are_listed_by_place() -> None:
    words = OFFICIAL["english"][1][1].split()
    words[0], words[11] = "legall", "yelow"
    found = advice(" ".join(words))
    assert found.places == [1, 12]
    assert found.unknown[1][0] == "legal"
    assert found.unknown[12][0] == "yellow"
    assert "legal" not in repr(found)


def test_a_text_of_another_length_gets_no_advice_but_unknown_words() -> None:
    assert advice("").places == []
    assert advice("abandon abandon").places == []
    assert advice("abandon abandonn").places == [2]


@given(st.sampled_from(LANGUAGES), st.binary(min_size=16, max_size=16), st.data())
def test_swapped_neighbours_are_found(language: str, entropy: bytes, data: st.DataObject) -> None:
    phrase = mnemonic.from_entropy(Secret(entropy), language)
    words = phrase.reveal().decode().split()
    place = data.draw(st.integers(1, len(words) - 1))
    words[place - 1], words[place] = words[place], words[place - 1]
    if mnemonic.is_valid(words, language):  # one in sixteen, or twice the same word
        return
    found = advice(" ".join(words))
    if found.language == language:  # French words may all be English, both Chinese lists agree
        assert (place, place + 1) in found.swaps


@given(st.binary(min_size=16, max_size=16), st.integers(0, 11))
def test_a_word_that_is_one_slip_off_is_found(entropy: bytes, place: int) -> None:
    phrase = mnemonic.from_entropy(Secret(entropy))
    words = phrase.reveal().decode().split()
    for near in nearest(words[place], "english"):
        if len(near) != len(words[place]) or near not in words_of("english"):
            continue
        if sum(a != b for a, b in zip(near, words[place], strict=True)) != 1:
            continue
        changed = [*words[:place], near, *words[place + 1 :]]
        if not mnemonic.is_valid(changed, "english"):
            assert words[place] in advice(" ".join(changed)).replacements[place + 1]

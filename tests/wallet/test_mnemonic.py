"""Tests of wallet.mnemonic: the official vectors, and what is no phrase."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from tests.wallet.vectors import VECTORS, load
from wallet import mnemonic
from wallet.errors import MnemonicError
from wallet.secret import Secret

OFFICIAL = load("bip39/trezor_vectors.json")
ABANDON = "abandon " * 11 + "about"


@pytest.mark.parametrize("language", mnemonic.LANGUAGES)
def test_official_vectors(language: str) -> None:
    assert len(OFFICIAL[language]) == 24
    for _, words, seed, _ in OFFICIAL[language]:
        phrase = mnemonic.parse(words)
        assert mnemonic.seed(phrase, "TREZOR").reveal().hex() == seed


def test_japanese_vectors_with_their_own_passphrase_and_wide_spaces() -> None:
    cases = load("bip39/bitcoinjs_vectors.json")["japanese"]
    passphrase = "㍍ガバヴァぱばぐゞちぢ十人十色"
    for _, words, seed, *_ in cases:
        assert "\u3000" in words
        assert mnemonic.seed(mnemonic.parse(words), passphrase).reveal().hex() == seed


@pytest.mark.parametrize("language", mnemonic.LANGUAGES)
def test_the_librarys_word_lists_are_the_official_ones(language: str) -> None:
    official = (VECTORS / f"bip39/wordlists_bips/{language}.txt").read_text("utf-8").split()
    ours = Mnemonic(language).wordlist
    assert [unicodedata.normalize("NFKD", word) for word in ours] == [
        unicodedata.normalize("NFKD", word) for word in official
    ]


@pytest.mark.parametrize("words", [12, 15, 18, 21, 24])
def test_a_new_phrase_reads_back(words: int) -> None:
    phrase = mnemonic.generate(words)
    assert len(phrase.reveal().split()) == words
    assert mnemonic.parse(phrase.reveal().decode()) == phrase
    assert mnemonic.generate(words) != phrase


@pytest.mark.parametrize("words", [0, 11, 13, 25, 2**31])
def test_a_phrase_of_another_length_is_refused(words: int) -> None:
    with pytest.raises(MnemonicError) as caught:
        mnemonic.generate(words)
    assert caught.value.code == "mnemonic.length"


@pytest.mark.parametrize("text", ["", "abandon", ABANDON + " about", " ".join(["abandon"] * 25)])
def test_a_text_of_another_length_is_refused(text: str) -> None:
    with pytest.raises(MnemonicError) as caught:
        mnemonic.parse(text)
    assert caught.value.code == "mnemonic.length"


def test_an_unknown_word_is_named_by_its_place_only() -> None:
    words = ABANDON.split()
    words[6] = "canaryword"
    with pytest.raises(MnemonicError) as caught:
        mnemonic.parse(" ".join(words))
    assert caught.value.code == "mnemonic.word"
    assert caught.value.values == {"place": 7}
    assert "canaryword" not in str(caught.value) + caught.value.remedy()


def test_a_wrong_checksum_is_refused() -> None:
    for text in ("abandon " * 11 + "abandon", "zoo " * 11 + "zoo"):
        with pytest.raises(MnemonicError) as caught:
            mnemonic.parse(text)
        assert caught.value.code == "mnemonic.checksum"


def test_spaces_and_composed_letters_make_no_difference() -> None:
    assert mnemonic.parse("\n " + ABANDON.replace(" ", "\t  ") + " \n").reveal().decode() == ABANDON
    french = OFFICIAL["french"][1][1]
    assert mnemonic.parse(unicodedata.normalize("NFC", french)) == mnemonic.parse(
        unicodedata.normalize("NFD", french)
    )


@given(st.text(max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_text_is_a_phrase_or_refused(text: str) -> None:
    with pytest.raises(MnemonicError):
        mnemonic.parse(text)


def test_a_passphrase_gives_another_seed() -> None:
    phrase = Secret(ABANDON.encode())
    assert mnemonic.seed(phrase, "a") != mnemonic.seed(phrase)

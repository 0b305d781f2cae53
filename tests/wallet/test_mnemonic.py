"""Tests of wallet.mnemonic: the official vectors, and what is no phrase."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from tests.wallet.vectors import VECTORS, load
from wallet import mnemonic
from wallet.errors import MnemonicError
from wallet.secret import Secret
from wallet.words import LANGUAGES, normalized, words_of

OFFICIAL = load("bip39/trezor_vectors.json")
ABANDON = "abandon " * 11 + "about"


@pytest.mark.parametrize("language", LANGUAGES)
def test_official_vectors(language: str) -> None:
    assert len(OFFICIAL[language]) == 24
    for entropy, words, seed, _ in OFFICIAL[language]:
        phrase = mnemonic.parse(words)
        assert mnemonic.seed(phrase, "TREZOR").reveal().hex() == seed
        assert mnemonic.seed(phrase, Secret(b"TREZOR")).reveal().hex() == seed
        assert mnemonic.entropy(phrase).reveal().hex() == entropy
        assert mnemonic.from_entropy(Secret(bytes.fromhex(entropy)), language) == phrase
        assert mnemonic.shown(phrase) == unicodedata.normalize("NFC", words).split()


def test_japanese_vectors_with_their_own_passphrase_and_wide_spaces() -> None:
    cases = load("bip39/bitcoinjs_vectors.json")["japanese"]
    passphrase = "㍍ガバヴァぱばぐゞちぢ十人十色"
    for _, words, seed, *_ in cases:
        assert "\u3000" in words
        assert mnemonic.seed(mnemonic.parse(words), passphrase).reveal().hex() == seed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_librarys_word_lists_are_the_official_ones(language: str) -> None:
    official = (VECTORS / f"bip39/wordlists_bips/{language}.txt").read_text("utf-8").split()
    theirs = Mnemonic(language).wordlist
    assert words_of(language) == tuple(normalized(word) for word in official)
    assert words_of(language) == tuple(normalized(word) for word in theirs)
    assert len(set(words_of(language))) == 2048


@pytest.mark.parametrize("words", [12, 15, 18, 21, 24])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_phrase_reads_back(words: int, language: str) -> None:
    phrase = mnemonic.generate(words, language)
    assert len(phrase.reveal().split()) == words
    assert mnemonic.parse("\u3000".join(mnemonic.shown(phrase))) == phrase
    assert mnemonic.from_entropy(mnemonic.entropy(phrase), mnemonic.language_of(phrase)) == phrase
    assert mnemonic.generate(words, language) != phrase


def test_an_unknown_language_is_refused() -> None:
    for language in ("klingon", "", "russian", "../english"):
        with pytest.raises(MnemonicError) as caught:
            mnemonic.generate(12, language)
        assert caught.value.code == "mnemonic.language"


@pytest.mark.parametrize("length", [0, 12, 15, 17, 64])
def test_entropy_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(MnemonicError) as caught:
        mnemonic.from_entropy(Secret(bytes(length)))
    assert caught.value.code == "mnemonic.entropy"


def test_reading_a_phrase_does_not_load_the_library() -> None:
    program = (
        "import sys\nfrom wallet import mnemonic\n"
        f"mnemonic.seed(mnemonic.parse({ABANDON!r}))\n"
        "sys.exit('mnemonic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


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
    assert caught.value.values == {"place": 7, "language": "english"}
    assert "canaryword" not in str(caught.value) + caught.value.remedy()


def test_the_language_of_most_words_decides_which_word_is_unknown() -> None:
    for language in LANGUAGES:
        words = OFFICIAL[language][1][1].split()
        words[3], words[9] = "canaryword", "canaryword"
        with pytest.raises(MnemonicError) as caught:
            mnemonic.parse(" ".join(words))
        assert caught.value.values == {"place": 4, "language": language}


def test_a_wrong_checksum_is_refused() -> None:
    for text in ("abandon " * 11 + "abandon", "zoo " * 11 + "zoo"):
        with pytest.raises(MnemonicError) as caught:
            mnemonic.parse(text)
        assert caught.value.code == "mnemonic.checksum"
        assert caught.value.values == {}


def test_a_wrong_checksum_names_the_places_where_a_slip_explains_it() -> None:
    """Words 11 and 12 of a vector change places; the error says so, and shows no word."""
    words = OFFICIAL["english"][1][1].split()
    words[10], words[11] = words[11], words[10]
    with pytest.raises(MnemonicError) as caught:
        mnemonic.parse(" ".join(words))
    assert caught.value.code == "mnemonic.suspects"
    assert caught.value.values == {"places": "11, 12", "language": "english"}
    shown = str(caught.value) + caught.value.remedy("zh") + repr(caught.value.__context__)
    assert not any(word in shown for word in words)


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

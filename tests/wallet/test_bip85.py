"""Tests of wallet.bip85 against the BIP's own vectors."""

from __future__ import annotations

import pytest

from tests.wallet.vectors import load
from wallet import bip85, mnemonic
from wallet.errors import InputError, MnemonicError, PathError
from wallet.hd import PrivateNode
from wallet.path import Path
from wallet.secret import Secret
from wallet.words import LANGUAGES

OFFICIAL = load("bip85/bip85.json")
MASTER = PrivateNode.from_xprv(Secret(OFFICIAL["master"].encode()))


@pytest.mark.parametrize("case", OFFICIAL["entropy"], ids=lambda case: case["path"])
def test_entropy(case: dict[str, str]) -> None:
    path = Path.parse(case["path"])
    assert MASTER.derive(path).private_key().reveal().hex() == case["key"]
    assert bip85.entropy(MASTER, path).reveal().hex() == case["entropy"]


@pytest.mark.parametrize("case", OFFICIAL["bip39"], ids=lambda case: case["path"])
def test_phrases(case: dict[str, str]) -> None:
    path, phrase = bip85.phrase(MASTER, 0, int(case["words"]))
    assert (str(path), phrase.reveal().decode()) == (case["path"], case["phrase"])


def test_keys_and_bytes() -> None:
    for found, case, field in (
        (bip85.wif(MASTER, 0), OFFICIAL["wif"], "wif"),
        (bip85.xprv(MASTER, 0), OFFICIAL["xprv"], "xprv"),
    ):
        assert (str(found[0]), found[1].reveal().decode()) == (case["path"], case[field])
    path, raw = bip85.raw_bytes(MASTER, 0, OFFICIAL["hex"]["bytes"])
    assert (str(path), raw.reveal().hex()) == (OFFICIAL["hex"]["path"], OFFICIAL["hex"]["hex"])


def test_an_extended_key_is_one() -> None:
    _, xprv = bip85.xprv(MASTER, 7)
    assert PrivateNode.from_xprv(xprv).to_xprv() == xprv


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_code_and_a_phrase_of_its_own(language: str) -> None:
    path, phrase = bip85.phrase(MASTER, 3, 15, language)
    assert f"39'/{bip85.LANGUAGES[language]}'/15'/3'" in str(path)
    assert mnemonic.language_of(phrase) == language
    assert len(mnemonic.entropy(phrase)) == 20


def test_what_no_child_has_is_refused() -> None:
    with pytest.raises(MnemonicError):
        bip85.phrase(MASTER, 0, 13)
    with pytest.raises(MnemonicError):
        bip85.phrase(MASTER, 0, 12, "klingon")
    for length in (15, 65, -1):
        with pytest.raises(InputError):
            bip85.raw_bytes(MASTER, 0, length)
    for index in (-1, 2**31):
        with pytest.raises(PathError):
            bip85.xprv(MASTER, index)

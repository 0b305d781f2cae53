"""Tests of how phrases are typed: what is wrong is named, and mended word by word."""

from __future__ import annotations

import io

import pytest

from tests.wallet.cli.test_backup import Asked
from tests.wallet.world import ADDRESS, PHRASE, World
from wallet.cli.run import run
from wallet.cli.sheets import grid

VECTOR = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def init(world: World, asked: Asked, *flags: str) -> int:
    password = world.home.with_name("password")
    password.write_text("correct horse")
    password.chmod(0o600)
    urls = ["--bank", world.bank_url, "--rpc", world.rpc_url]
    line = ["init", "--restore", *urls, "--home", str(world.home), *flags]
    return run([*line, "--password-file", str(password)], asked.environment)


def test_an_unknown_word_is_typed_again_by_itself(bare: World) -> None:
    wrong = PHRASE.split()
    wrong[3], wrong[11] = "abandn", "abuot"
    asked = Asked(bare, [" ".join(wrong), "abandon", "about"])
    assert init(bare, asked) == 0
    assert bare.files.account().address == ADDRESS
    said = asked.err.getvalue()
    assert "Word 4 is in no list. Like it: abandon" in said
    assert "Word 12 is in no list. Like it: about" in said
    assert "Word 4 again" in said
    assert "abandn" not in said


def test_two_words_for_one_are_taken(bare: World) -> None:
    asked = Asked(bare, [PHRASE.replace("abandon abandon", "abandonabandon", 1), "abandon abandon"])
    assert init(bare, asked) == 2  # eleven words are no phrase, whatever they are
    asked = Asked(bare, [PHRASE.replace("about", "abuot"), ""])
    assert init(bare, asked) == 2
    assert not bare.home.exists()


def test_swapped_words_are_told_by_their_places(bare: World) -> None:
    words = VECTOR.split()
    words[10], words[11] = words[11], words[10]
    asked = Asked(bare, [" ".join(words)])
    assert init(bare, asked) == 2
    assert "Words 11 and 12 would fit the other way round." in asked.err.getvalue()


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_nothing_is_advised_where_others_may_read(bare: World, flags: list[str]) -> None:
    err = io.StringIO if not flags else Asked.__init__.__defaults__[0]  # type: ignore[index]  # the terminal
    asked = Asked(bare, [PHRASE.replace("about", "abuot")], err)
    assert init(bare, asked, *flags) == 2
    assert "about" not in asked.err.getvalue()


def test_words_stand_in_columns() -> None:
    assert grid(["a", "bb", "c", "d", "人"]) == ["   1 a    2 bb   3 c   4 d", "   5 人"]

"""Tests of `jiaozi bip85`: children of the well-known phrase, as other wallets make them."""

from __future__ import annotations

import pytest

from tests.wallet.world import World

CHILD = "prosper short ramp prepare exchange stove life snack client enough purpose fold"
LONG_CHILD = (
    "stick exact spice sock filter ginger museum horse kit multiply manual wear grief demand "
    "derive alert quiz fault december lava picture immune decade jaguar"
)
HEX = "e477d4694160a384b28ee2f72b54edcf0822fd6e1ee1780447455cdbed8f8c45"


@pytest.mark.parametrize(
    ("arguments", "path", "secret"),
    [
        (["phrase"], "m/83696968'/39'/0'/12'/0'", CHILD),
        (["phrase", "0", "--words", "24"], "m/83696968'/39'/0'/24'/0'", LONG_CHILD),
        (["hex", "0"], "m/83696968'/128169'/32'/0'", HEX),
    ],
)
def test_children_are_those_of_other_wallets(
    world: World, arguments: list[str], path: str, secret: str
) -> None:
    found = world.json("bip85", *arguments)
    assert found == {"application": arguments[0], "path": path, "secret": secret}


def test_people_see_words_in_a_grid_and_keys_on_a_line(world: World) -> None:
    ran = world.run("bip85", "phrase", "0")
    assert "m/83696968'/39'/0'/12'/0'" in ran.out
    assert " 1 prosper" in ran.out
    assert world.run("bip85", "wif", "5").out.splitlines()[1][0] in "KL"
    assert world.run("bip85", "xprv", "5").out.splitlines()[1].startswith("xprv9s21ZrQH143K")
    assert "子密钥" in world.run("bip85", "hex", "--lang", "zh").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["phrase", "-1"], "bip85.index"),
        (["phrase", str(2**31)], "bip85.index"),
        (["phrase", "٣"], "bip85.index"),
        (["phrase", "--words", "13"], "mnemonic.length"),
        (["phrase", "--word-list", "klingon"], "mnemonic.language"),
        (["hex", "--bytes", "15"], "bip85.length"),
        (["hex", "--bytes", "65"], "usage.number"),
        (["rsa"], "usage.action"),
    ],
)
def test_what_has_no_child_is_refused(world: World, arguments: list[str], code: str) -> None:
    ran = world.run("bip85", *arguments, "--json")
    assert (ran.code, ran.error["code"]) == (2, code)

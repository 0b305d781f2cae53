"""Tests of wallet.cli.syntax: a line is understood exactly or refused with the remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.syntax import Command, Line, Option, parse
from wallet.errors import InputError


def read(*arguments: str) -> Line:
    return parse(arguments, COMMANDS, COMMON)


def test_options_stand_anywhere() -> None:
    expected = read("send", "5", "0x1", "--json", "--home", "/h")
    assert read("--home", "/h", "--json", "send", "5", "0x1") == expected
    assert read("send", "--home=/h", "5", "--json", "0x1") == expected
    assert expected.words == {"AMOUNT": "5", "TO": "0x1"}
    assert expected.options == {"--json": "", "--home": "/h"}


def test_two_dashes_end_the_options() -> None:
    assert read("send", "--", "-5", "--json").words == {"AMOUNT": "-5", "TO": "--json"}


def test_an_option_may_stand_instead_of_the_words() -> None:
    assert read("send", "--again", "12345678").words == {}
    for wrong, code in (
        (["send"], "usage.missing"),
        (["send", "5"], "usage.missing"),
        (["send", "5", "--again", "12345678"], "usage.instead"),
        (["send", "5", "0x1", "--again", "12345678"], "usage.instead"),
    ):
        with pytest.raises(InputError) as caught:
            read(*wrong)
        assert caught.value.code == code


def test_help_may_be_asked_for_in_every_usual_way() -> None:
    for overview in (["-h"], ["help"], ["--help"]):
        line = read(*overview)
        assert (line.command, line.has("--help")) == (None, True)
    for page in (["send", "-h"], ["help", "send"], ["send", "--help"]):
        line = read(*page)
        assert (line.command, line.has("--help")) == ("send", True)


def test_a_negative_number_is_a_word() -> None:
    assert read("send", "-1", "0x1").words == {"AMOUNT": "-1", "TO": "0x1"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["fly"], "usage.command"),
        (["balanc"], "usage.near_command"),
        (["balance", "--fast"], "usage.option"),
        (["balance", "--direct"], "usage.option"),  # send's
        (["-x"], "usage.option"),
        (["balance", "now"], "usage.extra"),
        (["send", "5"], "usage.missing"),
        (["balance", "--home"], "usage.value"),
        (["balance", "--json=yes"], "usage.no_value"),
        (["balance", "--json", "--json"], "usage.twice"),
        (["balance", "--home", "a", "--home", "b"], "usage.twice"),
    ],
)
def test_what_is_not_understood_is_refused(line: list[str], code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(*line)
    assert caught.value.code == code
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "x", "", "٣", "9" * 30, "101", "0" * 10 + "5"])
def test_a_number_is_read_strictly(value: str) -> None:
    line = Line("send", {}, {"--timeout": value})
    with pytest.raises(InputError) as caught:
        line.number("--timeout", 5, 100)
    assert caught.value.code == "usage.number"


def test_a_number_has_a_default() -> None:
    assert Line(None).number("--timeout", 5, 100) == 5
    assert Line(None, {}, {"--timeout": "100"}).number("--timeout", 5, 100) == 100


@given(st.lists(st.text(max_size=12), max_size=6))
def test_any_line_is_understood_or_refused(arguments: list[str]) -> None:
    refusal = ""
    try:
        parse(arguments, COMMANDS, COMMON)
    except InputError as error:
        refusal = str(error)
    assert refusal.isprintable()


MANY = {
    "nets": Command("nets", actions={"list": (), "add": ("NAME", "[URL]")}),
    "pay": Command(
        "pay", ("TO",), (Option("--old", "ID"), Option("--older", "ID")), ("--old", "--older")
    ),
}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["nets"], {"ACTION": "list"}),
        (["nets", "list"], {"ACTION": "list"}),
        (["nets", "add", "a"], {"ACTION": "add", "NAME": "a"}),
        (["nets", "add", "a", "b"], {"ACTION": "add", "NAME": "a", "URL": "b"}),
        (["nets", "add", "--help"], {"ACTION": "add"}),
        (["nets", "fly", "--help"], {}),
    ],
)
def test_a_command_may_have_actions(line: list[str], words: dict[str, str]) -> None:
    assert parse(line, MANY, COMMON).words == words


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["nets", "fly"], "usage.action"),
        (["nets", "add"], "usage.missing"),
        (["nets", "list", "a"], "usage.extra"),
        (["nets", "add", "a", "b", "c"], "usage.extra"),
        (["pay", "--old", "1", "--older", "2"], "usage.instead"),
        (["pay", "x", "--older", "2"], "usage.instead"),
    ],
)
def test_an_action_has_its_own_words(line: list[str], code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(line, MANY, COMMON)
    assert caught.value.code == code

"""Tests of wallet.texts: both languages are complete, and nothing is said that is not used."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import wallet
from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.help import EXIT_CODES
from wallet.texts import error_text, text
from wallet.texts.cli_en import TEXTS as EN
from wallet.texts.cli_zh import TEXTS as ZH
from wallet.token import EntryKind

CLI = Path(wallet.__file__).parent / "cli"
GENERATED = {
    *(f"help.{name}" for name in COMMANDS),
    *(f"help.{name}.example" for name in COMMANDS),
    *(f"help.exit.{code}" for code in EXIT_CODES),
    *(f"option.{option.flag[2:]}" for option in COMMON),
    *(f"option.{option.flag[2:]}" for each in COMMANDS.values() for option in each.options),
    *(f"history.{kind.value}" for kind in EntryKind),
}


def written() -> set[str]:
    """Every string literal of the command's sources."""
    return {
        node.value
        for path in CLI.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    assert set(EN) == set(ZH)
    for key, sentence in EN.items():
        assert fields(sentence) == fields(ZH[key]), key


def test_every_key_that_the_source_makes_is_there() -> None:
    assert set(EN) >= GENERATED
    used = {word for word in written() if re.fullmatch(r"(label|history|send|link)\.\w+", word)}
    assert used <= set(EN) | {word for word in used if _is_error(word)}


def _is_error(code: str) -> bool:
    try:
        return bool(error_text(code, "en"))
    except KeyError:
        return False


def test_nothing_is_said_that_no_command_says() -> None:
    assert set(EN) - GENERATED <= written()


def test_chinese_is_chinese() -> None:
    """Each sentence has Chinese in it, except where it is all command line or value."""
    plain = {key for key, sentence in ZH.items() if not re.search(r"[\u4e00-\u9fff]", sentence)}
    assert {key for key in plain if not key.endswith(".example")} == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_key_without_a_sentence_is_an_error(language: str) -> None:
    with pytest.raises(KeyError):
        text("no.such.key", language)
    with pytest.raises(KeyError):
        error_text("no.such.code", language)

"""Tests of wallet.texts: both languages are complete, and nothing is said that is not used."""

from __future__ import annotations

import ast
import re
import shlex
import string
from importlib import import_module
from pathlib import Path

import pytest

import wallet
from wallet.address import parse_address
from wallet.book.accounts import KINDS
from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.help import EXIT_CODES, GROUPS, page
from wallet.cli.syntax import parse
from wallet.consent import RISKS
from wallet.consent.descriptors import DESCRIPTORS, formats
from wallet.texts import TEXT_MODULES, error_text, text
from wallet.token import EntryKind


def sentences(language: str) -> dict[str, str]:
    """All of a language's sentences; a key stands in one module only."""
    found: dict[str, str] = {}
    for name in TEXT_MODULES:
        table: dict[str, str] = import_module(f"wallet.texts.{name}_{language}").TEXTS
        assert not found.keys() & table.keys(), name
        found |= table
    return found


EN, ZH = sentences("en"), sentences("zh")
WALLET = Path(wallet.__file__).parent
GENERATED = {
    *(f"help.{name}" for name in COMMANDS),
    *(f"help.{name}.example" for name in COMMANDS),
    *(f"help.exit.{code}" for code in EXIT_CODES),
    *(f"help.group.{group}" for group in GROUPS),
    *(f"option.{option.flag[2:]}" for option in COMMON),
    *(f"option.{option.flag[2:]}" for each in COMMANDS.values() for option in each.options),
    *(f"kind.{kind}" for kind in KINDS),
    *(f"history.{kind.value}" for kind in EntryKind),
    *(f"risk.{name}" for name in RISKS),
    *(each.key for name in DESCRIPTORS for each in formats(name).values()),
    *(
        field.key
        for name in DESCRIPTORS
        for each in formats(name).values()
        for field in each.fields
        if not field.hidden
    ),
}


def written() -> set[str]:
    """Every string literal of the wallet's sources, but for the texts themselves."""
    return {
        node.value
        for path in WALLET.rglob("*.py")
        if path.parent.name != "texts"
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


def examples() -> list[tuple[str, str]]:
    """Each command with each line of its examples, in both languages."""
    return [
        (name, line)
        for table in (EN, ZH)
        for name in COMMANDS
        for line in table[f"help.{name}.example"].splitlines()
    ]


@pytest.mark.parametrize(("command", "line"), examples())
def test_an_example_can_be_typed_as_it_is(command: str, line: str) -> None:
    """A shell finds one jiaozi in it, and the rest of that is a command line in full."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)
    own = words[words.index("jiaozi") + 1 :]
    end = next((at for at, word in enumerate(own) if set(word) <= set("();<>|&")), len(own))
    assert parse(own[:end], COMMANDS, COMMON).command == command
    assert words.count("jiaozi") == 1
    for address in re.findall(r"0x[^@&?' ]*", line):
        assert parse_address(address) == address


@pytest.mark.parametrize("language", [EN, ZH])
def test_the_overview_of_the_commands_fits_a_terminal(language: dict[str, str]) -> None:
    lines = page(None, lambda key, **values: language[key].format_map(values)).lines
    beside = [line for line in lines if line.startswith("  ") and "--" not in line[:4]]
    assert len(beside) > len(COMMANDS)
    assert [line for line in beside if sum(1 + (ord(c) > 0x2E80) for c in line) > 80] == []


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

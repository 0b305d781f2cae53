"""Tests of wallet.errors and its texts: every code has both languages, and reads well."""

from __future__ import annotations

import ast
import inspect
import string
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import wallet
from wallet import errors
from wallet.errors import AmountError, WalletError
from wallet.texts import ERROR_MODULES, error_text


def texts(language: str) -> dict[str, tuple[str, str]]:
    """All of a language's error texts; a code stands in one module only."""
    found: dict[str, tuple[str, str]] = {}
    for name in ERROR_MODULES:
        table: dict[str, tuple[str, str]] = import_module(f"wallet.texts.{name}_{language}").ERRORS
        assert not found.keys() & table.keys(), name
        found |= table
    return found


EN, ZH = texts("en"), texts("zh")
SOURCES = sorted(Path(wallet.__file__).parent.rglob("*.py"))
CLASSES = {
    name
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, WalletError)
}


def raised(source: str) -> Iterator[tuple[str, set[str] | None]]:
    """Every (code, names of its values) that a source makes an error of."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in CLASSES or not node.args:
            continue
        code = node.args[0]
        if not isinstance(code, ast.Constant):  # from a table, whose own test checks it
            continue
        names = {keyword.arg for keyword in node.keywords}
        # **values may hold any name
        yield str(code.value), None if None in names else {name for name in names if name}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


ALL_RAISED = [
    (path.name, code, names) for path in SOURCES for code, names in raised(path.read_text("utf-8"))
]


def test_the_scan_sees_what_is_raised() -> None:
    assert list(raised("raise AmountError('a.b', x=1)")) == [("a.b", {"x"})]
    assert {"amount.format", "address.checksum"} <= {code for _, code, _ in ALL_RAISED}


@pytest.mark.parametrize(("module", "code", "names"), ALL_RAISED)
def test_each_raised_code_has_texts_and_the_values_they_name(
    module: str, code: str, names: set[str] | None
) -> None:
    assert code in EN, f"{module}: {code} has no text"
    needed = fields(" ".join(EN[code]))
    if names is not None:
        assert needed <= names, f"{module}: {code}"


def test_no_text_without_a_use() -> None:
    """Every code is written somewhere in the source: in a raise or in a table of codes."""
    written = {
        node.value
        for path in SOURCES
        if "texts" not in path.parts or path.name == "__init__.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(EN) <= written


def test_both_languages_say_the_same() -> None:
    assert set(EN) == set(ZH)
    for code, english in EN.items():
        for ours, theirs in zip(english, ZH[code], strict=True):
            assert fields(ours) == fields(theirs), code


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_are_one_sentence_each_and_end(language: str) -> None:
    for code in EN:
        text = error_text(code, language)
        for part in text:
            assert part, code
            assert "\n" not in part
            assert part[-1] in ".。}", code  # or somebody else's sentence


def test_an_error_reads_in_both_languages() -> None:
    error = AmountError("amount.decimals", amount="1.234", currency="EUR", places=2)
    assert str(error) == "1.234 has more decimals than EUR, which has 2."
    assert "2" in error.remedy()
    assert "小数" in error.message("zh")
    assert error.exit_code == 2


def test_the_drawn_tree_is_the_tree() -> None:
    """Each class stands in the module's drawing, one level below its parent."""
    drawn = {
        line.split("──")[-1].split()[0]: len(line) - len(line.lstrip(" │├└─"))
        for line in (errors.__doc__ or "").splitlines()
        if "──" in line
    }
    drawn["WalletError"] = 4
    assert set(drawn) == CLASSES
    for name in CLASSES - {"WalletError"}:
        (parent,) = getattr(errors, name).__bases__
        assert drawn[name] > drawn[parent.__name__], name

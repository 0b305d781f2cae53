"""Tests of the command in both languages: what it shows, asks and complains about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from api.kernel.database import Database
from api.texts import speak
from tests.api.cli.test_cli import Run, config, run
from tests.api.cli.test_operating import _link, _unmatched, as_ada, as_bo, desk

__all__ = ["as_ada", "as_bo", "config", "desk", "run"]

# What stands in every language as it is: ids, names and states as programs know them, commands.
SAME = re.compile(
    r"jiaozi-bridge [a-z-]+|--[a-z-]+|\b\w+_\w*|\b[A-Z][A-Z_]+\b|\bnonce\b|0x\w+|EUR|\{.*\}"
    r"|\bNTRF\w+|\bRF\d+|\b[0-9a-f]{64}\b|\+\d\d:\d\d|\d\d\d\d-\d\d-\d\dT[\d:]+"
    r"|Bo Zhang|Ada Lovelace|\b(line|deposit):"
    r"|\b(ada|test|LINK|JIAO\w*|assign|hold|ConnectionRefusedError)\b"
)


@pytest.fixture(autouse=True)
def afterwards_in_english() -> Iterator[None]:
    yield
    speak("en")


def left_in_english(shown: str) -> list[str]:
    """Words of a page that are neither Chinese nor the same in every language."""
    return re.findall(r"[A-Za-z]{3,}.*", SAME.sub("", shown))


def test_the_same_pages_in_chinese(run: Run, desk: Database, as_ada: list[str]) -> None:
    """With every name, state, way out and sentence on them."""
    line = _unmatched(desk)
    assert run("--lang", "zh", "hold", "1", "--reason", "审查", *as_ada)[0] == 0
    words = ["assign", line, "--to", _link(desk), "--reason", "来电", *as_ada]
    assert "须由另一人复核" in run("--lang", "zh", *words)[1]
    for words in (["status"], ["proposals"], ["history"], ["explain", "1"], ["explain", line]):
        code, out, err = run("--lang", "zh", *words)
        assert (code, err) == (0, "")
        assert left_in_english(out) == [], out


@pytest.mark.parametrize("words", [["status"], ["proposals"], ["history"], ["explain", "1"]])
def test_programs_read_the_same_in_both_languages(
    run: Run, desk: Database, as_ada: list[str], words: list[str]
) -> None:
    """Not a field, not a sentence differs: only times that pass."""
    run("hold", "1", "--reason", "review", *as_ada)
    english = run(*words, "--json")[1]
    assert json.loads(english)
    assert run(*words, "--json", "--lang", "zh")[1] == english


def test_what_is_wrong_is_said_in_chinese(
    run: Run, desk: Database, as_ada: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The language is the terminal's, as the wallet takes it; --lang goes before it."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    code, _, err = run("explain", "nothing_1")
    assert code == 1
    assert err.startswith("jiaozi-bridge：没有名为 «nothing_1» 的内容。")
    assert "nothing_1" in err
    assert run("--lang", "en", "explain", "nothing_1")[2].startswith("jiaozi-bridge: Nothing")
    with pytest.raises(SystemExit):
        run("hold")
    monkeypatch.delenv("LC_ALL")

"""Tests of how things are shown: wide characters, colours where they belong, long waits."""

from __future__ import annotations

import io
import shutil
import time
from typing import Any

import pytest

from tests.wallet.world import PAYEE, Terminal, World
from wallet.cli import patience
from wallet.cli.patience import Patient, working
from wallet.cli.run import run
from wallet.cli.session import Environment, Session
from wallet.cli.syntax import Line
from wallet.cli.views import columns, rows, wrapped
from wallet.http import Reply


def test_wide_and_combined_characters_stand_under_one_another() -> None:
    assert rows([("金额", "1"), ("fee", "2"), ("e\u0301e", "3")]) == [
        "  金额  1",
        "  fee   2",
        "  e\u0301e    3",
    ]
    table = [["甲", "1.00", "x"], ["ab", "10.00", "y"]]
    assert columns(table, right={1}) == ["甲   1.00  x", "ab  10.00  y"]


def shown(world: World, *line: str, variables: dict[str, str] | None = None) -> str:
    """What a terminal gets."""
    out = Terminal()
    given = {"LANG": "C.UTF-8", "TERM": "xterm", "JIAOZI_HOME": str(world.home)}
    environment = Environment(io.StringIO(), out, io.StringIO(), given | (variables or {}))
    run(line, environment)
    return out.getvalue()


def test_colours_are_for_terminals_that_want_them(world: World) -> None:
    world.json("send", "1", PAYEE)
    for line in (("history",), ("request", "1"), ("doctor",)):
        assert "\x1b[" in shown(world, *line), line
        for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            assert "\x1b" not in shown(world, *line, variables=variables), line
        assert "\x1b" not in world.run(*line).out
        assert "\x1b" not in shown(world, *line, "--json")
    assert "█" in shown(world, "request", "1", variables={"NO_COLOR": "1"})
    assert "█" not in world.run("request", "1").out


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("./jiaozi", "./jiaozi"),
        ("/opt/a checkout/jiaozi", "'/opt/a checkout/jiaozi'"),
        ("jiaozi", "jiaozi"),
        ("/somewhere/wallet/__main__.py", "python -m wallet"),
        (shutil.which("sh") or "", "sh"),
    ],
)
def test_the_next_command_is_shown_as_a_shell_here_takes_it(program: str, shown: str) -> None:
    assert Session(Line(None), Environment(program=program)).command == shown


def test_a_long_reckoning_is_shown_and_wiped(world: World) -> None:
    for err, language in ((Terminal(), "en"), (Terminal(), "zh"), (io.StringIO(), "en")):
        environment = Environment(io.StringIO(), io.StringIO(), err, {"LANG": language})
        with pytest.raises(ZeroDivisionError), working(Session(Line(None), environment)):
            _ = 1 // 0  # whatever goes wrong meanwhile
        told = {"en": "working …", "zh": "正在计算……"}[language]
        assert err.getvalue() == (f"\r\x1b[K{told}\r\x1b[K" if err.isatty() else "")


class Slow:
    """A server that takes its time."""

    place = "https://slow.example"

    def request(self, *_: Any) -> Reply:
        time.sleep(0.2)
        return Reply(200, b"{}")


def asked(monkeypatch: pytest.MonkeyPatch, after: float) -> str:
    monkeypatch.setattr(patience, "_AFTER_SECONDS", after)
    err = Terminal()
    environment = Environment(io.StringIO(), io.StringIO(), err, {"LANG": "C.UTF-8"})
    transport = Patient(Slow(), Session(Line(None), environment))
    for _ in range(2):
        transport.request("POST", "", b"", {})
    return err.getvalue()


def test_a_long_wait_is_shown_and_wiped_a_short_one_not(monkeypatch: pytest.MonkeyPatch) -> None:
    told = asked(monkeypatch, 0.05)
    assert told.count("asking https://slow.example") == 2
    assert told.endswith("\r\x1b[K")
    assert asked(monkeypatch, 60) == ""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two", ["one two"]),
        ("one two three", ["one two", "three"]),
        ("a-word-that-is-too-long it", ["a-word-that-is-too-long", "it"]),
        ("路径中的币种号", ["路径中的", "币种号"]),
        ("读 XPUB 一个", ["读 XPUB", "一个"]),
    ],
)
def test_a_text_is_broken_where_people_would(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8) == lines

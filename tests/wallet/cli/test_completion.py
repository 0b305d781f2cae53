"""Tests of completion: what is offered where, and the script in a real bash."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wallet.fakechain import TOKEN
from tests.wallet.schemas import check_run
from tests.wallet.world import IBAN, PAYEE, World
from wallet.address import parse_address
from wallet.cli.commands import COMMANDS, COMMON
from wallet.cli.completion import DIRECTORIES, FILES
from wallet.cli.run import run
from wallet.cli.session import Environment
from wallet.cli.shells import SCRIPTS

pytestmark = pytest.mark.integration  # takes seconds

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def known(world: World) -> World:
    """A wallet with contacts, a link and a payment."""
    other = parse_address(TOKEN)
    world.files.update(lambda b: b.with_contact("Bo", parse_address(PAYEE)))
    world.files.update(lambda b: b.with_contact("李 华", other).with_contact("Bob's; rm", other))
    return world


def offered(world: World, *words: str) -> list[str]:
    """As a shell asks: everything after -- is what was typed, the home is the variable's."""
    line = ["completion", "next", "--json", "--", *words]
    out, err = io.StringIO(), io.StringIO()
    variables = {"LANG": "C.UTF-8", "JIAOZI_HOME": str(world.home)}
    code = run(line, Environment(io.StringIO(), out, err, variables, world.clock))
    assert (code, err.getvalue()) == (0, "")
    check_run(line, out.getvalue(), "")
    return [each["value"] for each in json.loads(out.getvalue())["offers"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("",), list(COMMANDS)),
        (("ne",), ["networks"]),
        (("networks", ""), ["list", "add", "use", "remove"]),
        (("networks", "use", ""), ["main"]),
        (("config", "get", "r"), ["rpc_url"]),
        (("send", ""), []),
        (("send", "1", ""), ["Bo", "李 华", "Bob's; rm"]),
        (("send", "1", "Bo"), ["Bo", "Bob's; rm"]),
        (("send", "1", "李"), ["李 华"]),
        (("send", "--memo", "to", "1", "B"), ["Bo", "Bob's; rm"]),
        (("contacts", "remove", "李"), ["李 华"]),
        (("send", "1", "Bo", ""), []),
        (("send", "1", "Bo", "--dir"), ["--direct"]),
        (("send", "--direct", "1", "Bo", "--dir"), []),
        (("send", "--memo", ""), []),
        (("history", "--kind", "re"), ["received", "redeemed", "returned"]),
        (("history", "--with", "Bo"), ["Bo", "Bob's; rm"]),
        (("history", "--csv", ""), [FILES]),
        (("--home", ""), [DIRECTORIES]),
        (("--lang", ""), ["en", "zh"]),
        (("--lang", "=", "z"), ["zh"]),
        (("--lang", "="), ["en", "zh"]),
        (("--on", "m"), ["main"]),
        (("pay", ""), [FILES]),
        (("offline", "sign", "a", "b", ""), [FILES]),
        (("completion", "f"), ["fish"]),
        (("init", "--word-list", "chinese"), ["chinese_simplified", "chinese_traditional"]),
        (("send", "--accept-risk", "account"), ["account-key"]),
        (("fly", ""), []),
        (("send", "--home", "/nowhere", "1", ""), []),
    ],
)
def test_what_is_offered(known: World, words: tuple[str, ...], expected: list[str]) -> None:
    assert offered(known, *words) == expected


def test_payments_accounts_and_links_are_offered(known: World) -> None:
    record = known.json("send", "1", PAYEE)["id"]
    known.json("link", IBAN, "--name", "Ada Wu", "--code", "1")
    assert offered(known, "send", "--again", "") == [record[:12]]
    assert offered(known, "--account", "") == ["0"]
    assert offered(known, "unlink", "") == [IBAN]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_every_command_is_offered(known: World, name: str) -> None:
    expected = {option.flag for option in (*COMMANDS[name].options, *COMMON)}
    assert set(offered(known, name, "--")) == expected


def test_where_no_wallet_is_nothing_fails(bare: World) -> None:
    assert offered(bare, "send", "1", "") == []
    (bare.home).mkdir()
    (bare.home / "config.toml").write_text("{")
    assert offered(bare, "--on", "") == []


def in_bash(world: World, words: list[str]) -> list[str]:
    """What a real bash makes of the words, the last of which is being typed."""
    program = world.home.parent / "jiaozi"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m wallet "$@"\n')
    program.chmod(0o755)
    typed = " ".join(f"'{word}'" for word in ("jiaozi", *words))
    script = f"""
source <(jiaozi completion bash) || exit 9
complete -p jiaozi >/dev/null || exit 8
COMP_WORDS=({typed}) COMP_CWORD={len(words)}
_jiaozi
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    variables = {
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "JIAOZI_HOME": str(world.home),
        "LANG": "C.UTF-8",
        "HOME": str(world.home.parent),
    }
    ran = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=world.home,
    )
    return [line for line in ran.stdout.splitlines() if line]


def test_a_real_bash(known: World) -> None:
    assert in_bash(known, ["bal"]) == ["balance"]
    assert in_bash(known, ["networks", "u"]) == ["use"]
    assert in_bash(known, ["send", "--sp"]) == ["--speed-up"]
    assert in_bash(known, ["history", "--csv", "book"]) == ["book.json"]
    quoted = in_bash(known, ["send", "1", "B"])
    assert quoted == ["Bo", "Bob\\'s\\;\\ rm"]  # nothing of a name is ever run
    assert in_bash(known, ["send", "1", "Bob\\"]) == ["Bob\\'s\\;\\ rm"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shells_script_asks_for_what_comes_next(world: World, shell: str) -> None:
    out = world.run("completion", shell, password=False).out
    assert out == SCRIPTS[shell]
    assert "completion next --" in out
    assert world.json("completion", shell)["shell"] == shell


@pytest.mark.parametrize("line", [("tcsh",), ()])
def test_other_shells(world: World, line: tuple[str, ...]) -> None:
    ran = world.run("completion", *line, "--json")
    assert ran.code == (2 if line else 0)  # without a word, bash is meant

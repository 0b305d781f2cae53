"""Tests of wallet.cli.run: exit codes, languages, JSON, secrets, and what a command loads."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import pytest

import wallet
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, IBAN, PASSWORD, PAYEE, PHRASE, Terminal, World
from wallet import mnemonic
from wallet.cli.commands import COMMANDS
from wallet.cli.help import GROUPS
from wallet.cli.run import INTERRUPTED, run
from wallet.cli.session import Environment, Session
from wallet.hd import PrivateNode
from wallet.path import ETHEREUM_ACCOUNT, ethereum_path


def jiaozi(*arguments: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "wallet", "--home", str(home), *arguments],
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_is_installed_and_says_its_version(tmp_path: Path) -> None:
    done = jiaozi("--version", home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("jiaozi 0.")
    script = Path(sys.executable).with_name("jiaozi")
    assert subprocess.run([script, "--version"], check=True, capture_output=True).stdout


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_has_an_example_for_each_command(bare: World, command: str, language: str) -> None:
    ran = bare.run(*command.split(), "--help", "--lang", language, password=False)
    assert (ran.code, ran.err) == (0, "")
    assert "jiaozi" in ran.out
    if command:
        assert f"  jiaozi {command}" in ran.out
        for option in COMMANDS[command].options:
            assert option.flag in ran.out
    else:
        assert all(name in ran.out for name in COMMANDS)


def test_each_command_stands_in_one_group_of_the_overview() -> None:
    shown = [name for names in GROUPS.values() for name in names]
    assert sorted(shown) == sorted(COMMANDS)


def test_no_arguments_show_the_help(bare: World) -> None:
    assert bare.run(password=False).out == bare.run("--help", password=False).out


@pytest.mark.parametrize(
    ("variables", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.UTF-8"}, False),
        ({}, False),
    ],
)
def test_the_language_follows_the_environment(
    bare: World, variables: dict[str, str], chinese: bool
) -> None:
    ran = bare.run("balance", variables=variables or {"X": ""})
    assert ("没有钱包" in ran.err) is chinese
    assert ran.code == 1


def test_lang_decides_and_an_unknown_one_is_refused(bare: World) -> None:
    assert "没有钱包" in bare.run("balance", "--lang", "zh").err
    assert "没有钱包" in bare.run("balance", "--lang=zh").err
    ran = bare.run("balance", "--lang", "fr", "--json")
    assert (ran.code, ran.error["code"]) == (2, "usage.language")


def test_errors_are_one_line_or_one_object(bare: World) -> None:
    ran = bare.run("balance")
    assert ran.out == ""
    assert ran.err.startswith("jiaozi: There is no wallet in ")
    assert ran.err.count("\n") == 1
    error = bare.run("balance", "--json").error
    assert set(error) == {"code", "message", "remedy"}
    assert error["code"] == "home.missing"


def test_json_errors_even_for_a_line_that_is_not_understood(bare: World) -> None:
    assert bare.run("fly", "--json").error["code"] == "usage.command"


def test_a_file_that_cannot_be_read_is_named(world: World) -> None:
    missing = world.run(
        "send", "1", PAYEE, "--yes", "--password-file", "/nowhere/canary", password=False
    )
    assert missing.code == 5
    assert "--password-file: /nowhere/canary cannot be read: No such file" in missing.err
    assert missing.err.count("\n") == 1
    assert missing.out == ""  # and not only after everything was shown


def test_a_secret_that_others_can_read_is_used_with_a_warning(world: World) -> None:
    file = world.home.parent / "shared"
    file.write_text(PASSWORD)
    file.chmod(0o640)
    line = ("send", "1", PAYEE, "--yes", "--password-file", str(file))
    ran = world.run(*line, password=False)
    assert ran.code == 0
    assert ran.err.startswith(f"jiaozi: warning: others can read {file}")
    assert ran.err.count("chmod") == 1
    assert world.run(*line, "--json", password=False).err == ""
    file.chmod(0o600)
    assert "warning" not in world.run(*line, password=False).err


def test_without_a_password_nothing_is_asked(world: World) -> None:
    ran = world.run("send", "1", PAYEE, "--yes", "--json", password=False)
    assert (ran.code, ran.error["code"], ran.out) == (5, "password.none", "")


def test_the_end_of_the_input_at_a_prompt_is_one_line(world: World) -> None:
    def end(prompt: str, stream: TextIO) -> str:
        raise EOFError

    out = io.StringIO()
    environment = Environment(Terminal("y\n"), io.StringIO(), out, {"LANG": "C"}, world.clock, end)
    assert run(["send", "1", PAYEE, "--home", str(world.home)], environment) == 5
    assert "Traceback" not in out.getvalue()
    assert "Type it and press Enter." in out.getvalue()


@pytest.mark.parametrize("home", ["", "~nosuchuser/x"])
def test_a_home_that_is_none(world: World, home: str) -> None:
    done = jiaozi("balance", home=Path(home)) if home else None
    environment = Environment(stdout=io.StringIO(), stderr=io.StringIO(), variables={})
    assert run(["balance", f"--home={home}"], environment) == 2
    assert done is None or (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_tracebacks(world: World, closed: str) -> None:
    line = f'exec "$0" -m wallet --home "$1" send 1 {PAYEE} {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, str(world.home)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5  # there is nobody to ask for a password
    assert "Traceback" not in done.stderr


def test_ctrl_c_while_the_command_is_loaded_is_no_traceback() -> None:
    program = (
        "import sys, wallet.cli\n"
        "class Stop:\n"
        "    def find_spec(self, *_): raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "sys.exit(wallet.cli.main())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (INTERRUPTED, b"")


def test_ctrl_c_is_one_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "confirm", interrupt)
    ran = world.run("send", "1", PAYEE)
    assert ran.code == INTERRUPTED
    assert "Ctrl-C" in ran.err


def test_a_reader_that_goes_away_is_no_error(world: World) -> None:
    pipe = subprocess.Popen(
        [sys.executable, "-m", "wallet", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert pipe.stdout is not None
    pipe.stdout.close()
    _, errors = pipe.communicate()
    assert (pipe.returncode, errors) == (0, b"")


def test_a_terminal_without_chinese_letters_gets_no_traceback(world: World) -> None:
    done = jiaozi("address", "--help", "--lang", "zh", home=world.home, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\u663e" in done.stdout


PAY_LINK = f"ethereum:{TOKEN}@31337/transfer?address={PAYEE}&uint256=100"
EVERYTHING: list[list[str]] = [
    ["address"],
    ["accounts"],
    ["balance"],
    ["link", IBAN, "--name", "Ada Wu", "--code", "284917", "--yes"],
    ["send", "1", PAYEE, "--yes"],
    ["send", "1", PAYEE, "--direct", "--yes"],
    ["redeem", "2", "--yes"],
    ["history"],
    ["networks"],
    ["config"],
    ["request", "1"],
    ["pay", PAY_LINK, "--direct", "--yes"],
    ["doctor"],
]


def test_no_secret_in_any_output_log_or_file(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The planted password, phrase and keys are nowhere but, encrypted, in the vault."""
    caplog.set_level(logging.DEBUG)
    shown = ""
    for arguments in EVERYTHING:
        for flags in ([], ["--json"]):
            ran = world.run(*arguments, *flags)
            assert ran.code == 0, (arguments, ran.err)
            shown += ran.out + ran.err
    world.home.with_name("password").write_text("canary-wrong")
    for arguments in EVERYTHING:
        shown += world.run(*arguments, "--password-file", "/nowhere", password=False).err
    shown += caplog.text
    shown += "".join(path.read_text() for path in world.home.iterdir() if path.name != "password")
    for secret in secrets():
        assert secret not in shown
    assert ADDRESS in shown


def secrets() -> list[str]:
    """What may appear nowhere: the password, runs of words, the seed and each private key."""
    phrase = mnemonic.parse(PHRASE)
    master = PrivateNode.from_seed(mnemonic.seed(phrase))
    nodes = [master, master.derive(ETHEREUM_ACCOUNT), master.derive(ethereum_path(0))]
    return [
        PASSWORD,
        "abandon abandon",
        "abandon about",
        mnemonic.seed(phrase).reveal().hex(),
        *(node.private_key().reveal().hex() for node in nodes),
        *(node.to_xprv().reveal().decode() for node in nodes),
        str(int.from_bytes(nodes[-1].private_key().reveal())),
        "284917",  # the bank's one-time code
    ]


def test_the_canaries_would_be_found(bare: World) -> None:
    """The search above can fail: a phrase is found where init shows it, once."""
    file = bare.home.with_name("phrase")
    file.write_text(PHRASE)
    urls = ("--bank", bare.bank_url, "--rpc", bare.rpc_url)
    assert bare.run("init", *urls, "--phrase-file", str(file)).code == 0
    assert any(secret in file.read_text() for secret in secrets())
    assert any(secret in bare.home.with_name("password").read_text() for secret in secrets())


def documented() -> dict[str, set[str]]:
    """The JSON fields of each command as wallet/README.md has them."""
    page = (Path(wallet.__file__).parent / "README.md").read_text("utf-8")
    table = page.partition("| command | fields |")[2].partition("\n\n")[0]
    found: dict[str, set[str]] = {}
    for line in table.splitlines()[2:]:
        _, command, fields, _ = line.split("|")
        first = fields.split("`")[1]
        found[command.strip(" `")] = set(first.split())
    return found


def test_the_documented_json_fields_are_the_answers(world: World) -> None:
    pages = documented()
    assert set(pages) == set(COMMANDS)
    for arguments in EVERYTHING:
        assert (
            set(world.json(*arguments[:-1] if "--yes" in arguments else arguments))
            == (pages[arguments[0]])
        ), arguments


def test_every_json_answer_is_one_document(world: World) -> None:
    for arguments in EVERYTHING:
        ran = world.run(*arguments, "--json")
        assert isinstance(json.loads(ran.out), dict)


def test_what_asked_to_be_called_at_the_end_is_called() -> None:
    program = (
        "import atexit, sys, wallet.cli\n"
        "atexit.register(lambda: print('at the end'))\n"
        "sys.argv = ['jiaozi', '--version']\n"
        "wallet.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.splitlines()[1:] == [b"at the end"]

"""Tests of what a command loads: a module more is a command that starts later.

Each list is everything that a command loads beyond what `python -c pass` has loaded by itself.
A change that needs another module belongs inside the function that needs it, or here, openly.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import wallet
from tests.wallet.world import World
from wallet.version import VERSION

ANY = {
    "__future__",
    "atexit",
    "gc",
    "wallet",
    "wallet.cli",
    "wallet.cli.commands",
    "wallet.cli.run",
    "wallet.cli.session",
    "wallet.cli.syntax",
    "wallet.clock",
    "wallet.errors",
    "wallet.hints",
    "wallet.plain",
    "wallet.record",
    "wallet.texts",
    "wallet.version",
}
ROOMS = ("cli", "keys", "backup", "agent", "consent", "tools")
HELP = {
    "wallet.cli.help",
    "wallet.cli.views",
    "unicodedata",
    *(f"wallet.texts.{room}_en" for room in ROOMS),
}
ACCOUNT = {
    "_json",
    "_pysha3",
    "wallet.address",
    "wallet.book",
    "wallet.book.accounts",
    "wallet.book.home",
    "wallet.cli.chosen",
    "wallet.keccak",
    "wallet.strict_json",
}
LOADED = {
    ("--version",): ANY,
    ("--help",): ANY | HELP,
    ("send", "--help"): ANY | HELP,
    ("address",): ANY | ACCOUNT | {"wallet.cli.address"},
    ("accounts",): ANY | ACCOUNT | {"wallet.cli.accounts", "wallet.cli.views"},
}
#: What no command may load to read from the chain, or to sign.
HEAVY = {
    "api",
    "argparse",
    "asyncio",
    "coincurve",
    "eth_account",
    "eth_keys",
    "fastapi",
    "importlib.metadata",
    "pydantic",
    "segno",
    "shamir_mnemonic",
    "sqlalchemy",
    "trezorlib",
    "web3",
}


def loaded(*arguments: str, home: Path) -> set[str]:
    """The modules that a command line that succeeds has loaded when it ends."""
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from wallet.cli.run import run\n"
        f"code = run({['--home', str(home), *arguments]!r})\n"
        "print(*set(sys.modules) - before, file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", LOADED, ids=" ".join)
def test_the_quickest_commands_load_these_and_no_more(
    world: World, arguments: tuple[str, ...]
) -> None:
    found = loaded(*arguments, home=world.home)
    assert sorted(found - LOADED[arguments]) == []
    assert "wallet.cli.run" in found


@pytest.mark.parametrize("command", ["balance", "history", "address --count 3"])
def test_what_computes_or_reads_the_chain_loads_nothing_heavy(world: World, command: str) -> None:
    found = loaded(*command.split(), home=world.home)
    assert found & {"wallet.rpc", "wallet.hd"}
    assert sorted(found & HEAVY) == []


@pytest.mark.parametrize("command", ["balance", "address --count 3"])
def test_what_has_a_bar_of_its_own_makes_no_dataclasses(world: World, command: str) -> None:
    found = loaded(*command.split(), home=world.home)
    slow = {"dataclasses", "inspect", "wallet.bank", "wallet.vault", "cryptography"}
    assert sorted(found & slow) == []


def test_the_version_is_the_package_s() -> None:
    file = Path(wallet.__file__).parents[1] / "pyproject.toml"
    assert tomllib.loads(file.read_text())["project"]["version"] == VERSION

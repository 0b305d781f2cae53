"""Tests that no secret ever leaves the wallet unasked: canaries are planted, all is searched.

A phrase, its passphrase, the password, another file's password and a private key are planted.
Every command then runs, well and badly, for people and for programs, with faults injected into
its depths; outputs, tracebacks, logs and files are searched for any of them. A command without
an entry in `lines` fails the first test.
"""

from __future__ import annotations

import copy
import logging
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.wallet.canaries import (
    CANARIES,
    KEY,
    NEW_PASSWORD,
    PHRASE,
    SECRET,
    Cage,
    found_in,
    fund,
    init_line,
    lines,
)
from tests.wallet.world import PASSWORD, World
from wallet import bip85, mnemonic, vault
from wallet.book.accounts import PHRASE as PHRASE_KIND
from wallet.book.backup import Backup, master_of
from wallet.cli.commands import COMMANDS, COMMON
from wallet.curve import PrivateKey
from wallet.errors import SecretLeak, WalletError
from wallet.hd import PrivateNode
from wallet.mending import advice
from wallet.path import ethereum_path
from wallet.secret import Secret
from wallet.shares import Plan, Shares, split
from wallet.signer import LocalSigner

pytestmark = pytest.mark.integration  # takes seconds


@pytest.fixture
def cage(bare: World, tmp_path: Path) -> Cage:
    """A funded wallet of the canary phrase and passphrase."""
    bare.home = tmp_path / "home"
    cage = Cage(bare, tmp_path)
    assert cage.hear("init", init_line(cage)) == 0
    fund(cage)
    return cage


def test_every_command_has_its_lines(cage: Cage) -> None:
    """Add a new command's to `lines`: each must be searched."""
    assert set(lines(cage)) == set(COMMANDS)


@pytest.mark.parametrize("flags", [[], ["--json"], ["--lang", "zh"]], ids=["plain", "json", "zh"])
def test_no_command_shows_a_canary(
    cage: Cage, caplog: pytest.LogCaptureFixture, flags: list[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    worked = set()
    for command, each in lines(cage).items():
        for line in each:
            if cage.hear(command, [*line, *flags]) == 0:
                worked.add(command)
    assert cage.leaks() == []
    assert found_in(caplog.text) == []
    # init and restore find a wallet here and are run well below; the rest tell of what is wrong.
    assert worked >= set(COMMANDS) - {"init", "restore", "verify", "doctor"}


def test_a_new_wallet_and_a_restored_one_show_no_canary(cage: Cage) -> None:
    cage.hear("backup", ["backup", str(cage.place / "backup.json")])
    for source in (
        ["restore", str(cage.place / "backup.json")],
        *lines(cage)["init"],
        [*lines(cage)["init"][1], "--json"],
        ["init", *lines(cage)["init"][0][1:5], "--json"],
    ):
        shutil.rmtree(cage.world.home)
        cage.hear("again", source)
        cage.world.home.mkdir(exist_ok=True)
        cage.hear("again", ["balance"])
        cage.hear("again", ["sign", "text", "--message", "me", "--yes"])
    assert cage.leaks() == []


def test_what_goes_wrong_shows_no_canary(cage: Cage, caplog: pytest.LogCaptureFixture) -> None:
    """Wrong passwords, absent and readable files, a damaged vault, a silent node, no bank."""
    caplog.set_level(logging.DEBUG)
    wrong = cage.plant("wrong", NEW_PASSWORD)
    Path(cage.plant("readable", PASSWORD)).chmod(0o644)
    vault_file = cage.world.home / "vault.json"
    sealed = vault_file.read_bytes()
    for command, (line, *_) in lines(cage).items():
        cage.hear(command, [*line, "--password-file", wrong])
        cage.hear(command, [*line, "--password-file", "/nowhere/at-all"])
        cage.hear(command, [*line, "--password-file", str(cage.place / "planted" / "readable")])
        cage.hear(command, [*line, "--no-such-option", "--lang", "zh"])
        cage.hear(command, line[:1])
        vault_file.write_bytes(sealed[:-40] + b"\n")
        cage.hear(command, [*line, "--json"])
        vault_file.write_bytes(sealed)
    cage.world.chain.silent_at = "eth_call"
    cage.world.bank.silent = True
    cage.hear("balance", ["balance"])
    for command in ("send", "redeem", "link"):
        cage.hear(command, [*lines(cage)[command][0], "--no-wait"])
    assert cage.leaks() == []
    assert found_in(caplog.text) == []


def test_the_agent_shows_no_canary(cage: Cage) -> None:
    """Processes of their own: the agent is started, signs, and is locked; all they say is heard."""
    password = cage.plant("password", PASSWORD)
    for line in (
        ["agent", "start", "--minutes", "2", "--password-file", password],
        ["agent", "--json"],
        ["sign", "text", "--message", "me", "--yes"],
        ["agent", "lock"],
        ["sign", "text", "--message", "me", "--yes"],
    ):
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-m", "wallet", "--home", str(cage.world.home), *line],
            env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": ""},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        cage.heard.append((" ".join(line[:2]), done.stdout + done.stderr))
    codes = [text.startswith("jiaozi:") for _, text in cage.heard[-5:]]
    assert codes == [False, False, False, False, True]  # the last has nobody to ask
    assert cage.leaks() == []


class Injected(Exception):
    """A fault that nobody foresaw."""


FAULTS = [
    "wallet.hd.PrivateNode.from_seed",
    "wallet.hd.PrivateNode.child",
    "wallet.mnemonic.seed",
    "wallet.mnemonic.entropy",
    "wallet.signer.LocalSigner.sign_digest",
    "wallet.signer.sign",
    "wallet.kdf.Argon2id.derive",
    "wallet.files.write_private",
    "wallet.files.create_private",
    "wallet.book.home.Home.secret",
    "wallet.signer.keccak256",
]
SIGNING = ("account", "export", "backup", "rehearse", "password", "bip85", "send", "redeem", "sign")


@contextmanager
def fault(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fail(*_: object, **__: object) -> None:
        raise Injected

    with monkeypatch.context() as patch:
        patch.setattr(name, fail)
        yield


@pytest.mark.parametrize("name", FAULTS)
def test_no_traceback_shows_a_canary(
    cage: Cage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    every = lines(cage)
    with fault(name, monkeypatch):
        for command in SIGNING:
            for line in every[command]:
                cage.hear(command, line)
                cage.hear(command, [*line, "--json"])
    assert any("Injected" in text for what, text in cage.heard if what.endswith("traceback"))
    assert cage.leaks() == []


def types() -> dict[str, tuple[object, str]]:
    """One of each type that holds a secret, and how it is allowed to show itself."""
    phrase = mnemonic.parse(PHRASE)
    node = master_of(SECRET).derive(ethereum_path(0))
    shares = Shares()
    for share in split(mnemonic.entropy(phrase), Plan.parse("2of2"))[0]:
        shares.add(share.reveal().decode())
    swapped = PHRASE.replace("thank yellow", "yellow thank")
    return {
        "Secret": (SECRET, "<secret>"),
        "PrivateNode": (node, "PrivateNode(depth=5)"),
        "PrivateKey": (PrivateKey(KEY), "PrivateKey"),
        "LocalSigner": (LocalSigner(KEY), f"LocalSigner({LocalSigner(KEY).address})"),
        "Shares": (shares, "Shares(2)"),
        "Advice": (advice(swapped), "Advice("),
        "child": (bip85.phrase(PrivateNode.from_seed(Secret(bytes(32))), 0)[1], "<secret>"),
        "error": (refusal(swapped), "MnemonicError("),
    }


def refusal(text: str) -> WalletError:
    with pytest.raises(WalletError) as caught:
        mnemonic.parse(text)
    return caught.value


@pytest.mark.parametrize("name", list(types()))
def test_no_type_shows_or_copies_what_it_holds(name: str) -> None:
    value, shown = types()[name]
    for text in (repr(value), str(value), f"{value}", f"{value!r:>90}", "%s" % (value,)):  # noqa: UP031  # one more way
        assert found_in(text) == []
    assert shown in repr(value)
    # The curve's own key type hands its bytes to the tree of keys, and to nobody else.
    public = [each for each in dir(value) if not each.startswith("_") and name != "PrivateKey"]
    plain = [getattr(value, each) for each in public]
    assert found_in(" ".join(repr(each) for each in plain if not callable(each))) == []
    if name in ("Advice", "error"):
        return
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises((SecretLeak, TypeError)):
            leak(value)


def test_a_backup_in_memory_shows_nothing(cage: Cage) -> None:
    backup = Backup.of(cage.world.files, Secret(PASSWORD.encode()))
    assert backup.accounts.kind == PHRASE_KIND
    assert found_in(repr(backup)) == []
    with pytest.raises(SecretLeak):
        pickle.dumps(backup)
    sealed = vault.seal(SECRET, Secret(PASSWORD.encode()), n=4)
    assert found_in(sealed.decode()) == []


def test_no_option_takes_a_secret_itself() -> None:
    """A secret in a command line lies in the shell's history and in the list of processes."""
    options = [option for each in COMMANDS.values() for option in each.options]
    for option in (*COMMON, *options):
        for word in ("phrase", "password", "key", "seed", "mnemonic", "secret"):
            if word in option.flag:
                assert option.value in (None, "FILE"), option


@pytest.mark.parametrize("name", list(CANARIES))
def test_a_canary_that_flew_would_be_seen(cage: Cage, name: str) -> None:
    """The search can fail: on a screen, in a file, in a traceback."""
    secret = CANARIES[name]
    cage.heard.append(("screen", f"here: {secret}!"))
    (cage.place / "home" / "file").write_text(f"x{secret}x", encoding="utf-8")
    leaks = cage.leaks()
    assert any("screen" in leak and name in leak for leak in leaks)
    assert any("file holds" in leak and name in leak for leak in leaks)

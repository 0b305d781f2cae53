"""Tests of `jiaozi backup`, `restore` and `rehearse`: what goes out comes back, and is proved."""

from __future__ import annotations

import io
import json
import shutil
import stat
from pathlib import Path
from typing import Any, TextIO

import pytest

from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PASSWORD, PAYEE, PHRASE, Terminal, World
from wallet import mnemonic
from wallet.book.backup import Backup
from wallet.cli.run import run
from wallet.cli.session import Environment
from wallet.secret import Secret
from wallet.shares import Shares
from wallet.vault import seal
from wallet.words import LANGUAGES

pytestmark = pytest.mark.integration  # takes seconds

FINGERPRINT = "73c5da0a"  # of the well-known phrase, as other wallets show it


def piped(world: World, text: str, *arguments: str, password: str | None = PASSWORD) -> Any:
    """A command whose standard input is a pipe: its code, and what it said as JSON."""
    out, err = io.StringIO(), io.StringIO()
    line = [*arguments, "--home", str(world.home), "--json"]
    if password is not None:
        file = world.home.parent / "piped-password"
        file.write_text(password)
        file.chmod(0o600)
        line += ["--password-file", str(file)]
    stdin: TextIO = io.StringIO(text)
    environment = Environment(stdin, out, err, {"LANG": "C.UTF-8"}, world.clock)
    code = run(line, environment)
    return code, json.loads(out.getvalue() or err.getvalue())


def files(world: World) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in world.home.iterdir()}


def test_a_file_brings_everything_back(world: World, tmp_path: Path) -> None:
    world.json("send", "1", PAYEE, "--save-as", "Ada")
    world.json("account", "new", "savings")
    file = tmp_path / "backup.json"
    done = world.json("backup", str(file))
    assert done == {"file": str(file), "kind": "phrase", "address": ADDRESS, "accounts": 2}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = files(world)
    shutil.rmtree(world.home)
    assert world.json("rehearse", str(file))["same"] is False
    assert not world.home.exists()
    assert world.json("restore", str(file))["accounts"] == 2
    after = files(world)
    assert set(after) - {".lock"} == set(before) - {".lock"}
    for name in ("account.json", "book.json", "config.toml"):
        assert after[name] == before[name]
    assert world.files.phrase(Secret(PASSWORD.encode())) == mnemonic.parse(PHRASE)
    assert world.json("send", "1", "Ada")["state"] == "FINAL"


def test_a_backup_is_never_written_over_another_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.json"
    file.write_text("precious")
    ran = world.run("backup", str(file), "--json")
    assert (ran.code, ran.error["code"], file.read_text()) == (1, "backup.exists", "precious")
    (tmp_path / "share-1-2.txt").write_text("precious")
    ran = world.run("backup", "--shares", "2of2", "--share-dir", str(tmp_path), "--json")
    assert ran.error["code"] == "backup.exists"
    assert not (tmp_path / "share-1-1.txt").exists()


def test_a_wallet_is_never_restored_over_another(world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.json"
    world.json("backup", str(file))
    before = files(world)
    for source in ([str(file)], ["--from-shares"]):
        ran = world.run("restore", *source, "--json")
        assert (ran.code, ran.error["code"]) == (1, "home.exists")
    assert files(world) == before


def test_a_wrong_password_and_a_damaged_file_are_told_apart(world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.json"
    world.json("backup", str(file))
    world.secrets = ["another password"]
    ran = world.run("rehearse", str(file), "--json", password=False, typed="")
    assert (ran.code, ran.error["code"]) == (5, "backup.password")
    for damaged in (file.read_bytes()[:-9], b"", b"{}", (world.home / "vault.json").read_bytes()):
        file.write_bytes(damaged)
        ran = world.run("rehearse", str(file), "--json")
        assert (ran.code, ran.error["code"]) == (5, "backup.damaged"), damaged


@pytest.mark.parametrize("field", ["secret", "accounts", "config", "format", "book"])
def test_a_backup_whose_parts_do_not_fit_is_refused(world: World, field: str) -> None:
    password = Secret(PASSWORD.encode())
    whole = {
        "format": "jiaozi-backup-1", "accounts": world.files.accounts().to_dict(),
        "private": False, "secret": PHRASE.encode().hex(), "config": "", "book": "",
    }  # fmt: skip
    assert Backup.from_file(seal(Secret(json.dumps(whole).encode()), password), password)
    for wrong in (None, 5, []):
        changed = Secret(json.dumps(whole | {field: wrong}).encode())
        with pytest.raises(Exception, match="no backup") as caught:
            Backup.from_file(seal(changed, password), password)
        assert getattr(caught.value, "code", "") == "backup.damaged"


def test_another_wallets_backup_does_not_rehearse(world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.json"
    world.json("backup", str(file))
    world.home = tmp_path / "other"
    urls = ("--bank", world.bank_url, "--rpc", world.rpc_url)
    assert world.run("init", *urls, "--json").code == 0
    before = files(world)
    ran = world.run("rehearse", str(file), "--json")
    assert (ran.code, ran.error["code"]) == (5, "rehearse.differs")
    assert files(world) == before


def test_accounts_made_since_the_backup_are_counted(world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.json"
    world.json("backup", str(file))
    assert "same" in world.run("rehearse", str(file)).out
    world.json("account", "new", "later")
    found = world.json("rehearse", str(file))
    assert (found["same"], found["newer_accounts"]) == (True, 1)
    assert "Accounts that are newer than the backup: 1" in world.run("rehearse", str(file)).out


def test_a_watching_wallet_is_backed_up_under_a_new_password(bare: World, tmp_path: Path) -> None:
    urls = ("--bank", bare.bank_url, "--rpc", bare.rpc_url)
    assert bare.run("init", *urls, "--watch", PAYEE, "--json", password=False).code == 0
    file = tmp_path / "backup.json"
    bare.secrets = ["a new password", "a new password"]
    assert bare.run("backup", str(file), password=False, typed="").code == 0
    shutil.rmtree(bare.home)
    bare.secrets = ["a new password"]
    ran = bare.run("restore", str(file), "--json", password=False, typed="")
    assert (ran.code, ran.data["kind"], ran.data["address"]) == (0, "watch", PAYEE)
    ran = bare.run("backup", "--shares", "2of3", "--json", password=False)  # none is asked
    assert ran.error["code"] == "home.no_phrase"


def shares_of(world: World, *arguments: str) -> Any:
    return world.json("backup", "--shares", *arguments)


def test_shares_say_what_they_hold_and_any_two_restore(world: World) -> None:
    made = shares_of(world, "2of3")
    assert made["holds"] == "bip39-entropy"
    assert (made["language"], made["words"], made["passphrase"]) == ("english", 12, False)
    assert (made["fingerprint"], made["groups_needed"]) == (FINGERPRINT, 1)
    ((group),) = made["groups"]
    assert (group["needed"], len(group["shares"])) == (2, 3)
    shares = Shares()
    for text in group["shares"][1:]:
        shares.add(text)
    assert mnemonic.from_entropy(shares.entropy()) == mnemonic.parse(PHRASE)


def test_shares_are_rehearsed_from_a_pipe_without_the_vault(world: World) -> None:
    ((group),) = shares_of(world, "2of3")["groups"]
    (world.home / "vault.json").write_text("not needed")
    before = files(world)
    text = "\n".join(group["shares"][::2])
    code, found = piped(world, text, "rehearse", "--from-shares", password=None)
    assert (code, found["same"], found["fingerprint"]) == (0, True, FINGERPRINT)
    assert files(world) == before
    code, found = piped(world, group["shares"][0], "rehearse", "--from-shares")
    assert (code, found["error"]["code"]) == (2, "share.few")


@pytest.mark.parametrize("language", LANGUAGES)
def test_share_files_restore_the_phrase_in_its_language(
    bare: World, tmp_path: Path, language: str
) -> None:
    urls = ("--bank", bare.bank_url, "--rpc", bare.rpc_url)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("密语 ß")
    passphrase.chmod(0o600)
    extra = ("--passphrase-file", str(passphrase))
    new = bare.run("init", *urls, *extra, "--word-list", language, "--words", "18", "--json").data
    assert mnemonic.language_of(mnemonic.parse(new["phrase"])) == language
    sheets = tmp_path / "sheets"
    made = shares_of(bare, "2of3,2of2", "--groups", "1", "--share-dir", str(sheets))
    assert [Path(file).name for file in made["files"]] == [
        *(f"share-1-{n}.txt" for n in (1, 2, 3)), "share-2-1.txt", "share-2-2.txt",
    ]  # fmt: skip
    assert made["passphrase"] is True
    assert all(stat.S_IMODE(Path(file).stat().st_mode) == 0o600 for file in made["files"])
    shutil.rmtree(bare.home)
    text = "".join((sheets / name).read_text() for name in ("share-1-3.txt", "share-1-1.txt"))
    code, found = piped(bare, text, "restore", "--from-shares", *urls)
    assert (code, found["error"]["code"]) == (5, "share.fingerprint")  # without the passphrase
    assert not bare.home.exists()
    code, found = piped(bare, text, "restore", "--from-shares", *urls, *extra)
    assert (code, found["address"]) == (0, new["address"])
    assert bare.files.phrase(Secret(PASSWORD.encode())) == mnemonic.parse(new["phrase"])


def test_labels_of_two_sets_are_refused(world: World, tmp_path: Path) -> None:
    for name in ("a", "b"):
        shares_of(world, "2of2", "--share-dir", str(tmp_path / name))
    text = (tmp_path / "a/share-1-1.txt").read_text() + (tmp_path / "b/share-1-2.txt").read_text()
    code, found = piped(world, text, "rehearse", "--from-shares")
    assert (code, found["error"]["code"]) == (2, "share.other_set")
    text = text.replace("language=english", "language=japanese", 1)
    text = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    assert piped(world, text, "rehearse", "--from-shares")[1]["error"]["code"] == "share.labels"


def test_people_see_one_sheet_after_another(world: World) -> None:
    ran = world.run("backup", "--shares", "2of3")
    assert ran.code == 0
    for share in (1, 2, 3):
        assert f"Share {share} of 3; any 2 of these are needed." in ran.out
    assert ran.out.count(f"list english, fingerprint {FINGERPRINT}") == 3
    assert "20 " in ran.out
    assert "makes other addresses" in ran.out
    zh = world.run("backup", "--shares", "2of3,1of1", "--lang", "zh").out
    assert "第 1 组，共 2 组" in zh
    assert "SLIP-39 分片，内含 BIP-39 助记词的熵" in zh


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--shares", "1of3"], "shares.plan"),
        (["--shares", "2of3", "--groups", "2"], "shares.groups"),
        (["--shares", "2of3", "--groups", "x"], "usage.number"),
        (["file", "--shares", "2of3"], "usage.instead"),
        ([], "usage.missing"),
    ],
)
def test_what_cannot_be_made_is_refused(world: World, arguments: list[str], code: str) -> None:
    ran = world.run("backup", *arguments, "--json")
    assert (ran.code, ran.error["code"]) == (2, code)


class Asked:
    """A terminal at which prepared lines are typed unseen; keeps what was said meanwhile."""

    def __init__(self, world: World, answers: list[str], err: type[io.StringIO] = Terminal) -> None:
        self._answers = iter(answers)
        self.err, self.out = err(), Terminal()
        self.environment = Environment(
            Terminal(), self.out, self.err, {"LANG": "C.UTF-8"}, world.clock, self._ask
        )

    def _ask(self, prompt: str, stream: TextIO) -> str:
        print(prompt, file=stream)
        return next(self._answers)


def test_shares_are_typed_one_by_one_with_progress_and_advice(world: World) -> None:
    ((group),) = shares_of(world, "2of3")["groups"]
    first, second, _ = group["shares"]
    words = second.split()
    misspelt = " ".join([*words[:5], words[5] + "x", *words[6:]])
    other = "zero" if words[5] != "zero" else "acid"
    slipped = " ".join([*words[:5], other, *words[6:]])
    asked = Asked(world, [first, first, misspelt, slipped, second])
    line = ["rehearse", "--from-shares", "--home", str(world.home)]
    assert run(line, asked.environment) == 0
    said = asked.err.getvalue()
    assert "Group 1: 1 of 2 shares." in said
    assert "Group 1: 2 of 2 shares." in said
    assert "Share 2 was given before." in said
    assert f"Like it: {words[5]}" in said
    assert f"Word 6 would fit as: {words[5]}" in said
    assert first not in said + asked.out.getvalue()


def test_without_a_terminal_for_errors_no_word_is_shown(world: World) -> None:
    ((group),) = shares_of(world, "2of3")["groups"]
    words = group["shares"][0].split()
    wrong = " ".join([words[0] + "x", *words[1:]])
    line = ["rehearse", "--from-shares", "--home", str(world.home)]
    for flags, err in ((["--json"], Terminal), ([], io.StringIO)):
        asked = Asked(world, [wrong], err)
        assert run([*line, *flags], asked.environment) == 2
        assert "Like it" not in asked.err.getvalue()
        assert not set(words) & set(asked.err.getvalue().split())


def test_enter_alone_stops(world: World) -> None:
    ((group),) = shares_of(world, "2of3")["groups"]
    asked = Asked(world, [group["shares"][0], ""])
    line = ["rehearse", "--from-shares", "--home", str(world.home)]
    assert run(line, asked.environment) == 2
    assert "1 shares are not enough" in asked.err.getvalue()


def test_shares_restore_on_a_computer_without_a_network(world: World, tmp_path: Path) -> None:
    ((group),) = shares_of(world, "2of3")["groups"]
    token = {"address": TOKEN, "name": "Euro Deposit", "symbol": "dEUR", "currency": "EUR"}
    network = tmp_path / "31337.json"
    network.write_text(json.dumps({"chainId": 31337, "token": token, "block": 4}))
    shutil.rmtree(world.home)
    asked = len(world.chain.calls), len(world.bank.requests)
    line = ("restore", "--from-shares", "--network", str(network), "--rpc", world.rpc_url)
    code, found = piped(world, "\n".join(group["shares"]), *line, "--unchecked")
    assert (code, found["address"]) == (0, ADDRESS)
    assert (len(world.chain.calls), len(world.bank.requests)) == asked

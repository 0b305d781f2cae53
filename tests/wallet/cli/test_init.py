"""Tests of `jiaozi init`: everything agrees before anything is written, and nothing is lost."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import IO, Any, TextIO, cast

import pytest

from tests.wallet.fakebank import TELLER
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PASSWORD, PAYEE, PHRASE, World
from wallet import mnemonic
from wallet.cli.run import run
from wallet.cli.session import Environment
from wallet.secret import Secret


def init(world: World, *more: str, **options: Any) -> Any:
    """Run init against the world's bank and chain."""
    urls = ("--bank", world.bank_url, "--rpc", world.rpc_url)
    return world.run("init", *urls, *more, **options)


def test_a_new_wallet(bare: World) -> None:
    ran = init(bare, "--json")
    assert ran.code == 0, ran.err
    phrase = mnemonic.parse(ran.data["phrase"])
    assert len(phrase.reveal().split()) == 12
    assert bare.files.phrase(Secret(PASSWORD.encode())) == phrase
    assert bare.files.account().address == ran.data["address"]
    network = bare.files.network()
    assert (network.chain_id, str(network.token), network.depth) == (31337, str(TOKEN), 2)
    assert network.first_block == bare.chain.deployed_at
    assert network.bank_url == bare.bank_url
    assert bare.json("address")["address"] == ran.data["address"]


def test_the_phrase_is_shown_once_to_people_and_never_again(bare: World) -> None:
    ran = init(bare)
    words = bare.files.phrase(Secret(PASSWORD.encode())).reveal().decode().split()
    for place, word in enumerate(words, 1):
        assert f"{place:>2} {word}" in ran.out
    assert "paper" in ran.out
    stored = "".join(path.read_text() for path in bare.home.iterdir())
    assert " ".join(words[:2]) not in stored + bare.run("history").out


@pytest.mark.parametrize("words", [12, 15, 18, 21, 24])
def test_as_many_words_as_wanted(bare: World, words: int) -> None:
    assert len(init(bare, "--words", str(words), "--json").data["phrase"].split()) == words


@pytest.mark.parametrize(("words", "code"), [("13", "mnemonic.length"), ("25", "usage.number")])
def test_another_number_of_words_is_refused(bare: World, words: str, code: str) -> None:
    ran = init(bare, "--words", words, "--json")
    assert (ran.code, ran.error["code"]) == (2, code)
    assert not bare.home.exists()


def test_restore_from_a_file_a_pipe_and_a_prompt(bare: World, tmp_path: Path) -> None:
    file = tmp_path / "phrase.txt"
    file.write_text(PHRASE.replace(" ", "\n"))
    ran = init(bare, "--phrase-file", str(file), "--json")
    assert (ran.code, ran.data["address"]) == (0, ADDRESS)
    assert "phrase" not in ran.data
    bare.home = tmp_path / "second"
    bare.secrets = [PHRASE]
    ran = init(bare, "--restore", "--json", typed="")
    assert (ran.code, ran.data["address"]) == (0, ADDRESS)


def test_a_wrong_phrase_is_refused_without_being_shown(bare: World, tmp_path: Path) -> None:
    file = tmp_path / "phrase.txt"
    file.write_text("canaryword " + PHRASE.split(" ", 1)[1])
    ran = init(bare, "--phrase-file", str(file))
    assert ran.code == 2
    assert "Word 1 " in ran.err
    assert "canaryword" not in ran.err
    file.write_bytes(b"\xff\xfe")
    assert init(bare, "--phrase-file", str(file), "--json").error["code"] == "file.text"
    assert not bare.home.exists()


def test_an_existing_wallet_is_left_alone(world: World) -> None:
    before = (world.home / "vault.json").read_bytes()
    ran = init(world, "--json")
    assert (ran.code, ran.error["code"]) == (1, "home.exists")
    assert (world.home / "vault.json").read_bytes() == before


def test_the_password_is_asked_twice_and_not_too_short(bare: World) -> None:
    for secrets, code in (
        (["long enough", "long enouhg"], "password.differ"),
        (["short"], "password.short"),  # and it is not asked for again
    ):
        bare.secrets = secrets
        ran = init(bare, "--json", typed="", password=False)
        assert (ran.code, ran.error["code"]) == (5, code)
    assert init(bare, "--json", password=False).error["code"] == "password.none"
    assert not bare.home.exists()
    bare.secrets = ["short"] * 3  # at a terminal it is asked for again, and not for ever
    ran = init(bare, typed="", password=False)
    assert (ran.code, ran.err.count("too short"), bare.home.exists()) == (5, 3, False)
    bare.secrets = ["short", "long enough", "long enouhg", "long enough", "long enough"]
    ran = init(bare, typed="", password=False)
    assert (ran.code, "Choose one of at least 8" in ran.err) == (0, True), ran.err
    assert "Type the same one twice" in ran.err
    shutil.rmtree(bare.home)
    bare.secrets = ["long enough", "long enough"]
    assert init(bare, typed="", password=False).code == 0
    assert bare.files.phrase(Secret(b"long enough"))


def deployment(world: World, tmp_path: Path, **changes: Any) -> str:
    """A deployments/<chainId>.json as the deployment writes it."""
    token = {
        "address": TOKEN,
        "name": "Euro Deposit",
        "symbol": "dEUR",
        "currency": "EUR",
        "decimals": 2,
    }
    whole = {"chainId": 31337, "token": token | changes.pop("token", {}), "block": 4} | changes
    file = tmp_path / "31337.json"
    file.write_text(json.dumps(whole))
    return str(file)


def test_a_deployments_file_instead_of_a_bank(bare: World, tmp_path: Path) -> None:
    file = deployment(bare, tmp_path)
    ran = bare.run("init", "--network", file, "--rpc", bare.rpc_url, "--json")
    assert (ran.code, ran.data["bank"]) == (0, None)
    assert bare.files.network().first_block == 4
    assert bare.bank.requests == []


@pytest.mark.parametrize(
    "changes",
    [
        {"chainId": "x"},
        {"block": None},
        {"token": {"address": "0x1"}},
        {"token": {"currency": "X"}},
    ],
)
def test_a_wrong_deployments_file_is_refused(
    bare: World, tmp_path: Path, changes: dict[str, Any]
) -> None:
    file = deployment(bare, tmp_path, **changes)
    ran = bare.run("init", "--network", file, "--rpc", bare.rpc_url, "--json")
    assert (ran.code, ran.error["code"]) == (1, "init.file")


def test_bank_and_file_must_agree(bare: World, tmp_path: Path) -> None:
    file = deployment(bare, tmp_path)
    both = ("init", "--network", file, "--rpc", bare.rpc_url, "--bank", bare.bank_url, "--json")
    bare.bank.info_changes = {"token": PAYEE}
    assert bare.run(*both).error["code"] == "bank.other_token"
    bare.bank.info_changes = {}
    assert bare.run(*both).code == 0
    assert bare.files.network().depth == 2


@pytest.mark.parametrize(
    ("chain", "bank", "code", "exit_code"),
    [
        ({"chain_id": 5}, {"chain_id": 31337}, "chain.id", 1),
        ({"symbol": "XEUR"}, {"symbol": "dEUR"}, "token.differs", 1),
        ({"decimals": 18}, {"decimals": 2}, "token.decimals", 1),
        ({"name": "Fake Euro"}, {"token_name": "Euro Deposit"}, "token.differs", 1),
        ({}, {"token": PAYEE}, "token.missing", 1),
        ({}, {"chain_id": "31337"}, "bank.answer", 1),
    ],
)
def test_chain_and_bank_must_agree(
    bare: World, chain: dict[str, Any], bank: dict[str, Any], code: str, exit_code: int
) -> None:
    for name, value in chain.items():
        setattr(bare.chain, name, value)
    bare.bank.info_changes = bank
    ran = init(bare, "--json")
    assert (ran.code, ran.error["code"]) == (exit_code, code)
    assert not bare.home.exists()


def test_what_is_needed_is_named(bare: World) -> None:
    assert bare.run("init", "--bank", bare.bank_url, "--json").error["code"] == "init.rpc"
    assert bare.run("init", "--rpc", bare.rpc_url, "--json").error["code"] == "init.network"
    bad = bare.run("init", "--bank", "bank", "--rpc", bare.rpc_url, "--json")
    assert (bad.code, bad.error["code"]) == (2, "net.url")


class Closed(io.TextIOBase):
    """An output whose reader has gone; another stands in when it is replaced."""

    def __init__(self, spare: IO[bytes]) -> None:
        self._spare = spare

    def write(self, _: str) -> int:
        raise BrokenPipeError

    def fileno(self) -> int:
        return self._spare.fileno()


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_no_wallet_whose_phrase_nobody_saw(bare: World, tmp_path: Path, flags: list[str]) -> None:
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    urls = ["--bank", bare.bank_url, "--rpc", bare.rpc_url]
    line = ["init", *urls, "--home", str(bare.home), "--password-file", str(password), *flags]
    with (tmp_path / "spare").open("wb") as spare:
        out = cast("TextIO", Closed(spare))
        environment = Environment(io.StringIO(), out, io.StringIO(), {}, bare.clock)
        assert run(line, environment) == 1
    assert not bare.home.exists()


@pytest.mark.parametrize("option", ["--bank", "--rpc"])
def test_plain_http_to_another_computer_must_be_allowed(bare: World, option: str) -> None:
    urls = {"--bank": bare.bank_url, "--rpc": bare.rpc_url} | {option: "http://192.0.2.1:1"}
    line = [word for pair in urls.items() for word in pair]
    ran = bare.run("init", *line, "--json")
    assert (ran.code, ran.error["code"]) == (2, "net.plain")
    assert "--insecure-http" in ran.error["remedy"]
    assert init(bare, "--insecure-http").code == 0
    assert bare.files.network().insecure_http


def test_what_comes_next_is_said_as_it_was_called(bare: World) -> None:
    out = init(bare).out
    assert f" --home {bare.home} link IBAN" in out
    assert bare.files.network().teller == TELLER
    assert not bare.files.network().insecure_http


def test_nobody_there(bare: World) -> None:
    ran = bare.run("init", "--bank", "http://127.0.0.1:1", "--rpc", bare.rpc_url, "--json")
    assert (ran.code, ran.error["code"]) == (4, "net.unreachable")


def test_a_node_without_old_states_means_history_from_block_0(bare: World) -> None:
    bare.chain.keeps_states = False
    assert init(bare).code == 0
    assert bare.files.network().first_block == 0

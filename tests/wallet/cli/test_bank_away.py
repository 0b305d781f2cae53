"""Tests with the bank's bridge gone: what the chain alone can do is done, the rest says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.wallet.cli.test_send import stop_bank
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, IBAN, PAYEE, World
from wallet.cli.commands import COMMANDS

LINK = f"ethereum:{TOKEN}@31337/transfer?address={PAYEE}&uint256=100"
#: Command lines that need no bank. With those below, every command is here; FILE is a new file.
ALONE: list[list[str]] = [
    ["address"],
    ["accounts"],
    ["account"],
    ["agent"],
    ["allowances"],
    ["backup", "FILE"],
    ["balance"],
    ["bip85", "hex"],
    ["completion", "bash"],
    ["config"],
    ["config", "set", "depth", "3"],
    ["contacts"],
    ["contacts", "add", "Bo", PAYEE],
    ["doctor", "--find", ADDRESS],
    ["export", "address"],
    ["history"],
    ["networks"],
    ["offline", "prepare", "1", PAYEE, "--direct", "--out", "FILE"],
    ["pay", LINK, "--direct"],
    ["request", "1"],
    ["send", "1", PAYEE, "--direct"],
    ["sign", "text", "--message", "hello"],
]
#: Lines that need the bank, with what they say and the exit code.
NEEDY: list[tuple[list[str], str, int]] = [
    (["send", "1", PAYEE], "send.no_bank", 4),
    (["pay", LINK], "send.no_bank", 4),
    (["link", IBAN, "--name", "Bo", "--code", "2"], "net.unreachable", 4),
    (["redeem", "1"], "net.unreachable", 4),
    (["unlink", IBAN], "net.unreachable", 4),
    (["reserve"], "net.unreachable", 4),
]
#: Commands that have a test of their own without a bank, or can have none: they make the wallet
#: (init, restore), ask for new secrets (password, rehearse), or need what others sign.
ELSEWHERE = {"init", "restore", "rehearse", "password", "policy", "verify"}


def test_every_command_is_here() -> None:
    here = {line[0] for line in ALONE} | {line[0] for line, _, _ in NEEDY} | ELSEWHERE
    assert here == set(COMMANDS)


@pytest.mark.parametrize("line", ALONE, ids=" ".join)
def test_what_the_chain_alone_can_do(world: World, line: list[str], tmp_path: Path) -> None:
    stop_bank(world)
    asked = len(world.bank.requests)
    file = str(tmp_path / "new")
    ran = world.run(*(file if word == "FILE" else word for word in line), "--yes", "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)
    assert len(world.bank.requests) == asked


@pytest.mark.parametrize(("line", "code", "exit_code"), NEEDY, ids=str)
def test_what_needs_the_bank_says_so(
    world: World, line: list[str], code: str, exit_code: int
) -> None:
    world.json("link", IBAN, "--name", "Ada Wu", "--code", "1")
    stop_bank(world)
    before = world.files.book()
    ran = world.run(*line, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (exit_code, code)
    assert "127.0.0.1:1" in ran.error["message"]
    if code == "send.no_bank":
        assert "--direct" in ran.error["remedy"]
    assert world.files.book() == before


def test_the_doctor_says_that_the_bank_alone_is_away(world: World) -> None:
    stop_bank(world)
    ran = world.run("doctor", "--json")
    wrong = [each for each in ran.data["findings"] if each["level"] == "fault"]
    assert (ran.code, [each["check"] for each in wrong]) == (1, ["bank"])


def test_a_payment_that_the_bank_had_is_brought_without_it(world: World) -> None:
    world.bank.relays = False
    record = world.json("send", "1", PAYEE, "--no-wait")["id"]
    stop_bank(world)
    assert world.json("send", "--again", record, "--direct")["state"] == "FINAL"

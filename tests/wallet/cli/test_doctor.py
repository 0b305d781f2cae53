"""Tests of `jiaozi doctor`: every fault is found, told with its remedy, and nothing is changed."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.wallet.cli.test_send import SEND, stop_bank
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.cli import checks


def faults(world: World, *options: str) -> list[str]:
    """The codes that are found; the exit code goes with them."""
    ran = world.run("doctor", *options, "--json", password=False)
    data: dict[str, Any] = ran.data
    found = [each for each in data["findings"] if each["level"] in ("fault", "note")]
    assert data["ok"] is (not any(each["level"] == "fault" for each in found))
    assert ran.code == (0 if data["ok"] else 1)
    assert all(each["remedy"] for each in found)
    return [each["code"] for each in found]


def test_a_healthy_wallet(world: World) -> None:
    before = {path.name: path.read_bytes() for path in world.home.iterdir()}
    ran = world.run("doctor", password=False)
    assert (ran.code, ran.out.count("✓")) == (0, 7)
    assert "Nothing is wrong." in ran.out
    assert "\x1b" not in ran.out
    assert world.run("doctor").code == 0  # with the password: the vault has the account's key
    assert {path.name: path.read_bytes() for path in world.home.iterdir()} == before


def open_vault(world: World) -> None:
    (world.home / "vault.json").chmod(0o640)


def open_home(world: World) -> None:
    world.home.chmod(0o755)


def leave_draft(world: World) -> None:
    draft = world.home / ".book.json.0123456789abcdef"
    draft.touch(0o600)


def leave_socket(world: World) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        os.chdir(world.home)  # a socket's path may be 107 bytes long
        left.bind("agent.sock")
    (world.home / "agent.sock").chmod(0o600)


def go_wrong(field: str, value: object) -> Callable[[World], None]:
    def change(world: World) -> None:
        setattr(world.chain, field, value)

    return change


def stop_chain(world: World) -> None:
    config = world.home / "config.toml"
    config.write_text(config.read_text().replace(world.rpc_url, "http://127.0.0.1:1", 1))


def damage(name: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        (world.home / name).write_text("{")

    return change


@pytest.mark.parametrize(
    ("break_it", "codes"),
    [
        (open_vault, ["doctor.mode"]),
        (open_home, ["doctor.mode"]),
        (leave_draft, ["doctor.draft"]),
        (leave_socket, ["doctor.socket"]),
        (damage("account.json"), ["home.account"]),
        (damage("book.json"), ["book.damaged"]),
        (damage("config.toml"), ["config.syntax"]),
        (stop_chain, ["net.unreachable"]),
        (stop_bank, ["net.unreachable"]),
        (go_wrong("chain_id", 5), ["chain.id", "bank.other_token"]),
        (go_wrong("name", "Other"), ["token.differs", "token.domain", "bank.other_token"]),
        (go_wrong("decimals", 3), ["token.decimals", "bank.answer"]),
        (go_wrong("paused", True), ["refused.paused"]),
        (go_wrong("frozen", {ADDRESS}), ["refused.frozen"]),
        (go_wrong("tiers", {}), ["doctor.unregistered"]),
        (go_wrong("time", 1_800_000_200), ["doctor.clock"]),
        (go_wrong("time", 1_799_990_000), ["doctor.old_block"]),
    ],
)
def test_each_fault_is_found(
    world: World,
    break_it: Callable[[World], None],
    codes: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir("/")
    break_it(world)
    found = faults(world)
    assert found == codes


def test_a_chain_that_is_away_leaves_its_checks_out(world: World) -> None:
    stop_chain(world)
    data = world.run("doctor", "--json", password=False).data
    levels = {each["check"]: each["level"] for each in data["findings"]}
    assert levels["token"] == levels["payments"] == "skipped"
    assert levels["bank"] == "fine"


def test_where_no_wallet_is(bare: World) -> None:
    assert faults(bare) == ["home.missing"]
    bare.home.mkdir(0o700)
    assert faults(bare) == ["home.missing"]


def test_a_held_lock_is_told(world: World) -> None:
    world.json("send", "1", PAYEE)  # the lock's file is there from the first change on
    descriptor = os.open(world.home / ".lock", os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        assert faults(world) == ["doctor.lock"]
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("date", "codes"),
    [
        ("Fri, 15 Jan 2027 08:00:30 GMT", []),
        ("Fri, 15 Jan 2027 08:03:00 GMT", ["doctor.clock"]),
        ("Fri, 15 Jan 2027 07:57:00 GMT", ["doctor.clock"]),
        ("some day", []),
    ],
)
def test_a_clock_that_differs_from_the_banks(world: World, date: str, codes: list[str]) -> None:
    world.bank.date = date
    assert faults(world) == codes


def test_payments_that_do_not_end(world: World) -> None:
    world.chain.base_fee, world.chain.native = 10**9, 10**18
    stuck = world.json(*SEND, "--direct", "--no-wait")["id"]
    world.bank.relays = False
    relayed = world.json(*SEND, "--no-wait")["id"]
    assert faults(world) == []
    for clock in (world.clock, world.chain):
        clock.time += 11 * 60
    said = world.run("doctor", "--json", password=False).data["findings"]
    told = {each["code"]: each["remedy"] for each in said if each["code"]}
    assert stuck in told["doctor.stuck"]
    assert relayed in told["doctor.slow"]
    world.chain.pool.clear()
    assert faults(world) == ["doctor.lost", "doctor.slow"]
    world.chain.receipts["0x77"] = {"blockNumber": "0xa", "status": "0x1"}
    world.clock.time += 3600
    world.chain.time += 3600
    assert faults(world) == []  # another transaction, and the end of its time, settled both


def test_a_wrong_password_and_a_foreign_vault(world: World) -> None:
    wrong = world.home.parent / "wrong"
    wrong.write_text("not it")
    wrong.chmod(0o600)
    ran = world.run("doctor", "--password-file", str(wrong), "--json", password=False)
    assert [each["code"] for each in ran.data["findings"] if each["code"]] == ["vault.password"]


def test_an_old_python_and_a_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_OLDEST_PYTHON", (99, 0))
    monkeypatch.setattr(checks, "_NEEDED", ("no-such-library",))
    assert [fault.code for fault in checks.program()] == ["doctor.python", "doctor.package"]


def test_a_lost_path_is_found(world: World) -> None:
    assert world.json("doctor", "--find", ADDRESS) == {
        "address": ADDRESS,
        "path": "m/44'/60'/0'/0/0",
    }
    assert world.run("doctor", "--find", PAYEE, password=False).code == 0  # by the xpub alone
    live = "0x78839F6054d7ed13918bAe0473BA31b1Ca9D7265"  # the phrase is needed for this one
    assert world.json("doctor", "--find", live)["path"] == "m/44'/60'/1'/0/0"
    assert world.run("doctor", "--find", live, "--json", password=False).code == 5
    fourth = "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0"
    assert fourth == PAYEE  # the same phrase's second key
    assert world.json("doctor", "--find", fourth.lower())["path"] == "m/44'/60'/0'/0/1"
    ran = world.run("doctor", "--find", TOKEN, "--json")
    assert (ran.code, ran.error["code"]) == (3, "doctor.not_found")

"""Tests of `jiaozi request` and `jiaozi pay`: what one asks for, the other shows and pays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wallet.cli.test_send import paid, stop_bank
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet import qr

LINK = f"ethereum:{TOKEN}@31337/transfer?address={PAYEE}&uint256=1250"


def test_a_request_needs_neither_network_nor_password(world: World) -> None:
    world.chain.calls.clear()
    ran = world.run("request", "12.50", "--json", password=False)
    assert ran.data == {
        "link": LINK.replace(PAYEE, ADDRESS),
        "to": ADDRESS,
        "requested": {"amount": "12.50", "currency": "EUR"},
        "chain_id": 31337,
        "token": TOKEN,
        "files": [],
    }
    assert (world.chain.calls, world.bank.requests) == ([], [])
    assert world.json("request")["link"].endswith(f"address={ADDRESS}")
    assert ran.data["link"] in world.run("request", "12.50").out


def test_pictures_are_written_and_never_over_others(world: World, tmp_path: Path) -> None:
    png, svg = str(tmp_path / "a.png"), str(tmp_path / "a.svg")
    data = world.json("request", "1", "--png", png, "--svg", svg)
    assert (data["files"], qr.read(png)) == ([png, svg], data["link"])
    ran = world.run("request", "2", "--png", png, "--json")
    assert (ran.code, ran.error["code"]) == (1, "file.system")
    assert qr.read(png) == data["link"]


def test_a_link_is_shown_and_paid_as_a_payment(world: World) -> None:
    ran = world.run("pay", LINK, typed="y\n")
    assert ran.code == 0
    assert "12.50 EUR" in ran.out
    assert paid(world) == 12_50
    assert world.run("pay", LINK, typed="n\n").code == 1
    assert paid(world) == 12_50


def test_a_picture_is_paid(world: World, tmp_path: Path) -> None:
    file = tmp_path / "bill.png"
    qr.write(str(file), qr.picture(LINK, "png"))
    assert world.json("pay", str(file), "--memo", "lunch")["state"] == "FINAL"
    assert paid(world) == 12_50


def test_a_link_without_an_amount_takes_one(world: World) -> None:
    link = LINK.replace("&uint256=1250", "")
    assert world.run("pay", link, "--yes", "--json").error["code"] == "paylink.open"
    world.json("pay", link, "--amount", "3")
    assert paid(world) == 3_00


def test_with_the_bank_away_a_link_is_paid_straight_to_the_chain(world: World) -> None:
    stop_bank(world)
    assert world.run("pay", LINK, "--yes", "--json").error["code"] == "send.no_bank"
    assert world.json("pay", LINK, "--direct")["way"] == "direct"


@pytest.mark.parametrize(
    ("line", "code", "exit_code"),
    [
        ((LINK, "--amount", "5"), "paylink.fixed", 2),
        ((LINK.replace("31337", "1"),), "paylink.other_chain", 1),
        ((LINK.replace(TOKEN, PAYEE),), "paylink.other_token", 1),
        ((LINK.replace(PAYEE, ADDRESS),), "payee.self", 2),
        ((LINK.replace(PAYEE, TOKEN),), "payee.token", 2),
        ((LINK.replace("1250", "99999"),), "refused.balance", 3),
        (("no-such-file.png",), "paylink.neither", 2),
    ],
)
def test_what_is_not_paid(world: World, line: tuple[str, ...], code: str, exit_code: int) -> None:
    ran = world.run("pay", *line, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (exit_code, code)
    assert paid(world) == 0

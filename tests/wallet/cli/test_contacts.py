"""Tests of `jiaozi contacts`: names are given with care, and by nobody else."""

from __future__ import annotations

import pytest

from tests.wallet.fakebank import TELLER
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import PAYEE, World
from wallet.address import checksum

OTHER = checksum(b"\x99" * 20)
ALIKE = checksum(bytes.fromhex(PAYEE[2:7].lower() + "0" * 30 + PAYEE[-5:].lower()))


def names(world: World) -> list[str]:
    return [each["name"] for each in world.json("contacts")["contacts"]]


def code(world: World, *line: str) -> str:
    ran = world.run("contacts", *line, "--json")
    assert ran.code == 2, ran.out
    return str(ran.error["code"])


def test_add_list_rename_remove(world: World) -> None:
    assert "no contact yet" in world.run("contacts").out
    world.json("contacts", "add", "Bo", PAYEE.lower())
    world.json("contacts", "add", "艾达", OTHER)
    assert world.json("contacts")["contacts"][0] == {"name": "Bo", "address": PAYEE}
    assert f"Bo    {PAYEE}" in world.run("contacts").out
    world.json("contacts", "rename", "Bo", "Bob")
    assert names(world) == ["艾达", "Bob"]
    assert world.run("send", "1", "Bob", "--yes").code == 0
    world.json("contacts", "remove", "Bob")
    assert names(world) == ["艾达"]


def test_it_needs_no_password(world: World) -> None:
    assert world.run("contacts", "add", "Bo", PAYEE, password=False).code == 0


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("add", "Bo", "0x12"), "address.format"),
        (("add", "Bo", PAYEE.replace("c", "C", 1)), "address.checksum"),
        (("add", "Bo", "0x" + "0" * 40), "address.zero"),
        (("add", "Bo", TOKEN), "payee.token"),
        (("add", "0xBo", PAYEE), "contact.name"),
        (("add", "bank", PAYEE), "contact.name"),
        (("add", "contacts", PAYEE), "contact.name"),
        (("add", "x" * 41, PAYEE), "text.line"),
        (("add", "a\u202eb", PAYEE), "text.line"),
        (("add", " ", PAYEE), "text.line"),
        (("add", "Ada", PAYEE), "contact.taken"),
        (("add", "Ada2", OTHER), "contact.known"),
        (("remove", "Bo"), "contact.unknown"),
        (("rename", "Bo", "Bob"), "contact.unknown"),
        (("rename", "Ada", "Eve"), "contact.taken"),
        (("add", "Bo"), "usage.missing"),
        (("lose", "Bo"), "usage.action"),
    ],
)
def test_what_cannot_be(world: World, line: tuple[str, ...], expected: str) -> None:
    world.json("contacts", "add", "Ada", OTHER)
    world.json("contacts", "add", "Eve", TELLER)
    before = names(world)
    assert code(world, *line) == expected
    assert names(world) == before


@pytest.mark.parametrize(
    ("line", "risk"),
    [
        (("add", "Bob", ALIKE), "look-alike"),
        (("add", "B\u043eb", OTHER), "mixed-script"),
        (("add", "Во", OTHER), "look-alike-name"),
        (("rename", "Ada", "B0"), "look-alike-name"),
        (("rename", "Ada", "Ad\u0430"), "mixed-script"),
    ],
)
def test_each_danger_is_accepted_by_name(world: World, line: tuple[str, ...], risk: str) -> None:
    world.json("contacts", "add", "Bo", PAYEE)
    world.json("contacts", "add", "Ada", checksum(b"\x98" * 20))
    ran = world.run("contacts", *line, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "risk.needed")
    assert risk in ran.error["message"]
    risks = "--accept-risk=look-alike,mixed-script,look-alike-name"
    assert world.run("contacts", *line, risks).code == 0
    assert len(names(world)) == (3 if line[0] == "add" else 2)


def test_a_contract_is_told(world: World) -> None:
    world.chain.codes[PAYEE] = b"\x60"
    ran = world.run("contacts", "add", "Bo", PAYEE, "--json")
    assert "contract-payee" in ran.error["message"]


def test_a_look_alike_that_became_a_contact_is_known(world: World) -> None:
    world.json("contacts", "add", "Bo", PAYEE)
    assert world.run("contacts", "add", "Bo's other", ALIKE, "--accept-risk=look-alike").code == 0
    assert world.run("send", "1", ALIKE, "--yes").code == 0


def test_save_as_looks_at_the_name_too(world: World) -> None:
    ran = world.run("send", "1", PAYEE, "--save-as", "B\u043e", "--yes", "--json")
    assert "mixed-script" in ran.error["message"]
    assert world.chain.balances.get(PAYEE, 0) == 0


def test_without_a_chain_names_are_given_too(world: World) -> None:
    config = world.home / "config.toml"
    config.write_text(config.read_text().replace(world.rpc_url, "http://127.0.0.1:1", 1))
    assert world.run("contacts", "add", "Bo", PAYEE).code == 0

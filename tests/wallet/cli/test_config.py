"""Tests of `jiaozi config`: what is set, and changes that are checked before they are written."""

from __future__ import annotations

import pytest

from tests.wallet.fakechain import TOKEN
from tests.wallet.world import World


def test_everything_is_shown(world: World) -> None:
    data = world.json("config")
    assert (data["chain_id"], data["token"], data["currency"]) == (31337, TOKEN, "EUR")
    assert (data["rpc_url"], data["depth"]) == (world.rpc_url, 2)
    assert f"rpc_url        {world.rpc_url}" in world.run("config", "show").out


def test_one_setting_is_read_bare(world: World) -> None:
    assert world.run("config", "get", "rpc_url").out == world.rpc_url + "\n"
    assert world.run("config", "get", "insecure_http").out == "false\n"
    assert world.json("config", "get", "depth") == {"depth": 2}


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [("depth", "7", 7), ("first_block", "0", 0), ("bank_url", "none", None)],
)
def test_a_setting_is_changed(world: World, key: str, value: str, stored: object) -> None:
    assert world.json("config", "set", key, value) == {key: stored}
    assert world.json("config", "get", key) == {key: stored}


def test_places_are_asked_who_they_are_before_they_are_written(world: World) -> None:
    before = (world.home / "config.toml").read_bytes()
    nobody = "http://127.0.0.1:1"
    for key in ("rpc_url", "bank_url"):
        ran = world.run("config", "set", key, nobody, "--json")
        assert (ran.code, ran.error["code"]) == (4, "net.unreachable")
    world.bank.info_changes = {"chain_id": 5}
    ran = world.run("config", "set", "bank_url", world.bank_url, "--json")
    assert ran.error["code"] == "bank.other_token"
    world.chain.chain_id = 5
    assert (
        world.run("config", "set", "rpc_url", world.rpc_url, "--json").error["code"] == "chain.id"
    )
    assert (world.home / "config.toml").read_bytes() == before
    assert world.json("config", "set", "bank_url", nobody, "--unchecked")["bank_url"] == nobody


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("get", "colour"), "config.key"),
        (("set", "chain_id", "5"), "config.fixed"),
        (("set", "token", TOKEN), "config.fixed"),
        (("set", "depth", "-1"), "config.value"),
        (("set", "depth", "１"), "config.value"),
        (("set", "depth", "99999"), "config.value"),
        (("set", "insecure_http", "yes"), "config.value"),
        (("set", "rpc_url", "ftp://a"), "net.url"),
        (("set", "rpc_url", "http://example.org"), "net.plain"),
        (("set", "rpc_url", "none"), "net.url"),
        (("show", "--unchecked"), "usage.option"),
    ],
)
def test_what_cannot_be_set(world: World, line: tuple[str, ...], code: str) -> None:
    assert world.run("config", *line, "--json").error["code"] == code


def test_plain_http_is_not_forbidden_again_while_a_place_uses_it(world: World) -> None:
    far = "http://example.org"
    world.json("config", "set", "insecure_http", "true")
    world.json("config", "set", "bank_url", far, "--unchecked")
    ran = world.run("config", "set", "insecure_http", "false", "--json")
    assert ran.error["code"] == "net.plain"

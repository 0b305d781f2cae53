"""Tests of `jiaozi history`: from the chain alone, with the wallet's own notes beside it."""

from __future__ import annotations

from tests.wallet.cli.test_send import stop_bank
from tests.wallet.world import IBAN, PAYEE, World


def test_an_empty_history(world: World) -> None:
    world.chain.logs.clear()
    assert "Nothing has moved yet." in world.run("history").out
    assert world.json("history")["entries"] == []


def test_every_movement_with_the_bank_stopped(world: World) -> None:
    world.json("link", IBAN, "--name", "Ada Wu", "--code", "1")
    world.json("send", "1", PAYEE, "--memo", "for lunch", "--save-as", "Bo")
    world.chain.mine()
    world.chain.move(PAYEE, world.json("address")["address"], 25)
    world.json("redeem", "2")
    stop_bank(world)
    requests = len(world.bank.requests)
    data = world.json("history")
    kinds = [(each["kind"], each["direction"], each["amount"]) for each in data["entries"]]
    assert kinds == [
        ("issued", "in", "100.00"),
        ("sent", "out", "1.00"),
        ("received", "in", "0.25"),
        ("redeemed", "out", "2.00"),
    ]
    assert [each["note"] for each in data["entries"]] == [
        None,
        "for lunch",
        None,
        "DE89 3704 0044 0532 0130 00",
    ]
    assert data["under_way"] == []
    out = world.run("history").out
    assert f"-1.00 EUR  {PAYEE} (Bo)  for lunch" in out
    assert "deposit 1" in out
    assert len(world.bank.requests) == requests


def test_orders_under_way_are_shown_until_they_are_on_chain_or_expired(world: World) -> None:
    world.json("link", IBAN, "--name", "Ada Wu", "--code", "1")
    world.bank.relays = False
    relayed = world.json("send", "1", PAYEE, "--no-wait")["id"]
    direct = world.json("send", "2", PAYEE, "--direct", "--no-wait")["id"]
    order = world.json("redeem", "3", "--no-wait")["id"]
    under_way = world.json("history")["under_way"]
    assert [each["id"] for each in under_way] == [relayed, direct, order]
    out = world.run("history").out
    assert f"under way: 1.00 EUR to {PAYEE}, id {relayed}" in out
    assert f"redemption of 3.00 EUR to DE89 3704 0044 0532 0130 00, id {order}" in out
    world.chain.mine()  # the direct one is in a block now
    assert [each["id"] for each in world.json("history")["under_way"]] == [relayed, order]
    world.chain.time += 3700
    assert world.json("history")["under_way"] == []


def test_a_memo_is_found_by_the_authorization_where_nobody_waited(world: World) -> None:
    world.bank.relays = False
    for memo in ("lunch", "dinner"):
        record_id = world.json("send", "1", PAYEE, "--memo", memo, "--no-wait")["id"]
        world.chain.bring(world.json("address")["address"], PAYEE, 1_00, bytes.fromhex(record_id))
        world.chain.mine()
    assert [record.tx_hash for record in world.files.book().transfers] == [None, None]
    assert [each["note"] for each in world.json("history")["entries"]] == [None, "lunch", "dinner"]


def test_the_lines_stand_under_one_another(world: World) -> None:
    world.json("send", "1", PAYEE)
    for language in ("en", "zh"):
        lines = world.run("history", "--lang", language).out.splitlines()[:2]
        ends = {len(line.partition(" EUR")[0]) for line in lines}
        assert (len(lines), len(ends)) == (2, 1)


def test_a_damaged_book_is_told(world: World) -> None:
    (world.home / "book.json").write_text("{")
    ran = world.run("history", "--json")
    assert (ran.code, ran.error["code"]) == (1, "book.damaged")

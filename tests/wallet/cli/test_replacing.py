"""Tests of `send --speed-up` and `send --cancel`: the named payment, once, or not at all."""

from __future__ import annotations

import pytest

from tests.wallet.cli.test_send import SEND, paid
from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, World
from wallet.transaction import Transaction, decode

GWEI = 10**9


@pytest.fixture
def waiting(world: World) -> str:
    """A --direct payment that lies in the node's pool; its id."""
    world.chain.base_fee, world.chain.native = 7 * GWEI, 10**18
    return str(world.json(*SEND, "--direct", "--no-wait", "--memo", "slow")["id"])


def pool(world: World) -> list[Transaction]:
    return [decode(raw).transaction for raw in world.chain.pool]


def test_a_faster_attempt_is_the_same_payment_for_a_tenth_more(world: World, waiting: str) -> None:
    (before,) = pool(world)
    ran = world.run("send", "--speed-up", waiting[:10], "--yes")
    assert ran.code == 0
    assert "0x" + waiting in ran.out  # what it replaces
    assert "higher fee" in ran.out
    (record,) = world.files.book().transfers
    after = decode(bytes.fromhex(record.raw or "")).transaction
    assert (after.nonce, after.to, after.data) == (before.nonce, TOKEN, before.data)
    assert 10 * after.max_fee_per_gas >= 11 * before.max_fee_per_gas
    assert 10 * after.max_priority_fee_per_gas >= 11 * before.max_priority_fee_per_gas
    assert (record.state, record.nonce, paid(world)) == ("FINAL", waiting, 12_50)
    assert decode(bytes.fromhex(record.earlier)).transaction == before
    (entry,) = [each for each in world.json("history")["entries"] if each["kind"] == "sent"]
    assert entry["note"] == "slow"  # found by whichever attempt got in


def test_the_chains_own_price_is_met_where_it_has_risen_more(world: World, waiting: str) -> None:
    world.chain.base_fee = 40 * GWEI
    world.json("send", "--speed-up", waiting, "--no-wait")
    assert pool(world)[0].max_fee_per_gas == 81 * GWEI


def test_each_attempt_is_kept_and_any_may_get_in(world: World, waiting: str) -> None:
    old = list(world.chain.pool)
    for _ in range(2):
        world.json("send", "--speed-up", waiting, "--no-wait")
    (record,) = world.files.book().transfers
    assert len(record.earlier.split()) == 2
    world.chain.pool = old  # a miner had the first one already
    world.chain.mine()
    data = world.json("send", "--again", waiting, "--no-wait")
    assert data["state"] == "SENT"
    data = world.json("send", "--again", waiting)
    assert (data["state"], data["tx_hash"], paid(world)) == ("FINAL", "0x" + waiting, 12_50)


def test_a_cancelled_payment_is_never_paid(world: World, waiting: str) -> None:
    ran = world.run("send", "--cancel", waiting, "--yes")
    assert "about to cancel" in ran.out
    assert "12.50 EUR" in ran.out
    assert "Cancelled" in ran.out
    (record,) = world.files.book().transfers
    empty = decode(bytes.fromhex(record.raw or "")).transaction
    assert (empty.to, empty.data, empty.value) == (ADDRESS, b"", 0)
    assert (record.state, paid(world), world.chain.pool) == ("CANCELLED", 0, [])
    assert world.json("history")["under_way"] == []
    assert world.json("send", "--again", waiting)["state"] == "CANCELLED"
    assert paid(world) == 0


def test_a_cancellation_that_comes_too_late_says_so(world: World, waiting: str) -> None:
    old = list(world.chain.pool)
    world.json("send", "--cancel", waiting, "--no-wait")
    assert world.json("history")["under_way"][0]["state"] == "CANCELLING"
    world.chain.pool = old
    world.chain.mine()
    data = world.json("send", "--again", waiting)
    assert (data["state"], paid(world)) == ("FINAL", 12_50)


def test_a_race_that_is_lost_while_waiting(world: World, waiting: str) -> None:
    old, accept = list(world.chain.pool), world.chain._eth_sendRawTransaction

    def lose(raw: str) -> str:
        tx_hash = accept(raw)
        world.chain.pool = old
        return tx_hash

    world.chain._eth_sendRawTransaction = lose  # type: ignore[method-assign]  # the miner is faster
    ran = world.run("send", "--cancel", waiting, "--yes", "--json")
    assert (ran.code, ran.error["code"], paid(world)) == (3, "send.too_late", 12_50)


@pytest.mark.parametrize("flag", ["--speed-up", "--cancel"])
def test_nothing_is_signed_for_what_is_mined_unknown_or_the_banks(
    world: World, waiting: str, flag: str
) -> None:
    relayed = world.json(*SEND, "--no-wait")["id"]
    before = world.files.book()
    cases = [(relayed, 2, "send.not_direct"), ("00" * 8, 2, "send.unknown")]
    raw = world.chain.pool.pop()
    cases.append((waiting, 3, "send.not_waiting"))
    for record_id, exit_code, code in cases:
        ran = world.run("send", flag, record_id, "--yes", "--json")
        assert (ran.code, ran.error["code"]) == (exit_code, code)
    world.chain.pool.append(raw)
    world.chain.mine()
    ran = world.run("send", flag, waiting, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "send.mined")
    assert world.files.book() == before


@pytest.mark.parametrize("flag", ["--speed-up", "--cancel"])
def test_a_no_changes_nothing(world: World, waiting: str, flag: str) -> None:
    before, lying = world.files.book(), list(world.chain.pool)
    assert world.run("send", flag, waiting, typed="n\n").code == 1
    assert (world.files.book(), world.chain.pool) == (before, lying)


def test_a_fee_that_is_not_there_is_told(world: World, waiting: str) -> None:
    world.chain.native = 0
    ran = world.run("send", "--speed-up", waiting, "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "send.native")


def test_a_payment_keeps_what_it_is(world: World, waiting: str) -> None:
    ran = world.run("send", "--speed-up", waiting, "--memo", "other", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (2, "usage.option")

"""Tests of `jiaozi send --direct`: straight to the chain, with no bank needed."""

from __future__ import annotations

from tests.wallet.cli.test_send import SEND, paid, stop_bank
from tests.wallet.world import ADDRESS, World
from wallet.transaction import decode


def test_a_direct_payment_needs_no_bank_and_where_no_fee_is_taken_no_coin(world: World) -> None:
    stop_bank(world)
    data = world.json(*SEND, "--direct", "--memo", "direct")
    assert (data["way"], data["state"], paid(world)) == ("direct", "FINAL", 12_50)
    (record,) = world.files.book().transfers
    signed = decode(bytes.fromhex(record.raw or ""))
    assert data["tx_hash"] == "0x" + signed.hash.hex()
    assert (signed.transaction.max_fee_per_gas, signed.sender) == (0, ADDRESS)


def test_the_chains_fee_is_shown_and_must_be_there(world: World) -> None:
    world.chain.base_fee = 7 * 10**9
    ran = world.run(*SEND, "--direct", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "send.native")
    world.chain.native = 10**18
    ran = world.run(*SEND, "--direct", "--yes")
    assert ran.code == 0
    assert "at most 1080000 gwei" in ran.out  # 72,000 gas × (2 × 7 + 1) gwei
    assert paid(world) == 12_50


def test_a_node_cannot_make_the_wallet_pay_any_tip(world: World) -> None:
    world.chain.base_fee, world.chain.tip, world.chain.native = 10**9, 10**15, 10**24
    world.json(*SEND, "--direct")
    (record,) = world.files.book().transfers
    signed = decode(bytes.fromhex(record.raw or "")).transaction
    assert (signed.max_priority_fee_per_gas, signed.max_fee_per_gas) == (50 * 10**9, 52 * 10**9)


def test_a_direct_payment_sent_again_is_the_same(world: World) -> None:
    record_id = world.json(*SEND, "--direct", "--no-wait")["id"]
    assert paid(world) == 0
    assert world.json("send", "--again", record_id)["state"] == "FINAL"
    assert world.json("send", "--again", record_id[:10])["state"] == "FINAL"
    assert paid(world) == 12_50


def test_a_node_that_does_not_take_it_is_quoted_and_it_can_be_sent_again(world: World) -> None:
    world.chain.accept = False
    ran = world.run(*SEND, "--direct", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (1, "rpc.refused")
    assert "the pool is full" in ran.error["message"]
    (record,) = world.files.book().transfers
    world.chain.accept = True
    assert world.json("send", "--again", record.nonce)["state"] == "FINAL"


def test_a_reverted_payment_moves_nothing_and_is_told(world: World) -> None:
    record_id = world.json(*SEND, "--direct", "--no-wait")["id"]
    world.chain.check = ("TokenPaused()", 0, 0)
    world.chain.mine()
    ran = world.run("send", "--again", record_id, "--json")
    assert (ran.code, ran.error["code"]) == (1, "send.reverted")
    assert paid(world) == 0


def test_a_replaced_payment_is_told(world: World) -> None:
    record_id = world.json(*SEND, "--direct", "--no-wait")["id"]
    world.chain.pool.clear()
    world.chain.accept = False
    world.chain.receipts["0x" + "77" * 32] = {"blockNumber": "0xa", "status": "0x1"}
    ran = world.run("send", "--again", record_id, "--json")
    assert (ran.code, ran.error["code"]) == (1, "rpc.refused")
    world.chain.accept = True


def test_what_a_refusing_estimate_says_is_explained(world: World) -> None:
    """The rules changed between the check and the plan."""
    world.chain.view_transferCheck = lambda *_: [bytes(4), 0, 0]  # type: ignore[method-assign]  # it passes
    world.chain.check = ("DailyLimitExceeded(address,uint256,uint256)", 112_50, 100_00)
    ran = world.run(*SEND, "--direct", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (3, "refused.daily_limit")
    assert world.files.book().transfers == ()

"""Tests of wallet.token.events: the history tells each movement once and hides none."""

from __future__ import annotations

import pytest

from tests.wallet.fakechain import TOKEN, ZERO
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.address import parse_address
from wallet.errors import RpcError
from wallet.rpc import Rpc
from wallet.token import Entry, EntryKind, history
from wallet.token.events import burn_of_order, use_of_authorization

ME, YOU, COIN = parse_address(ADDRESS), parse_address(PAYEE), parse_address(TOKEN)


def entries(world: World) -> list[Entry]:
    """The history of the world's wallet."""
    return history(Rpc.at(world.rpc_url), COIN, ME, 0, world.chain.head)


def kinds(world: World) -> list[EntryKind]:
    return [entry.kind for entry in entries(world)]


def test_every_kind_once_oldest_first(world: World) -> None:
    chain = world.chain
    chain.mine()
    chain.move(ADDRESS, PAYEE, 5)
    chain.mine()
    chain.move(PAYEE, ADDRESS, 3)
    chain.mine()
    chain.redeem(ADDRESS, b"\1" * 32, 100, 10)
    found = entries(world)
    assert [(each.kind, each.amount, each.sign) for each in found] == [
        (EntryKind.ISSUED, 10_000, 1),
        (EntryKind.SENT, 5, -1),
        (EntryKind.RECEIVED, 3, 1),
        (EntryKind.REDEEMED, 100, -1),
    ]
    assert found[1].counterparty == YOU == found[2].counterparty
    assert found[0].reference == "1"
    assert (found[3].reference, found[3].fee) == ("0x" + "01" * 32, 10)
    assert [each.timestamp for each in found] == [1_800_000_000 + n for n in range(4)]


def test_others_money_is_not_in_it(world: World) -> None:
    world.chain.move(PAYEE, "0x" + "33" * 20, 5)
    world.chain.issue(2, PAYEE, 5)
    assert kinds(world) == [EntryKind.ISSUED]


def test_a_mint_or_burn_without_a_reason_is_shown(world: World) -> None:
    world.chain.move(ZERO, ADDRESS, 77)
    world.chain.move(ADDRESS, ZERO, 78)
    found = [(each.kind, each.amount, each.counterparty) for each in entries(world)]
    assert (EntryKind.RECEIVED, 77, ZERO) in found
    assert (EntryKind.SENT, 78, ZERO) in found


def test_a_mint_of_the_same_amount_beside_an_issue_is_shown(world: World) -> None:
    world.chain.move(ZERO, ADDRESS, 10_000)  # in the block of the issue of 10,000
    assert sorted(kinds(world)) == [EntryKind.ISSUED, EntryKind.RECEIVED]


def test_a_seizure_is_told_as_one(world: World) -> None:
    chain = world.chain
    chain.mine()
    chain.move(ADDRESS, PAYEE, 40)
    chain._log(
        "ForcedTransfer(address,address,uint256,bytes32)",
        [ADDRESS, PAYEE],
        ["uint256"],
        [40],
    )
    chain.logs[-1]["topics"].append("0x" + "ca" * 32)
    seized = entries(world)[-1]
    assert kinds(world) == [EntryKind.ISSUED, EntryKind.SEIZED]
    assert (seized.amount, seized.sign, seized.counterparty) == (40, -1, YOU)
    assert seized.reference == "0x" + "ca" * 32


def test_a_returned_payout_and_a_refused_issue(world: World) -> None:
    chain = world.chain
    chain.mine()
    chain.move(ZERO, ADDRESS, 90)
    chain._log("PayoutReturned(address,bytes32,uint256)", [ADDRESS, b"\1" * 32], ["uint256"], [90])
    chain._log(
        "IssueRefused(uint256,address,uint256,bytes16,bytes4)",
        [9, ADDRESS],
        ["uint256", "bytes16", "bytes4"],
        [70, bytes(16), bytes(4)],
    )
    found = entries(world)[1:]
    assert [(each.kind, each.amount, each.sign) for each in found] == [
        (EntryKind.RETURNED, 90, 1),
        (EntryKind.ISSUE_REFUSED, 70, 0),
    ]


def test_a_payment_to_oneself_moves_nothing(world: World) -> None:
    world.chain.mine()
    world.chain.move(ADDRESS, ADDRESS, 5)
    entry = entries(world)[-1]
    assert (entry.kind, entry.sign, entry.counterparty) == (EntryKind.SENT, 0, ME)


def test_a_node_with_a_narrow_range_is_asked_in_pieces(world: World) -> None:
    world.chain.head = 100
    world.chain.move(ADDRESS, PAYEE, 5)
    world.chain.widest = 3
    assert len(entries(world)) == 2
    world.chain.widest = 0
    with pytest.raises(RpcError):
        entries(world)


def test_one_authorization_and_one_order_are_found(world: World) -> None:
    rpc, blocks = Rpc.at(world.rpc_url), (0, world.chain.head)
    world.chain.bring(ADDRESS, PAYEE, 5, b"\1" * 32)
    world.chain.redeem(ADDRESS, b"\2" * 32, 5, 0)
    used = use_of_authorization(rpc, COIN, ME, b"\1" * 32, blocks)
    burned = burn_of_order(rpc, COIN, ME, b"\2" * 32, blocks)
    assert used is not None
    assert burned is not None
    assert used.block_number == world.chain.head
    assert use_of_authorization(rpc, COIN, YOU, b"\1" * 32, blocks) is None
    assert burn_of_order(rpc, COIN, ME, b"\1" * 32, blocks) is None

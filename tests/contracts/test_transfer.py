"""Tests: transfer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.conftest import World
from tests.contracts.support import (
    OFFSET,
    ZERO,
    Party,
    at,
    events,
    next_midnight,
    reverts_with,
)


def test_moves_money_and_says_so(token: Any, alice: Party, bob: Party) -> None:
    done = token.transfer(bob.address, 300, alice.sends())
    assert done.return_value is True
    assert token.balanceOf(alice.address) == 3_700
    assert token.balanceOf(bob.address) == 1_300
    assert token.getAccount(alice.address)[1] == 300
    assert events(done, "Transfer") == [{"from": alice.address, "to": bob.address, "value": 300}]


def test_supply_stays(token: Any, alice: Party, bob: Party) -> None:
    before = token.totalSupply()
    token.transfer(bob.address, 300, alice.sends())
    assert token.totalSupply() == before
    assert token.totalMinted() == before


def test_exactly_at_the_payment_limit_passes_and_one_more_fails(
    token: Any, alice: Party, bob: Party
) -> None:
    with reverts_with("PaymentLimitExceeded", alice.address, 1_001, 1_000):
        token.transfer(bob.address, 1_001, alice.sends())
    token.transfer(bob.address, 1_000, alice.sends())


def test_exactly_at_the_daily_limit_passes_and_one_more_fails(
    token: Any, alice: Party, vip: Party
) -> None:
    for amount in (1_000, 1_000, 500):
        token.transfer(vip.address, amount, alice.sends())
    with reverts_with("DailyLimitExceeded", alice.address, 2_501, 2_500):
        token.transfer(vip.address, 1, alice.sends())


def test_exactly_at_the_balance_limit_passes_and_one_more_fails(
    token: Any, bob: Party, vip: Party
) -> None:
    token.transfer(bob.address, 4_000, vip.sends())
    with reverts_with("BalanceLimitExceeded", bob.address, 5_001, 5_000):
        token.transfer(bob.address, 1, vip.sends())


def test_the_day_turns_at_midnight_of_the_currency(token: Any, alice: Party, vip: Party) -> None:
    midnight = next_midnight(OFFSET)
    at(midnight - 100)
    for amount in (1_000, 1_000, 500):
        token.transfer(vip.address, amount, alice.sends())
    with reverts_with("DailyLimitExceeded", alice.address, 2_501, 2_500):
        token.transfer(vip.address, 1, alice.sends())
    at(midnight)
    assert token.getAccount(alice.address)[1] == 0
    token.transfer(vip.address, 1_000, alice.sends())
    assert token.getAccount(alice.address)[1] == 1_000


def test_nothing_resets_the_day_but_midnight(
    world: World, token: Any, alice: Party, vip: Party
) -> None:
    for amount in (1_000, 1_000, 500):
        token.transfer(vip.address, amount, alice.sends())
    token.transfer(vip.address, 0, alice.sends())
    token.transfer(alice.address, 100, vip.sends())
    token.setTier(alice.address, 2, {"from": world.compliance})
    token.setTier(alice.address, 1, {"from": world.compliance})
    token.freeze(alice.address, {"from": world.compliance})
    token.unfreeze(alice.address, {"from": world.compliance})
    assert token.getAccount(alice.address)[1] == 2_500
    with reverts_with("DailyLimitExceeded", alice.address, 2_501, 2_500):
        token.transfer(vip.address, 1, alice.sends())


def test_a_new_tier_counts_what_the_day_has_seen(
    world: World, token: Any, alice: Party, vip: Party
) -> None:
    token.setTier(alice.address, 5, {"from": world.compliance})
    token.transfer(vip.address, 2_400, alice.sends())
    token.setTier(alice.address, 1, {"from": world.compliance})
    with reverts_with("DailyLimitExceeded", alice.address, 2_501, 2_500):
        token.transfer(vip.address, 101, alice.sends())
    token.transfer(vip.address, 100, alice.sends())


def test_tier_5_has_no_limits(token: Any, vip: Party, world: World, alice: Party) -> None:
    token.setTier(alice.address, 5, {"from": world.compliance})
    token.transfer(alice.address, 1_000_000, vip.sends())
    assert token.getAccount(vip.address)[1] == 1_000_000


def test_to_oneself_changes_nothing_but_the_day(token: Any, alice: Party) -> None:
    done = token.transfer(alice.address, 700, alice.sends())
    assert tuple(token.getAccount(alice.address)) == (4_000, 700, 1, False)
    assert len(events(done, "Transfer")) == 1


def test_to_oneself_does_not_meet_the_balance_limit(token: Any, bob: Party, vip: Party) -> None:
    token.transfer(bob.address, 4_000, vip.sends())
    token.transfer(bob.address, 1_000, bob.sends())
    assert token.balanceOf(bob.address) == 5_000


def test_nothing_is_an_amount(token: Any, alice: Party, bob: Party, carol: Party) -> None:
    done = token.transfer(bob.address, 0, alice.sends())
    assert len(events(done, "Transfer")) == 1
    token.transfer(bob.address, 0, carol.sends())
    assert tuple(token.getAccount(carol.address)) == (0, 0, 0, False)


def test_more_than_one_has(token: Any, alice: Party, bob: Party) -> None:
    with reverts_with("ERC20InsufficientBalance", alice.address, 4_000, 4_001):
        token.transfer(bob.address, 4_001, alice.sends())


@pytest.mark.parametrize("amount", [2**96 - 1, 2**96, 2**128, 2**256 - 1])
def test_absurd_amounts(token: Any, vip: Party, alice: Party, amount: int) -> None:
    with reverts_with("ERC20InsufficientBalance", vip.address, 1_000_000, amount):
        token.transfer(alice.address, amount, vip.sends())


def test_unregistered_addresses_are_closed(token: Any, alice: Party, carol: Party) -> None:
    with reverts_with("BalanceLimitExceeded", carol.address, 1, 0):
        token.transfer(carol.address, 1, alice.sends())


def test_an_unregistered_sender_is_closed(
    world: World, token: Any, alice: Party, bob: Party
) -> None:
    token.setTier(alice.address, 0, {"from": world.compliance})
    with reverts_with("PaymentLimitExceeded", alice.address, 1, 0):
        token.transfer(bob.address, 1, alice.sends())


def test_nobody_and_the_token_itself_receive_nothing(token: Any, alice: Party) -> None:
    for receiver in (ZERO, str(token.address)):
        for amount in (0, 1):
            with reverts_with("ERC20InvalidReceiver", receiver):
                token.transfer(receiver, amount, alice.sends())


def test_a_frozen_sender(world: World, token: Any, alice: Party, bob: Party) -> None:
    token.freeze(alice.address, {"from": world.compliance})
    for amount in (0, 1):
        with reverts_with("FrozenAccount", alice.address):
            token.transfer(bob.address, amount, alice.sends())


def test_a_frozen_recipient(world: World, token: Any, alice: Party, bob: Party) -> None:
    token.freeze(bob.address, {"from": world.compliance})
    with reverts_with("FrozenAccount", bob.address):
        token.transfer(bob.address, 1, alice.sends())


def test_while_paused(world: World, token: Any, alice: Party, bob: Party) -> None:
    token.pause({"from": world.guardian})
    with reverts_with("TokenPaused"):
        token.transfer(bob.address, 1, alice.sends())
    token.unpause({"from": world.governor})
    token.transfer(bob.address, 1, alice.sends())

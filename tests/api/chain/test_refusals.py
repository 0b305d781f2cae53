"""Tests of refusals: each has a slug for programs and a sentence for people."""

from __future__ import annotations

import pytest

from api.chain import TRANSFERS, AccountView, Revert, check_trials, refused_by_token
from api.chain.memory import MemoryChain
from tests.api.world import ADA


@pytest.mark.parametrize(
    ("revert", "slug", "words"),
    [
        (Revert("TokenPaused", {}), "paused", "paused"),
        (Revert("FrozenAccount", {"account": ADA.wallet}), "account-frozen", ADA.wallet),
        (
            Revert("PaymentLimitExceeded", {"account": ADA.wallet, "amount": 500, "limit": 400}),
            "payment-limit",
            "5.00 EUR is above the limit 4.00 EUR",
        ),
        (
            Revert("DailyLimitExceeded", {"account": ADA.wallet, "spent": 500, "limit": 400}),
            "daily-limit",
            "5.00 EUR would be spent today",
        ),
        (
            Revert("BalanceLimitExceeded", {"account": ADA.wallet, "balance": 5, "limit": 4}),
            "balance-limit",
            "0.05 EUR",
        ),
        (
            Revert("ERC20InsufficientBalance", {"sender": ADA.wallet, "balance": 1, "needed": 2}),
            "insufficient-balance",
            "holds 0.01 EUR, but 0.02 EUR",
        ),
        (Revert("AuthorizationUsedOrCanceled", {}), "authorization-used", "used or cancelled"),
        (Revert("OrderUsed", {}), "order-used", "burned or cancelled"),
        (Revert("Surprise", {"x": 1}), "refused-by-token", r"Surprise(x=1)"),
    ],
)
def test_a_refusal_is_told(revert: Revert, slug: str, words: str) -> None:
    """With its values in the currency's decimals."""
    chain = MemoryChain(accounts={ADA.wallet: AccountView(0, 0, 1, False)})
    refused = refused_by_token(revert, chain, "EUR")
    assert refused.slug == slug
    assert words in refused.detail
    assert refused.remedy


def test_an_unregistered_account_is_not_over_its_limits() -> None:
    """Tier 0 has limits of zero: the sentence about limits would mislead."""
    revert = Revert("BalanceLimitExceeded", {"account": ADA.wallet, "balance": 5, "limit": 0})
    refused = refused_by_token(revert, MemoryChain(), "EUR")
    assert refused.slug == "account-unregistered"
    assert "link" in refused.remedy


class Picky(MemoryChain):
    """Refuses entries that begin with a zero byte on the newest block; with the pool, only «!»."""

    def try_relay(self, data: bytes, *, pool: bool = True) -> int:
        """How many entries go through."""
        assert not pool, "the pool is dear"
        self.tried.append(data)
        found = [each for each in ENTRIES if each in data]
        return sum(each[0] != 0 for each in found)

    def try_out(self, data: bytes) -> Revert | None:
        """The second opinion."""
        self.tried.append(data)
        return Revert("TokenPaused", {}) if data.endswith(b"!" * 8) else None


GOOD = [bytes([n]) * 32 for n in range(1, 7)]
LATE, BAD = bytes(24) + b"?" * 8, bytes(24) + b"!" * 8
ENTRIES = [*GOOD, LATE, BAD]


def test_many_are_tried_out_with_one_call() -> None:
    """Nothing stands against any of them, and the pool is not asked."""
    chain = Picky()
    assert check_trials(chain, TRANSFERS, GOOD, "EUR") == [None] * 6
    assert len(chain.tried) == 1


def test_halves_tell_which_one_is_refused() -> None:
    """Only those that the newest block refuses are tried with the pool, which may let one in."""
    chain = Picky()
    found = check_trials(chain, TRANSFERS, [*GOOD[:5], LATE, GOOD[5], BAD], "EUR")
    assert [each and each.slug for each in found] == [None] * 7 + ["paused"]
    alone = [each for each in chain.tried if each[:4] == TRANSFERS.token]
    assert alone == [TRANSFERS.alone(LATE), TRANSFERS.alone(BAD)]

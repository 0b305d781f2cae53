"""Tests of refusals: each has a slug for programs and a sentence for people."""

from __future__ import annotations

import pytest

from api.chain import AccountView, Revert, refused_by_token
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

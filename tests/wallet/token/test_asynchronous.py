"""Tests of wallet.token.asynchronous: the answers and errors of the client that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from web3 import AsyncHTTPProvider, AsyncWeb3

from tests.wallet.fakebank import FakeBank
from tests.wallet.fakechain import TOKEN, FakeChain
from tests.wallet.world import ADDRESS, PAYEE, serve
from wallet.address import Address
from wallet.eip712 import Domain
from wallet.errors import ChainError, Unreachable, WalletError, WrongChain
from wallet.rpc import Rpc
from wallet.token import RedemptionState, TokenClient
from wallet.token.asynchronous import AsyncTokenClient

ME, YOU, MONEY = Address(ADDRESS), Address(PAYEE), Address(TOKEN)
T = TypeVar("T")


@pytest.fixture
def chain() -> FakeChain:
    """A chain on which ME holds 100.00."""
    chain = FakeChain()
    chain.tiers[ADDRESS] = 1
    chain.issue(1, ADDRESS, 100_00)
    return chain


@pytest.fixture
def url(chain: FakeChain) -> Iterator[str]:
    """Where the chain answers."""
    with serve(chain, FakeBank(chain)) as url:
        yield url


def ask(url: str, question: Callable[[AsyncTokenClient], Awaitable[T]], token: str = TOKEN) -> T:
    async def run() -> T:
        provider = AsyncHTTPProvider(url, exception_retry_configuration=None)
        w3 = AsyncWeb3(provider)
        try:
            return await question(AsyncTokenClient(w3, Address(token)))
        finally:
            await provider.disconnect()

    return asyncio.run(run())


DOMAIN = Domain("Euro Deposit", 31337, MONEY)
QUESTIONS: list[Callable[[Any], Any]] = [
    lambda client: client.facts(),
    lambda client: client.check_domain(DOMAIN),
    lambda client: client.account(ME),
    lambda client: client.account(YOU, 7),
    lambda client: client.paused(),
    lambda client: client.transfer_check(ME, YOU, 1),
    lambda client: client.authorization_used(ME, bytes(32)),
    lambda client: client.redemption(ME, bytes(32)),
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_answers_as_the_client_that_waits(url: str, question: Callable[[Any], Any]) -> None:
    expected = question(TokenClient(Rpc.at(url), MONEY))
    assert ask(url, question) == expected


def test_refusals_and_redemptions(chain: FakeChain, url: str) -> None:
    refusal = ask(url, lambda client: client.transfer_check(ME, YOU, 10**9))
    assert refusal is not None
    assert refusal.name == "ERC20InsufficientBalance"
    chain.redeem(ADDRESS, b"\1" * 32, 50, 5)
    found = ask(url, lambda client: client.redemption(ME, b"\1" * 32))
    assert found == (RedemptionState.BURNED, 45)


def refusal(url: str, question: Callable[[AsyncTokenClient], Awaitable[Any]], token: str) -> Any:
    with pytest.raises(WalletError) as caught:
        ask(url, question, token)
    return type(caught.value), caught.value.code


def test_another_token_or_chain_is_noticed(chain: FakeChain, url: str) -> None:
    wrong = replace(DOMAIN, name="Fake Euro")
    assert refusal(url, lambda c: c.check_domain(wrong), TOKEN) == (WrongChain, "token.domain")
    assert refusal(url, lambda c: c.check_chain(5), TOKEN) == (WrongChain, "chain.id")
    assert refusal(url, lambda c: c.facts(), PAYEE) == (WrongChain, "token.missing")
    chain.decimals = 18
    assert refusal(url, lambda c: c.facts(), TOKEN) == (WrongChain, "token.decimals")
    ask(url, lambda client: client.check_chain(31337))


def test_an_unknown_state_is_refused(
    chain: FakeChain, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "view_getRedemption", lambda *_: [9, 0])
    asked = refusal(url, lambda c: c.redemption(ME, bytes(32)), TOKEN)
    assert asked == (ChainError, "abi.answer")


def test_a_node_that_refuses_or_is_not_there(url: str) -> None:
    for view in (lambda c: c.total_minted(), lambda c: c.limits(1)):
        assert refusal(url, view, TOKEN) == (ChainError, "token.read")  # the fake has none
    gone = "http://127.0.0.1:1"
    assert refusal(gone, lambda c: c.account(ME), TOKEN) == (Unreachable, "net.unreachable")

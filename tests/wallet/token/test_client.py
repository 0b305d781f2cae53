"""Tests of wallet.token.client: what a token says of itself, and a node that says nonsense."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.address import parse_address
from wallet.errors import AmountError, ChainError, WrongChain
from wallet.rpc import Rpc
from wallet.token import AccountState, RedemptionState, TokenClient

ME, YOU = parse_address(ADDRESS), parse_address(PAYEE)


@pytest.fixture
def client(world: World) -> TokenClient:
    """The world's token."""
    return TokenClient(Rpc.at(world.rpc_url), parse_address(TOKEN))


def test_reads(world: World, client: TokenClient) -> None:
    world.chain.spent[ADDRESS] = 7
    world.chain.frozen.add(ADDRESS)
    facts = client.facts()
    assert (facts.name, facts.symbol, facts.currency.code) == ("Euro Deposit", "dEUR", "EUR")
    assert client.account(ME) == AccountState(10_000, 7, 1, True)
    assert client.paused() is False
    assert client.authorization_used(ME, bytes(32)) is False
    assert client.redemption(ME, bytes(32)) == (RedemptionState.NONE, 0)
    world.chain.redeem(ADDRESS, b"\1" * 32, 500, 50)
    assert client.redemption(ME, b"\1" * 32) == (RedemptionState.BURNED, 450)


def test_no_contract_there(world: World) -> None:
    with pytest.raises(WrongChain) as caught:
        TokenClient(Rpc.at(world.rpc_url), YOU).facts()
    assert caught.value.code == "token.missing"


def test_decimals_must_be_the_currencys(world: World, client: TokenClient) -> None:
    world.chain.decimals = 18
    with pytest.raises(WrongChain) as caught:
        client.facts()
    assert caught.value.code == "token.decimals"
    world.chain.currency = "XXX"
    with pytest.raises(AmountError):
        client.facts()


def test_the_domain_must_be_the_tokens(world: World, client: TokenClient) -> None:
    domain = world.files.network().domain()
    client.check_domain(domain)
    for other in (replace(domain, name="Other"), replace(domain, chain_id=1)):
        with pytest.raises(WrongChain) as caught:
            client.check_domain(other)
        assert caught.value.code == "token.domain"


def test_a_contract_that_does_not_answer(world: World, client: TokenClient) -> None:
    with pytest.raises(ChainError) as caught:
        client.total_minted()
    assert caught.value.code == "token.read"
    assert caught.value.values["view"] == "totalMinted"


def test_transfer_check(world: World, client: TokenClient) -> None:
    assert client.transfer_check(ME, YOU, 1) is None
    refusal = client.transfer_check(ME, YOU, 10_001)
    assert refusal is not None
    assert (refusal.name, refusal.value, refusal.limit) == (
        "ERC20InsufficientBalance",
        10_000,
        10_001,
    )

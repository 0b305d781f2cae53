"""Tests of the view: what other rooms ask of the chain, against the real contracts."""

from __future__ import annotations

import pytest

from api.chain import Node, TokenChain
from api.chain.memory import MemoryChain
from api.kernel.errors import Broken, Unavailable
from tests.api.chain import by_abi
from tests.api.contracts import FAR, Deployed
from tests.api.world import ADA, BO
from wallet.typed_data import TransferAuthorization


@pytest.fixture
def view(deployed: Deployed) -> TokenChain:
    """The contracts on a real chain."""
    return TokenChain(Node(deployed.anvil.url), deployed.deployment)


def test_the_token(view: TokenChain, deployed: Deployed) -> None:
    """Accounts, orders, numbers, the supply at a block."""
    view.check()
    deployed.as_role(deployed.token.functions.setTier(ADA.wallet, 2), "compliance")
    account = view.account(ADA.wallet)
    assert (account.balance, account.spent_today, account.tier, account.frozen) == (0, 0, 2, False)
    assert view.redemption(ADA.wallet, b"n" * 32).state == 0
    assert not view.number_used(1)
    head = Node(deployed.anvil.url).head()
    assert view.head() == head.number
    supply = view.supply_at(head.number, head.hash)
    assert (supply.supply, supply.minted) == (0, 0)
    with pytest.raises(Broken, match="no longer has the block"):
        view.supply_at(head.number, "0x" + "00" * 32)


def test_the_teller(view: TokenChain, deployed: Deployed) -> None:
    """Bucket, headroom and what was attested last."""
    assert view.bucket_level() == FAR
    assert view.headroom() == 0
    assert view.attested().as_of == 0
    now = view.time() - 10
    block = view.head()
    said = deployed.teller.functions.attest(500, 0, 0, now, block)
    deployed.as_role(said, "attestor")
    assert view.headroom() == 500
    last = view.attested()
    assert (last.backing, last.as_of, last.block_number, last.max_age) == (500, now, block, 86_400)


def test_a_trial_run(view: TokenChain) -> None:
    """The reason of a refusal; nothing is sent."""
    order = TransferAuthorization(ADA.wallet, BO.wallet, 5, 0, 2**40, b"n" * 32)
    refusal = view.try_out(by_abi.transfer_with_authorization(order, b"\0" * 65))
    assert refusal is not None
    assert refusal.name == "InvalidSignature"


def test_a_node_that_is_down(deployed: Deployed) -> None:
    """Every question is Unavailable, whatever web3 raises."""
    view = TokenChain(Node("http://127.0.0.1:1"), deployed.deployment)
    for ask in (view.check, view.head, view.time, view.headroom, view.bucket_level, view.attested):
        with pytest.raises(Unavailable):
            ask()
    with pytest.raises(Unavailable):
        view.account(ADA.wallet)


def test_the_fake_says_no_too() -> None:
    """A fake that cannot fail tests nothing."""
    fake = MemoryChain(down=True)
    for ask in (fake.check, fake.head, fake.time, fake.headroom, fake.bucket_level, fake.attested):
        with pytest.raises(Unavailable):
            ask()
    with pytest.raises(Broken):
        MemoryChain().supply_at(1, "0x1")

"""Tests of faults, rows 23, 25, 26, 27: what the contracts refuse, with valid keys or without."""

from __future__ import annotations

from datetime import timedelta

import pytest
from eth_account import Account
from web3 import Web3
from web3.exceptions import ContractCustomError

from api.kernel.money import Money
from scripts.deployment.wiring import Role
from tests.api import world
from tests.api.stage import Stage
from tests.api.world import ADA, BO
from tests.faults.kills import Kills
from tests.faults.oracles import judge
from tests.faults.runs import attest, gather, tell
from tests.faults.story import Story


def rounds(stage: Stage, story: Story, count: int) -> None:
    """So many rounds of everything."""
    for _ in range(count):
        story.act()
        stage.worker.cycle()
        attest(stage)
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=5))


def issue(stage: Stage, minor: int, number: int = 9_999) -> None:
    """The operator's valid key calls issue by itself; raises what the contract says."""
    operator = stage.deployed.key("operator").address
    entry = (number, b"\x07" * 16, ADA.wallet, minor)
    stage.deployed.teller.functions.issue([entry]).call({"from": operator})


@pytest.fixture
def linked(stage: Stage) -> Story:
    """Ada and Bo are linked, the backing is attested, and nothing was paid in."""
    story = Story(stage)
    stage.link(ADA)
    stage.link(BO)
    return story


def test_a_role_that_is_missing_for_a_while(stage: Stage, texts: list[str]) -> None:
    """Row 23: revoked in flight, granted again: everything waits, and comes to the same end."""
    manager, story = stage.deployed.manager.functions, Story(stage)
    operator = stage.deployed.key("operator").address
    rounds(stage, story, 4)
    stage.deployed.send(manager.revokeRole(Role.OPERATOR.value, operator))
    rounds(stage, story, 6)
    issued = stage.deployed.token.functions.totalMinted().call()
    rounds(stage, story, 4)
    assert stage.deployed.token.functions.totalMinted().call() == issued
    stage.deployed.send(manager.grantRole(Role.OPERATOR.value, operator, 0))
    stage.clock.move(timedelta(minutes=10))
    tell(stage, story, Kills(), rounds=90)
    assert judge(gather(stage, story, texts)) == []


def test_without_the_role_nothing_is_issued(stage: Stage, linked: Story) -> None:
    """Negative control: the same call from another valid key is refused for its role alone."""
    stranger = Web3.to_checksum_address(Account.create().address)
    call = stage.deployed.teller.functions.issue([(1, b"\x07" * 16, ADA.wallet, 1)])
    with pytest.raises(ContractCustomError):
        call.call({"from": stranger})


def test_a_valid_key_mints_nothing_above_the_backing(stage: Stage, linked: Story) -> None:
    """Row 25: the operator's own key, and no money at the bank."""
    with pytest.raises(ContractCustomError):
        issue(stage, 50_000)


def test_within_the_backing_it_would_mint(stage: Stage, linked: Story) -> None:
    """Negative control: with money at the bank, read and attested, the same call passes."""
    stage.bank.deliver("camt.053", world.camt([world.credit("S", 50)], message_id="S").getvalue())
    stage.bank.booked += Money(50, "EUR")
    stage.run(lambda: stage.deployed.teller.functions.headroom().call() >= 0)
    backing = stage.deployed.teller.functions.attestation().call()[0]
    stage.deployed.as_role(
        stage.deployed.teller.functions.attest(
            backing + 10_000, 0, 0, stage.parts.chain.time() - 1, 1
        ),
        "attestor",
    )
    issue(stage, 10_000)


def test_a_pause_after_the_burn_stops_no_payout(stage: Stage, linked: Story) -> None:
    """Row 26: what is burned is paid, also while the token is paused; a new order is refused."""
    stage.pay_in(ADA, 9_000)
    stage.run(lambda: stage.balance(ADA) == 9_000)
    first = stage.post("/v1/redemptions", stage.redemption_body(ADA, stage.order(ADA, 4_000)))
    path, thing = "/v1/redemptions", first.json()["id"]
    stage.run(lambda: stage.balance(ADA) == 5_000)
    stage.deployed.as_role(stage.deployed.token.functions.pause(), "guardian")
    stage.run(lambda: stage.state(path, thing) == "SETTLED")
    second = stage.post("/v1/redemptions", stage.redemption_body(ADA, stage.order(ADA, 1_000)))
    assert second.status_code in (409, 422), second.text
    assert stage.proof()["balanced"]


def test_a_recipient_who_is_frozen_gets_nothing(stage: Stage, linked: Story) -> None:
    """Row 27: the money stays unminted and is shown with its reason; the other's is issued."""
    stage.deployed.as_role(stage.deployed.token.functions.freeze(ADA.wallet), "compliance")
    stage.pay_in(ADA, 3_000)
    stage.pay_in(BO, 2_000)
    stage.run(lambda: stage.balance(BO) == 2_000)
    assert stage.balance(ADA) == 0
    for _ in range(6):
        stage.worker.cycle()
        attest(stage)
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=5))
    assert stage.balance(ADA) == 0
    assert stage.proof()["balanced"]

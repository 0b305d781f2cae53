"""Tests of faults, rows 23 to 27 and 41: keys, roles and words of others that are missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from web3.exceptions import ContractCustomError

from api.bank import BankUnreachable, Direction, LinkAnswer, LinkOutcome
from api.bank.memory import FakeBank
from api.bootstrap import build_worker
from api.chain import Lane, SigningKey, count_open
from api.chain.keys import SignedBytes
from api.deposits import DepositState, list_deposits
from api.kernel.errors import Unavailable
from api.kernel.money import Money
from api.statements import waiting_lines
from scripts.deployment.wiring import Role
from tests.api import world
from tests.api.contracts import KEYS
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


def test_without_waiting_for_the_role_deposits_would_be_given_up(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a missing role is taken for the deposit's own fault: a person must help."""
    stage = sqlite_stage
    stage.link(ADA)
    monkeypatch.setattr("api.deposits.flow.passing", lambda _reason: None)
    manager = stage.deployed.manager.functions
    operator = stage.deployed.key("operator").address
    stage.deployed.send(manager.revokeRole(Role.OPERATOR.value, operator))
    stage.pay_in(ADA, 3_000)
    for _ in range(30):
        stage.worker.cycle()
        attest(stage)
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=30))
    with stage.parts.bridge.database.reading() as connection:
        [deposit] = list_deposits(connection, state=None, limit=9)
    assert deposit.state is DepositState.HELD


class LockedKey(SigningKey):
    """A key whose device does not answer for a while."""

    locked = True

    def sign(self, **fields: Any) -> SignedBytes:
        """As `SigningKey`, when it is not locked."""
        if LockedKey.locked:
            raise Unavailable("The signer does not answer.", remedy="Unlock it.")
        return super().sign(**fields)


def lock(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's key is in a device that is locked; the other lanes have theirs."""
    keys = {lane: SigningKey(KEYS[lane.value]) for lane in Lane}
    keys[Lane.OPERATOR] = LockedKey(KEYS["operator"])
    monkeypatch.setattr(LockedKey, "locked", True)
    stage.worker = build_worker(stage.parts, keys)


def test_a_signer_that_is_locked(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, texts: list[str]
) -> None:
    """Row 24: what it should sign is queued, other keys go on; unlocked, all ends."""
    story = Story(stage)
    lock(stage, monkeypatch)
    rounds(stage, story, 12)
    assert stage.deployed.token.functions.totalMinted().call() == 0
    assert story.is_linked(), "compliance's key is another one"
    with stage.parts.bridge.database.reading() as connection:
        assert count_open(connection, Lane.OPERATOR) > 0
    assert any("The signer does not answer" in line for line in texts)
    monkeypatch.setattr(LockedKey, "locked", False)
    tell(stage, story, Kills())
    assert judge(gather(stage, story, texts)) == []


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


def test_with_payouts_frozen_by_a_pause_it_would_wait(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: were the token's pause a reason to pay nothing, the burn would wait."""
    stage = sqlite_stage
    stage.link(ADA)
    stage.pay_in(ADA, 9_000)
    stage.run(lambda: stage.balance(ADA) == 9_000)
    made = stage.post("/v1/redemptions", stage.redemption_body(ADA, stage.order(ADA, 4_000)))
    stage.run(lambda: stage.balance(ADA) == 5_000)
    stage.deployed.as_role(stage.deployed.token.functions.pause(), "guardian")
    monkeypatch.setattr("api.paying.why_frozen", lambda _connection: "the token is paused")
    for _ in range(10):
        stage.worker.cycle()
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=5))
    assert stage.state("/v1/redemptions", made.json()["id"]) == "BURNED"


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


def test_a_recipient_who_is_thawed_gets_it(stage: Stage, linked: Story) -> None:
    """Negative control: the freeze alone kept it: without it the same money is issued."""
    stage.deployed.as_role(stage.deployed.token.functions.freeze(ADA.wallet), "compliance")
    stage.pay_in(ADA, 3_000)
    for _ in range(6):
        stage.worker.cycle()
        attest(stage)
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=5))
    assert stage.balance(ADA) == 0
    stage.deployed.as_role(stage.deployed.token.functions.unfreeze(ADA.wallet), "compliance")
    stage.run(lambda: stage.balance(ADA) == 3_000)


def ask_while(stage: Stage, trouble: Callable[[], None]) -> dict[str, Any]:
    """Ada asks for a link while the bank is in trouble, and money comes in from her account."""
    trouble()
    answer = stage.post("/v1/links", stage.link_body(ADA))
    stage.pay_in(ADA, 3_000)
    for _ in range(8):
        stage.worker.cycle()
        attest(stage)
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=5))
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize("word", ["silent", "down", "no"])
def test_until_the_bank_has_said_yes_nothing_is_issued(stage: Stage, word: str) -> None:
    """Row 41: whoever screens does it behind the bank's answer on a link: «unknown» is no yes."""

    def trouble() -> None:
        if word == "silent":
            stage.bank.silent.add(ADA.account)
        elif word == "down":
            stage.bank.failures.append(BankUnreachable("No answer.", remedy="Ask again."))
        else:
            stage.bank.customers.pop(ADA.account)

    made = ask_while(stage, trouble)
    assert stage.balance(ADA) == 0
    assert stage.deployed.token.functions.totalMinted().call() == 0
    with stage.parts.bridge.database.reading() as connection:
        assert list_deposits(connection, state=None, limit=9) == []
        [line] = waiting_lines(connection, Direction.CREDIT, 9)
    assert line.amount == Money(3_000, "EUR")
    shown = {"silent": "REQUESTED", "no": "REFUSED"}.get(word)
    assert made.get("state") == shown
    assert stage.proof()["balanced"]


def test_with_a_yes_for_an_unknown_it_would_be_issued(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: an answer that is none is taken for a yes."""
    yes = LinkAnswer(LinkOutcome.CONFIRMED, tier=1)
    monkeypatch.setattr(FakeBank, "confirm_link", lambda *_: yes)
    ask_while(sqlite_stage, lambda: sqlite_stage.bank.silent.add(ADA.account))
    sqlite_stage.run(lambda: sqlite_stage.balance(ADA) == 3_000)

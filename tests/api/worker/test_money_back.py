"""Tests of the worker: money that comes back, killed at every point on its way."""

from __future__ import annotations

import pytest

from api.deposits import DepositState, list_deposits
from api.kernel.money import Money
from api.redemptions import find, return_burn
from api.refunds import RefundState, return_line, set_account
from api.refunds import find as find_refund
from tests.api import world
from tests.api.stage import Stage
from tests.api.worker.crashes import Crashes, survive
from tests.api.world import ADA


def state(stage: Stage, redemption: str) -> str:
    """How far a redemption has come."""
    return stage.state("/v1/redemptions", redemption)


def holding(stage: Stage, crashes: Crashes) -> None:
    """Ada is linked and holds tokens."""
    link = stage.post("/v1/links", stage.link_body(ADA)).json()["id"]
    survive(stage, lambda: stage.state("/v1/links", link) == "ACTIVE", crashes)
    stage.pay_in(ADA, 50_000)
    survive(stage, lambda: stage.balance(ADA) == 50_000, crashes)


def redeemed(stage: Stage, minor: int, until: str, crashes: Crashes) -> str:
    """An order of Ada's that has come so far; its id."""
    body = stage.redemption_body(ADA, stage.order(ADA, minor))
    made = str(stage.post("/v1/redemptions", body).json()["id"])
    survive(stage, lambda: state(stage, made) == until, crashes)
    return made


def send_back(stage: Stage, redemption: str, minor: int) -> None:
    """The bank books a payout back, in a notification and again in the statement."""
    with stage.parts.bridge.database.reading() as connection:
        found = find(connection, redemption)
    assert found is not None
    line = world.credit(
        f"BACK{minor}", minor, end_to_end_id=found.end_to_end_id, return_reason="AC04"
    )
    stage.bank.booked += Money(minor, "EUR")
    for number in range(2):
        name = f"B{minor}-{number}"
        stage.bank.deliver("camt.053", world.camt([line], message_id=name).getvalue())


def test_a_payout_comes_back_and_is_credited_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paid, booked, sent back, credited again on chain: whatever dies in between."""
    crashes = Crashes(monkeypatch)
    holding(stage, crashes)
    paid = redeemed(stage, 8_000, "SETTLED", crashes)
    send_back(stage, paid, 7_975)
    survive(stage, lambda: state(stage, paid) == "RETURNED", crashes)
    returned = stage.deployed.token.events.PayoutReturned().get_logs(from_block=0)
    assert [log["args"]["amount"] for log in returned] == [7_975]
    assert stage.balance(ADA) == 49_975
    proof = stage.proof()
    assert proof["balanced"], proof


def test_a_burn_is_returned_and_never_paid(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Burned while the bank cannot be reached; two persons return it; no payout follows."""
    stage, crashes = sqlite_stage, Crashes(monkeypatch)
    holding(stage, crashes)
    monkeypatch.setattr("api.steps.pay_out", lambda *_: False)
    burned = redeemed(stage, 8_000, "BURNED", crashes)
    monkeypatch.undo()
    crashes = Crashes(monkeypatch)
    with stage.parts.bridge.database.transaction() as connection:
        return_burn(connection, burned, stage.clock.now())
    survive(stage, lambda: state(stage, burned) == "RETURNED", crashes)
    assert stage.bank.batches == {}
    assert stage.balance(ADA) == 49_975
    assert stage.proof()["balanced"]


def test_a_deposit_goes_back_after_its_number_is_closed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held, closed on chain, paid back, booked: the tokens were never there."""
    crashes = Crashes(monkeypatch)
    holding(stage, crashes)
    stage.pay_in(ADA, 3_000)
    for _ in range(3):  # nobody attests: there is no room to issue it
        stage.worker.cycle()
    with stage.parts.bridge.database.transaction() as connection:
        made = return_line(connection, waiting(stage)[0], "not wanted", stage.clock.now())
    survive(stage, lambda: refund_state(stage, made.id) is RefundState.AWAITING_ACCOUNT, crashes)
    voided = stage.deployed.token.events.NumberVoided().get_logs(from_block=0)
    assert [log["args"]["number"] for log in voided] == [2]
    with stage.parts.bridge.database.transaction() as connection:
        set_account(connection, made.id, ADA.account, ADA.name, stage.clock.now())
    survive(stage, lambda: refund_state(stage, made.id) is RefundState.SETTLED, crashes)
    assert stage.balance(ADA) == 50_000
    assert len(stage.bank.batches) == 1
    assert stage.proof()["balanced"]


def waiting(stage: Stage) -> list[str]:
    """Lines of deposits that wait for their issue."""
    with stage.parts.bridge.database.reading() as connection:
        found = list_deposits(connection, state=DepositState.QUEUED, limit=9)
    return [deposit.line_id for deposit in found]


def refund_state(stage: Stage, refund: str) -> RefundState:
    """How far a refund has come."""
    with stage.parts.bridge.database.reading() as connection:
        found = find_refund(connection, refund)
    assert found is not None
    return found.state


def test_nothing_is_paid_before_the_chain_is_read(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process begins by reading: its database may be a backup, and older than the chain."""
    stage = sqlite_stage
    stage.link(ADA)
    stage.pay_in(ADA, 50_000)
    stage.run(lambda: stage.balance(ADA) == 50_000)
    with monkeypatch.context() as patch:
        patch.setattr("api.steps.pay_out", lambda *_: False)
        body = stage.redemption_body(ADA, stage.order(ADA, 8_000))
        burned = str(stage.post("/v1/redemptions", body).json()["id"])
        stage.run(lambda: state(stage, burned) == "BURNED")
    stage.deployed.mine(9)
    stage.restart()
    work = stage.worker.work
    work.share(["pay out"])
    [step] = [each for each in stage.worker.steps if each.name == "pay out"]
    with work.doing("pay out"):
        assert not step.run()
    assert state(stage, burned) == "BURNED"
    stage.run(lambda: state(stage, burned) == "SETTLED")
    assert len(stage.bank.batches) == 1

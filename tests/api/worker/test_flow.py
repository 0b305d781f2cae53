"""Tests of the worker: the main job, whole, on a real chain, on both stores."""

from __future__ import annotations

from datetime import timedelta

from api.deposits import DepositState, WaitingFor, list_deposits
from tests.api.stage import Stage
from tests.api.world import ADA, BO


def test_a_deposit_becomes_a_token_is_paid_on_and_comes_back(stage: Stage) -> None:
    """The whole way, and the proof at its end: balanced to the cent."""
    stage.link(ADA)
    stage.link(BO)
    stage.pay_in(ADA, 50_000)
    stage.run(lambda: stage.balance(ADA) == 50_000)

    sent = stage.post("/v1/transfers", stage.transfer_body(ADA, BO, 12_000))
    assert sent.status_code == 202, sent.text
    stage.run(lambda: stage.state("/v1/transfers", sent.json()["id"]) == "FINAL")
    assert (stage.balance(ADA), stage.balance(BO)) == (38_000, 12_000)

    redeemed = stage.post("/v1/redemptions", stage.redemption_body(BO, stage.order(BO, 10_000)))
    assert redeemed.status_code == 202, redeemed.text
    stage.run(lambda: stage.state("/v1/redemptions", redeemed.json()["id"]) == "SETTLED")
    assert stage.balance(BO) == 2_000
    [batch] = stage.bank.batches.values()
    [payment] = batch.instructions
    assert (payment.creditor_account, payment.amount.minor) == (BO.account, 9_975)

    proof = stage.proof()
    assert proof["balanced"], proof
    assert proof["tokens_outstanding"]["amount"] == "400.00"
    assert proof["own_funds"]["amount"] == "0.25"
    assert proof["reserve"]["bank"]["amount"] == "400.25"


def test_a_pause_is_waited_out(stage: Stage) -> None:
    """However long it lasts, no deposit is given up; after it, all are issued."""
    stage.link(ADA)
    token = stage.deployed.token.functions
    stage.deployed.as_role(token.pause(), "guardian")
    stage.pay_in(ADA, 50_000)
    for _ in range(30):
        stage.worker.cycle()
        stage.attest()
        stage.clock.move(timedelta(seconds=10))
    with stage.parts.bridge.database.reading() as connection:
        [waiting] = list_deposits(connection, state=None, limit=9)
    shown = (waiting.state, waiting.waiting_for, waiting.attempts, waiting.reason)
    assert shown == (DepositState.QUEUED, WaitingFor.PAUSED, 0, "TokenPaused()")
    assert 5 < waiting.waits < 12
    stage.deployed.send(token.unpause())
    stage.restart()
    stage.run(lambda: stage.balance(ADA) == 50_000, rounds=90)

"""Tests of the worker: killed at every point, it goes on, and nothing happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from api.bank import PayoutBatch
from api.chain import lane
from api.payouts import files as payout_files
from api.redemptions import count_alarms
from tests.api.stage import Stage
from tests.api.worker.crashes import Crash, Crashes
from tests.api.world import ADA, BO

ROUNDS = 80


def survive(stage: Stage, done: Callable[[], bool], crashes: Crashes) -> None:
    """Let the bridge go on until `done`, starting it anew whenever it dies."""
    for _ in range(ROUNDS):
        if done():
            return
        crashes.armed = True
        try:
            stage.worker.cycle()
        except Crash:
            stage.restart()
        finally:
            crashes.armed = False
        stage.attest()
        stage.deployed.mine()
    raise AssertionError(f"not done after {ROUNDS} rounds; died at {sorted(crashes.met)}")


def the_main_job(stage: Stage, crashes: Crashes) -> None:
    """Two links, two deposits, one transfer, two redemptions of which the bank rejects one."""
    for customer in (ADA, BO):
        body = stage.link_body(customer)
        link = stage.post("/v1/links", body).json()["id"]
        survive(stage, lambda link=link: stage.state("/v1/links", link) == "ACTIVE", crashes)
    stage.pay_in(ADA, 50_000)
    stage.pay_in(BO, 7_000)
    survive(stage, lambda: (stage.balance(ADA), stage.balance(BO)) == (50_000, 7_000), crashes)
    sent = stage.post("/v1/transfers", stage.transfer_body(ADA, BO, 12_000)).json()["id"]
    survive(stage, lambda: stage.state("/v1/transfers", sent) == "FINAL", crashes)
    paid = stage.post("/v1/redemptions", stage.redemption_body(BO, stage.order(BO, 10_000)))
    survive(stage, lambda: _redeemed(stage, paid) == "SETTLED", crashes)
    stage.bank.rejects[ADA.account] = "AC04"
    refused = stage.post("/v1/redemptions", stage.redemption_body(ADA, stage.order(ADA, 8_000)))
    survive(stage, lambda: _redeemed(stage, refused) == "RETURNED", crashes)


def _redeemed(stage: Stage, answer: Any) -> str:
    return stage.state("/v1/redemptions", answer.json()["id"])


def payments(stage: Stage) -> Counter[str]:
    """How often the bank was told to make each payment."""
    return Counter(
        each.end_to_end_id for batch in stage.bank.batches.values() for each in batch.instructions
    )


def require_exactly_once(stage: Stage) -> None:
    """One credit a bank line, one payment a burn, and everything adds up."""
    issued = stage.deployed.token.events.Issued().get_logs(from_block=0)
    assert sorted(log["args"]["amount"] for log in issued) == [7_000, 50_000]
    assert sorted(payments(stage).values()) == [1, 1]
    returned = stage.deployed.token.events.PayoutReturned().get_logs(from_block=0)
    assert [log["args"]["amount"] for log in returned] == [7_975]
    assert stage.balance(ADA) + stage.balance(BO) == 46_975
    proof = stage.proof()
    assert proof["balanced"], proof
    assert proof["own_funds"]["amount"] == "0.50"


def test_killed_at_every_point(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each point at which something becomes lasting, before and after it."""
    crashes = Crashes(monkeypatch)
    the_main_job(stage, crashes)
    require_exactly_once(stage)
    expected = {
        f"{when} {what}"
        for when in ("before", "after")
        for what in (
            "send_many in api.chain.resending.hand_in",
            "commit in api.chain.preparing._sign",
            "commit in api.chain.resending.hand_in",
            "commit in api.chain.settling.settle",
            "commit in api.chain.reader._commit",
            "commit in api.steps.match",
            "commit in api.issuing._queue",
            "commit in api.steps.return_payouts",
            "commit in api.paying.pay_out",
            "commit in api.payouts.files.submit",
            "submit_payouts in api.payouts.files.submit",
            "commit in api.inbox.flow._take_word",
            "commit in api.inbox.flow._take_statement",
            "acknowledge in api.inbox.flow.step",
        )
    }
    assert expected <= set(crashes.met), expected - set(crashes.met)


def test_without_resending_the_bridge_stands_still(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: take the resending away, and a crash before sending is never mended."""
    monkeypatch.setattr(lane, "resend", lambda _desk: False)
    with pytest.raises(AssertionError, match="not done after"):
        the_main_job(sqlite_stage, Crashes(monkeypatch))


def test_a_fresh_message_id_would_pay_twice(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a file that changes its id after a crash is paid once more, and seen."""
    real, numbers = payout_files._batch, iter(range(1000))

    def fresh(*args: Any) -> PayoutBatch:
        return replace(real(*args), message_id=f"FRESH{next(numbers)}")

    monkeypatch.setattr(payout_files, "_batch", fresh)
    with pytest.raises(AssertionError, match="not done after"):
        the_main_job(sqlite_stage, Crashes(monkeypatch))
    assert max(payments(sqlite_stage).values()) > 1
    assert not sqlite_stage.proof()["balanced"]
    with sqlite_stage.parts.bridge.database.reading() as connection:
        assert count_alarms(connection) == 1

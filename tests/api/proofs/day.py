"""Tests of the proofs: a day with two holders, and the prover over it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from api.bootstrap import build_prover
from api.kernel.clock import Clock
from api.proofs import Prover
from tests.api.stage import Stage
from tests.api.world import ADA, BO, KEY


def make_day(stage: Stage) -> Stage:
    """Ada pays 500.00 in and gives Bo 200.00 of it."""
    stage.link(ADA)
    stage.link(BO)
    stage.pay_in(ADA, 50_000)
    stage.run(lambda: stage.balance(ADA) == 50_000)
    answer = stage.post("/v1/transfers", stage.transfer_body(ADA, BO, 20_000))
    assert answer.status_code == 202, answer.text
    transfer = answer.json()["id"]
    stage.run(lambda: stage.state("/v1/transfers", transfer) == "FINAL")
    stage.deployed.mine(70)  # a local chain calls a block final when 64 follow it
    return stage


def prover(stage: Stage) -> Prover:
    """The prover of that bridge."""
    made = build_prover(
        stage.settings,
        key=stage.deployed.key("attestor"),
        clock=stage.clock,
        bank=stage.bank,
        reference_key=KEY,
    )
    made.database.close()
    return replace(made, database=stage.parts.bridge.database, clock=cast("Clock", Blocks(stage)))


class Blocks:
    """The stage's clock on a chain that goes on: whoever waits finds that final which was new."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stage.clock, name)

    def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        self._stage.clock.sleep(seconds)
        self._stage.deployed.mine(70)

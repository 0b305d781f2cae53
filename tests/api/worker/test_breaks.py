"""Tests of the worker: a break of the reserve stops issuing, on a real chain."""

from __future__ import annotations

from datetime import timedelta

import pytest

import api.issuing
from api.reserve import clear, standing_breaks
from tests.api.stage import Stage
from tests.api.world import ADA


def forge_balance(stage: Stage) -> None:
    """Take a cent away at the bank, without a line that says so."""
    stage.bank.booked -= type(stage.bank.booked)(1, "EUR")


def cycles(stage: Stage, seconds: int) -> None:
    """Let the worker go on for so long."""
    for _ in range(seconds // 10):
        stage.worker.cycle()
        stage.attest()
        stage.deployed.mine()
        stage.clock.move(timedelta(seconds=10))


def test_a_break_stops_issuing_until_it_is_cleared(stage: Stage) -> None:
    """A cent is missing: what comes in waits. It is found, an operator says so, tokens come."""
    stage.link(ADA)
    stage.pay_in(ADA, 1_000)
    stage.run(lambda: stage.balance(ADA) == 1_000)
    forge_balance(stage)
    cycles(stage, 150)
    stage.pay_in(ADA, 500)
    stage.pay_in(ADA, 400)
    cycles(stage, 100)
    assert stage.balance(ADA) == 1_000
    stage.bank.booked += type(stage.bank.booked)(1, "EUR")
    cycles(stage, 60)
    assert stage.balance(ADA) == 1_000
    database = stage.parts.bridge.database
    with database.transaction() as connection:
        [broken] = standing_breaks(connection)
        clear(connection, broken.number, by="ada", why="found", now=stage.clock.now())
    stage.run(lambda: stage.balance(ADA) == 1_900)


def test_without_the_guard_a_break_stops_nothing(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: tokens come while the cent is missing."""
    stage = sqlite_stage
    monkeypatch.setattr(api.issuing, "issuing_allowed", lambda _connection: True)
    stage.link(ADA)
    stage.pay_in(ADA, 1_000)
    stage.run(lambda: stage.balance(ADA) == 1_000)
    forge_balance(stage)
    cycles(stage, 150)
    stage.pay_in(ADA, 500)
    stage.pay_in(ADA, 400)
    cycles(stage, 100)
    with stage.parts.bridge.database.reading() as connection:
        assert standing_breaks(connection)
    assert stage.balance(ADA) == 1_500

"""Tests of the daily duty: one proof a day, after the closing balance; nothing is made twice."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.bank import BankBalance
from api.bank.memory import FakeBank
from api.chain import Node, SendOutcome
from api.kernel.errors import Unavailable
from api.proofs import Daily, Proven, Prover, list_proofs
from tests.api.proofs.day import prover
from tests.api.stage import Stage
from tests.faults.kills import Killed, Kills

POINTS = {
    ("api.proofs.daily", "Daily._is_due"),
    ("api.proofs.flow", "Prover._make"),
    ("api.proofs.flow", "Prover._send"),
    ("api.proofs.flow", "Prover.publish"),
    ("api.proofs.holders", "replay"),
    ("api.reserve.flow", "prove"),
}
"""Where the process that makes proofs may die, and something is lasting or asked."""


def days(stage: Stage) -> list[str]:
    """The days that have a proof on chain, newest first."""
    return [proven.day for proven in saved(stage)]


def saved(stage: Stage) -> list[Proven]:
    """The proofs themselves, newest first."""
    with stage.parts.bridge.database.reading() as connection:
        return list_proofs(connection, 9)


def closes(stage: Stage, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """The bank's balance is the closing balance of this moment."""
    closed = BankBalance(stage.bank.booked, at, "a statement", closed_on=at.date())
    monkeypatch.setattr(stage.bank, "balance", lambda: closed)


def test_one_proof_a_day_after_the_closing_balance(
    day: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first at once; then with each new closing balance, at the latest after a whole day."""
    duty = Daily(prover(day))
    start = day.clock.now()
    day.clock.move(timedelta(hours=20) - (start - start.replace(hour=0, minute=0)))  # at 20:00
    first = day.clock.now()
    closes(day, monkeypatch, first - timedelta(hours=3))
    assert duty.look() is not None
    assert duty.look() is None
    day.clock.move(timedelta(hours=5))  # another day, and the bank has told nothing new
    assert duty.look() is None
    closes(day, monkeypatch, first + timedelta(hours=4))
    assert duty.look() is not None
    assert duty.look() is None
    day.clock.move(timedelta(hours=25))  # a holiday: no new closing balance
    assert duty.look() is not None
    assert len(days(day)) == 3


def test_killed_midway_it_is_the_same_proof(day: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved, not sent, and the process is gone; on the next day the same bytes go out first."""
    with monkeypatch.context() as patch:
        patch.setattr(Node, "send", _dies)
        with pytest.raises(KeyboardInterrupt):
            Daily(prover(day)).look()
    assert days(day) == []
    day.clock.move(timedelta(days=1))
    late = Daily(prover(day)).look()
    assert late is not None
    assert days(day) == [late.day]
    assert late.day < day.clock.now().date().isoformat()
    today = Daily(prover(day)).look()
    assert today is not None
    assert days(day) == [today.day, late.day]
    assert Daily(prover(day)).look() is None


def test_one_that_was_left_behind_is_published(day: Stage) -> None:
    """A newer proof is on chain already; the older one, saved and not published, comes first."""
    old = prover(day).once()
    day.clock.move(timedelta(days=1))
    new = prover(day).once()
    with day.parts.bridge.database.transaction() as connection:
        connection.execute(
            text("UPDATE reserve_proofs SET published_at = NULL WHERE day = :day"), {"day": old.day}
        )
    assert days(day) == [new.day]
    found = Daily(prover(day)).look()
    assert found is not None
    assert found.day == old.day
    assert days(day) == [new.day, old.day]
    assert Daily(prover(day)).look() is None


def test_it_dies_at_every_point_of_two_days(day: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before and after everything that becomes lasting or is asked of bank and chain."""
    kills = Kills()
    kills.install(monkeypatch, FakeBank)
    kills.plan = lambda death, _number: kills.met[death] == 1
    made = [_until_it_lives(day, kills)]
    day.clock.move(timedelta(hours=25))
    made.append(_until_it_lives(day, kills))
    assert days(day) == [proven.day for proven in reversed(made)]
    assert Daily(prover(day)).look() is None
    met = {(death.point.module, death.point.function, death.when) for death in kills.met}
    assert met >= {(*place, when) for place in POINTS for when in ("before", "after")}


def test_a_refusal_is_told_once_an_hour_and_tried_again(
    sqlite_day: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in the log with its remedy; when its cause is gone the proof is made."""
    made = prover(sqlite_day)
    rounds = iter([False, False, False, True])

    def down() -> BankBalance:
        raise Unavailable("no balance", remedy="ask the bank")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite_day.bank, "balance", down)
        with caplog.at_level(logging.ERROR):
            Daily(replace(made, log=logging.getLogger("t"))).run(lambda: next(rounds), lambda _s: 0)
    told = [each for each in caplog.records if each.getMessage() == "no proof of reserve yet"]
    assert len(told) == 1
    assert Daily(made).look() is not None


def test_an_error_that_nobody_foresaw_ends_no_duty(
    sqlite_day: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in the log by its class, not with the row that it quotes; the next look is made."""
    made = replace(prover(sqlite_day), log=logging.getLogger("t"))
    rounds = iter([False, False, True])

    def refused(_prover: Prover) -> Proven:
        raise IntegrityError("INSERT", None, Exception("a customer's row"))

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(Prover, "once", refused)
        Daily(made).run(lambda: next(rounds), lambda _s: 0)
    [told] = [each for each in caplog.records if each.getMessage() == "the day's proof failed"]
    assert "IntegrityError" in str(vars(told))
    assert "customer" not in caplog.text
    assert Daily(made).look() is not None


def _until_it_lives(day: Stage, kills: Kills) -> Proven:
    """Look with fresh objects after each death; what came of it in the end."""
    while True:
        try:
            proven = Daily(prover(day)).look()
        except Killed:
            kills.revive()
            continue
        if proven is not None:
            return proven
        return saved(day)[0]  # it was published, and died before it could say so


def _dies(_node: Node, _raw: bytes) -> SendOutcome:
    raise KeyboardInterrupt

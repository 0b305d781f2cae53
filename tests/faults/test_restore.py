"""Tests of faults, row 7: yesterday's database against today's chain and today's bank."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from api.bank import DocumentKind
from api.bank.memory import FakeBank
from api.reserve import issuing_allowed
from tests.api import world
from tests.api.stage import Stage
from tests.api.world import ADA
from tests.faults.kills import Kills
from tests.faults.oracles import judge
from tests.faults.runs import attest, gather, tell
from tests.faults.story import Story

Backup = Callable[[Stage], str]


@pytest.fixture
def backup(request: pytest.FixtureRequest, tmp_path: Path) -> Backup:
    """Call it for a copy of the stage's database as it stands: the copy's URL."""

    def copy(stage: Stage) -> str:
        stage.close()
        url = make_url(stage.settings.database_url)
        if url.get_backend_name() == "sqlite":
            return (
                f"sqlite:///{shutil.copyfile(url.database or '', tmp_path / 'yesterday.sqlite3')}"
            )
        made: str = request.getfixturevalue("postgres_server").create_database(
            like=stage.settings.database_url
        )
        return made

    return copy


def until(stage: Stage, story: Story, done: Callable[[], bool], rounds: int = 40) -> None:
    """Let the story go on until something is so."""
    for _ in range(rounds):
        if done():
            return
        story.act()
        stage.worker.cycle()
        attest(stage)
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=5))
    raise AssertionError("not done")


@pytest.fixture
def laid_ready(monkeypatch: pytest.MonkeyPatch) -> list[tuple[DocumentKind, bytes]]:
    """Every document that the bank lays ready during the test."""
    kept: list[tuple[DocumentKind, bytes]] = []
    real = FakeBank.deliver

    def deliver(bank: FakeBank, kind: DocumentKind, content: bytes) -> str:
        kept.append((kind, content))
        return real(bank, kind, content)

    monkeypatch.setattr(FakeBank, "deliver", deliver)
    return kept


MOMENTS: dict[str, Callable[[Story], bool]] = {
    "before the deposits": lambda story: story.is_linked(),
    "after the deposits": lambda story: story.is_credited(),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_yesterdays_database(
    stage: Stage,
    backup: Backup,
    laid_ready: list[tuple[DocumentKind, bytes]],
    texts: list[str],
    moment: str,
) -> None:
    """No second credit, no second payment: chain and bank tell what was forgotten.

    Ids that the bridge gave out since the backup are unknown to it (O5): what they stood for is
    there under its chain's or bank's own id.
    """
    story = Story(stage)
    until(stage, story, lambda: MOMENTS[moment](story))
    yesterday = backup(stage)
    stage.restart()
    tell(stage, story, Kills())
    truth = gather(stage, story, texts)
    assert judge(truth) == []
    stage.settings = replace(stage.settings, database_url=yesterday)
    stage.restart()
    rounds(stage, 8)
    early = gather(stage, story, texts)
    assert early.payments == truth.payments, "nothing is paid before the bank was heard"
    for kind, content in list(laid_ready):
        stage.bank.deliver(kind, content)
    stage.bank.deliver("camt.053", story.statement())
    rounds(stage, 25)
    now = gather(stage, story, texts)
    # money that went back to its payer since is a debit that these books cannot explain: they stop
    # issuing over it, and two operators say what it was (`payment --booked-as`)
    refund = [breach for breach in judge(now, but=["O5"]) if breach.startswith("O2 JZF")]
    assert [breach for breach in judge(now, but=["O5"]) if breach not in refund] == []
    if refund:
        with stage.parts.bridge.database.reading() as connection:
            assert not issuing_allowed(connection)
    assert now.payments == truth.payments
    assert now.named("Issued") == truth.named("Issued")
    assert now.named("PayoutReturned") == truth.named("PayoutReturned")


def test_an_amount_changed_under_an_old_id(stage: Stage, texts: list[str]) -> None:
    """An alarm, not a credit: the first version stays, the other one is kept and shown."""
    story = Story(stage)
    tell(stage, story, Kills())
    supply = gather(stage, story, texts).supply
    forged = world.credit("IN-1", story.ada + 1, payer_account=ADA.account)
    stage.bank.deliver("camt.053", world.camt([forged], message_id="FORGED").getvalue())
    rounds(stage, 6)
    found = gather(stage, story, texts)
    assert judge(found) == []
    assert found.supply == supply
    states = sorted(r["state"] for r in found.rows["bank_lines"] if r["bank_id"] == "IN-1")
    assert states == ["CONFLICTING", "EXPLAINED"]
    assert any("statement has lines that were not taken" in line for line in texts)


def test_without_the_banks_ids_the_changed_amount_would_be_credited(
    sqlite_stage: Stage, texts: list[str]
) -> None:
    """Negative control: the same money under a new id is a new line, and more than the bank has."""
    story = Story(sqlite_stage)
    tell(sqlite_stage, story, Kills())
    forged = world.credit("IN-1x", story.ada + 1, payer_account=ADA.account)
    sqlite_stage.bank.deliver("camt.053", world.camt([forged], message_id="FORGED").getvalue())
    rounds(sqlite_stage, 6)
    assert any(words.startswith("O1") for words in judge(gather(sqlite_stage, story, texts)))


def rounds(stage: Stage, count: int) -> None:
    """So many rounds of all processes."""
    for _ in range(count):
        stage.worker.cycle()
        attest(stage)
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=5))

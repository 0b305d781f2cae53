"""Tests of faults, row 7: yesterday's database against today's chain and today's bank."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from api.bank import DocumentKind
from api.bank.memory import FakeBank
from api.chain import resume
from api.refunds import find, return_line
from api.reserve import issuing_allowed
from api.statements.model import line_id
from tests.api import world
from tests.api.stage import Stage
from tests.api.world import ADA, BO
from tests.faults.found import BankLine
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
            file = shutil.copyfile(url.database or "", tmp_path / "yesterday.sqlite3")
            made = f"sqlite:///{file}"
        else:
            server = request.getfixturevalue("postgres_server")
            made = server.create_database(like=stage.settings.database_url)
        stage.restart()
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
    assert judge(now, but=["O5"]) == []
    with stage.parts.bridge.database.reading() as connection:
        assert issuing_allowed(connection), "money that went back since is explained by itself"
    assert now.payments == truth.payments
    assert now.named("Issued") == truth.named("Issued")
    assert now.named("PayoutReturned") == truth.named("PayoutReturned")


LARGE = 900_000
"""More than what is attested when it comes in: it waits, and can still go back."""


def pay_back(stage: Stage, story: Story) -> None:
    """A customer's money comes in, and goes back: its number is closed, the bank books it."""
    line = world.credit("LATE", LARGE, payer_account=BO.account, payer_name=BO.name)
    stage.bank.booked += line.amount
    story.lines.append(BankLine(world.RESERVE, line.bank_id, LARGE))
    stage.bank.deliver("camt.053", world.camt([line], message_id="LATE").getvalue())
    stage.worker.cycle()
    key, now = line_id(world.RESERVE, line.bank_id), stage.clock.now()
    with stage.parts.bridge.database.transaction() as connection:
        refund = return_line(connection, key, "asked for by the payer", now).id

    def settled() -> bool:
        with stage.parts.bridge.database.reading() as connection:
            found = find(connection, refund)
        return found is not None and found.state == "SETTLED"

    until(stage, story, settled)


def begin_again(
    stage: Stage, yesterday: str, documents: Iterable[tuple[DocumentKind, bytes]]
) -> None:
    """Yesterday's database reads the chain, then the bank; two operators let it go on."""
    stage.settings = replace(stage.settings, database_url=yesterday)
    stage.restart()
    rounds(stage, 5)
    for kind, content in documents:
        stage.bank.deliver(kind, content)
    rounds(stage, 8)
    with stage.parts.bridge.database.transaction() as connection:
        resume(connection)
    rounds(stage, 17)


@pytest.mark.parametrize("debit_first", [False, True])
def test_a_customers_money_that_went_back_since(
    stage: Stage,
    backup: Backup,
    laid_ready: list[tuple[DocumentKind, bytes]],
    texts: list[str],
    debit_first: bool,
) -> None:
    """Its credit is read again and would be a deposit: not issued, not paid back a second time."""
    story = Story(stage)
    tell(stage, story, Kills())
    yesterday = backup(stage)
    laid_ready.clear()
    pay_back(stage, story)
    truth = gather(stage, story, texts)
    assert judge(truth) == []
    begin_again(stage, yesterday, laid_ready[::-1] if debit_first else list(laid_ready))
    now = gather(stage, story, texts)
    assert judge(now) == []
    assert (now.payments, now.supply) == (truth.payments, truth.supply)
    [late] = [row for row in now.rows["refunds"] if row["amount"] == LARGE]
    assert late["state"] == "SETTLED"
    with stage.parts.bridge.database.reading() as connection:
        assert issuing_allowed(connection)


def test_without_the_look_at_its_id_the_debit_is_a_break(
    sqlite_stage: Stage,
    backup: Backup,
    laid_ready: list[tuple[DocumentKind, bytes]],
    texts: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: nobody derives whose money the debit was: its deposit waits for ever, and
    only the attestor's own look at the bank keeps it from becoming tokens."""
    stage, story = sqlite_stage, Story(sqlite_stage)
    tell(stage, story, Kills())
    yesterday = backup(stage)
    laid_ready.clear()
    pay_back(stage, story)
    monkeypatch.setattr("api.paying.take_up_booked", lambda *_args, **_named: 0)
    monkeypatch.setattr("api.issuing.booked_too_early", lambda _connection: None)
    begin_again(stage, yesterday, list(laid_ready))
    wrong = judge(gather(stage, story, texts))
    assert "O3 deposits: 1 rest in QUEUED" in wrong


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

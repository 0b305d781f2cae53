"""Tests of faults, rows 4, 5, 6 and 9: the database is away, full or mute, and so are the ports."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.default import DefaultDialect
from web3 import Web3

from api.bank.memory import FakeBank
from api.bank.port import BankUnreachable
from api.chain import Lane, calldata, enqueue
from api.chain.desk import Desk
from api.kernel.errors import Broken, Unavailable
from tests.api.stage import Stage
from tests.api.world import ADA
from tests.faults.kills import Death, Kills
from tests.faults.oracles import judge
from tests.faults.points import BANK_CALLS
from tests.faults.runs import attest, gather, tell
from tests.faults.story import Story


def once_each(kinds: Callable[[Death], bool], error: Callable[[], Exception]) -> Kills:
    """Raises the error at each chance of these kinds, once each."""
    kills, met = Kills(), set[Death]()

    def upset(chance: Death) -> None:
        if kinds(chance) and chance not in met:
            met.add(chance)
            kills.died += 1
            raise error()

    kills.upset = upset
    return kills


def mute() -> Unavailable:
    """What a database or node that does not answer comes to."""
    return Unavailable("No answer came.", remedy="Try again.")


@pytest.mark.parametrize("when", ["before", "after"])
def test_whether_it_was_committed_is_not_known(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, texts: list[str], when: str
) -> None:
    """Row 6: after every commit, once, no answer comes; and before every one. Read again, go on."""
    kills = once_each(lambda d: d.point.what == "commit" and d.when == when, mute)
    kills.install(monkeypatch, FakeBank)
    story = Story(stage)
    tell(stage, story, kills)
    assert kills.died > 15
    assert judge(gather(stage, story, texts)) == []


def test_the_answer_of_every_port_call_is_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, texts: list[str]
) -> None:
    """Row 9: node and bank did what was asked, each call once, and nobody was told."""
    sends = once_each(lambda d: d.point.what not in {"commit", *BANK_CALLS} and d.when == "after",
                      mute)  # fmt: skip
    calls = once_each(
        lambda d: d.point.what in BANK_CALLS and d.when == "after",
        lambda: BankUnreachable("No answer came.", remedy="Ask again."),
    )
    sends.install(monkeypatch, FakeBank)
    calls.install(monkeypatch, FakeBank)
    story = Story(stage)
    tell(stage, story, sends)
    assert sends.died >= 2
    assert calls.died >= 4
    assert judge(gather(stage, story, texts)) == []


@contextmanager
def failing_commits(error: Exception, when: str) -> Iterator[list[int]]:
    """The driver fails at every commit, `before` it was done or `after`; how often, as it goes."""
    real: Callable[..., None] = DefaultDialect.do_commit
    failed: list[int] = []

    def commit(dialect: DefaultDialect, connection: Any) -> None:
        failed.append(1)
        real(dialect, connection) if when == "after" else connection.rollback()
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "do_commit", commit)
        yield failed


@contextmanager
def full(_stage: Stage) -> Iterator[None]:
    """No file of this process can take another byte: the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(stage: Stage) -> Iterator[None]:
    """The PostgreSQL database takes no writes, as when its standby was promoted to nothing."""
    with administering(stage) as (say, name):
        say(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        hang_up(say, name)
        try:
            yield
        finally:
            say(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            hang_up(say, name)


@contextmanager
def closed(stage: Stage) -> Iterator[None]:
    """The PostgreSQL database lets nobody in."""
    with administering(stage) as (say, name):
        say(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        hang_up(say, name)
        try:
            yield
        finally:
            say(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def administering(stage: Stage) -> Iterator[tuple[Callable[[str], None], str]]:
    url = make_url(stage.settings.database_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def say(words: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(words))

    try:
        yield say, url.database or ""
    finally:
        engine.dispose()


def hang_up(say: Callable[[str], None], name: str) -> None:
    # each is waited for, so that it is known when they have ended
    say(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 - a name of ours


def test_the_database_takes_nothing(stage: Stage, texts: list[str]) -> None:
    """Rows 4 and 5: full, read-only, closed: 503 and when to come back; nothing is sent to chain or
    bank; when it is over, everything goes on from what is stored."""
    sqlite = stage.parts.bridge.database.is_sqlite
    story = Story(stage)
    for trouble in (full,) if sqlite else (read_only, closed):
        rounds(stage, story, 4)
        before = outside(stage)
        with trouble(stage):
            for _ in range(3):
                stage.worker.cycle()
                attest(stage)
                stage.clock.move(timedelta(seconds=5))
            answer = stage.post("/v1/links", stage.link_body(ADA))
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) > 0
            assert outside(stage) == before
        stage.clock.move(timedelta(seconds=30))
    tell(stage, story, Kills())
    assert judge(gather(stage, story, texts)) == []


def test_connections_break_again_and_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, texts: list[str]
) -> None:
    """Row 4: between any two rounds every connection is cut, as by a restart every five seconds."""
    real = stage.deployed.__class__.mine

    def mine(deployed: Any, blocks: int = 1) -> None:
        real(deployed, blocks)
        if stage.parts.bridge.database.is_sqlite:
            stage.parts.bridge.database.engine.dispose()
        else:
            with administering(stage) as (say, name):
                hang_up(say, name)

    monkeypatch.setattr(stage.deployed.__class__, "mine", mine)
    story = Story(stage)
    tell(stage, story, Kills())
    assert judge(gather(stage, story, texts)) == []


def test_without_a_commit_first_something_would_be_sent(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a lost database is passed over: the chain hears what no table has."""
    stage = sqlite_stage
    before = queue_something(stage)
    gone = sqlite3.OperationalError("unable to open database file")
    careless(monkeypatch, lambda: failing_commits(gone, "before"))
    with suppress(Broken):  # it is found out in the next step, and has been sent
        stage.worker.cycle()
    assert outside(stage) != before


def queue_something(stage: Stage) -> tuple[int, ...]:
    """A transaction that only has to be signed and sent; what is outside before it."""
    rounds(stage, Story(stage), 3)
    with stage.parts.bridge.database.transaction() as connection:
        enqueue(
            connection,
            lane=Lane.COMPLIANCE,
            to=stage.parts.bridge.deployment.token,
            data=calldata.set_tier(ADA.wallet, 1),
            purpose="tier",
            ref="of a test",
            now=stage.clock.now(),
        )
    stage.restart()
    return outside(stage)


def careless(
    monkeypatch: pytest.MonkeyPatch, fault: Callable[[], AbstractContextManager[object]]
) -> None:
    """The sender's transactions meet the fault, and its error is passed over."""
    real = Desk.transaction

    @contextmanager
    def transaction(desk: Desk) -> Iterator[Connection]:
        with suppress(Unavailable), fault(), real(desk) as connection:
            yield connection

    monkeypatch.setattr(Desk, "transaction", transaction)


def rounds(stage: Stage, story: Story, count: int) -> None:
    for _ in range(count):
        story.act()
        stage.worker.cycle()
        attest(stage)
        stage.deployed.mine(2)
        stage.clock.move(timedelta(seconds=5))


def outside(stage: Stage) -> tuple[int, ...]:
    """What node and bank have got from the bridge's own keys, in a block or waiting for one."""
    count = stage.deployed.web3.eth.get_transaction_count
    keys = (stage.deployed.key(name) for name in ("operator", "compliance", "relayer"))
    sent = (count(Web3.to_checksum_address(key.address), "pending") for key in keys)
    return *sent, len(stage.bank.batches)

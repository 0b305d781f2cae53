"""Tests of issuing: who came alone goes first, and how often the pending block is asked, which
executes all that waits."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from api.deposits import DepositState, list_deposits
from api.deposits.calls import ENTRY_GAS
from api.deposits.model import MAX_BATCH
from api.issuing import Issuing
from api.kernel.errors import Unavailable
from api.statements import ALONE, take_in
from api.worker import FencedWork
from tests.api.stage import Stage
from tests.api.world import ADA, RESERVE, camt, credit


def test_while_a_bulk_lies_in_the_pool_the_pending_block_is_asked_now_and_then(
    sqlite_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every look while the pool is nearly empty; then only after a pause."""
    stage, asked = sqlite_stage, []
    stage.link(ADA)
    stage.pay_in(ADA, 5_000)
    stage.worker.cycle()  # the line is stored and matched; nothing backs it yet
    stage.worker.work.leave()
    bridge, chain = stage.parts.bridge, stage.parts.chain
    monkeypatch.setattr(chain, "headroom", lambda: asked.append(1) or 0)
    work = FencedWork(bridge.database, stage.clock, "another")
    work.share(["issue"])
    issuing = Issuing(bridge, chain, work)

    def look(after: float) -> int:
        stage.clock.move(timedelta(seconds=after))
        with work.doing("issue"):
            issuing.step()
        return len(asked)

    assert [look(0), look(0), look(0)] == [1, 2, 3]
    issuing._sent = 5_000
    assert [look(0), look(0.1), look(0.1), look(0.1), look(0.1)] == [3, 3, 4, 4, 5]


@pytest.fixture
def linked(sqlite_stage: Stage) -> Stage:
    """With a linked customer; its worker has left all duties to others."""
    sqlite_stage.link(ADA)
    sqlite_stage.worker.cycle()
    sqlite_stage.worker.work.leave()
    return sqlite_stage


@pytest.fixture
def issuing(linked: Stage) -> Issuing:
    """The step of another worker."""
    work = FencedWork(linked.parts.bridge.database, linked.clock, "another")
    work.share(["issue"])
    return Issuing(linked.parts.bridge, linked.parts.chain, work)


def hand_in(stage: Stage, name: str, lines: int, *, minor: int = 10) -> None:
    """A file of so many credits of so many minor units."""
    credits_ = [credit(f"{name}-{n}", minor, payer_account=ADA.account) for n in range(lines)]
    take_in(
        stage.parts.bridge.database,
        camt(credits_, message_id=name),
        currency="EUR",
        reserve_account=RESERVE,
        now=stage.clock.now(),
        source="test",
        matching=stage.parts.bridge.matching,
    )


def look(issuing: Issuing) -> list[int]:
    """The numbers of those that are on their way after one more look."""
    with issuing.work.doing("issue"):
        issuing.step()
    with issuing.bridge.database.reading() as connection:
        found = list_deposits(connection, state=DepositState.ISSUING, limit=10_000)
    return [deposit.number for deposit in found]


def attested(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, headroom: int, *, in_the_pool: int = 0
) -> None:
    """So much may be issued after the block that was read last, and after the pool."""
    chain = stage.parts.chain
    found = type(chain).issue_room
    monkeypatch.setattr(
        chain, "issue_room", lambda at: replace(found(chain, at), headroom=headroom)
    )
    monkeypatch.setattr(chain, "headroom", lambda: in_the_pool)


def test_who_came_alone_is_queued_before_a_bulk_and_by_himself(
    linked: Stage, issuing: Issuing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So he is sent at once; the bulk, which came first, follows at the next look."""
    attested(linked, monkeypatch, 10**9)
    hand_in(linked, "bulk", ALONE + 1)
    hand_in(linked, "alone", 1)
    last = ALONE + 2
    assert look(issuing) == [last]
    assert look(issuing) == list(range(1, last + 1))


@pytest.mark.parametrize("in_the_pool", [0, 800])
def test_a_bulk_leaves_a_part_of_the_backing_however_often_it_looks(
    linked: Stage, issuing: Issuing, monkeypatch: pytest.MonkeyPatch, in_the_pool: int
) -> None:
    """Until somebody comes alone, or the rest of it fits."""
    attested(linked, monkeypatch, 800 - in_the_pool, in_the_pool=in_the_pool)
    hand_in(linked, "bulk", 100)
    for _ in range(5):
        assert look(issuing) == list(range(1, 71))
    attested(linked, monkeypatch, 800)
    hand_in(linked, "alone", 1)
    assert look(issuing) == [*range(1, 71), 101]
    assert look(issuing) == [*range(1, 71), 101]
    attested(linked, monkeypatch, 1_010)
    assert look(issuing) == list(range(1, 102))


def no_pending_block(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The node has none to be asked."""

    def nothing() -> int:
        raise Unavailable("No usable answer.", remedy="Ask again.", slug="chain-unavailable")

    monkeypatch.setattr(stage.parts.chain, "headroom", nothing)


def test_a_node_without_a_pending_block_holds_nobody_up(
    linked: Stage, issuing: Issuing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be making a block: what is known without it is queued at once."""
    attested(linked, monkeypatch, 800)
    no_pending_block(linked, monkeypatch)
    hand_in(linked, "bulk", 100)
    assert look(issuing) == list(range(1, 71))
    hand_in(linked, "alone", 1)
    assert look(issuing) == [*range(1, 71), 101]


def test_a_node_that_never_has_a_pending_block_is_told_once(
    linked: Stage,
    issuing: Issuing,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Now and then it has none, and nobody need know; with the twentieth time, what to do."""
    attested(linked, monkeypatch, 0)
    no_pending_block(linked, monkeypatch)
    hand_in(linked, "bulk", 100)
    for looks, told in ((19, []), (21, ["the node has no pending block"])):
        for _ in range(looks):
            assert look(issuing) == []
        warned = [each for each in caplog.records if each.levelno == logging.WARNING]
        assert [each.getMessage() for each in warned] == told


def test_a_bulk_takes_less_while_others_come(
    linked: Stage, issuing: Issuing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a block instead of three quarters, and one batch at a look instead of four, until
    nobody has come alone for ten seconds."""
    attested(linked, monkeypatch, 10**9)
    room = 1_200 * ENTRY_GAS
    found = linked.parts.chain.issue_room

    def of_a_block(number: int) -> None:
        monkeypatch.setattr(
            linked.parts.chain,
            "issue_room",
            lambda at: replace(found(at), gas_limit=room, head=number),
        )

    of_a_block(1)
    hand_in(linked, "bulk", 2_000)
    assert [len(look(issuing)) for _ in range(2)] == [900, 900]
    of_a_block(2)
    hand_in(linked, "alone", 1)
    # a batch ends where the next word of the chain's bitmap begins
    expected = [901, 4 * MAX_BATCH, 5 * MAX_BATCH, 900 + 600, 900 + 600]
    assert [len(look(issuing)) for _ in range(5)] == expected
    linked.clock.move(timedelta(seconds=11))
    of_a_block(3)
    assert len(look(issuing)) == 2_001


def test_one_who_cannot_be_issued_slows_no_bulk(
    linked: Stage, issuing: Issuing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others come for as long as they are sent, not for as long as one waits."""
    attested(linked, monkeypatch, 10_000)
    hand_in(linked, "large", 1, minor=20_000)
    hand_in(linked, "bulk", 600)
    assert len(look(issuing)) == 600


def test_of_two_workers_one_reads_and_the_other_issues_and_sends(sqlite_stage: Stage) -> None:
    """Whoever came alone does not wait until a bulk's events are read."""
    stage = sqlite_stage
    stage.worker.work.leave()
    names = [step.name for step in stage.worker.steps]
    one, two = (FencedWork(stage.parts.bridge.database, stage.clock, who) for who in "ab")
    for _ in range(3):
        for work in (one, two):
            work.share(names)
        stage.clock.move(timedelta(seconds=6))
    assert one.duties | two.duties == set(names)
    [reads] = [work.duties for work in (one, two) if "read" in work.duties]
    assert not reads & {"issue", "relay", "send"}

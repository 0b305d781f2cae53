"""Tests of issuing: how often the pending block is asked, which executes all that waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.issuing import Issuing
from api.worker import FencedWork
from tests.api.stage import Stage
from tests.api.world import ADA


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

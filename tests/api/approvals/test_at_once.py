"""Tests of operators who meet: the same proposal, the same decision, at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from api.approvals import Action, ProposalState, approve, decline, propose
from api.approvals.store import find_proposal
from api.chain import AlarmKind, raise_alarm
from api.kernel.database import Database
from api.kernel.errors import Conflict
from api.operations import build_actions
from tests.api.approvals.test_approvals import LATER, _approve, _paid, _propose
from tests.api.world import KEY, NOW, no_bank

AT_ONCE = 6


def together(count: int, deed: Callable[[int], object]) -> Counter[str]:
    """What became of a deed that many begin at the same moment: done, or the slug of a refusal."""
    start = Barrier(count)

    def begin(number: int) -> str:
        start.wait()
        try:
            deed(number)
        except Conflict as refused:
            return refused.slug
        return "done"

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(begin, range(count)))


def test_many_approve_at_once_and_it_is_done_once(database: Database) -> None:
    """One of them does it; the others hear that it is decided."""
    made = _propose(database)
    found = together(AT_ONCE, lambda number: _approve(database, made, checker=f"checker{number}"))
    assert found == {"done": 1, "proposal-decided": AT_ONCE - 1}
    assert _paid(database) == 1


def test_approved_and_declined_at_once(database: Database) -> None:
    """Either; never both, and never neither."""
    made = _propose(database)

    def decide(number: int) -> None:
        if number % 2:
            _approve(database, made, checker=f"checker{number}")
            return
        with database.transaction() as connection:
            decline(connection, made.id, by=f"checker{number}", reason="no", now=LATER)

    assert together(AT_ONCE, decide) == {"done": 1, "proposal-decided": AT_ONCE - 1}
    with database.reading() as connection:
        ended = find_proposal(connection, made.id)
    assert ended is not None
    assert _paid(database) == (1 if ended.state is ProposalState.APPROVED else 0)


def test_the_same_is_proposed_at_once(database: Database) -> None:
    """One proposal is open; whoever came later is told its name."""
    found = together(AT_ONCE, lambda number: _propose(database, maker=f"maker{number}"))
    assert found == {"done": 1, "proposed-already": AT_ONCE - 1}


def test_a_resume_of_what_is_in_no_doubt_is_refused(database: Database) -> None:
    """Nor is a proposal good for a doubt that came after its own had ended."""
    actions, resume = build_actions(KEY, no_bank), Action("resume", "chain")
    with pytest.raises(Conflict, match="in no doubt"), database.transaction() as connection:
        propose(connection, actions, resume, maker="ada", reason="read", now=NOW)
    with database.transaction() as connection:
        raise_alarm(connection, AlarmKind.RESTORED, "operator", "unknown", NOW)
        made = propose(connection, actions, resume, maker="ada", reason="read", now=NOW)
        approve(connection, actions, made.id, digest=made.digest, checker="bo", now=LATER)
    with pytest.raises(Conflict, match="in no doubt"), database.transaction() as connection:
        propose(connection, actions, resume, maker="ada", reason="again", now=LATER)

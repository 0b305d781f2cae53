"""Tests of gathered commits: each caller gets its own result, and a failure is its own alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from api.kernel.counter import last_number, next_numbers
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from api.kernel.gathering import Gathering


def counted(connection: Connection) -> int:
    """An effect that can be counted."""
    return next_numbers(connection, "effect")[0]


def effects(database: Database) -> int:
    """How many were kept."""
    with database.reading() as connection:
        return last_number(connection, "effect")


def fails(connection: Connection) -> int:
    """An effect that is taken back."""
    counted(connection)
    raise ValueError("no")


def together(gathering: Gathering, works: list[Callable[[Connection], int]]) -> list[object]:
    """Run them while the first holds the turn, so that the others gather; results or errors."""
    inside, leave = threading.Event(), threading.Event()

    def first(connection: Connection) -> int:
        inside.set()
        assert leave.wait(10)
        return counted(connection)

    def run(work: Callable[[Connection], int]) -> object:
        try:
            return gathering.run(work)
        except (ValueError, Unavailable) as error:
            return error

    with ThreadPoolExecutor(len(works) + 1) as pool:
        leader = pool.submit(run, first)
        assert inside.wait(10)
        rest = [pool.submit(run, work) for work in works]
        while len(gathering._waiting) < len(works):
            leave.wait(0.001)
        leave.set()
        return [leader.result(10), *(each.result(10) for each in rest)]


def test_what_waits_is_committed_together(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine callers, two commits, nine results."""
    commits = []
    plain = Database.transaction

    def seen(self: Database) -> object:
        commits.append(1)
        return plain(self)

    monkeypatch.setattr(Database, "transaction", seen)
    found = together(Gathering(database), [counted] * 8)
    assert sorted(found, key=str) == sorted(range(1, 10), key=str)
    assert len(commits) == 2


def test_a_failure_is_its_callers_alone(database: Database) -> None:
    """The others' effects are kept; of the one that failed nothing is."""
    found = together(Gathering(database), [counted, fails, counted])
    assert [type(each) for each in found] == [int, int, ValueError, int]
    assert effects(database) == 3


def test_a_database_that_is_gone_is_told_to_everybody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 for each, and nothing kept."""

    def gone(_: Database) -> object:
        raise Unavailable("Gone.", remedy="Wait.", slug="database-unavailable")

    gathering = Gathering(database)
    monkeypatch.setattr(Database, "transaction", gone)
    with pytest.raises(Unavailable):
        gathering.run(counted)
    monkeypatch.undo()
    assert effects(database) == 0
    assert gathering.run(counted) == 1

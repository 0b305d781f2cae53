"""Tests of telling: after the commit, never of what was undone, and never in a line too long."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from api.kernel.database import Database
from api.kernel.log import JsonLines
from api.kernel.telling import tell, untold


class Lines(logging.Handler):
    """What was written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, object]] = []
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler."""
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def log() -> Iterator[Lines]:
    """Everything that is told during the test."""
    lines, logger = Lines(), logging.getLogger("jiaozi.did")
    logger.addHandler(lines)
    level = logger.level
    logger.setLevel(logging.INFO)
    yield lines
    logger.setLevel(level)
    logger.removeHandler(lines)


def test_after_the_commit(database: Database, log: Lines) -> None:
    """One thing has its ids as fields of the line."""
    with database.transaction() as connection:
        tell(connection, "matched", [{"line": "line_1", "deposit": "deposit_1"}], batch="b")
        assert log.lines == []
    [line] = log.lines
    assert (line["event"], line["line"], line["batch"]) == ("matched", "line_1", "b")


def test_what_was_undone_is_not_told(database: Database, log: Lines) -> None:
    """Nor in the next transaction of the same connection."""

    def fail() -> None:
        with database.transaction() as connection:
            tell(connection, "matched", [{"line": "line_1"}])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.transaction():
        pass
    assert log.lines == []


def test_many_share_lines_of_fifty(database: Database, log: Lines) -> None:
    """In their order; none of nothing."""
    things = [{"line": f"line_{n}"} for n in range(120)]
    with database.transaction() as connection:
        tell(connection, "matched", things)
        tell(connection, "nothing", [])
    assert [len(line["each"]) for line in log.lines] == [50, 50, 20]  # type: ignore[arg-type]  # lists
    assert [each for line in log.lines for each in line["each"]] == things  # type: ignore[attr-defined]  # as above


def test_what_was_only_tried_is_not_told(database: Database, log: Lines) -> None:
    """What stands before it and behind it is, also where the trial failed."""

    def fail(connection: Connection) -> None:
        with untold(connection):
            tell(connection, "posted", [{"posting": 3}])
            raise RuntimeError

    with database.transaction() as connection:
        with untold(connection):
            tell(connection, "posted", [{"posting": 1}])
        tell(connection, "posted", [{"posting": 2}])
        with pytest.raises(RuntimeError):
            fail(connection)
        tell(connection, "posted", [{"posting": 4}])
    assert [line["posting"] for line in log.lines] == [2, 4]

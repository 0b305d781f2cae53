"""Tests of the audit's moment: what is filed while it looks is neither missing nor too much."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.audit import same_moment
from api.kernel.clock import FixedClock
from api.kernel.database import Database, metadata
from api.kernel.errors import InvalidInput
from api.statements import take_in
from tests.api.world import NOW, RESERVE, camt, credit

A, B, C = (camt([credit(name, 100)], message_id=name).getvalue() for name in "ABC")
FILES = metadata.tables["statement_files"]


class Meanwhile(FixedClock):
    """A clock at which something happens whenever somebody sleeps."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__(NOW)
        self.happens = happens

    def sleep(self, seconds: float) -> None:
        """Let it happen."""
        super().sleep(seconds)
        self.happens()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The bank's, with its first statement."""
    folder = tmp_path / "archive"
    folder.mkdir()
    file(folder, A)
    return folder


def file(folder: Path, content: bytes) -> None:
    """What the bridge does last with a document."""
    (folder / f"{digest(content)}.xml").write_bytes(content)


def take(database: Database, *contents: bytes) -> None:
    """What it does first."""
    for each in contents:
        take_in(
            database,
            io.BytesIO(each),
            currency="EUR",
            reserve_account=RESERVE,
            now=NOW,
            source="test",
        )


def digest(content: bytes) -> str:
    """As the tables name a file."""
    return hashlib.sha256(content).hexdigest()


def look(database: Database, archive: Path, clock: FixedClock) -> tuple[set[str], set[str]]:
    """What the tables name, and what they are set beside; at one moment, and both as digests."""
    with same_moment(database, [archive], clock, lambda _what: None) as (connection, there):
        return {row for (row,) in connection.execute(select(FILES.c.sha256))}, set(there)


def test_what_is_about_to_be_filed_is_waited_for(database: Database, archive: Path) -> None:
    """Stored, and not filed: a moment later it is."""
    take(database, A, B)
    clock = Meanwhile(lambda: file(archive, B))
    assert look(database, archive, clock) == ({digest(A), digest(B)},) * 2
    assert clock.monotonic() == 0.5


def test_what_is_being_read_is_waited_for(database: Database, archive: Path) -> None:
    """A file of which some lines are there follows from nothing yet."""
    take(database, A)
    with database.transaction() as connection:
        connection.execute(update(FILES).values(state="READING", taken_at=NOW - timedelta(days=1)))

    def done() -> None:
        if clock.monotonic() >= 3:
            with database.transaction() as connection:
                connection.execute(update(FILES).values(state="COMPLETE"))

    clock = Meanwhile(done)
    look(database, archive, clock)
    assert clock.monotonic() == 3


def test_what_comes_later_does_not_count(database: Database, archive: Path) -> None:
    """Taken in and filed while the audit reads: it is in neither, so nothing is too much."""
    take(database, A)
    with same_moment(database, [archive], Meanwhile(list), lambda _: None) as (connection, there):
        connection.execute(select(FILES.c.id)).all()
        file(archive, C)
        assert there == {digest(A)}


def test_what_is_lost_is_not_waited_for_long(database: Database, archive: Path) -> None:
    """A minute where it was named just now, two where it is being read; else not at all."""
    take(database, A, B)
    clock = Meanwhile(list)
    assert look(database, archive, clock) == ({digest(A), digest(B)}, {digest(A)})
    assert clock.monotonic() == 60
    look(database, archive, clock)
    assert clock.monotonic() == 60
    with database.transaction() as connection:
        connection.execute(update(FILES).values(state="READING"))
    look(database, archive, clock)
    assert clock.monotonic() == 180


def test_a_place_that_is_none(database: Database, tmp_path: Path) -> None:
    """It is named before anything is read."""
    with pytest.raises(InvalidInput, match="is no directory"):
        look(database, tmp_path / "none", FixedClock(NOW))

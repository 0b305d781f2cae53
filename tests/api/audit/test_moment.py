"""Tests of the audit's moment: what is filed while it looks is neither missing nor too much."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.audit import same_moment
from api.evidence import Listing, read_archive
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


def being_read(database: Database, lines: int) -> None:
    """A file that is half read, so many lines."""
    with database.transaction() as connection:
        connection.execute(update(FILES).values(state="READING", new=lines))


def test_what_is_about_to_be_filed_is_waited_for(database: Database, archive: Path) -> None:
    """Stored, and not filed: a moment later it is."""
    take(database, A, B)
    clock = Meanwhile(lambda: file(archive, B))
    assert look(database, archive, clock) == ({digest(A), digest(B)},) * 2
    assert clock.monotonic() == 0.5


@pytest.mark.parametrize("name", ["bank_documents", "payout_files"])
def test_each_table_that_names_a_file_is_asked(
    database: Database, archive: Path, name: str
) -> None:
    """The bank's word and our order are filed after their rows, too."""
    rows: dict[str, dict[str, object]] = {
        "bank_documents": {"id": "1", "kind": "pain.002", "state": "TAKEN", "received_at": NOW},
        "payout_files": {
            "message_id": "M",
            "created_at": NOW,
            "execution_date": NOW.date(),
            "state": "SUBMITTED",
            "changed_at": NOW,
            "kind": "redemption",
            "payments": 1,
            "total": 1,
        },
    }
    row = rows[name] | {"sha256": digest(C)}
    with database.transaction() as connection:
        connection.execute(metadata.tables[name].insert().values(row))
    assert digest(C) in look(database, archive, Meanwhile(lambda: file(archive, C)))[1]


def test_what_is_being_read_is_waited_for(database: Database, archive: Path) -> None:
    """A file of which some lines are there follows from nothing yet, however long it takes."""
    take(database, A)
    being_read(database, 0)

    def more() -> None:
        being_read(database, int(clock.monotonic()))
        if clock.monotonic() == 200:
            with database.transaction() as connection:
                connection.execute(update(FILES).values(state="COMPLETE", new=1))

    clock = Meanwhile(more)
    look(database, archive, clock)
    assert clock.monotonic() == 200


@pytest.mark.parametrize("stuck", [False, True])
def test_what_comes_later_does_not_count(database: Database, archive: Path, stuck: bool) -> None:
    """Taken in and filed while the audit reads: it is in neither, so nothing is too much."""
    take(database, A)
    if stuck:
        being_read(database, 0)
    with same_moment(database, [archive], Meanwhile(list), lambda _: None) as (connection, there):
        take(database, C)
        file(archive, C)
        named = set(connection.execute(select(FILES.c.sha256)).scalars())
        assert (named, set(there)) == ({digest(A)}, {digest(A)})
        read = read_archive([archive], RESERVE, "EUR", lambda _what: None, there)
        assert set(read.files) == {digest(A)}
    assert len(read_archive([archive], RESERVE, "EUR", lambda _what: None).files) == 2


def test_what_is_lost_is_judged_as_lost(database: Database, archive: Path) -> None:
    """After a minute in which nothing came; and so is what is stuck half read."""
    take(database, A, B)
    clock = Meanwhile(list)
    assert look(database, archive, clock) == ({digest(A), digest(B)}, {digest(A)})
    assert clock.monotonic() == 60
    file(archive, B)
    being_read(database, 0)
    look(database, archive, clock)
    assert clock.monotonic() == 120


def test_a_file_that_changes_is_read_again(archive: Path) -> None:
    """Its path alone says nothing of what is in it."""
    listing = Listing([archive])
    assert listing.digests() == {digest(A)}
    [path] = archive.iterdir()
    path.write_bytes(B + b"<!-- -->")
    assert listing.digests() == {digest(B + b"<!-- -->")}
    path.unlink()
    assert listing.digests() == set()


def test_an_empty_place_is_not_waited_at(database: Database, tmp_path: Path) -> None:
    """It is the wrong one; whoever reads it says so."""
    take(database, A)
    clock, empty = Meanwhile(list), tmp_path / "empty"
    empty.mkdir()
    assert look(database, empty, clock) == ({digest(A)}, set())
    assert clock.monotonic() == 0


def test_a_place_that_is_none(database: Database, tmp_path: Path) -> None:
    """It is named before anything is read."""
    with pytest.raises(InvalidInput, match="is no directory"):
        look(database, tmp_path / "none", FixedClock(NOW))

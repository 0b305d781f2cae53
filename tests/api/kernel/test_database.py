"""Tests of the database session: transactions, snapshots, types, and what errors give away."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Column,
    Executable,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, StatementError

from api.kernel.asking import NotOneQuestion
from api.kernel.database import Database, UtcDateTime, Wei, insert_new
from api.kernel.errors import Misconfigured, Unavailable

things = Table(
    "things",
    MetaData(),
    Column("id", String(20), primary_key=True),
    Column("at", UtcDateTime),
    Column("amount", Wei),
    Column("name", String(20)),
    UniqueConstraint("name"),
)


@pytest.fixture
def made(database_url: str) -> Iterator[Database]:
    """A database with one table of the tests' own."""
    database = Database(database_url)
    with database.transaction() as connection:
        things.create(connection)
    yield database
    database.close()


def test_a_transaction_commits_at_its_end_or_not_at_all(made: Database) -> None:
    """An error inside leaves nothing."""
    with made.transaction() as connection:
        connection.execute(insert(things).values(id="a"))

    def fail() -> None:
        with made.transaction() as connection:
            connection.execute(insert(things).values(id="b"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with made.reading() as connection:
        assert connection.execute(select(things.c.id)).scalars().all() == ["a"]


def test_a_reading_cannot_write(made: Database) -> None:
    """The store refuses it, and the same connection may write again afterwards."""
    with pytest.raises((DBAPIError, Unavailable)), made.reading() as connection:
        connection.execute(insert(things).values(id="a"))
    with made.transaction() as connection:
        connection.execute(insert(things).values(id="b"))
    with made.reading() as connection:
        assert connection.execute(select(things.c.id)).scalars().all() == ["b"]


def test_a_reading_sees_one_moment(made: Database) -> None:
    """What commits meanwhile is not there, in none of its statements."""
    with made.reading() as reader:
        assert reader.execute(select(things.c.id)).all() == []
        with made.transaction() as writer:
            writer.execute(insert(things).values(id="a"))
        assert reader.execute(select(things.c.id)).all() == []
    with made.reading() as reader:
        assert len(reader.execute(select(things.c.id)).all()) == 1


def test_an_asking_leaves_no_transaction_open(made: Database) -> None:
    """What has been committed is seen; PostgreSQL is idle as soon as it has answered."""
    with made.transaction() as connection:
        connection.execute(insert(things).values(id="a"))
    with made.asking() as connection:
        assert connection.execute(select(things.c.id)).scalars().all() == ["a"]
        if not made.is_sqlite:
            driver: Any = connection.connection.driver_connection
            assert driver.info.transaction_status == TransactionStatus.IDLE


@pytest.mark.parametrize(
    "refused",
    [
        insert(things).values(id="b"),
        things.delete(),
        text("SELECT id FROM things FOR UPDATE"),
        text("select id from things for share"),
        text("WITH gone AS (DELETE FROM things RETURNING id) SELECT id FROM gone"),
    ],
    ids=["insert", "delete", "for update", "for share", "with"],
)
def test_an_asking_takes_nothing_but_a_select(made: Database, refused: Executable) -> None:
    """Before the store sees it; the same connection may write again afterwards."""
    with made.transaction() as connection:
        connection.execute(insert(things).values(id="a"))
    with pytest.raises(NotOneQuestion, match="SELECT"), made.asking() as connection:
        connection.execute(refused)
    with made.transaction() as connection:
        connection.execute(insert(things).values(id="c"))
    with made.asking() as connection:
        assert connection.execute(select(things.c.id)).scalars().all() == ["a", "c"]


def test_an_asking_takes_one_statement(made: Database) -> None:
    """A second would see another moment. The next asking begins anew."""
    with made.asking() as connection:
        assert connection.execute(select(things.c.id)).all() == []
        with pytest.raises(NotOneQuestion, match="one statement"):
            connection.execute(select(things.c.id))
    with made.asking() as connection:
        assert connection.execute(select(things.c.id)).all() == []


def test_an_asking_says_plainly_that_the_store_is_gone() -> None:
    """As every way in does."""
    database = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(Unavailable), database.asking():
        pass


def test_times_come_back_in_utc_and_sort(made: Database) -> None:
    """Whatever zone they were written in; a naive one never arrives."""
    early = datetime(2026, 3, 1, 1, 0, tzinfo=timezone(timedelta(hours=8)))
    late = datetime(2026, 2, 28, 18, 0, 0, 7, tzinfo=UTC)
    with made.transaction() as connection:
        connection.execute(
            insert(things), [{"id": "late", "at": late}, {"id": "early", "at": early}]
        )
        found = connection.execute(select(things.c.at).order_by(things.c.at)).scalars().all()
    assert found == [early, late]
    assert all(time is not None and time.tzinfo is UTC for time in found)
    with pytest.raises(StatementError, match="naive"), made.transaction() as connection:
        connection.execute(insert(things).values(id="x", at=datetime(2026, 1, 1)))  # noqa: DTZ001 - naive on purpose


def test_chain_quantities_keep_every_digit(made: Database) -> None:
    """256 bits, beyond any database's integer."""
    with made.transaction() as connection:
        connection.execute(insert(things).values(id="a", amount=2**256 - 1))
        assert connection.execute(select(things.c.amount)).scalar_one() == 2**256 - 1


def test_insert_new_tells_which_rows_were_new(made: Database) -> None:
    """By any unique constraint, not only the key."""
    with made.transaction() as connection:
        first = insert_new(connection, things, [{"id": "a", "name": "x"}], key="id")
        again = insert_new(
            connection,
            things,
            [{"id": "a", "name": "y"}, {"id": "b", "name": "x"}, {"id": "c", "name": "z"}],
            key="id",
        )
        assert (first, again, insert_new(connection, things, [], key="id")) == ({"a"}, {"c"}, set())


def test_insert_new_takes_more_rows_than_one_statement(made: Database) -> None:
    """Stores take some thousands of values at once; rows that meet themselves count once."""
    names = [f"t{number % 16_000}" for number in range(16_001)]
    rows = [{"id": name, "name": name} for name in names]
    with made.transaction() as connection:
        assert insert_new(connection, things, rows, key="id") == set(names)
        assert len(connection.execute(things.select()).all()) == 16_000


def test_insert_new_keeps_every_kind_of_value(made: Database) -> None:
    """None beside a value, a time of another zone, 256 bits, quotes and commas."""
    time = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    rows = [
        {"id": "a", "at": None, "amount": 2**256 - 1, "name": None},
        {"id": "b", "at": time, "amount": None, "name": """{"x", 'y'}, \\ NULL"""},
    ]
    with made.transaction() as connection:
        insert_new(connection, things, rows, key="id")
        found = connection.execute(things.select().order_by(things.c.id)).all()
    assert [tuple(row) for row in found] == [tuple(row.values()) for row in rows]


def test_insert_new_refuses_what_is_too_long(made: Database) -> None:
    """It is never cut to fit. SQLite has no lengths."""
    rows = [{"id": "a" * 21, "name": "x"}, {"id": "b", "name": "y"}]
    if made.is_sqlite:
        with made.transaction() as connection:
            assert insert_new(connection, things, rows, key="id") == {"a" * 21, "b"}
        return
    with pytest.raises((DBAPIError, Unavailable)), made.transaction() as connection:
        insert_new(connection, things, rows, key="id")


def test_insert_new_from_many_threads(made: Database) -> None:
    """Each row is new to exactly one of them."""

    def run(_: int) -> int:
        with made.transaction() as connection:
            rows = [{"id": str(number)} for number in range(20)]
            return len(insert_new(connection, things, rows, key="id"))

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(run, range(20))) == 20


def test_writers_on_sqlite_wait_for_one_another(sqlite_url: str) -> None:
    """BEGIN IMMEDIATE: read, think, write never fails half way with «database is locked»."""
    database = Database(sqlite_url)
    with database.transaction() as connection:
        things.create(connection)
        connection.execute(insert(things).values(id="n", amount=0))

    def add() -> None:
        for _ in range(20):
            with database.transaction() as connection:
                seen = connection.execute(select(things.c.amount)).scalar_one()
                connection.execute(things.update().values(amount=(seen or 0) + 1))

    threads = [threading.Thread(target=add) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(select(things.c.amount)).scalar_one() == 100
    database.close()


def test_sqlite_is_as_durable_as_promised(sqlite_url: str) -> None:
    """WAL, synchronous=FULL (2), foreign keys on."""
    database = Database(sqlite_url)
    with database.reading() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in pragmas]
    assert found == ["wal", 2, 1]
    database.close()


@pytest.mark.parametrize("umask", [0, 0o022, 0o277])
def test_a_new_sqlite_file_is_its_owners_alone(tmp_path: Path, umask: int) -> None:
    """Its journals too, whatever the umask."""
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    old = os.umask(umask)
    try:
        with database.transaction() as connection:
            things.create(connection)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(old)
        database.close()
    assert modes == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600}


def test_an_sqlite_file_keeps_the_mode_that_the_operator_gave_it(sqlite_url: str) -> None:
    """A group that backs it up may have been let in."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    file.chmod(0o640)
    database = Database(sqlite_url)
    with database.transaction() as connection:
        things.create(connection)
    database.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_place_where_no_file_can_be_is_unavailable(tmp_path: Path) -> None:
    """In the words of the store that could not open it."""
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'new.db'}")
    with pytest.raises(Unavailable, match="unable to open database file"), database.reading():
        pass


def test_errors_never_quote_a_row(made: Database) -> None:
    """A statement's parameters may be a customer's name."""
    with made.transaction() as connection:
        connection.execute(insert(things).values(id="a", name="Ada Lovelace"))
    with pytest.raises(DBAPIError) as caught, made.transaction() as connection:
        connection.execute(insert(things).values(id="Ada Lovelace", at=None, name=text("nothing")))
    assert "Ada" not in str(caught.value)


def test_our_own_mistake_is_not_called_unavailable(made: Database) -> None:
    """Wrong SQL stays what it is: trying again would not help."""
    with pytest.raises(DBAPIError), made.transaction() as connection:
        connection.execute(text("SELECT * FROM nowhere"))


def test_no_database_is_unavailable_in_plain_words() -> None:
    """One line, without the statement."""
    database = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(Unavailable) as caught, database.transaction():
        pass
    assert caught.value.slug == "database-unavailable"
    assert "\n" not in str(caught.value)


def test_no_connection_left_is_unavailable(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a short wait, in plain words; and the next one is served again."""
    small = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.05}
    monkeypatch.setattr("api.kernel.database._POOL", small)
    database = Database(database_url)
    with (
        database.transaction(),
        pytest.raises(Unavailable, match="connections are in use"),
        database.transaction(),
    ):
        pass
    with database.transaction() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url", "", "sqlite:///file:x.db?uri=true"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    """By the name of the setting."""
    with pytest.raises(Misconfigured) as caught:
        Database(url)
    assert caught.value.field == "database_url"

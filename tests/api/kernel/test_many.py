"""Tests of statements that name many rows, and of PostgreSQL's connections: plans and breaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    create_engine,
    select,
    text,
)

from api.kernel import postgresql
from api.kernel.database import Database, UtcDateTime, insert_new
from api.kernel.many import among, execute_many, update_each

LATER = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

things = Table(
    "things",
    MetaData(),
    Column("id", String(4), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("said", String(8)),
    Column("at", UtcDateTime),
)


def filled(url: str) -> Database:
    """A database with nine things, t1 to t9."""
    database = Database(url)
    rows = [{"id": f"t{n}", "number": n, "state": "NEW"} for n in range(1, 10)]
    with database.transaction() as connection:
        things.create(connection)
        insert_new(connection, things, rows, key="id")
    return database


@pytest.fixture
def made(database_url: str) -> Iterator[Database]:
    """On both stores."""
    database = filled(database_url)
    yield database
    database.close()


@pytest.fixture
def served(postgres_url: str) -> Iterator[Database]:
    """On PostgreSQL alone."""
    database = filled(postgres_url)
    yield database
    database.close()


def test_rows_are_found_among_texts_and_numbers(made: Database) -> None:
    """Just those, none by an empty list, and none by a text whose beginning alone is theirs."""
    by_id, by_number = things.c.id, things.c.number
    with made.reading() as connection:

        def found(condition: ColumnElement[bool]) -> set[str]:
            return set(execute_many(connection, select(by_id).where(condition)).scalars())

        assert found(among(connection, by_id, ["t2", "t9", "t10"])) == {"t2", "t9"}
        assert found(among(connection, by_number, {1, 8, 77})) == {"t1", "t8"}
        assert found(among(connection, by_id, [])) == set()
        assert found(among(connection, by_id, ["t2 and more"])) == set()


def test_each_row_gets_values_of_its_own(made: Database) -> None:
    """And what is shared; a row that the condition does not fit stays as it is, uncounted."""
    rows = [{"id": f"t{n}", "said": f"word {n}"} for n in (1, 2, 3, 77)]
    shared = {"state": "TOLD", "at": LATER}
    with made.transaction() as connection:
        one = update_each(
            connection, things, [{"number": 2, "said": "no"}], by={"number"}, shared={"state": "X"}
        )
        told = update_each(
            connection, things, rows, by={"id"}, shared=shared, where="state = 'NEW'"
        )
        none = update_each(connection, things, [], by={"id"}, shared=shared)
        query = select(things.c.id, things.c.state, things.c.said, things.c.at)
        found = {key: tuple(rest) for key, *rest in connection.execute(query)}
    assert (one, told, none) == (1, 2, 0)
    assert found.pop("t1") == ("TOLD", "word 1", LATER)
    assert found.pop("t2") == ("X", "no", None)
    assert found.pop("t3") == ("TOLD", "word 3", LATER)
    assert set(found.values()) == {("NEW", None, None)}


def test_a_row_is_found_by_two_columns(made: Database) -> None:
    """Both must agree."""
    rows = [
        {"id": "t4", "number": 4, "said": "both"},
        {"id": "t5", "number": 4, "said": "one"},
    ]
    with made.transaction() as connection:
        assert update_each(connection, things, rows, by={"id", "number"}, shared={}) == 1
        said = connection.execute(select(things.c.said).where(things.c.id == "t4")).scalar_one()
    assert said == "both"


def test_what_names_many_rows_keeps_no_plan(served: Database) -> None:
    """However often it is asked; what names none is prepared, and does."""
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :words")
    with served.transaction() as connection:
        for _ in range(20):
            query = select(things.c.id).where(among(connection, things.c.id, ["t1", "t2"]))
            assert len(execute_many(connection, query).all()) == 2
            connection.execute(select(things.c.id).where(things.c.number > 8)).all()
        assert connection.execute(prepared, {"words": "%ANY%"}).scalar_one() == 0
        assert connection.execute(prepared, {"words": "%number >%"}).scalar_one() == 1


def hang_up(database: Database) -> None:
    """The server ends every connection of this database, as by a restart; they have ended."""
    url = database.engine.url
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    end = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :name"
    with engine.connect() as connection:
        connection.execute(text(end), {"name": url.database})
    engine.dispose()


def count(database: Database) -> int:
    """How many things there are."""
    with database.reading() as connection:
        return len(connection.execute(select(things.c.id)).all())


@pytest.mark.parametrize("rest", [timedelta(0), timedelta(hours=1)], ids=["rested", "just used"])
def test_a_connection_that_the_server_has_ended_is_replaced(
    served: Database, monkeypatch: pytest.MonkeyPatch, rest: timedelta
) -> None:
    """Nobody notices: one that rested is asked, and of one that was just used the end is seen."""
    monkeypatch.setattr(postgresql, "_RESTED", rest)
    assert count(served) == 9
    hang_up(served)
    assert count(served) == 9


def test_a_connection_is_asked_only_after_a_rest(
    served: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that the server has said nothing on is as good as a moment ago."""
    asked: list[object] = []
    real = served.engine.dialect.do_ping

    def ask(driver: Any) -> bool:
        asked.append(driver)
        return real(driver)

    monkeypatch.setattr(served.engine.dialect, "do_ping", ask)
    monkeypatch.setattr(postgresql, "_RESTED", timedelta(hours=1))
    assert (count(served), len(asked)) == (9, 0)
    monkeypatch.setattr(postgresql, "_RESTED", timedelta(0))
    assert (count(served), len(asked)) == (9, 1)

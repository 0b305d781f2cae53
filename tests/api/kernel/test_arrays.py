"""Tests of arrays for PostgreSQL: the server reads each as what it was made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Binary
from sqlalchemy import Connection, create_engine

from api.kernel.arrays import array


class Word(StrEnum):
    """A word that is a text."""

    SENT = "SENT"


NOON = datetime(2026, 11, 22, 12, 0, 0, 5, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@pytest.fixture(scope="module")
def server(postgres_server: Any) -> Iterator[Connection]:
    """A connection to an empty database."""
    with postgres_server.database() as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def read(server: Connection, kind: str, values: list[Any]) -> list[Any]:
    """What the server makes of it."""
    found: list[Any] = server.exec_driver_sql(f"SELECT %s::{kind}[]", (array(values),)).scalar_one()
    return found


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("varchar", []),
        ("varchar", ["a"]),
        ("varchar", ["", "NULL", "null", "{}", "a,b", " a ", "\n"]),
        ("varchar", ['"', "\\", '\\"', "\\\\x41"]),
        ("varchar", [None, "a", None]),
        ("varchar", [None]),
        ("text", ["交子", "ß", "\U0001f600"]),
        ("bigint", [0, -1, 2**63 - 1]),
        ("bigint", [1, None]),
        ("boolean", [True, False, None]),
        ("boolean", [True, True]),
        ("bytea", [b"", b"\0\xff", b'"\\']),
        ("bytea", [b"a", None]),
        ("bytea", [b"a", b"a"]),
        ("date", [date(2026, 11, 22), date(1, 1, 1), None]),
    ],
)
def test_the_server_reads_what_was_given(server: Connection, kind: str, values: list[Any]) -> None:
    """Each kind, with what must be quoted, and with None."""
    assert read(server, kind, values) == values


def test_a_time_is_the_same_moment_in_any_zone(server: Connection) -> None:
    """Microseconds are kept."""
    east = NOON.astimezone(timezone(timedelta(hours=8)))
    assert read(server, "timestamptz", [NOON, east, None, NOON]) == [NOON, NOON, None, NOON]


def test_a_word_of_an_enumeration_is_its_text(server: Connection) -> None:
    """Alone, and beside plain texts."""
    assert read(server, "text", [Word.SENT, Word.SENT]) == ["SENT", "SENT"]
    assert read(server, "text", [Word.SENT, "x"]) == ["SENT", "x"]


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.none() | TEXTS, max_size=5))
def test_any_text_survives(server: Connection, values: list[str | None]) -> None:
    """Nothing in it ends the array, or the next value."""
    assert read(server, "text", values) == values


def test_wrapped_bytes_are_bytes(server: Connection) -> None:
    """SQLAlchemy's way to tell the driver what they are."""
    assert read(server, "bytea", [Binary(b"\0a"), None]) == [b"\0a", None]


def test_other_values_are_refused() -> None:
    """Rather than written in a way that the server may read otherwise."""
    for value in (Decimal(1), 1.5, [1], object()):
        with pytest.raises(TypeError, match="no array"):
            array([value])

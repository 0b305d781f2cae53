"""Kernel: the database session. One transaction a request or work item, committed at its edge.

Embedded SQLite (WAL, synchronous=FULL, BEGIN IMMEDIATE) by default; PostgreSQL by its URL.
Rooms describe their tables on `metadata`; migrations in `api/migrations` make them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    func,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from api.kernel import embedded, postgresql
from api.kernel.arrays import array
from api.kernel.asking import asker
from api.kernel.database_errors import plainly
from api.kernel.errors import Misconfigured
from api.kernel.telling import listen, write

__all__ = [
    "Database",
    "Minor",
    "Sequence64",
    "UtcDateTime",
    "Wei",
    "columns_of",
    "insert_new",
    "insert_rows",
    "metadata",
    "one_at_a_time",
    "stored_moment",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Minor = BigInteger
"""Minor units: 63 bits hold 92 quadrillion euros; the contracts' 96 bits are checked on reading."""

Sequence64 = BigInteger().with_variant(Integer(), "sqlite")
"""A primary key that the store itself counts up: SQLite does so for INTEGER alone."""

_MOST_VALUES = 30_000
"""In one statement of SQLite's, which takes 32,766 parameters."""
_POOL = {"pool_size": 20, "max_overflow": 40, "pool_timeout": 10}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is refused. ISO text in SQLite, timestamptz elsewhere."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """SQLite has no type for time: ISO 8601 text of one fixed width also sorts by time."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Store in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the database; use the clock")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: Any,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
        return parsed.astimezone(UTC)


class Wei(TypeDecorator[int]):
    """A chain quantity of up to 256 bits, stored as decimal text of fixed meaning."""

    impl = String(78)
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Decimal digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Back to int."""
        return None if value is None else int(value)


class Database:
    """An engine with the ways in that the bridge uses: `transaction`, `reading` and `asking`."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._readers = self.engine.execution_options(jiaozi_read_only=True)
        if not self.is_sqlite:
            # every statement of one reading sees the same moment; SQLite's snapshots always do
            self._readers = self._readers.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self._askers = asker(self._readers if self.is_sqlite else self.engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded store is in use."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One read-write transaction: commits when the block ends, rolls back when it raises.

        Raises `Unavailable` when the store cannot be reached or stays locked, `IntegrityError`
        when it refuses a row, or what a room says that this means (see `means`). What was told
        inside (`api.kernel.telling`) is written into the log after the commit.
        """
        with plainly(), self.engine.begin() as connection:
            told = listen(connection)
            yield connection
        write(told)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view for reading; it waits for no writer, and the store refuses writes."""
        with plainly(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """One SELECT alone, which sees one moment by itself. A second one, or a write, is refused.

        On PostgreSQL it takes one round trip, where a `reading` takes three.
        """
        with plainly(), self._askers.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give every pooled connection back."""
        self.engine.dispose()


def one_at_a_time(connection: Connection, key: int) -> None:
    """Until the transaction ends nobody else gets behind this line with the same key.

    SQLite's transactions are alone anyway.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def insert_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, key: str
) -> set[Any]:
    """Insert those rows that meet no unique constraint; returns the `key` column of just these.

    A row that another transaction is inserting at this moment is waited for, so a row that is
    missing from the answer can be read at once.
    """
    if not rows:
        return set()
    names = tuple(rows[0])
    columns = columns_of(table, names, connection.dialect)
    if connection.dialect.name != "sqlite":
        # one text for any number of rows, so that it is read and planned once for all
        arrays = tuple(
            array([make(row[name]) if make else row[name] for row in rows])
            for name, make, _ in columns
        )
        text = _new_arrays(table.name, tuple((name, kind) for name, _, kind in columns), key)
        return set(connection.exec_driver_sql(text, arrays).scalars())
    most = _MOST_VALUES // len(names)
    found: set[Any] = set()
    for start in range(0, len(rows), most):
        part = rows[start : start + most]
        given = tuple(
            make(row[name]) if make else row[name] for row in part for name, make, _ in columns
        )
        text = _new_rows(table.name, names, key, len(part))
        found.update(connection.exec_driver_sql(text, given).scalars())
    return found


@cache
def columns_of(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[str, Callable[[Any], Any] | None, str], ...]:
    """Each column, what makes of a value what the driver takes (None: as it is), and its
    type's name, without a length: a cast would cut what is too long, where the column refuses it.
    """
    types = [(name, table.c[name].type.dialect_impl(dialect)) for name in names]
    return tuple(
        (name, kind.bind_processor(dialect), kind.compile(dialect).partition("(")[0])
        for name, kind in types
    )


@cache
def _new_rows(table: str, names: tuple[str, ...], key: str, count: int) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    row = f"({', '.join('?' * len(names))})"
    # every name is a table's or column's of ours: no input is part of the text
    return (
        f'INSERT INTO "{table}" ({columns}) VALUES {", ".join([row] * count)} '  # noqa: S608 - see above
        f'ON CONFLICT DO NOTHING RETURNING "{key}"'
    )


@cache
def _new_arrays(table: str, columns: tuple[tuple[str, str], ...], key: str) -> str:
    names = ", ".join(f'"{name}"' for name, _ in columns)
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in columns)
    # every name is a table's or column's of ours: no input is part of the text
    return (
        f'INSERT INTO "{table}" ({names}) SELECT * FROM unnest({arrays}) '  # noqa: S608 - see above
        f'ON CONFLICT DO NOTHING RETURNING "{key}"'
    )


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert many rows at the driver's speed; a row that meets a constraint undoes all of them.

    Values are as both stores take them: text, int, bytes, bool, None; a day as ISO 8601 text and
    a time by `stored_moment`. Raises `IntegrityError`.
    """
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        # every name is a table's or column's of ours: no input is part of the text
        text = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - see above
        connection.exec_driver_sql(text, list(rows))
        return
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        # the same classes as for any other statement: the callers know those
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def stored_moment(moment: datetime) -> str:
    """A time as `insert_rows` takes it: ISO 8601 in UTC, of one fixed width."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime must not reach the database; use the clock")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Misconfigured(
            "database_url",
            "database_url is not a database address.",
            remedy="Write sqlite:///path/to/file.db or postgresql://user@host/name.",
        ) from error
    if parsed.get_backend_name() == "sqlite":
        if (parsed.database or "").startswith("file:"):
            raise Misconfigured(
                "database_url",
                "database_url names an SQLite file by a URI of its own.",
                remedy="Write sqlite:///path/to/file.db.",
            )
        engine = create_engine(
            parsed,
            hide_parameters=True,
            connect_args={"timeout": embedded.BUSY.total_seconds()},
            **_POOL,
        )
        embedded.attend(engine)
        return engine
    if parsed.get_backend_name() == "postgresql":
        parsed = postgresql.reached(parsed.set(drivername="postgresql+psycopg"))
        engine = create_engine(
            parsed,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            **_POOL,
        )
        postgresql.attend(engine)
        return engine
    raise Misconfigured(
        "database_url",
        f"database_url names {parsed.get_backend_name()}, which the bridge does not speak.",
        remedy="Write sqlite:///path/to/file.db or postgresql://user@host/name.",
    )

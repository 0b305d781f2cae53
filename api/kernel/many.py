"""Kernel: statements that name many rows, each store asked in the way that is fast there.

PostgreSQL gets every list as one array: one text for any number of rows. It is planned each time
(see `PLANNED_ANEW`). SQLite gets a parameter a value, and runs one text row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    String,
    Table,
    any_,
    bindparam,
)
from sqlalchemy.dialects.postgresql import ARRAY

from api.kernel.arrays import array
from api.kernel.database import columns_of
from api.kernel.postgresql import PLANNED_ANEW

__all__ = ["among", "execute_many", "update_each"]

_TEXTS: ARRAY[str] = ARRAY(String())
"""Without a length: a cast would cut what is too long, and then find it."""
_NUMBERS: ARRAY[int] = ARRAY(BigInteger())


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[str] | Collection[int]
) -> ColumnElement[bool]:
    """That a column of texts or whole numbers has one of these values."""
    if connection.dialect.name == "sqlite":
        return column.in_(values)
    kind = _TEXTS if isinstance(column.type, String) else _NUMBERS
    return column == any_(bindparam(None, list(values), type_=kind))


def execute_many(connection: Connection, statement: Executable) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement that names many rows."""
    return connection.execute(statement, execution_options=PLANNED_ANEW)


def update_each(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Collection[str],
    shared: Mapping[str, Any],
    where: str = "",
) -> int:
    """Give rows values of their own; returns how many rows were changed.

    Each of `rows` is a mapping of columns, all of the same: those of `by` find it, the others are
    set, and so are `shared`, alike in all. `where` is a further condition, of constants alone.
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    dialect = connection.dialect
    columns = columns_of(table, names, dialect)
    common = columns_of(table, tuple(shared), dialect)
    alike = [make(shared[name]) if make else shared[name] for name, make, _ in common]
    own = [[make(row[name]) if make else row[name] for row in rows] for name, make, _ in columns]
    finds = frozenset(by)
    if dialect.name == "sqlite":
        text = _row_by_row(table.name, names, finds, tuple(shared), where)
        order = sorted(range(len(names)), key=lambda at: names[at] in finds)
        given = [(*alike, *values) for values in zip(*(own[at] for at in order), strict=True)]
        return connection.exec_driver_sql(text, given).rowcount
    kinds = tuple((name, kind) for name, _, kind in columns)
    text = _from_arrays(table.name, kinds, finds, tuple((n, kind) for n, _, kind in common), where)
    values = (*alike, *map(array, own))
    done = connection.exec_driver_sql(text, values, execution_options=dict(PLANNED_ANEW))
    return done.rowcount


@cache
def _row_by_row(
    table: str, names: tuple[str, ...], by: frozenset[str], shared: tuple[str, ...], where: str
) -> str:
    sets = ", ".join(f'"{name}" = ?' for name in (*shared, *names) if name not in by)
    finds = " AND ".join([f'"{name}" = ?' for name in names if name in by] + [where] * bool(where))
    # every name is a table's or column's of ours: no input is part of the text
    return f'UPDATE "{table}" SET {sets} WHERE {finds}'  # noqa: S608 - see above


@cache
def _from_arrays(
    table: str,
    columns: tuple[tuple[str, str], ...],
    by: frozenset[str],
    shared: tuple[tuple[str, str], ...],
    where: str,
) -> str:
    sets = ", ".join(
        [f'"{name}" = %s::{kind}' for name, kind in shared]
        + [f'"{name}" = own."{name}"' for name, _ in columns if name not in by]
    )
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in columns)
    names = ", ".join(f'"{name}"' for name, _ in columns)
    finds = " AND ".join(
        [f'"{table}"."{name}" = own."{name}"' for name, _ in columns if name in by]
        + [where] * bool(where)
    )
    # every name is a table's or column's of ours: no input is part of the text
    return f'UPDATE "{table}" SET {sets} FROM unnest({arrays}) AS own ({names}) WHERE {finds}'  # noqa: S608 - see above

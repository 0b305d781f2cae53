"""Tests of the auditor: editing a column of a row is found, or the code says why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, and_, select, update
from sqlalchemy.exc import IntegrityError

from api.audit.columns import UNDERIVED
from api.kernel.database import UtcDateTime
from api.migrations.schema import metadata
from tests.api.audit.conftest import Judged
from tests.api.audit.test_audit import CASES

pytestmark = pytest.mark.integration  # a whole world is played first, on a real chain

COMPARED = sorted({case.table for case in CASES} - {"counters"})


def test_every_edit_is_found_or_excused(judged: Judged) -> None:
    """What is not excused is found in every kind of row; what is, is not found in one at least."""
    missed: dict[str, set[str]] = {}
    with judged.untouched() as connection:
        kinds = {name: _kinds_of_rows(connection, metadata.tables[name]) for name in COMPARED}
    for name, rows in kinds.items():
        table = metadata.tables[name]
        for column in table.columns:
            for row in rows:
                with judged.untouched() as connection:
                    try:
                        _edit(connection, table, column, row)
                    except IntegrityError:
                        continue  # the store itself does not take it
                    if next(judged.findings(connection), None) is None:
                        missed.setdefault(name, set()).add(column.name)
                        break
    excused = {name: set(columns) for name, columns in UNDERIVED.items()}
    assert missed == excused


def test_what_is_excused_has_its_reason() -> None:
    """Of columns that there are, in words."""
    for name, columns in UNDERIVED.items():
        assert set(columns) <= set(metadata.tables[name].columns.keys())
        assert all(len(why.split()) > 2 for why in columns.values())


def _kinds_of_rows(connection: Connection, table: Table) -> list[Any]:
    """One row in each state; of a table without states, the first."""
    rows = connection.execute(select(table).order_by(*table.primary_key.columns)).all()
    kinds = {row._mapping.get("state"): row for row in reversed(rows)}
    assert kinds, f"the play has no {table.name}"
    return list(kinds.values())


def _edit(connection: Connection, table: Table, column: Column[Any], row: Any) -> None:
    """Give the row another value in a column."""
    key = and_(*(each == row._mapping[each.name] for each in table.primary_key.columns))
    value = _other(connection, column, row._mapping[column.name])
    connection.execute(update(table).where(key).values({column.name: value}))


def _other(connection: Connection, column: Column[Any], value: Any) -> Any:
    if column.name == "state":
        states = connection.execute(select(column).where(column != value).distinct()).scalars()
        return next(iter(sorted(states)), "OTHER")
    if value is None:
        is_time = isinstance(column.type, UtcDateTime)
        return _SOME[datetime if is_time else column.type.python_type]
    change = next(change for kind, change in _CHANGES if isinstance(value, kind))
    return change(value)


_SOME: Mapping[type, Any] = {
    int: 7,
    str: "x",
    bytes: b"x",
    bool: True,
    date: date(2020, 1, 1),
    datetime: datetime(2020, 1, 1, tzinfo=UTC),
}
_CHANGES: Sequence[tuple[type, Callable[[Any], Any]]] = (
    (bool, lambda value: not value),
    (int, lambda value: value + 1_000),
    (bytes, lambda value: bytes([*value[:-1], value[-1] ^ 1]) if value else b"x"),
    (str, lambda value: value[:-1] + ("1" if value.endswith("0") else "0")),
    (date, lambda value: value - timedelta(days=1)),
)
"""A datetime is a date, too, and a bool is an int."""

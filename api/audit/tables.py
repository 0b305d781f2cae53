"""Audit: the database's rows, as they stand. They are what is judged, never what is believed.

Tables that grow with the bank's lines, or day by day, are never in memory as a whole: their rows
come one by one, in the order of a column, so that they can be set beside evidence in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, Text, func, select

from api.audit.model import Finding
from api.kernel.database import metadata
from api.kernel.errors import Broken

__all__ = ["LARGE", "Row", "Tables", "differing", "keyed", "out_of_order", "together"]

Row = Mapping[str, Any]

LARGE = frozenset({"bank_lines", "deposits", "postings", "journal_seals", "reserve_proof_leaves"})
"""Tables that grow with the bank's lines, or with holders and days."""
_TOLERANCE = timedelta(minutes=10)
"""Processes read their clocks before they get their turn at the database."""
_ROWS_AT_ONCE = 500
_TELL_EVERY = 5_000


class Tables:
    """Every table's rows: small ones kept when first asked for, large ones as a stream."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tell: Callable[[int], None] = lambda _rows: None
        """Hears now and then how many rows were looked at."""
        self._kept: dict[str, list[Row]] = {}
        self._looked_at = 0

    def __getitem__(self, name: str) -> list[Row]:
        """A small table's rows, in the order of its key."""
        if name in LARGE:
            raise Broken(
                f"The table {name} may be larger than memory.", remedy="Ask for it row by row."
            )
        if name not in self._kept:
            table = self.table(name)
            self._kept[name] = list(self.rows(select(table).order_by(*table.primary_key.columns)))
        return self._kept[name]

    def by(self, name: str, key: str) -> dict[Any, Row]:
        """A small table's rows by a column."""
        return {row[key]: row for row in self[name]}

    def table(self, name: str) -> Any:
        """The table of this name; `Broken` for one that is not loaded."""
        if name not in metadata.tables:
            raise Broken(
                f"The auditor does not know the table {name}: it must not be taken as empty.",
                remedy="Whoever starts the audit loads api.migrations.schema first.",
            )
        return metadata.tables[name]

    def ordered(
        self, name: str, *order: str, where: ColumnElement[bool] | None = None
    ) -> Iterator[Row]:
        """A table's rows by these columns, text by its bytes."""
        table = self.table(name)
        query = select(table).order_by(*(self.by_bytes(table.c[column]) for column in order))
        return self.rows(query if where is None else query.where(where))

    def rows(self, query: Select[Any]) -> Iterator[Row]:
        """A query's rows, one by one."""
        found = self.connection.execute(query.execution_options(yield_per=_ROWS_AT_ONCE))
        for row in found.mappings():
            self._looked_at += 1
            if self._looked_at % _TELL_EVERY == 0:
                self.tell(self._looked_at)
            yield dict(row)

    def by_bytes(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """How to order by a column as Python orders its values."""
        if self.connection.dialect.name == "sqlite" or not isinstance(column.type, String | Text):
            return column
        return column.collate("C")

    def last(self, name: str, column: str) -> int:
        """The greatest value of a column; 0 of an empty table."""
        query = select(func.coalesce(func.max(self.table(name).c[column]), 0))
        return int(self.connection.execute(query).scalar_one())

    @property
    def read_up_to(self) -> int:
        """The last block whose events the database says it has taken in; −1 before the first."""
        row = self.by("chain_positions", "name").get("reader")
        return -1 if row is None else int(row["block_number"])


def together(*sides: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, list[list[Any]]]]:
    """Pairs of key and thing from several sides, each in the order of its keys: for each key that
    any side has, in order, what every side has under it.
    """
    groups = [groupby(side, key=itemgetter(0)) for side in sides]
    heads = [_next(group) for group in groups]
    while keys := [head[0] for head in heads if head is not None]:
        key = min(keys)
        found: list[list[Any]] = []
        for number, head in enumerate(heads):
            if head is None or head[0] != key:
                found.append([])
                continue
            found.append([thing for _, thing in head[1]])
            heads[number] = _next(groups[number])
        yield key, found


def _next(group: Any) -> tuple[Any, Iterator[Any]] | None:
    return next(group, None)


def differing(
    table: str, key: object, row: Row, expected: Mapping[str, Any], source: str
) -> Iterator[Finding]:
    """A finding for each column that is not as expected; `source` names the evidence."""
    for name, value in expected.items():
        if name in row and row[name] != value:
            shown = f"it is {_shown(row[name])}, by {source} {_shown(value)}"
            yield Finding(table, str(key), name, shown)


def out_of_order(table: str, rows: Iterable[Row], key: str, time: str) -> Iterator[Finding]:
    """Rows whose time is not between those of their neighbours, with some minutes' grace."""
    before: Row | None = None
    here: Row | None = None
    for after in chain(rows, (None,)):
        if before is not None and here is not None and here[time] < before[time] - _TOLERANCE:
            # which of the two was moved: the row behind them tells
            fits = after is None or after[time] >= before[time] - _TOLERANCE
            moved = here if fits else before
            problem = f"{moved[time].isoformat()} does not fit between its neighbours"
            yield Finding(table, str(moved[key]), time, problem)
        before, here = here, after


def keyed(rows: Iterable[Row], *columns: str) -> Iterator[tuple[Any, Row]]:
    """Rows with the value of a column, or of several, as their key."""
    key = itemgetter(*columns)
    for row in rows:
        yield key(row), row


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return value.isoformat() if isinstance(value, datetime) else str(value)

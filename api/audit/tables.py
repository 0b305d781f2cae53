"""Audit: the database's rows, as they stand. They are what is judged, never what is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from api.audit.model import Finding
from api.kernel.database import metadata
from api.kernel.errors import Broken

__all__ = ["Row", "Tables", "differing", "out_of_order"]

Row = Mapping[str, Any]

_TOLERANCE = timedelta(minutes=10)
"""Processes read their clocks before they get their turn at the database."""


class Tables:
    """Every table's rows, in the order of its key, read when first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: dict[str, list[Row]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._kept:
            if name not in metadata.tables:
                raise Broken(
                    f"The auditor does not know the table {name}: it must not be taken as empty.",
                    remedy="Whoever starts the audit loads api.migrations.schema first.",
                )
            table = metadata.tables[name]
            rows = self._connection.execute(select(table).order_by(*table.primary_key.columns))
            self._kept[name] = [dict(row._mapping) for row in rows]
        return self._kept[name]

    def by(self, name: str, key: str) -> dict[Any, Row]:
        """A table's rows by a column."""
        return {row[key]: row for row in self[name]}

    @property
    def read_up_to(self) -> int:
        """The last block whose events the database says it has taken in; −1 before the first."""
        row = self.by("chain_positions", "name").get("reader")
        return -1 if row is None else int(row["block_number"])


def differing(
    table: str, key: object, row: Row, expected: Mapping[str, Any], source: str
) -> Iterator[Finding]:
    """A finding for each column that is not as expected; `source` names the evidence."""
    for name, value in expected.items():
        if name in row and row[name] != value:
            shown = f"it is {_shown(row[name])}, by {source} {_shown(value)}"
            yield Finding(table, str(key), name, shown)


def out_of_order(table: str, rows: Sequence[Row], key: str, time: str) -> Iterator[Finding]:
    """Rows whose time is not between those of their neighbours, with some minutes' grace."""
    for before, row, after in zip(rows, rows[1:], [*rows[2:], None], strict=False):
        if row[time] < before[time] - _TOLERANCE:
            # which of the two was moved: the row behind them tells
            moved = row if after is None or after[time] >= before[time] - _TOLERANCE else before
            problem = f"{moved[time].isoformat()} does not fit between its neighbours"
            yield Finding(table, str(moved[key]), time, problem)


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return value.isoformat() if isinstance(value, datetime) else str(value)

"""Tests of faults: what was found after a run, in chain, bank, database, logs and answers.

It is read once, by the chain's and the bank's own books and straight from the tables; the
oracles judge it without asking the bridge's code whether it thinks that all is well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select

from api.chain import Deployment
from api.kernel.database import Database
from api.migrations.schema import metadata
from wallet.secret import Secret

__all__ = ["BankLine", "Evidence", "Happened", "Payment", "Row", "read_rows"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BankLine:
    """A credit in the bank's own book: its id there, and what it was worth."""

    account: str
    bank_id: str
    minor: int


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment in the bank's own book. `paid` is how often money left for it and stayed away."""

    end_to_end_id: str
    minor: int
    paid: int


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the token in a final block."""

    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the oracles look at."""

    deployment: Deployment
    key: Secret
    """Of the references on chain."""
    supply: int
    """As the token says it at its newest block, minor units."""
    events: Sequence[Happened]
    booked: int
    """The reserve account's balance in the bank's own book."""
    credits: Sequence[BankLine]
    payments: Sequence[Payment]
    rows: Mapping[str, Sequence[Row]]
    """Every row of every table."""
    taken_back: Sequence[BankLine] = ()
    """Credits that the bank took back."""
    parked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """States by table in which a thing may stay besides, because of what happened in this run."""
    chain_intact: Sequence[str] = ()
    """What the ledger's own verification of its hash chain objects to."""
    missing: Sequence[str] = ()
    """Things that the bridge acknowledged and does not know any more."""
    texts: Sequence[str] = field(default=(), repr=False)
    """Every line of the log and every answer over HTTP."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Planted secrets by name."""

    def named(self, name: str) -> list[Mapping[str, Any]]:
        """The arguments of the events of this name."""
        return [event.args for event in self.events if event.name == name]


def read_rows(
    database: Database, tables: Sequence[Table] = metadata.sorted_tables
) -> dict[str, list[Row]]:
    """Every row of these tables; of every one that the bridge describes, if none are named."""
    with database.reading() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables
        }

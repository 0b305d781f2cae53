"""Bench: one operation three times over, in the states that the table names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scripts.bench.chain import Chain
from scripts.bench.rows import ROWS

Operation = Callable[[], int]


@dataclass(frozen=True)
class Measured:
    """Gas of each row: as a payer's first payment of a day, and as a later one."""

    first_of_day: dict[str, int | None]
    later: dict[str, int | None]


def measured(chain: Chain, operations: Mapping[str, Operation]) -> Measured:
    """Measure what a contender can do; None for a row that it lacks.

    The first time is not counted: it writes to words that were zero. The day turns, and the second
    and the third time are.
    """
    first: dict[str, int | None] = {}
    later: dict[str, int | None] = {}
    for row in ROWS:
        operation = operations.get(row.name)
        if operation is None:
            first[row.name] = later[row.name] = None
            continue
        operation()
        chain.next_day()
        first[row.name] = operation()
        later[row.name] = operation()
    return Measured(first, later)


def hundredth(gas: int) -> int:
    """The share of one entry among a hundred, rounded up."""
    return -(-gas // 100)

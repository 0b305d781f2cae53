"""Tests: figures to try the tables on; none of them is measured."""

from __future__ import annotations

from scripts.bench.rows import ABSENT, CONTENDERS, ROWS

Table = dict[str, dict[str, int | None]]


def complete() -> Table:
    """A figure for every row of every contender that can have one, each different."""
    return {
        contender: {
            row.name: None if (contender, row.name) in ABSENT else 30_000 + 1_000 * place + number
            for number, row in enumerate(ROWS)
        }
        for place, contender in enumerate(CONTENDERS)
    }

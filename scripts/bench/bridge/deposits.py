"""Bench: a statement over HTTP until its last tokens are final and posted."""

from __future__ import annotations

import time
from typing import Any

from api.kernel.database import Database
from api.ledger import Account, balances
from scripts.bench import BenchError
from scripts.bench.bridge.money import AMOUNT, statement
from scripts.bench.bridge.world import World

__all__ = ["LOOK_EVERY", "PATIENCE", "bulk"]

LOOK_EVERY = 0.04
"""Seconds: what is measured may be so much shorter; looking more often takes a processor's part."""
PATIENCE = 600.0


def bulk(world: World, name: str, count: int, content: bytes = b"") -> dict[str, Any]:
    """Hand in one file of so many lines and wait for all of its tokens.

    `content` is the file, where it was made before.
    """
    content = content or statement(name, count)
    database = Database(world.database_url)
    try:
        goal = _tokens(database) + count * AMOUNT
        before, began = world.usage(), time.perf_counter()
        report = world.hand_in(name, content)
        stored = time.perf_counter() - began
        if report["new"] != count:
            raise BenchError(f"the bridge took {report['new']} of {count} lines: {report}")
        _await(world, database, goal)
        took = time.perf_counter() - began
        after = world.usage()
    finally:
        database.close()
    return {
        "lines": count,
        "megabytes": round(len(content) / 1e6, 1),
        "seconds": round(took, 2),
        "stored_seconds": round(stored, 2),
        "per_second": round(count / took),
        "cpu_us_per_line": {
            name: round((after[name].cpu - before[name].cpu) / count * 1e6) for name in after
        },
        "peak_mb": {name: round(each.peak) for name, each in after.items()},
    }


def _tokens(database: Database) -> int:
    with database.reading() as connection:
        return balances(connection, "EUR")[Account.TOKENS]


def _await(world: World, database: Database, goal: int) -> None:
    end = time.perf_counter() + PATIENCE
    while _tokens(database) < goal:
        world.check()
        if time.perf_counter() > end:
            raise BenchError(f"not all tokens were final after {PATIENCE:.0f} seconds")
        time.sleep(LOOK_EVERY)

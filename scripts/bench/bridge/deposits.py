"""Bench: a statement over HTTP until its last tokens are final and posted."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from api.deposits import DepositState
from api.deposits.store import deposits
from api.kernel.database import Database
from api.ledger import Account, balances
from api.statements.store import bank_lines
from scripts.bench import BenchError
from scripts.bench.bridge.money import AMOUNT, RESERVE, statement
from scripts.bench.bridge.world import World

__all__ = ["bulk", "singles"]

_LOOK_EVERY = 0.04
"""Seconds: what is measured may be so much shorter; looking more often takes a processor's part."""
_PATIENCE = 600.0


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
    end = time.perf_counter() + _PATIENCE
    while _tokens(database) < goal:
        world.check()
        if time.perf_counter() > end:
            raise BenchError(f"not all tokens were final after {_PATIENCE:.0f} seconds")
        time.sleep(_LOOK_EVERY)


@dataclass
class _Watch:
    """Hands single lines in and sees when each is issued."""

    world: World
    begun: dict[str, float] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)

    def hand_in(self, name: str) -> None:
        """One line, in a file of its own."""
        content = statement(name, 1)
        self.begun[f"{name}-{0:08d}"] = time.perf_counter()
        self.world.hand_in(name, content)

    def look(self, database: Database) -> None:
        """Note those whose tokens are final by now."""
        left = [bank_id for bank_id in self.begun if bank_id not in self.ended]
        if not left:
            return
        named = select(bank_lines.c.id, bank_lines.c.bank_id).where(
            bank_lines.c.account == RESERVE, bank_lines.c.bank_id.in_(left)
        )
        with database.reading() as connection:
            lines = {row.id: row.bank_id for row in connection.execute(named)}
            # each by its line: asked for the issued ones, SQLite walks through all of the bulk's
            of_lines = select(deposits.c.line_id, deposits.c.state).where(
                deposits.c.line_id.in_(lines)
            )
            for row in connection.execute(of_lines):
                if row.state == DepositState.ISSUED.value:
                    self.ended[lines[row.line_id]] = time.perf_counter()


def singles(
    world: World, name: str, count: int, pause: float, going: threading.Event | None = None
) -> Mapping[str, Any]:
    """So many lines, each in a file of its own, one every `pause` seconds; how long each took.

    With `going`, no more are handed in once it is set.
    """
    watch, database = _Watch(world), Database(world.database_url)
    due, end = time.perf_counter(), time.perf_counter() + _PATIENCE
    sent = 0
    try:
        while len(watch.ended) < len(watch.begun) or sent < count:
            if going is not None and going.is_set():
                count = sent
            if sent < count and time.perf_counter() >= due:
                watch.hand_in(f"{name}{sent}")
                sent, due = sent + 1, due + pause
            watch.look(database)
            world.check()
            if time.perf_counter() > end:
                raise BenchError("single deposits were not final in time")
            time.sleep(_LOOK_EVERY)
    finally:
        database.close()
    took = sorted(watch.ended[each] - watch.begun[each] for each in watch.ended)
    if not took:
        raise BenchError("no single deposit was handed in: the bulk was over at once")
    return {
        "count": len(took),
        "p50": round(took[len(took) // 2], 3),
        "p99": round(took[min(len(took) * 99 // 100, len(took) - 1)], 3),
        "worst": round(took[-1], 3),
    }

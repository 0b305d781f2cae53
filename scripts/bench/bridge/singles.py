"""Bench: single deposits, from the line to the chain's final word, and to the ledger's."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from api.deposits import DepositState
from api.deposits.store import deposits
from api.kernel.database import Database
from api.statements.store import bank_lines
from scripts.bench import BenchError
from scripts.bench.bridge.blocks import watched
from scripts.bench.bridge.deposits import LOOK_EVERY, PATIENCE
from scripts.bench.bridge.money import RESERVE, statement
from scripts.bench.bridge.usage import quantiles
from scripts.bench.bridge.world import DEPTH, World

__all__ = ["singles"]


@dataclass
class _Watch:
    """Hands single lines in and sees when each is issued."""

    world: World
    begun: dict[str, float] = field(default_factory=dict)
    posted: dict[str, float] = field(default_factory=dict)
    sent_as: dict[str, str] = field(default_factory=dict)
    """The transaction of each that is posted, by hash."""

    def hand_in(self, name: str) -> None:
        """One line, in a file of its own."""
        content = statement(name, 1)
        self.begun[f"{name}-{0:08d}"] = time.perf_counter()
        self.world.hand_in(name, content)

    def look(self, database: Database) -> None:
        """Note those that the bridge has posted by now."""
        left = [bank_id for bank_id in self.begun if bank_id not in self.posted]
        if not left:
            return
        named = select(bank_lines.c.id, bank_lines.c.bank_id).where(
            bank_lines.c.account == RESERVE, bank_lines.c.bank_id.in_(left)
        )
        with database.reading() as connection:
            lines = {row.id: row.bank_id for row in connection.execute(named)}
            # each by its line: asked for the issued ones, SQLite walks through all of the bulk's
            of_lines = select(deposits.c.line_id, deposits.c.state, deposits.c.event_id).where(
                deposits.c.line_id.in_(lines)
            )
            for row in connection.execute(of_lines):
                if row.state == DepositState.ISSUED.value:
                    self.posted[lines[row.line_id]] = time.perf_counter()
                    self.sent_as[lines[row.line_id]] = row.event_id.rsplit(":", 2)[1]


def singles(
    world: World, name: str, count: int, pause: float, going: threading.Event | None = None
) -> Mapping[str, Any]:
    """So many lines, each in a file of its own, one every `pause` seconds; how long each took.

    From before the line is handed in until its tokens are final, which is when the node has made
    the last block that this takes; and until the bridge has posted them. With `going`, no more are
    handed in once it is set.
    """
    watch, database = _Watch(world), Database(world.database_url)
    due, end = time.perf_counter(), time.perf_counter() + PATIENCE
    sent = 0
    try:
        with watched(world.deployed.anvil) as made:
            while len(watch.posted) < len(watch.begun) or sent < count:
                if going is not None and going.is_set():
                    count = sent
                if sent < count and time.perf_counter() >= due:
                    watch.hand_in(f"{name}{sent}")
                    sent, due = sent + 1, due + pause
                watch.look(database)
                world.check()
                if time.perf_counter() > end:
                    raise BenchError("single deposits were not final in time")
                time.sleep(LOOK_EVERY)
    finally:
        database.close()
    if not watch.begun:
        raise BenchError("no single deposit was handed in: the bulk was over at once")
    final = {each: made[_block_of(world, watch.sent_as[each]) + DEPTH] for each in watch.begun}
    return {
        "count": len(watch.begun),
        "final": _seconds([final[each] - begun for each, begun in watch.begun.items()]),
        "posted": _seconds([watch.posted[each] - begun for each, begun in watch.begun.items()]),
    }


def _block_of(world: World, transaction: str) -> int:
    receipt = world.deployed.anvil.rpc("eth_getTransactionReceipt", transaction)
    return int(receipt["blockNumber"], 16)


def _seconds(took: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile and slowest."""
    return {**quantiles(took, unit=1, digits=3), "worst": round(max(took), 3)}

"""Bench: the reader from genesis, and the floors: parsing alone, storing alone, the chain alone."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.bank import read_camt
from api.bootstrap import build, build_worker
from api.chain import Lane, SigningKey
from api.deposits import DepositMatching
from api.kernel.clock import SystemClock
from api.kernel.database import Database
from api.kernel.settings import load, load_secrets
from api.statements import take_in
from scripts.bench import BenchError
from scripts.bench.bridge.money import RESERVE, statement
from scripts.bench.bridge.world import World, link_everybody
from scripts.postgres import start_postgres
from tests.api.contracts import KEYS

__all__ = ["floors", "reader"]

_CALLS = 40


def reader(world: World, names: list[tuple[str, int]]) -> dict[str, Any]:
    """A second database takes the same files in, then reads the whole chain from genesis.

    The world's own worker has issued those deposits before; every event is handled as it was
    there: compared, posted, and its deposit ended.
    """
    with _another(world) as url:
        link_everybody(url)
        settings = load(world.settings_file, {"JIAOZI_DATABASE_URL": url})
        _take(url, load_secrets(settings).reference_key, names)
        parts = build(settings)
        worker = build_worker(parts, {lane: SigningKey(KEYS[lane.value]) for lane in Lane})
        step = next(each for each in worker.steps if each.name == "read")
        began, cpu = time.perf_counter(), time.process_time()
        worker.work.share(["read"])
        with worker.work.doing("read"):
            while step.run():
                pass
        took, used = time.perf_counter() - began, time.process_time() - cpu
        parts.close()
    token = world.deployed.token.events
    events = sum(
        len(kind().get_logs(from_block=0)) for kind in (token.Issued, token.Transfer, token.TierSet)
    )
    return {
        "events": events,
        "seconds": round(took, 2),
        "per_second": round(events / took),
        "cpu_us_per_event": round(used / events * 1e6, 1),
    }


def floors(world: World, count: int) -> dict[str, Any]:
    """CPU microseconds a line of each part alone, in one process."""
    content = statement("FLOOR", count)
    began = time.process_time()
    for _ in read_camt(io.BytesIO(content)):
        pass
    parse = time.process_time() - began
    with _another(world) as url:
        link_everybody(url)
        secrets = load_secrets(load(world.settings_file))
        began = time.process_time()
        _take(url, secrets.reference_key, [("FLOOR", count)])
        whole = time.process_time() - began
    return {
        "lines": count,
        "parse_us": round(parse / count * 1e6),
        "store_us": round((whole - parse) / count * 1e6),
        "chain_us": _chain_alone(world),
    }


def _chain_alone(world: World) -> int:
    """What the node takes to execute an issue, by entry: the largest one, run once more."""
    web3 = world.deployed.web3
    logs = world.deployed.token.events.Issued().get_logs(from_block=0)
    entries = Counter(log["transactionHash"] for log in logs)
    tx_hash, count = entries.most_common(1)[0]
    sent = web3.eth.get_transaction(tx_hash)
    call = {
        "from": sent["from"], "to": sent["to"], "data": sent["input"].to_0x_hex(),
        "gas": hex(sent["gas"]),
    }  # fmt: skip
    before = world.usage()["anvil"].cpu
    for _ in range(_CALLS):
        world.deployed.anvil.rpc("eth_call", call, hex(sent["blockNumber"] - 1))
    return round((world.usage()["anvil"].cpu - before) / (_CALLS * count) * 1e6)


def _take(url: str, key: Any, names: list[tuple[str, int]]) -> None:
    database = Database(url)
    for name, count in names:
        report = take_in(
            database,
            io.BytesIO(statement(name, count)),
            currency="EUR",
            reserve_account=RESERVE,
            now=SystemClock().now(),
            source="bench",
            matching=DepositMatching(key),
        )
        if report.new != count:
            raise BenchError(f"{name}: {report.new} of {count} lines were taken")
    database.close()


@contextmanager
def _another(world: World) -> Iterator[str]:
    """A second database in the same kind of store."""
    if world.store == "sqlite":
        file = Path(world.folder) / "another.sqlite3"
        for each in world.folder.glob("another.sqlite3*"):
            each.unlink()
        yield f"sqlite:///{file}"
        return
    with start_postgres() as server:
        yield server.create_database()

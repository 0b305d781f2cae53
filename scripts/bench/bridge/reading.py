"""Bench: the reader from genesis, and the floors: parsing alone, storing alone, the chain alone."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.bank import read_camt
from api.bootstrap import build, build_worker
from api.chain import Lane, SigningKey
from api.deposits import DepositMatching
from api.deposits.model import MAX_BATCH, PAGE_BITS
from api.kernel.clock import SystemClock
from api.kernel.database import Database
from api.kernel.garbage import spare_start
from api.kernel.settings import load, load_secrets
from api.statements import take_in
from scripts.bench import BenchError
from scripts.bench.bridge.chain import chain, holder
from scripts.bench.bridge.money import AMOUNT, RESERVE, statement
from scripts.bench.bridge.usage import usage_of
from scripts.bench.bridge.world import World, link_everybody
from scripts.postgres import start_postgres
from tests.api.contracts import FAR, KEYS

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
        files = [(name, statement(name, count), count) for name, count in names]
        _take(url, load_secrets(settings).reference_key, files)
        parts = build(settings)
        worker = build_worker(parts, {lane: SigningKey(KEYS[lane.value]) for lane in Lane})
        step = next(each for each in worker.steps if each.name == "read")
        spare_start()  # as a worker does
        began, cpu = time.perf_counter(), time.process_time()
        worker.work.share(["read"])
        with worker.work.doing("read"):
            while step.run():
                pass
        took, used = time.perf_counter() - began, time.process_time() - cpu
        parts.close()
    question = {"address": world.deployed.token.address, "fromBlock": "0x0", "toBlock": "latest"}
    events = len(world.deployed.anvil.rpc("eth_getLogs", question))
    return {
        "events": events,
        "seconds": round(took, 2),
        "per_second": round(events / took),
        "cpu_us_per_event": round(used / events * 1e6, 1),
    }


def floors(world: World, count: int) -> dict[str, Any]:
    """CPU microseconds a line of each part alone, in one process.

    Reading the file; putting its lines into the database, with postings, deposits and all indexes;
    and the node's execution of an issue, by entry.
    """
    content = statement("FLOOR", count)
    began = time.process_time()
    for _ in read_camt(io.BytesIO(content)):
        pass
    parse = time.process_time() - began
    with _another(world) as url:
        link_everybody(url)
        secrets = load_secrets(load(world.settings_file))
        began = time.process_time()
        _take(url, secrets.reference_key, [("FLOOR", content, count)])
        whole = time.process_time() - began
    return {
        "lines": count,
        "parse_us": round(parse / count * 1e6),
        "store_us": round((whole - parse) / count * 1e6),
        "chain_us": _chain_alone(world.folder / "floor"),
    }


def _chain_alone(folder: Path) -> int:
    """What a node takes to execute an issue, by entry: a full one, run again and again."""
    folder.mkdir()
    with chain(folder) as deployed:
        now = deployed.web3.eth.get_block("latest")["timestamp"]
        deployed.as_role(deployed.teller.functions.attest(FAR, 0, 0, now, 1), "attestor")
        first = 1 << PAGE_BITS  # all of them in one word of the bitmap, as the bridge sends them
        entries = [(first + place, bytes(16), holder(place), AMOUNT) for place in range(MAX_BATCH)]
        call = {
            "from": deployed.key("operator").address,
            "to": deployed.teller.address,
            "data": deployed.teller.encode_abi("issue", [entries]),
        }
        node = [deployed.anvil.process.pid]
        before = usage_of(node).cpu
        for _ in range(_CALLS):
            deployed.anvil.rpc("eth_call", call, "latest")
        return round((usage_of(node).cpu - before) / (_CALLS * MAX_BATCH) * 1e6)


def _take(url: str, key: Any, files: list[tuple[str, bytes, int]]) -> None:
    database = Database(url)
    for name, content, count in files:
        report = take_in(
            database,
            io.BytesIO(content),
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
    with start_postgres(durable=True) as server:
        yield server.create_database()

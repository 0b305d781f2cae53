"""Bench: reads of the API beside whatever runs, from a process of their own.

What else the bench does (making and sending a file of 100,000 lines) must not make its own clock
wait. `python -m scripts.bench.bridge.beside PORT` takes a JSON list of paths as the first line of
its input, reads until the input ends, and prints the figures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from typing import Any

from sqlalchemy import select

from api.kernel.database import Database
from api.transfers.store import transfers
from scripts.bench import BenchError
from scripts.bench.bridge.usage import quantiles
from scripts.bench.bridge.wire import Link, get
from scripts.bench.bridge.world import World

__all__ = ["reads"]

READS_A_SECOND = 200
_CONNECTIONS = 8
_BEGUN = "begun\n"


def reads(world: World, over: threading.Event) -> Callable[[], dict[str, Any]]:
    """GET /v1/transfers/… at a fixed pace until `over`, each counted from when it was due.

    It comes back when the first is about to be asked: what starting costs is nothing beside which
    anything is measured. Call what it gives for the figures, after `over`.
    """
    paths = json.dumps(_paths(world))
    argv = [sys.executable, "-m", "scripts.bench.bridge.beside", str(world.port)]
    child = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if child.stdin is None or child.stdout is None:
        raise TypeError("the process was started without pipes to it")
    child.stdin.write(paths + "\n")
    child.stdin.flush()
    began = child.stdout.readline() == _BEGUN

    def figures() -> dict[str, Any]:
        if began:
            over.wait()
        said, failed = child.communicate()
        if child.returncode != 0:
            raise BenchError(f"the reads failed: {failed.strip()[-500:]}")
        read: dict[str, Any] = json.loads(said)
        return read

    return figures


def _paths(world: World) -> list[str]:
    database = Database(world.database_url)
    with database.reading() as connection:
        found = list(connection.execute(select(transfers.c.id).limit(500)).scalars())
    database.close()
    if not found:
        raise BenchError("there is no transfer to ask for: relay some first")
    return [f"/v1/transfers/{each}" for each in found]


def _ask(port: int, paths: Sequence[str], over: threading.Event) -> dict[str, Any]:
    requests = [get(path) for path in paths]
    began = time.perf_counter()

    def reader(first: int) -> list[float]:
        found, number = [], first
        with closing(Link(port)) as link:
            while not over.is_set():
                due = began + number / READS_A_SECOND
                time.sleep(max(due - time.perf_counter(), 0))
                status, said = link.ask(requests[number % len(requests)])
                if status != HTTPStatus.OK:
                    raise BenchError(f"a read was answered with {status}: {said[:300]!r}")
                found.append(time.perf_counter() - due)
                number += _CONNECTIONS
        return found

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        taken = [each for part in pool.map(reader, range(_CONNECTIONS)) for each in part]
    return {"reads": len(taken), "a_second": READS_A_SECOND, "ms": quantiles(taken)}


def _main() -> None:
    paths: list[str] = json.loads(sys.stdin.readline())
    over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    print(_BEGUN, end="", flush=True)
    print(json.dumps(_ask(int(sys.argv[1]), paths, over)))


if __name__ == "__main__":
    _main()

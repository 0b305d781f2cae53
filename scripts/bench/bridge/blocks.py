"""Bench: when the node had made each block, seen from beside it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from scripts.bench.bridge.wire import Link, post
from scripts.localnet import Anvil

__all__ = ["watched"]

_ASK_EVERY = 0.02
"""Seconds: so much later than it was made may a block be seen."""
_QUESTION = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []})


@contextmanager
def watched(node: Anvil) -> Iterator[Mapping[int, float]]:
    """The moment (`time.perf_counter()`) at which each block was first there, while inside."""
    made: dict[int, float] = {}
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(_watch, node, made, over)
        try:
            yield made
        finally:
            over.set()
    watching.result()


def _watch(node: Anvil, made: dict[int, float], over: threading.Event) -> None:
    question = post("/", _QUESTION.encode(), "block")
    with closing(Link(node.port)) as link:
        last = None
        while not over.wait(_ASK_EVERY):
            _, said = link.ask(question)
            now, newest = time.perf_counter(), int(json.loads(said)["result"], 16)
            for number in range(newest if last is None else last + 1, newest + 1):
                made[number] = now
            last = newest

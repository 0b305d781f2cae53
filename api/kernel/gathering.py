"""Kernel: what many hand in at the same moment, handled together by one thread.

A question to the node or a commit costs about the same for one request and for twenty. While one
group is handled, the next gathers. When the handling of a group fails as a whole, each item of it
is handled alone: so an item may be handled twice, and must do everything in a transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

__all__ = ["MOST", "Gathering"]

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

MOST = 32
"""Items of a group: what waits behind them must not wait long."""


class Gathering(Generic[ItemT, ResultT]):
    """Lets `handle` take several items at once.

    `handle` gives a result or an exception for each item, in their order; it runs in one thread
    of this object's own, which is there from the first item on.
    """

    def __init__(self, handle: Callable[[Sequence[ItemT]], Sequence[ResultT | Exception]]) -> None:
        self._handle = handle
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gathering")
        self._guard = threading.Lock()
        self._waiting: list[tuple[ItemT, Future[ResultT]]] = []
        self._running = False

    def hand_in(self, item: ItemT) -> Future[ResultT]:
        """What becomes of the item: its result, or the exception that `handle` gave or raised."""
        future: Future[ResultT] = Future()
        with self._guard:
            self._waiting.append((item, future))
            if not self._running:
                self._thread.submit(self._run)
                self._running = True
        return future

    def _run(self) -> None:
        while group := self._next():
            # whose asker has gone away is not begun
            self._tell([each for each in group if each[1].set_running_or_notify_cancel()])

    def _next(self) -> list[tuple[ItemT, Future[ResultT]]]:
        with self._guard:
            group = self._waiting[:MOST]
            del self._waiting[:MOST]
            self._running = bool(group)
        return group

    def _tell(self, group: Sequence[tuple[ItemT, Future[ResultT]]]) -> None:
        if not group:
            return
        try:
            results = self._handle([item for item, _ in group])
        except BaseException as error:  # noqa: BLE001 - raised again where the item was handed in
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            for each in group:
                self._tell([each])
            return
        for (_, future), result in zip(group, results, strict=True):
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

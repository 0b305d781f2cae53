"""Kernel: small transactions of many threads, committed together.

A commit waits for the disk. While one thread waits, others hand their work in; whoever comes next
runs all of it in one transaction. Each caller gets what its own work gave, after the commit that
holds it. When one work of a transaction fails, nothing of it is kept, and each is run again alone:
so every work may be run twice, and must do everything through the connection that it is given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from api.kernel.database import Database
from api.kernel.errors import Unavailable

__all__ = ["Gathering"]

ResultT = TypeVar("ResultT")


class _Item:
    """One caller's work, and what became of it."""

    __slots__ = ("done", "error", "result", "work")

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.done = False
        self.result: Any = None
        self.error: Exception | None = None


class Gathering:
    """Runs the work of several threads in one transaction; one instance a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Item] = []
        self._guard = threading.Lock()
        self._turn = threading.Lock()

    def run(self, work: Callable[[Connection], ResultT]) -> ResultT:
        """What `work` gives, committed; or what it raises, and then nothing of it is kept.

        Raises `Unavailable` as `Database.transaction` does.
        """
        item = _Item(work)
        with self._guard:
            self._waiting.append(item)
        with self._turn:
            if not item.done:
                with self._guard:
                    items, self._waiting = self._waiting, []
                self._run_all(items)  # this caller's is among them
        if item.error is not None:
            raise item.error
        return cast("ResultT", item.result)

    def _run_all(self, items: Sequence[_Item]) -> None:
        try:
            if len(items) > 1 and self._together(items):
                return
            for item in items:
                self._alone(item)
        finally:  # the thread that runs them may be told to stop: nobody waits in vain
            for item in items:
                if not item.done:
                    item.error, item.done = _stopped(), True

    def _together(self, items: Sequence[_Item]) -> bool:
        try:
            with self._database.transaction() as connection:
                for item in items:
                    item.result = item.work(connection)
        except Exception:  # noqa: BLE001 - whose it was shows when each is run alone
            return False
        for item in items:
            item.done = True
        return True

    def _alone(self, item: _Item) -> None:
        try:
            with self._database.transaction() as connection:
                item.result = item.work(connection)
        except Exception as error:  # noqa: BLE001 - raised again in the thread that it belongs to
            item.error = error
        item.done = True


def _stopped() -> Unavailable:
    return Unavailable(
        "The bridge is stopping; nothing of this was kept.",
        remedy="Send it again in a few seconds.",
        slug="database-unavailable",
    )

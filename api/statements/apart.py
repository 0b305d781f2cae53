"""Statements: a large file is taken in by a process of its own, so that the API goes on answering.

Reading XML keeps a processor busy for as long as it takes, and Python runs one thread at a time.
The process is started with the first large file and stays for the next; files take turns in it. If
it dies, the file is handed in again and goes on where it stopped, as after any interruption.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from api.bank import StatementRefused
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.garbage import spare_start
from api.kernel.log import configure
from api.statements.flow import take_in
from api.statements.model import Matching, StatementReport

__all__ = ["LARGE", "Apart", "Job"]

LARGE: Final = 1 << 20
"""Bytes from which on a file is not read within the API's own process."""
_NICE: Final = 10
"""Steps by which the process stands back where processors are short: a bulk can wait a moment,
whoever asks and whoever sent a single line should not."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that the other process needs to know."""

    database_url: str
    file: Path
    currency: str
    reserve_account: str
    now: datetime
    source: str
    matching: Matching | None
    signed: bool = True


@dataclass(frozen=True, slots=True)
class _Failed:
    """An error that is part of the promise of `take_in`, as it passes between processes."""

    kind: str
    detail: str
    remedy: str
    slug: str

    def error(self) -> Exception:
        """The error again."""
        if self.kind == StatementRefused.__name__:
            return StatementRefused(self.detail, self.remedy)
        known = Unavailable if self.kind == Unavailable.__name__ else Broken
        return known(self.detail, remedy=self.remedy, slug=self.slug)


class Apart:
    """The process beside this one; there is at most one."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._running: tuple[SpawnProcess, Connection] | None = None

    def take_in(self, job: Job) -> StatementReport:
        """As `api.statements.take_in`, and with its errors; `Unavailable` when the process died."""
        with self._turn:
            _, pipe = self._started()
            try:
                pipe.send(job)
                done = pipe.recv()
            except (EOFError, OSError) as error:
                self.close()
                raise Unavailable(
                    "The process that was reading the file has died.",
                    remedy="Hand the same file in again: it goes on where it stopped.",
                    slug="reader-died",
                ) from error
        if isinstance(done, _Failed):
            raise done.error()
        if not isinstance(done, StatementReport):
            raise TypeError(f"the process beside this one answered with {type(done).__name__}")
        return done

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return None if self._running is None else self._running[0].pid

    def close(self) -> None:
        """End the process; what it has not committed is not there."""
        running, self._running = self._running, None
        if running is not None:
            running[1].close()
            running[0].kill()
            running[0].join()

    def _started(self) -> tuple[SpawnProcess, Connection]:
        if self._running is None or not self._running[0].is_alive():
            # a fresh interpreter: a copy of this one would share its sockets and locks
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._running = process, ours
        return self._running


def _serve(pipe: Connection) -> None:
    """In the other process: one job after the other, until nobody is there to give any."""
    # a Ctrl-C on the terminal is for the API, which then ends this process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure()
    os.nice(_NICE)
    spare_start()
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        pipe.send(_take(job))


def _take(job: Job) -> StatementReport | _Failed:
    database = Database(job.database_url)
    try:
        with job.file.open("rb") as stream:
            return take_in(
                database,
                stream,
                currency=job.currency,
                reserve_account=job.reserve_account,
                now=job.now,
                source=job.source,
                matching=job.matching,
                signed=job.signed,
            )
    except (StatementRefused, Unavailable, Broken) as error:
        kinds = (StatementRefused, Unavailable, Broken)
        kind = next(each.__name__ for each in kinds if isinstance(error, each))
        return _Failed(kind, error.detail, error.remedy, error.slug)
    finally:
        database.close()

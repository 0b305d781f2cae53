"""Bridge: the worker. It carries money's work forward in small steps, one process at a time.

Every step may be interrupted anywhere and repeated: what it did is in the database, at the bank
or on the chain, and each of those knows a repetition. A step that meets `Unavailable` (node, bank
or database do not answer) waits, longer each time, while the others go on. `Broken` stops the
process: an invariant does not hold, and money must not move until a person has looked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.lease import Lease, LeaseLost, acquire, release, renew
from api.kernel.log import note

__all__ = ["LEASE", "FencedWork", "Step", "Worker"]

LEASE = timedelta(seconds=10)
_NAME = "worker"
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 30.0
_WAITS_DOUBLED = 6


class FencedWork:
    """The database under the worker's lease: every transaction renews it first.

    A process that slept past its lease, while another took over, finds out at its next
    transaction (`LeaseLost`) and commits nothing.
    """

    def __init__(self, database: Database, clock: Clock, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._holder = holder
        self._lease: Lease | None = None

    def lead(self) -> bool:
        """Hold the lease now; False while another process does."""
        with self._database.transaction() as connection:
            if self._lease is None:
                self._lease = acquire(
                    connection, _NAME, self._holder, now=self._clock.now(), lasting=LEASE
                )
                return self._lease is not None
            self._renew(connection)
        return True

    def leave(self) -> None:
        """Let the lease go at once, so that a successor need not wait."""
        if self._lease is not None:
            with self._database.transaction() as connection:
                release(connection, self._lease, now=self._clock.now())
            self._lease = None

    def forget(self) -> None:
        """Know that the lease is lost."""
        self._lease = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One read-write transaction under the lease. Raises `LeaseLost`."""
        with self._database.transaction() as connection:
            self._renew(connection)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._database.reading() as connection:
            yield connection

    def _renew(self, connection: Connection) -> None:
        if self._lease is None:
            raise LeaseLost(
                "This worker holds no lease.", remedy="Only a leading worker does the work."
            )
        self._lease = renew(connection, self._lease, now=self._clock.now(), lasting=LEASE)


@dataclass(slots=True)
class Step:
    """One kind of work. `run` does some of it, and says whether there was any."""

    name: str
    run: Callable[[], bool]
    failures: int = 0
    not_before: float = 0.0
    """Monotonic time until which it waits after a failure."""


class Worker:
    """Runs the steps in turn, again and again, while it leads."""

    def __init__(
        self,
        *,
        work: FencedWork,
        steps: list[Step],
        clock: Clock,
        poll: timedelta,
        log: logging.Logger,
    ) -> None:
        self._work = work
        self._steps = steps
        self._clock = clock
        self._poll = poll.total_seconds()
        self._log = log
        self._leading: bool | None = None

    def run(self, stopped: Callable[[], bool]) -> None:
        """Work until `stopped`. Raises `Broken` and whatever nobody foresaw."""
        try:
            while not stopped():
                if not self.cycle():
                    self._clock.sleep(self._poll)
        finally:
            self._leave()

    def cycle(self) -> bool:
        """One round of all steps; True when there was work."""
        try:
            if not self._lead():
                return False
            moved = [self._attempt(step) for step in self._steps]
        except LeaseLost:
            note(self._log, "another worker took over", level=logging.WARNING)
            self._work.forget()
            return False
        except Unavailable as error:
            note(self._log, "database unavailable", level=logging.WARNING, reason=error.detail)
            return False
        return any(moved)

    def _lead(self) -> bool:
        leading = self._work.lead()
        if leading is not self._leading:
            note(self._log, "leading" if leading else "another worker leads: waiting")
        self._leading = leading
        return leading

    def _attempt(self, step: Step) -> bool:
        if self._clock.monotonic() < step.not_before:
            return False
        try:
            moved = step.run()
        except Unavailable as error:
            wait = min(_FIRST_WAIT * 2 ** min(step.failures, _WAITS_DOUBLED), _LONGEST_WAIT)
            step.failures += 1
            step.not_before = self._clock.monotonic() + wait
            note(
                self._log,
                "step could not be done",
                level=logging.WARNING,
                step=step.name,
                reason=error.detail,
                failures=step.failures,
                again_in=wait,
            )
            return False
        except Broken as error:
            note(
                self._log,
                "stopped: an invariant does not hold",
                level=logging.CRITICAL,
                step=step.name,
                slug=error.slug,
                reason=error.detail,
            )
            raise
        if step.failures:
            note(self._log, "step works again", step=step.name, failures=step.failures)
            step.failures = 0
        return moved

    def _leave(self) -> None:
        try:
            self._work.leave()
        except Unavailable as error:  # the lease ends by itself
            note(self._log, "lease not released", level=logging.WARNING, reason=error.detail)

"""Bridge: the worker. Any number of processes carry money's work forward in small steps.

Each step is a duty with a lease of its own, and one process at a time has it. The processes share
the duties evenly; those of one that dies are taken over when their leases end. Every transaction
of a step renews its lease first: a process that slept past it commits nothing more.

Every step may be interrupted anywhere and repeated: what it did is in the database, at the bank
or on the chain, and each of those knows a repetition. A step that meets `Unavailable` (node, bank
or database do not answer) waits, longer each time, while the others go on. `Broken` stops the
process: an invariant does not hold, and money must not move until a person has looked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.lease import (
    Lease,
    LeaseLost,
    acquire,
    count_others,
    forget_expired,
    release,
    release_held,
    renew,
)
from api.kernel.log import note
from api.migrations import require_step

__all__ = ["LEASE", "FencedWork", "Step", "Worker"]

LEASE = timedelta(seconds=10)
_HALF = LEASE / 2
_ASK_EVERY = timedelta(seconds=1)
_DUTY = "duty:"
_LANE = "lane:"
"""The addresses that the sender serves: they go with its duty."""
_WORKER = "worker:"
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 30.0
_WAITS_DOUBLED = 6


class FencedWork:
    """The database under the leases of this worker's duties.

    While a duty is at work (`doing`), every transaction renews its lease first. A process that
    slept past its lease, while another took over, finds out at its next transaction (`LeaseLost`)
    and commits nothing.
    """

    def __init__(self, database: Database, clock: Clock, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._holder = holder
        self._leases: dict[str, Lease] = {}
        self._presence: Lease | None = None
        self._doing: str | None = None
        self._asked_at = datetime.fromtimestamp(0, UTC)

    @property
    def duties(self) -> frozenset[str]:
        """The duties that this worker has, as far as it knows."""
        return frozenset(self._leases)

    def share(self, duties: Sequence[str]) -> None:
        """Hold this worker's part of the duties, and leave the rest to the other workers.

        Asks the database only when a lease is half used up, or when a duty might be had. Raises
        `Misconfigured` when another version of the program has upgraded it.
        """
        now = self._clock.now()
        held = [self._presence, *self._leases.values()]
        # one that lies further ahead than it lasts is of a clock that was wrong
        fresh = all(lease is not None and _HALF < lease.expires_at - now <= LEASE for lease in held)
        complete = len(self._leases) == len(duties)
        if fresh and (complete or now - self._asked_at < _ASK_EVERY):
            return
        self._asked_at = now
        with self._database.transaction() as connection:
            require_step(connection)
            forget_expired(connection, _WORKER, now=now, lasting=LEASE)
            self._presence = self._acquire(connection, _WORKER + self._holder)
            present = 1 + count_others(connection, _WORKER, self._holder, now=now, lasting=LEASE)
            self._balance(connection, duties, -(-len(duties) // present))

    @contextmanager
    def doing(self, duty: str) -> Iterator[None]:
        """This duty is at work: its lease guards every transaction. Raises `LeaseLost`."""
        lease = self._leases.get(duty)
        if lease is not None and lease.expires_at - self._clock.now() <= _HALF:
            with self._database.transaction() as connection:
                self._renew(connection, duty)
        self._doing = duty
        try:
            yield
        finally:
            self._doing = None

    def leave(self) -> None:
        """Let every lease go at once, so that no successor need wait."""
        held = [*self._leases.values(), self._presence]
        with self._database.transaction() as connection:
            for lease in filter(None, held):
                release(connection, lease, now=self._clock.now())
            release_held(connection, _LANE, self._holder, now=self._clock.now())
        self._leases, self._presence = {}, None

    def forget(self, duty: str) -> None:
        """Know that a duty's lease is lost."""
        self._leases.pop(duty, None)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One read-write transaction under the lease of the duty at work. Raises `LeaseLost`."""
        with self._database.transaction() as connection:
            self._renew(connection, self._doing)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._database.reading() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """One SELECT alone."""
        with self._database.asking() as connection:
            yield connection

    def _renew(self, connection: Connection, duty: str | None) -> None:
        lease = self._leases.get(duty or "")
        if duty is None or lease is None:
            raise LeaseLost(
                "This worker does not hold the lease of what it does.",
                remedy="Another worker does it, or will.",
            )
        self._leases[duty] = renew(connection, lease, now=self._clock.now(), lasting=LEASE)

    def _balance(self, connection: Connection, duties: Sequence[str], share: int) -> None:
        """Renew what is ours, give back what is more than our share, take what is free."""
        ours = [duty for duty in duties if duty in self._leases]
        for duty in ours[share:]:
            release(connection, self._leases.pop(duty), now=self._clock.now())
        if ours[share:]:  # whoever sends now must not wait until our addresses' leases end
            release_held(connection, _LANE, self._holder, now=self._clock.now())
        for duty in ours[:share]:
            try:
                self._renew(connection, duty)
            except LeaseLost:  # we slept past it
                self.forget(duty)
        for duty in duties:
            if len(self._leases) < share and duty not in self._leases:
                lease = self._acquire(connection, _DUTY + duty)
                if lease is not None:
                    self._leases[duty] = lease

    def _acquire(self, connection: Connection, name: str) -> Lease | None:
        return acquire(connection, name, self._holder, now=self._clock.now(), lasting=LEASE)


@dataclass(slots=True)
class Step:
    """One kind of work. `run` does some of it, and says whether there was any."""

    name: str
    run: Callable[[], bool]
    failures: int = 0
    not_before: float = 0.0
    """Monotonic time until which it waits after a failure, or rests."""
    rests: bool = False
    """When it found nothing to do it is left alone for a while: nobody waits for its first look."""


class Worker:
    """Runs those of the steps in turn that are its duties, again and again."""

    def __init__(
        self,
        *,
        work: FencedWork,
        steps: list[Step],
        clock: Clock,
        poll: timedelta,
        log: logging.Logger,
        rest: timedelta = timedelta(0),
    ) -> None:
        self._rest = rest.total_seconds()
        self.work = work
        self.steps = steps
        self._clock = clock
        self._poll = poll.total_seconds()
        self._log = log
        self._duties: frozenset[str] | None = None

    def run(self, stopped: Callable[[], bool]) -> None:
        """Work until `stopped`. Raises `Broken` and whatever nobody foresaw."""
        try:
            while not stopped():
                if not self.cycle():
                    self._clock.sleep(self._poll)
        finally:
            self._leave()

    def cycle(self) -> bool:
        """One round of the steps that are this worker's; True when there was work."""
        try:
            self.work.share([step.name for step in self.steps])
            self._tell()
            moved = [self._perform(step) for step in self.steps]
        except Unavailable as error:
            note(self._log, "database unavailable", level=logging.WARNING, reason=error.detail)
            return False
        return any(moved)

    def _tell(self) -> None:
        duties = self.work.duties
        if duties != self._duties:
            note(self._log, "duties", duties=sorted(duties))
        self._duties = duties

    def _perform(self, step: Step) -> bool:
        if step.name not in self.work.duties:
            return False
        try:
            with self.work.doing(step.name):
                return self._attempt(step)
        except LeaseLost:
            note(self._log, "another worker took over", level=logging.WARNING, step=step.name)
            self.work.forget(step.name)
            return False

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
        if step.rests and not moved:
            step.not_before = self._clock.monotonic() + self._rest
        return moved

    def _leave(self) -> None:
        try:
            self.work.leave()
        except Unavailable as error:  # they end by themselves
            note(self._log, "leases not released", level=logging.WARNING, reason=error.detail)

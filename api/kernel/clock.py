"""Kernel: time, which is always passed in.

Nothing in the bridge asks the operating system for the time except `SystemClock`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "FixedClock", "SystemClock"]


class Clock(Protocol):
    """Wall time for records, monotonic time for waiting."""

    def now(self) -> datetime:
        """The time, aware and in UTC."""

    def monotonic(self) -> float:
        """Seconds that only grow; differences alone have a meaning."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time, aware and in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block this thread for `seconds`."""
        time.sleep(seconds)


class FixedClock:
    """A clock that stands still until it is told to move: for tests and rehearsals."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("FixedClock needs an aware datetime; give it tzinfo=UTC")
        self._now = start.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The time it was last moved to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that this clock was moved by."""
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Move forward by `seconds` at once."""
        self.move(timedelta(seconds=seconds))

    def move(self, by: timedelta) -> None:
        """Move the wall time by `by`; monotonic time follows only forward."""
        self._now += by
        self._elapsed += max(by.total_seconds(), 0.0)

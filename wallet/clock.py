"""Wallet: the one clock; everything else is told the time, so a test can say what time it is."""

from __future__ import annotations

import time

from wallet.hints import Protocol


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> int:
        """Seconds since 1970, UTC."""

    def sleep(self, milliseconds: int) -> None:
        """Let that much time pass."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """See Clock.now."""
        return int(time.time())

    def sleep(self, milliseconds: int) -> None:
        """See Clock.sleep."""
        time.sleep(milliseconds / 1000)


class Deadline:
    """The end of some seconds, by a clock that nobody sets: for waiting on somebody else."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        """So many seconds from now."""
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """How many of the seconds are left, more than none; TimeoutError after the last."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

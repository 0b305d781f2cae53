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

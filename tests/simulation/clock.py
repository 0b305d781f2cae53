"""Tests of the simulation: the world's time; the bridge's clock and the bank's may be wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.kernel.clock import FixedClock
from tests.simulation.chain import Chain

__all__ = ["BankClock", "LivingClock"]


class LivingClock(FixedClock):
    """The bridge's clock, and the world's behind it. While somebody sleeps, blocks are made."""

    chain: Chain
    skew = timedelta(0)
    """How wrong the bridge's clock is."""

    def now(self) -> datetime:
        """See FixedClock."""
        return self.right() + self.skew

    def right(self) -> datetime:
        """What time it is."""
        return super().now()

    def sleep(self, seconds: float) -> None:
        """See FixedClock."""
        super().sleep(seconds)
        self.mine()

    def mine(self) -> None:
        """A block is made now."""
        self.chain.mine(int(self.right().timestamp()))


class BankClock:
    """The bank's clock: the world's time, and its own error."""

    def __init__(self, world: LivingClock) -> None:
        self._world = world
        self.skew = timedelta(0)
        """How wrong it is."""
        self.monotonic, self.sleep = world.monotonic, world.sleep

    def now(self) -> datetime:
        """See Clock."""
        return self._world.right() + self.skew

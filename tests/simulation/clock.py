"""Tests of the simulation: the bridge's clock, which may be wrong, and the world's beside it."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.kernel.clock import FixedClock
from tests.simulation.chain import Chain

__all__ = ["LivingClock"]


class LivingClock(FixedClock):
    """While somebody sleeps, blocks are made."""

    chain: Chain
    skew = timedelta(0)
    """How wrong the bridge's clock is."""

    def now(self) -> datetime:
        """See FixedClock."""
        return super().now() + self.skew

    def sleep(self, seconds: float) -> None:
        """See FixedClock."""
        super().sleep(seconds)
        self.mine()

    def mine(self) -> None:
        """A block is made now."""
        self.chain.mine(int(super().now().timestamp()))

"""Chain: the sender. It saves the signed bytes, then sends them; after a crash it sends them again.

One lane a signing key, one process a lane at a time: a lease that every transaction of the lane
renews, so that a process which slept past its lease can commit nothing more (`api.chain.lane`
is what happens inside).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from api.chain import store
from api.chain.keys import SigningKey
from api.chain.lane import LaneContext, LaneWorker
from api.chain.model import Lane, TxState
from api.kernel.lease import Lease, acquire, release

__all__ = ["LEASE", "Sender"]

LEASE = timedelta(seconds=10)
_UNENDED = (TxState.QUEUED, TxState.SIGNED, TxState.SENT)


@dataclass(frozen=True, slots=True)
class Sender:
    """Serves the lanes whose keys it has. `holder` names this process, and no other ever."""

    context: LaneContext
    keys: Mapping[Lane, SigningKey]
    holder: str

    def step(self) -> bool:
        """Serve each lane once; True when something moved. A lane that another holds is skipped.

        Raises `Unavailable` when node or database do not answer, `Broken` when a key is used
        by a stranger, `LeaseLost` when another process took a lane over meanwhile.
        """
        moved = [self._serve(lane, key) for lane, key in self.keys.items()]
        return any(moved)

    def stop(self) -> None:
        """Let go of the lanes that are held, so that a successor need not wait."""
        for lane in self.keys:
            lease = self._take(lane)
            if lease is not None:
                with self.context.work.transaction() as connection:
                    release(connection, lease, now=self.context.clock.now())

    def _serve(self, lane: Lane, key: SigningKey) -> bool:
        with self.context.work.reading() as connection:
            if not store.of_lane(connection, lane, _UNENDED, limit=1):
                return False
        lease = self._take(lane)
        return lease is not None and LaneWorker(self.context, lane, key, lease, LEASE).step()

    def _take(self, lane: Lane) -> Lease | None:
        with self.context.work.transaction() as connection:
            return acquire(
                connection,
                f"lane:{lane}",
                self.holder,
                now=self.context.clock.now(),
                lasting=LEASE,
            )

"""Chain: the sender. It saves the signed bytes, then sends them; after a crash it sends them again.

One process an address at a time: a lease that every transaction of the address renews, so that a
process which slept past its lease can commit nothing more (`api.chain.lane` is what happens
inside). A lane with several addresses is served by as many processes as it has addresses; an
address that is halted halts no other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from api.chain import attempts, store
from api.chain.desk import Desk, Unsettled
from api.chain.history import doubt
from api.chain.keys import SigningKey
from api.chain.lane import LaneContext, LaneHalted, LaneWorker
from api.chain.model import Lane
from api.chain.reviving import revive
from api.kernel.errors import Conflict, Unavailable
from api.kernel.ids import Address
from api.kernel.lease import Lease, acquire, release
from api.kernel.log import note

__all__ = ["LEASE", "LaneKeys", "Sender", "in_order"]

LEASE = timedelta(seconds=10)
LaneKeys = Mapping[Lane, SigningKey | Sequence[SigningKey]]
"""The keys of each lane: one, or several."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Serves the lanes whose keys it has. `holder` names this process, and no other ever."""

    context: LaneContext
    keys: LaneKeys
    holder: str
    _halted: set[Address] = field(default_factory=set)
    _held: dict[Address, Lease] = field(default_factory=dict)
    _caught_up: list[bool] = field(default_factory=list)
    _behind: set[Address] = field(default_factory=set)
    """Addresses that have used more nonces than are saved: they are served without work, too."""

    def step(self) -> bool:
        """Serve each address once; True when something moved. One that another holds is skipped.

        Every address is served before an error of one of them is raised: `Unavailable` when node
        or database do not answer, `LeaseLost` when another process took one over meanwhile.
        """
        if not self.caught_up():
            return False
        moved = False
        failure: Unavailable | None = None
        with self.context.work.reading() as connection:
            busy = {lane for lane in self.keys if store.has_work(connection, lane)}
        for lane, key in in_order(self.keys):
            if lane not in busy and key.address not in self._behind:
                continue
            try:
                moved = self._serve(lane, key) or moved
                self._halted.discard(key.address)
                if key.address in self._behind and not self._used_beyond(key):
                    self._behind.discard(key.address)
            except LaneHalted as halted:
                self._tell(lane, key.address, halted)
            except Unavailable as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return moved

    def stop(self) -> None:
        """Let go of the addresses that are held, so that a successor need not wait."""
        for _, key in in_order(self.keys):
            lease = self._take(key)
            if lease is not None:
                with self.context.work.transaction() as connection:
                    release(connection, lease, now=self.context.clock.now())

    def put_back(self) -> tuple[int, list[Unsettled]]:
        """Send what a deep reorganisation took off the chain again (`reviving`): how many, and what
        the chain would refuse now. Raises `Conflict` while another process signs.
        """
        sent, refused = 0, []
        for lane, key in in_order(self.keys):
            lease = self._take(key)
            if lease is None:
                raise Conflict(
                    f"Another process signs with {key.address}.",
                    remedy="Stop every worker, then try again.",
                )
            desk = Desk(self.context, lane, key, lease, LEASE)
            desk.load_alarms()
            try:
                sent += revive(desk)
            except Unsettled as error:
                refused.append(error)
        return sent, refused

    def caught_up(self) -> bool:
        """Whether the chain has been read up to what was final when this process began.

        Until then the database may be older than the chain (a restored backup): nothing is
        signed, for what the chain already holds might be signed again.
        """
        if self._caught_up or not self.context.rules.needs_reader:
            return True
        with self.context.work.reading() as connection:
            read = store.position(connection)
        final = self.context.node.head().number - self.context.depth
        if read is None or read[0] < final:
            return False
        self._look_beyond()
        self._caught_up.append(True)
        return True

    def _look_beyond(self) -> None:
        """A key that has used more nonces than are saved did so in another life of this database:
        in blocks that are not final yet, or in one's pool. Its money waits from the start.
        """
        for lane, key in in_order(self.keys):
            if self._used_beyond(key):
                self._behind.add(key.address)
                with self.context.work.transaction() as connection:
                    doubt(connection, self.context, lane, key.address)

    def _used_beyond(self, key: SigningKey) -> bool:
        used = self.context.node.nonce(key.address)
        with self.context.work.reading() as connection:
            saved = attempts.last_nonce(connection, key.address)
        return saved is not None and used > saved + 1

    def _serve(self, lane: Lane, key: SigningKey) -> bool:
        """One pass. A lease of which half is left is not taken anew: that is a transaction, and
        each one that follows in the pass renews it, or finds that it was lost.
        """
        lease = self._held.pop(key.address, None)
        now = self.context.clock.now()
        if lease is None or not LEASE / 2 < lease.expires_at - now <= LEASE:
            lease = self._take(key)
        if lease is None:
            return False
        behind = key.address in self._behind
        moved = LaneWorker(self.context, lane, key, lease, LEASE, behind=behind).step()
        self._held[key.address] = lease  # only behind a pass that nothing ended
        return moved

    def _take(self, key: SigningKey) -> Lease | None:
        with self.context.work.transaction() as connection:
            return acquire(
                connection,
                f"lane:{key.address}",
                self.holder,
                now=self.context.clock.now(),
                lasting=LEASE,
            )

    def _tell(self, lane: Lane, address: Address, halted: LaneHalted) -> None:
        if address in self._halted:  # said before
            return
        self._halted.add(address)
        note(
            self.context.log,
            "address halted",
            level=logging.CRITICAL,
            lane=lane.value,
            address=address,
            slug=halted.slug,
            reason=halted.detail,
            remedy=halted.remedy,
        )


def in_order(keys: LaneKeys) -> Iterator[tuple[Lane, SigningKey]]:
    """Every address with its lane."""
    for lane, held in keys.items():
        for key in [held] if isinstance(held, SigningKey) else held:
            yield lane, key

"""Tests of the simulation: what is wrong for a round with chain, node, store, clock and bank.

Each of it may be over in the next round. In the calm all of it is over.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from api.chain import SigningKey, calldata
from api.chain.fees import Fees
from api.kernel.ids import Address
from tests.simulation.chain import GWEI, REACH
from tests.simulation.crowd import CUSTOMERS
from tests.simulation.token import ZERO
from wallet.abi import encode_call

if TYPE_CHECKING:
    from tests.simulation.bridge import SimulatedBridge

__all__ = ["Weather"]

JUMP = timedelta(minutes=10)
"""More than `chain.max_skew`: our clock and the chain's are too far apart for signing."""
_FEES = Fees(tip=GWEI, highest=1_000 * GWEI)


class Weather:
    """The weather of one life. `court` may freeze accounts and is none of the bridge's keys."""

    def __init__(self, bridge: SimulatedBridge, court: SigningKey) -> None:
        self._bridge = bridge
        self._court = court
        self._roles = dict(bridge.chain.roles)

    def change(self) -> None:
        """What goes wrong until the next change."""
        bridge, faults, chain = self._bridge, self._bridge.faults, self._bridge.chain
        if faults.falls("reorganisation", 0.2):
            chain.reorganise(faults.dice.randrange(1, REACH + 1))
        if chain.pool and faults.falls("transaction dropped", 0.3):
            chain.forget(faults.dice.choice(sorted(chain.pool)))
        operator = self._roles["operator"]
        chain.base_fee = 40 * GWEI if faults.falls("gas spike", 0.12) else GWEI
        chain.poor = {operator} if faults.falls("no gas money", 0.12) else set()
        chain.paused = faults.falls("token paused", 0.08)
        missing = faults.falls("role missing", 0.06)
        chain.roles = self._roles | ({"operator": ZERO} if missing else {})
        faults.behind = faults.dice.randrange(1, 4) if faults.falls("node lags", 0.15) else 0
        faults.other_chain = faults.falls("node of another chain", 0.06)
        faults.full = faults.falls("disk full", 0.05)
        jump = faults.dice.choice((-JUMP, JUMP)) if faults.falls("clock jumped", 0.06) else None
        bridge.clock.skew = jump or timedelta(0)
        bridge.bank.answering = not faults.falls("bank silent", 0.2)
        if faults.falls("file of nobody", 0.06):
            bridge.bank.deliver("camt.053", b"<Document>this is no statement</Document>")
        if faults.falls("holder frozen", 0.08):
            self._order(calldata.freeze(Address(faults.dice.choice(CUSTOMERS).wallet)))
        else:
            self.thaw()

    def clear(self) -> None:
        """All of it is over."""
        self._bridge.faults.on = False
        self.change()

    def thaw(self) -> None:
        """The court lifts each freeze that it has ordered."""
        for account in sorted(self._bridge.chain.head.books.frozen):
            self._order(encode_call("unfreeze(address)", account))

    def _order(self, data: bytes) -> None:
        chain = self._bridge.chain
        if any(waiting.sender == self._court.address for waiting in chain.pool.values()):
            return
        signed = self._court.sign(
            chain_id=chain.deployment.chain_id,
            nonce=chain.pending_nonce(self._court.address),
            to=chain.deployment.token,
            data=data,
            gas=100_000,
            fees=_FEES,
        )
        chain.submit(signed.raw)

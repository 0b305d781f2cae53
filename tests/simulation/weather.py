"""Tests of the simulation: what is wrong for a round with chain, node, store, clock and bank.

Each of it may be over in the next round. In the calm all of it is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from api.chain import Lane, SigningKey, calldata
from api.chain.fees import Fees
from api.kernel.ids import Address
from tests.simulation.chain import GWEI, REACH, Rejected
from tests.simulation.crowd import CUSTOMERS
from tests.simulation.token import ZERO
from wallet.abi import encode_call
from wallet.address import checksum

if TYPE_CHECKING:
    from tests.simulation.bridge import SimulatedBridge

__all__ = ["Weather"]

STRANGE = checksum(b"\x77" * 20)
"""Whom a stranger calls: no contract."""

JUMP = timedelta(minutes=10)
"""More than `chain.max_skew`: our clock and the chain's are too far apart for signing."""
DAY = timedelta(days=1)
LASTS = 0.6
"""How likely a clock that is a day off is still so in the next round."""
_FEES = Fees(tip=GWEI, highest=1_000 * GWEI)


class Weather:
    """The weather of one life. The court, which freezes accounts, has none of the bridge's keys."""

    def __init__(self, bridge: SimulatedBridge, keys: Mapping[str, SigningKey]) -> None:
        self._bridge = bridge
        self._keys = keys
        self._court = keys["guardian"]
        self.strangers: list[str] = []
        """Hashes of what was signed with the bridge's keys by somebody else."""
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
        self._wrong_clocks()
        bridge.bank.answering = not faults.falls("bank silent", 0.2)
        if faults.falls("file of nobody", 0.06):
            bridge.bank.deliver("camt.053", b"<Document>this is no statement</Document>")
        if faults.falls("holder frozen", 0.08):
            self._order(calldata.freeze(Address(faults.dice.choice(CUSTOMERS).wallet)))
        else:
            self.thaw()
        if faults.rare("stranger signs with our key", 0.15):
            self._sign_with(self._keys[faults.dice.choice(list(Lane))])

    def _wrong_clocks(self) -> None:
        """One that is a day off may stay so; another is right again."""
        faults, ours, banks = self._bridge.faults, self._bridge.clock, self._bridge.bank.clock
        ours.skew = self._a_day_off("clock a day off", ours.skew)
        banks.skew = self._a_day_off("bank's clock a day off", banks.skew)
        if not ours.skew and faults.falls("clock jumped", 0.06):
            ours.skew = faults.dice.choice((-JUMP, JUMP))

    def _a_day_off(self, name: str, skew: timedelta) -> timedelta:
        faults = self._bridge.faults
        if abs(skew) == DAY and faults.on and faults.dice.random() < LASTS:
            return skew
        return faults.dice.choice((-DAY, DAY)) if faults.rare(name, 0.15) else timedelta(0)

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
        if not any(waiting.sender == self._court.address for waiting in chain.pool.values()):
            nonce = chain.pending_nonce(self._court.address)
            chain.submit(self._signed(self._court, nonce, chain.deployment.token, data))

    def _sign_with(self, key: SigningKey) -> None:
        """A stranger has one of the bridge's keys: he takes its next nonce, or one that waits."""
        chain, dice = self._bridge.chain, self._bridge.faults.dice
        first, behind = chain.head.nonces.get(key.address, 0), chain.pending_nonce(key.address)
        raw = self._signed(key, dice.randrange(first, behind + 1), Address(STRANGE), b"")
        try:
            self.strangers.append(chain.submit(raw))
        except Rejected:
            return  # the bridge pays as much for that nonce, or has no coin

    def _signed(self, key: SigningKey, nonce: int, to: Address, data: bytes) -> bytes:
        chain_id = self._bridge.chain.deployment.chain_id
        return key.sign(
            chain_id=chain_id, nonce=nonce, to=to, data=data, gas=100_000, fees=_FEES
        ).raw

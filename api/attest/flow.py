"""Attest: the attestor. Its own process, its own key, its own reading of the bank.

It only reads the bridge's database. It keeps no record: what was said last stands on chain, and
saying the same twice is refused there (`asOf` rises strictly), so a crash at any point costs
nothing but a repetition.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from api.attest.model import Statement, state, worth_saying
from api.bank import Bank
from api.chain import CallReverted, ChainView, Deployment, Fees, Node, SigningKey, calldata
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import Conflict, Unavailable
from api.kernel.log import note
from api.reserve import prove

__all__ = ["Attestor", "RefusedByTeller", "Said"]

_PATIENCE = 60.0
_LOOK_EVERY = 0.25


class RefusedByTeller(Conflict):
    """The Teller does not take the attestation, and says why."""

    slug = "attestation-refused"


@dataclass(frozen=True, slots=True)
class Said:
    """What was worked out, and the transaction that says it; None when it was said before."""

    statement: Statement
    tx_hash: str | None


@dataclass(frozen=True, slots=True)
class Attestor:
    """Reads, works out, signs, sends."""

    database: Database
    bank: Bank
    chain: ChainView
    node: Node
    deployment: Deployment
    key: SigningKey
    clock: Clock
    log: logging.Logger

    def once(self) -> Said:
        """Attest if there is anything to say.

        Raises `Broken` (the figures contradict one another: nothing is said), `Stale` (the bank
        has no newer figure), `RefusedByTeller`, `Unavailable` (try again).
        """
        self.chain.check()
        last = self.chain.attested()
        proof = prove(self.database, self.chain, self.bank, self.deployment.currency)
        statement = state(proof.books, proof.supply, proof.bank)
        if statement.unexplained:
            note(
                self.log,
                "money is missing at the bank",
                level=logging.ERROR,
                unexplained=statement.unexplained,
                currency=self.deployment.currency,
            )
        if not worth_saying(statement, last, self.chain.time()):
            return Said(statement, None)
        tx_hash = self._send(statement)
        note(
            self.log,
            "backing attested",
            backing=statement.backing,
            supply=statement.supply,
            headroom=statement.headroom,
            block=statement.block_number,
            hash=tx_hash,
        )
        return Said(statement, tx_hash)

    def _send(self, statement: Statement) -> str:
        data = calldata.attest(
            backing=statement.backing,
            supply=statement.supply,
            minted=statement.minted,
            as_of=statement.as_of,
            block_number=statement.block_number,
        )
        teller = self.deployment.teller
        try:
            gas = self.node.estimate(teller, data, sender=self.key.address)
        except CallReverted as refused:
            raise _refused(str(refused.revert)) from refused
        head = self.node.head()
        signed = self.key.sign(
            chain_id=self.deployment.chain_id,
            nonce=self.node.nonce(self.key.address),
            to=teller,
            data=data,
            gas=gas + gas // 3,
            fees=Fees.of(head.base_fee, self.node.tip() if head.base_fee else 0),
        )
        self.node.send(signed.raw)
        self._wait(signed.tx_hash)
        return signed.tx_hash

    def _wait(self, tx_hash: str) -> None:
        end = self.clock.monotonic() + _PATIENCE
        while (receipt := self.node.receipt(tx_hash)) is None:
            if self.clock.monotonic() >= end:
                raise Unavailable(
                    f"The attestation ({tx_hash}) is in no block after {_PATIENCE:.0f} seconds.",
                    remedy="It may still come. See that the chain makes blocks.",
                    slug="attestation-not-mined",
                )
            self.clock.sleep(_LOOK_EVERY)
        if not receipt.succeeded:
            raise _refused(f"transaction {tx_hash} reverted")


def _refused(reason: str) -> RefusedByTeller:
    return RefusedByTeller(
        f"The Teller refused the attestation: {reason}.",
        remedy="See that the attestor's key has its role, and compare its clock with the chain's.",
    )

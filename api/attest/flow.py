"""Attest: the attestor. Its own process, its own key, its own reading of the bank.

It only reads the bridge's database, and believes nothing of it that bank files and chain do not
bear out (`books`). It keeps no record: what was said last stands on chain, and saying the same
twice is refused there (`asOf` rises strictly), so a crash at any point costs nothing but a
repetition.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from api.attest.books import OwnView
from api.attest.claims import Claims
from api.attest.model import Statement, check_age, moment, state, worth_saying
from api.bank import Bank, BankBalance
from api.chain import (
    Attested,
    CallReverted,
    ChainView,
    Deployment,
    Fees,
    Node,
    SendOutcome,
    SigningKey,
    calldata,
)
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import Conflict, Unavailable
from api.kernel.log import note

__all__ = ["Attestor", "PaysTooLittle", "RefusedByTeller", "Said", "Sent"]

_PATIENCE = 60.0
_LOOK_EVERY = 0.25
_TOO_LITTLE = (SendOutcome.RIVAL, SendOutcome.UNDERPRICED)


class RefusedByTeller(Conflict):
    """The Teller does not take the attestation, and says why."""

    slug = "attestation-refused"


class PaysTooLittle(Unavailable):
    """The node holds other bytes at that nonce, or asks for more: it takes what pays more."""

    slug = "attestation-not-taken"


@dataclass(frozen=True, slots=True)
class Said:
    """What was worked out, and the transaction that says it; None when it was said before."""

    statement: Statement
    tx_hash: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """An attestation that a node has taken, and that may not be in a block yet."""

    statement: Statement
    tx_hash: str
    nonce: int
    fees: Fees
    gas: int
    raw: bytes


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
    fee_ceiling: int
    own: OwnView

    def once(self) -> Said:
        """Attest if there is anything to say, and wait until a block holds it.

        Raises `Broken` (the figures contradict one another: nothing is said), `Stale` (the bank
        has no newer figure), `BankSilent`, `RefusedByTeller`, `Unavailable` (try again).
        """
        self.chain.check()
        last = self.chain.attested()
        statement = self.work_out(last)
        if not worth_saying(statement, last, self.chain.time()):
            return Said(statement, None)
        sent = self.send(statement)
        self._wait(sent.tx_hash)
        return Said(statement, sent.tx_hash)

    def work_out(self, last: Attested, *, hurried: bool = False) -> Statement:
        """What there is to say after `last`. Errors as for `once`.

        Who is `hurried` does not wait until all papers of the bank are read: what is not read
        yet is no backing yet.
        """
        claims, balance = self._read()
        now = int(self.clock.now().timestamp())
        check_age(balance, last, now)
        as_of = moment(balance, last, now)
        books = claims.books
        supply = self.chain.supply_at(books.block_number, books.block_hash)
        ledger = state(books, supply, balance, as_of)
        figures = self.own.figures(self.database, claims, supply, balance, hurried=hurried)
        statement = self.own.confirm(ledger, claims, figures)
        if statement.unexplained:
            note(
                self.log,
                "money is missing at the bank",
                level=logging.ERROR,
                unexplained=statement.unexplained,
                currency=self.deployment.currency,
            )
        return statement

    def _read(self) -> tuple[Claims, BankBalance]:
        """The bridge's books, then the bank: a statement that comes in between is read again."""
        closed_on = self.bank.balance().closed_on
        while True:
            claims = self.own.claims(self.database, closed_on)
            balance = self.bank.balance()
            if balance.closed_on == closed_on:
                return claims, balance
            closed_on = balance.closed_on

    def send(
        self,
        statement: Statement,
        *,
        nonce: int | None = None,
        fees: Fees | None = None,
        gas: int | None = None,
    ) -> Sent:
        """Sign and hand in; what is not given is asked of the node.

        Nothing needs to be saved first: a second transaction that says the same has no effect.
        Raises `RefusedByTeller`, `PaysTooLittle`, `Unavailable`.
        """
        data = calldata.attest(
            backing=statement.backing,
            supply=statement.supply,
            minted=statement.minted,
            as_of=statement.as_of,
            block_number=statement.block_number,
        )
        gas = self._gas(data) if gas is None else gas
        fees = self.fees() if fees is None else fees
        nonce = self.node.nonce(self.key.address) if nonce is None else nonce
        signed = self.key.sign(
            chain_id=self.deployment.chain_id,
            nonce=nonce,
            to=self.deployment.teller,
            data=data,
            gas=gas,
            fees=fees,
        )
        outcome = self.node.send(signed.raw)
        if outcome is not SendOutcome.TAKEN:
            refused = PaysTooLittle if outcome in _TOO_LITTLE else Unavailable
            raise refused(
                f"The node did not take the attestation ({outcome}).",
                remedy="It is worked out and sent again. Is another attestor at work with this "
                "key, or has its address no coin?",
                slug="attestation-not-taken",
            )
        note(
            self.log,
            "backing attested",
            backing=statement.backing,
            supply=statement.supply,
            headroom=statement.headroom,
            block=statement.block_number,
            as_of=statement.as_of,
            hash=signed.tx_hash,
        )
        return Sent(statement, signed.tx_hash, nonce, fees, gas, signed.raw)

    def fees(self) -> Fees:
        """What a transaction pays now."""
        head = self.node.head()
        wanted = Fees.of(head.base_fee, self.node.tip() if head.base_fee else 0)
        allowed = wanted.within(self.fee_ceiling, head.base_fee)
        if allowed is None:
            raise Unavailable(
                f"The base fee ({head.base_fee} wei) is above chain.fee_ceiling.",
                remedy="It is tried again; raise the ceiling if this lasts.",
                slug="fee-above-ceiling",
            )
        return allowed

    def _gas(self, data: bytes) -> int:
        try:
            gas = self.node.estimate(self.deployment.teller, data, sender=self.key.address)
        except CallReverted as refused:
            raise _refused(str(refused.revert)) from refused
        return gas + gas // 3

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

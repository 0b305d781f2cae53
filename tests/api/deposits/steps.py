"""Tests of deposits: customers, lines, batches and events, as steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from api.bank.memory import FakeBank
from api.deposits import (
    Deposit,
    enqueue_batch,
    list_deposits,
    match_lines,
    match_waiting,
    overlooked,
)
from api.kernel.database import Database
from api.ledger import Account, balances, imbalance
from api.links import on_tier_set, register
from api.links.proof import read_claim
from api.statements import take_in
from tests.api.world import (
    ADA,
    DOMAIN,
    KEY,
    NOW,
    RESERVE,
    Customer,
    FakeEvent,
    Outbox,
    camt,
    credit,
    link_body,
)
from wallet.keccak import keccak256

AMPLE = 10**15


def selector(error: str) -> bytes:
    """A custom error's four bytes."""
    return keccak256(error.encode())[:4]


FROZEN = selector("FrozenAccount(address)")
NUMBER_USED = selector("NumberUsed(uint256)")


def encode(batch: Sequence[Deposit]) -> bytes:
    """Stands for issue's call data."""
    return b",".join(str(deposit.number).encode() for deposit in batch)


def link(database: Database, bank: FakeBank, customer: Customer = ADA) -> None:
    """An active link."""
    claim = read_claim(DOMAIN, **link_body(customer))
    made = register(database, bank, claim, key=KEY, now=NOW)
    with database.transaction() as connection:
        on_tier_set(connection, FakeEvent("t", {"account": customer.wallet, "tier": made.tier}))


def receive(database: Database, amounts: Sequence[int], customer: Customer = ADA) -> None:
    """Credits from a customer's account."""
    lines = [
        credit(f"{customer.name}-{number}", minor, payer_account=customer.account)
        for number, minor in enumerate(amounts)
    ]
    take_in(
        database,
        camt(lines, message_id=customer.name[:3]),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )


def match(database: Database) -> int:
    """Match what waits: for links that became active, and by looking at every line."""
    with database.transaction() as connection:
        matched = match_waiting(connection, reference_key=KEY, now=NOW)
        found, _ = overlooked(connection, limit=1000)
        return matched + match_lines(connection, found, reference_key=KEY, now=NOW)


def queue(
    database: Database,
    outbox: Outbox,
    headroom: int = AMPLE,
    bucket: int = AMPLE,
    now: datetime = NOW,
    **limits: int,
) -> str:
    """Fill one batch; its ref, or nothing."""
    with database.transaction() as connection:
        before = len(outbox.refs)
        enqueue_batch(
            connection,
            headroom=headroom,
            bucket=bucket,
            enqueue=outbox,
            encode=encode,
            now=now,
            **limits,
        )
    return outbox.refs[-1] if len(outbox.refs) > before else ""


def every(database: Database) -> list[Deposit]:
    """All deposits by number."""
    with database.reading() as connection:
        return list_deposits(connection, state=None, limit=500)


def sheet(database: Database) -> dict[Account, int]:
    """The ledger's balances other than zero; the identity is checked on the way."""
    with database.reading() as connection:
        found = balances(connection, "EUR")
    assert imbalance(found) == 0
    return {account: minor for account, minor in found.items() if minor}


def told(deposit: Deposit, event_id: str = "e1", **args: object) -> FakeEvent:
    """The token's event on a deposit."""
    return FakeEvent(
        event_id,
        {
            "number": deposit.number,
            "holder": deposit.holder,
            "amount": deposit.amount.minor,
            "ref": deposit.reference,
        }
        | args,
    )

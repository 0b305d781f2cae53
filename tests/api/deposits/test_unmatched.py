"""Tests of deposits: the ledger's UNMATCHED is, at every step, what the lists of lines show."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.bank import Direction
from api.bank.memory import FakeBank
from api.deposits import (
    Deposit,
    DepositState,
    on_batch_reverted,
    on_issue_refused,
    on_issued,
)
from api.kernel.database import Database
from api.ledger import Account
from api.links import live_link_of_wallet
from api.statements import take_in, unmatched_lines
from tests.api.deposits.steps import FROZEN, every, link, match, queue, sheet, told
from tests.api.world import ADA, BO, NOW, RESERVE, Customer, Outbox, camt, credit, debit

_NUMBERS = itertools.count(1)
ACTIONS = ("credit", "stranger", "debit", "match", "queue", "issued", "refused", "reverted")


def book(database: Database, direction: Direction, minor: int, customer: Customer) -> None:
    """One line of the bank."""
    number = next(_NUMBERS)
    make = credit if direction is Direction.CREDIT else debit
    file = camt(
        [make(f"L{number}", minor, payer_account=customer.account)], message_id=f"M{number}"
    )
    take_in(database, file, currency="EUR", reserve_account=RESERVE, now=NOW, source="test")


def shown(database: Database) -> int:
    """Unmatched money as the lists of lines show it."""
    with database.reading() as connection:
        credits_, debits = (
            sum(line.amount.minor for line in unmatched_lines(connection, direction, 1000))
            for direction in (Direction.CREDIT, Direction.DEBIT)
        )
    return credits_ - debits


def act(database: Database, action: str, minor: int, outbox: Outbox) -> None:
    """One step; nothing, where there is nothing to do it to."""
    under_way = [d for d in every(database) if d.state is DepositState.ISSUING]
    match action:
        case "credit":
            book(database, Direction.CREDIT, minor, ADA)
        case "stranger":
            book(database, Direction.CREDIT, minor, BO)
        case "debit":
            book(database, Direction.DEBIT, minor, BO)
        case "match":
            match(database)
        case "queue":
            queue(database, outbox)
        case _ if under_way:
            tell(database, action, under_way[0])


def tell(database: Database, action: str, deposit: Deposit) -> None:
    """The chain's word on a deposit."""
    with database.transaction() as connection:
        if action == "issued":
            on_issued(connection, told(deposit, f"e{deposit.number}"))
        elif action == "refused":
            event = told(deposit, f"e{deposit.number}", reason=FROZEN)
            on_issue_refused(connection, event)
        else:
            on_batch_reverted(connection, deposit.batch or "", "Panic(code=17)", now=NOW)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(1, 10**6)), max_size=25))
def test_the_ledger_and_the_lists_agree(
    database: Database, bank: FakeBank, steps: list[tuple[str, int]]
) -> None:
    """UNMATCHED == waiting and refused credits − waiting debits, whatever happens, at each step."""
    with database.reading() as connection:
        linked = live_link_of_wallet(connection, ADA.wallet) is not None
    if not linked:
        link(database, bank)
    outbox = Outbox()
    for action, minor in [*steps, ("credit", 1), ("match", 1), ("queue", 1), ("refused", 1)]:
        act(database, action, minor, outbox)
        assert sheet(database).get(Account.UNMATCHED, 0) == shown(database), action

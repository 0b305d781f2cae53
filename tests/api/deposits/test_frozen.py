"""Tests of deposits: a frozen holder's money is held, and issued once the freeze is lifted."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from api.bank.memory import FakeBank
from api.deposits import (
    HOLDER_FROZEN,
    Deposit,
    DepositState,
    on_account_unfrozen,
    on_issue_refused,
    on_refused,
)
from api.kernel.database import Database
from api.ledger import Account
from api.links.store import links
from tests.api.deposits.steps import FROZEN, every, link, match, queue, receive, sheet, told
from tests.api.deposits.steps import selector as selector_of
from tests.api.world import ADA, BO, FakeEvent, Outbox

S = DepositState


@pytest.fixture
def one(database: Database, bank: FakeBank) -> Deposit:
    """Ada's deposit, on its way."""
    link(database, bank)
    receive(database, [100])
    match(database)
    queue(database, Outbox())
    return every(database)[0]


def refuse(database: Database, deposit: Deposit, reason: bytes = FROZEN) -> None:
    """The token's event."""
    with database.transaction() as connection:
        on_refused(connection, told(deposit, f"e{deposit.number}", reason=reason))


def thaw(database: Database, event_id: str = "u1", account: str = ADA.wallet) -> None:
    """Compliance lifts a freeze."""
    with database.transaction() as connection:
        on_account_unfrozen(connection, FakeEvent(event_id, {"account": account}))


def states(database: Database) -> list[tuple[int, DepositState, str | None]]:
    """Every deposit: number, state, reason."""
    return [(each.number, each.state, each.reason) for each in every(database)]


def test_held_under_the_next_number_until_the_freeze_ends(database: Database, one: Deposit) -> None:
    """The number is used up, the money is still the holder's; the same event again is once."""
    refuse(database, one)
    refuse(database, one)
    assert states(database) == [
        (1, S.REFUSED, "FrozenAccount"),
        (2, S.HELD, HOLDER_FROZEN),
    ]
    assert sheet(database) == {Account.RESERVE: 100, Account.ISSUING: 100}
    assert queue(database, Outbox()) == ""
    thaw(database, "u0", BO.wallet)
    assert states(database)[1][1] is S.HELD
    thaw(database)
    assert queue(database, Outbox()) != ""
    assert every(database)[1].reference == one.reference


def test_frozen_again_takes_another_number(database: Database, one: Deposit) -> None:
    """However often: one live deposit of the line."""
    refuse(database, one)
    thaw(database)
    queue(database, Outbox())
    refuse(database, every(database)[1])
    assert [state for _, state, _ in states(database)] == [S.REFUSED, S.REFUSED, S.HELD]
    assert sheet(database) == {Account.RESERVE: 100, Account.ISSUING: 100}


def test_another_refusal_waits_for_an_operator(database: Database, one: Deposit) -> None:
    """Only a freeze ends by itself."""
    refuse(database, one, selector_of("BalanceLimitExceeded(address,uint256,uint256)"))
    assert [state for _, state, _ in states(database)] == [S.REFUSED]


def test_without_a_link_it_stays_refused(database: Database, one: Deposit) -> None:
    """Its wallet is no customer's any more."""
    with database.transaction() as connection:
        connection.execute(update(links).values(state="CLOSED"))
    refuse(database, one)
    assert [state for _, state, _ in states(database)] == [S.REFUSED]
    assert sheet(database) == {Account.RESERVE: 100, Account.UNMATCHED: 100}


def test_without_the_hold_it_would_be_refused_for_ever(database: Database, one: Deposit) -> None:
    """Negative control: the plain word of the token leaves nothing that waits for the thaw."""
    with database.transaction() as connection:
        on_issue_refused(connection, told(one, reason=FROZEN))
    thaw(database)
    assert queue(database, Outbox()) == ""

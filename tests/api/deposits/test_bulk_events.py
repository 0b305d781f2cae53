"""Tests of many events at once: the same rows and postings as one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select

from api.bank.memory import FakeBank
from api.deposits import Deposit, DepositState, list_deposits, on_issued, on_issued_all
from api.deposits import flow as deposits_flow
from api.deposits.adopted import adopted_issues
from api.kernel.database import Database
from api.kernel.errors import Broken
from api.ledger import Account, postings_about
from tests.api.deposits.steps import every, link, match, queue, receive, sheet, told
from tests.api.world import FakeEvent, Outbox

AMOUNTS = [100 + number for number in range(40)]


def shown(connection: Connection) -> list[tuple[Any, ...]]:
    """What the database knows of each deposit and of its money."""
    return [
        (
            (d.number, d.state, d.event_id, d.reason, d.updated_at),
            [
                (p.event_id, p.kind, p.debit, p.credit, p.amount, p.at)
                for p in postings_about(connection, d.id)
            ],
        )
        for d in list_deposits(connection, state=None, limit=500)
    ]


def on_the_way(database: Database, bank: FakeBank) -> list[Deposit]:
    """Deposits of which some are in a batch and some wait."""
    link(database, bank)
    receive(database, AMOUNTS)
    match(database)
    queue(database, Outbox(), headroom=sum(AMOUNTS[:30]))
    return every(database)


def tell(database: Database, events: Sequence[FakeEvent]) -> None:
    """All of them, in one transaction."""
    with database.transaction() as connection:
        on_issued_all(connection, events)


def test_many_events_are_as_good_as_each_alone(database: Database, bank: FakeBank) -> None:
    """Deposits that wait, that are on their way, and events that were told before."""
    deposits = on_the_way(database, bank)
    events = [told(deposit, f"e{deposit.number}") for deposit in deposits]
    with database.transaction() as connection:
        on_issued(connection, events[3])
    with database.transaction() as connection:
        for event in events:
            on_issued(connection, event)
        alone = shown(connection)
        connection.rollback()
    tell(database, events[2:9])
    tell(database, events)
    tell(database, events)
    with database.reading() as connection:
        assert shown(connection) == alone
    assert sheet(database)[Account.TOKENS] == sum(AMOUNTS)


def test_one_wrong_event_stops_all_of_them(database: Database, bank: FakeBank) -> None:
    """As alone: nothing of the range is kept."""
    deposits = on_the_way(database, bank)
    events = [told(deposit, f"e{deposit.number}") for deposit in deposits]
    events[5] = told(deposits[5], "e6", amount=9)
    with pytest.raises(Broken):
        tell(database, events)
    assert DepositState.ISSUED not in {deposit.state for deposit in every(database)}
    assert Account.TOKENS not in sheet(database)


@pytest.mark.parametrize("changed", [{"number": 999}, {"ref": bytes(16)}])
def test_what_may_be_another_lifes_is_kept_apart(
    database: Database, bank: FakeBank, changed: dict[str, Any]
) -> None:
    """As alone: a number or a reference that nothing of ours has. The rest ends; of this one
    nothing is posted."""
    deposits = on_the_way(database, bank)
    events = [told(deposit, f"e{deposit.number}") for deposit in deposits]
    events[5] = told(deposits[5], "e6", **changed)
    tell(database, events)
    after = every(database)
    assert [d.id for d in after if d.state is not DepositState.ISSUED] == [deposits[5].id]
    assert sheet(database)[Account.TOKENS] == sum(AMOUNTS) - deposits[5].amount.minor
    with database.reading() as connection:
        assert [row.number for row in connection.execute(select(adopted_issues))] == [
            events[5].args["number"]
        ]


def test_two_ends_of_one_deposit_in_one_range(database: Database, bank: FakeBank) -> None:
    """The chain should make that impossible; if it does not, the bridge stops."""
    deposit = on_the_way(database, bank)[0]
    with pytest.raises(Broken, match="twice"):
        tell(database, [told(deposit, "e1"), told(deposit, "e2")])


def test_without_the_comparison_a_wrong_amount_would_pass(
    database: Database, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: an event that is believed as it comes is not noticed."""
    deposit = on_the_way(database, bank)[0]
    wrong = told(deposit, "e1", amount=deposit.amount.minor + 1)
    real = deposits_flow.store.unended

    def believing(connection: Any, numbers: Any) -> Any:
        return {
            number: (*row[:3], wrong.args["amount"], row[4])
            for number, row in real(connection, numbers).items()
        }

    monkeypatch.setattr(deposits_flow.store, "unended", believing)
    tell(database, [wrong])
    assert sheet(database)[Account.TOKENS] == deposit.amount.minor + 1

"""Tests of refunds of deposits: the number is closed on chain first, whatever comes in between."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from api.bank.memory import FakeBank
from api.chain.store import transactions
from api.deposits import (
    Deposit,
    DepositState,
    on_issue_refused,
    on_issued,
    on_number_voided,
    release,
    store,
)
from api.kernel.errors import Conflict
from api.ledger import Account
from api.recalls import RecallState, count_by_state
from api.refunds import Refund, RefundState, close_numbers, on_void_reverted
from api.refunds import flow as flow_module
from tests.api.deposits.steps import FROZEN, every, link, match, queue, receive, sheet, told
from tests.api.recalls.test_recalls import reversal
from tests.api.recalls.test_recalls import step as recall
from tests.api.refunds.steps import Counter
from tests.api.world import NOW, FakeEvent, Outbox, deployment

S = RefundState


@pytest.fixture
def one(counter: Counter, bank: FakeBank) -> Deposit:
    """Ada's deposit of 100, queued."""
    link(counter.database, bank)
    receive(counter.database, [100])
    match(counter.database)
    return every(counter.database)[0]


def close(counter: Counter, at: datetime = NOW) -> int:
    """The worker's step."""
    with counter.database.transaction() as connection:
        return close_numbers(connection, deployment(), now=at)


def voided(counter: Counter, deposit: Deposit, event_id: str = "void:1") -> None:
    """The token's event."""
    with counter.database.transaction() as connection:
        on_number_voided(connection, FakeEvent(event_id, {"number": deposit.number}))


def queued(counter: Counter) -> list[str]:
    """The transactions that close numbers."""
    with counter.database.reading() as connection:
        rows = connection.execute(
            select(transactions.c.ref).where(transactions.c.purpose == "void")
        )
        return list(rows.scalars())


def now(counter: Counter, refund: Refund) -> RefundState:
    """Where the refund stands."""
    return counter.now(refund).state


@pytest.mark.parametrize("held", [False, True])
def test_a_waiting_deposit_goes_back(counter: Counter, one: Deposit, held: bool) -> None:
    """No batch takes it from the decision on; nothing is owed before the number is closed."""
    if held:
        with counter.database.transaction() as connection:
            store.change_state(connection, [one], DepositState.HELD, now=NOW)
    refund = counter.decide(one.line_id)
    assert refund.state is S.CLOSING
    assert queue(counter.database, Outbox()) == ""
    assert sheet(counter.database)[Account.ISSUING] == 100
    assert close(counter) == 1
    assert close(counter) == 0
    assert queued(counter) == [f"{refund.id}#1#1"]
    assert counter.pay_out() == []
    voided(counter, one)
    voided(counter, one)
    assert every(counter.database)[0].state is DepositState.REFUSED
    assert sheet(counter.database)[Account.UNMATCHED] == 100
    assert close(counter) == 1
    assert now(counter, refund) is S.AWAITING_ACCOUNT  # the line has no name
    assert sheet(counter.database) == {Account.RESERVE: 100, Account.PAYOUTS: 100}
    counter.name_account(refund)
    assert len(counter.pay_out()) == 1
    counter.book(counter.now(refund), minor=100)
    assert counter.books() == {}


def test_on_its_way_to_the_chain(counter: Counter, one: Deposit) -> None:
    """Refused while a transaction may carry it, and after it was issued."""
    queue(counter.database, Outbox())
    with pytest.raises(Conflict, match="ISSUING"):
        counter.decide(one.line_id)
    with counter.database.transaction() as connection:
        on_issued(connection, told(one))
    with pytest.raises(Conflict, match="ISSUED"):
        counter.decide(one.line_id)
    assert counter.pay_out() == []


def test_decided_on_while_a_batch_takes_it(counter: Counter, one: Deposit) -> None:
    """The decision waits for the batch, and then says why it cannot be."""
    refused: list[str] = []

    def decide() -> None:
        try:
            counter.decide(one.line_id)
        except Conflict as conflict:
            refused.append(conflict.detail)

    with counter.database.transaction() as connection:
        store.change_state(connection, [one], DepositState.ISSUING, now=NOW)
        thread = threading.Thread(target=decide)
        thread.start()
        time.sleep(0.5)
    thread.join()
    assert refused == ["Deposit 1 is ISSUING: the chain may have it."]


def test_refused_by_the_token(counter: Counter, one: Deposit) -> None:
    """Its number is used up: the money goes back at once."""
    queue(counter.database, Outbox())
    with counter.database.transaction() as connection:
        on_issue_refused(connection, told(one, reason=FROZEN))
    refund = counter.decide(one.line_id)
    assert refund.state is S.AWAITING_ACCOUNT
    assert sheet(counter.database) == {Account.RESERVE: 100, Account.PAYOUTS: 100}


def test_the_chain_issued_it_after_all(counter: Counter, one: Deposit) -> None:
    """An old transaction was in the pool: tokens, and no money."""
    refund = counter.decide(one.line_id)
    close(counter)
    with counter.database.transaction() as connection:
        on_issued(connection, told(one))
        on_void_reverted(connection, f"{refund.id}#1#1", "NumberUsed(1)", now=NOW)
    assert close(counter) == 1
    assert now(counter, refund) is S.ABANDONED
    assert counter.pay_out() == []
    with pytest.raises(Conflict):
        counter.decide(one.line_id)


def test_let_go_by_somebody_else(counter: Counter, one: Deposit) -> None:
    """Released meanwhile: it is issued, and the refund says why it ended; it can be asked again."""
    refund = counter.decide(one.line_id)
    with counter.database.transaction() as connection:
        release(connection, one.id, NOW)
    close(counter)
    assert now(counter, refund) is S.ABANDONED
    assert counter.now(refund).word == "deposit 1 is QUEUED"
    assert counter.decide(one.line_id).state is S.CLOSING
    close(counter)
    voided(counter, one)
    close(counter)
    assert now(counter, refund) is S.AWAITING_ACCOUNT


def test_closing_without_effect_is_tried_again(counter: Counter, one: Deposit) -> None:
    """A revert for another reason: another transaction, later, under a reference of its own."""
    refund = counter.decide(one.line_id)
    close(counter)
    with counter.database.transaction() as connection:
        on_void_reverted(connection, f"{refund.id}#1#1", "Paused()", now=NOW)
    assert close(counter, NOW + timedelta(seconds=4)) == 0
    assert close(counter, NOW + timedelta(seconds=5)) == 1
    assert queued(counter) == [f"{refund.id}#1#1", f"{refund.id}#1#2"]
    assert counter.now(refund).word == "Paused()"


def test_closing_put_off_by_a_clock_that_was_wrong_is_due(counter: Counter, one: Deposit) -> None:
    """The clock was a day ahead when it had no effect: nobody waits until then."""
    refund = counter.decide(one.line_id)
    close(counter)
    with counter.database.transaction() as connection:
        late = NOW + timedelta(days=1)
        on_void_reverted(connection, f"{refund.id}#1#1", "Paused()", now=late)
    assert close(counter) == 1


def test_a_number_that_nobody_knows(counter: Counter, one: Deposit) -> None:
    """Closed by hand: nothing to do."""
    with counter.database.transaction() as connection:
        on_number_voided(connection, FakeEvent("void:9", {"number": one.number + 9}))
    assert every(counter.database) == [one]


def test_without_closing_the_money_would_go_twice(
    counter: Counter, one: Deposit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: were the deposit not held, a batch would take it beside the refund."""
    monkeypatch.setattr(flow_module, "hold_for_return", lambda *_args, **_named: None)
    counter.decide(one.line_id)
    assert queue(counter.database, Outbox()) != ""


@pytest.mark.parametrize("closed_first", [True, False])
def test_the_bank_takes_it_back_while_its_number_is_closed(
    counter: Counter, one: Deposit, closed_first: bool
) -> None:
    """The recall takes the line, whichever looks first when the number is closed: nothing goes."""
    outbox = Outbox()
    refund = counter.decide(one.line_id)
    close(counter)
    counter.take(reversal())
    recall(counter.database, outbox)
    voided(counter, one)
    if closed_first:
        assert close(counter) == 0
        assert now(counter, refund) is S.CLOSING
    recall(counter.database, outbox)
    assert close(counter) == 1
    assert now(counter, refund) is S.ABANDONED
    counter.follow()
    assert counter.pay_out() == []
    assert counter.books() == {}
    with counter.database.reading() as connection:
        assert count_by_state(connection) == {RecallState.REVERSED: 1}
    with pytest.raises(Conflict, match="taken the money of"):
        counter.decide(one.line_id)


def test_what_the_bank_took_back_is_not_decided_on(counter: Counter, one: Deposit) -> None:
    """Its number is closed for a recall, which has not looked since: it is no refund either."""
    outbox = Outbox()
    counter.take(reversal())
    recall(counter.database, outbox)
    voided(counter, one)
    with pytest.raises(Conflict, match="taken the money of"):
        counter.decide(one.line_id)
    recall(counter.database, outbox)
    assert counter.books() == {}

"""Tests of deposits: the chain's word is the last, and one that cannot be ours stops the bridge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from api.bank import Direction
from api.bank.memory import FakeBank
from api.chain import PASSES_AGAIN, AlarmKind, frozen, list_alarms, put_off
from api.deposits import (
    Deposit,
    DepositState,
    WaitingFor,
    check_numbers,
    hold,
    match_lines,
    on_batch_reverted,
    on_issue_refused,
    on_issued,
)
from api.deposits.model import (
    MAX_ATTEMPTS,
)
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.ledger import Account
from api.statements import LineState, unmatched_lines
from tests.api.deposits.steps import (
    FROZEN,
    NUMBER_USED,
    every,
    link,
    match,
    queue,
    receive,
    sheet,
    told,
)
from tests.api.world import (
    BO,
    KEY,
    NOW,
    FakeEvent,
    Outbox,
)


def test_a_refused_issue_gives_the_money_back_to_nobody(database: Database, bank: FakeBank) -> None:
    """It is unmatched again, with the token's reason; its line is not matched a second time."""
    link(database, bank)
    receive(database, [700])
    match(database)
    queue(database, Outbox())
    [deposit] = every(database)
    for _ in range(2):
        with database.transaction() as connection:
            on_issue_refused(connection, told(deposit, reason=FROZEN))
    [refused] = every(database)
    assert (refused.state, refused.reason) == (DepositState.REFUSED, "FrozenAccount")
    assert sheet(database) == {Account.RESERVE: 700, Account.UNMATCHED: 700}
    assert match(database) == 0
    with database.reading() as connection:
        [line] = unmatched_lines(connection, Direction.CREDIT, 10)
    shown = (line.id, line.state, line.reason, line.explained_ref)
    assert shown == (deposit.line_id, LineState.REFUSED, "FrozenAccount", deposit.id)


def test_a_used_number_after_its_end_is_no_news(database: Database, bank: FakeBank) -> None:
    """An old attempt came late: the token did nothing, so nothing is booked."""
    link(database, bank)
    receive(database, [700])
    match(database)
    queue(database, Outbox())
    [deposit] = every(database)
    with database.transaction() as connection:
        on_issued(connection, told(deposit))
        on_issue_refused(connection, told(deposit, "e2", reason=NUMBER_USED))
    assert sheet(database) == {Account.RESERVE: 700, Account.TOKENS: 700}


def test_a_used_number_without_an_end_is_broken(database: Database, bank: FakeBank) -> None:
    """Somebody else used it: nothing goes on until a person has looked."""
    link(database, bank)
    receive(database, [700])
    match(database)
    [deposit] = every(database)
    with pytest.raises(Broken, match="was used"), database.transaction() as connection:
        on_issue_refused(connection, told(deposit, reason=NUMBER_USED))


@pytest.mark.parametrize("wrong", [{"holder": BO.wallet}, {"amount": 701}])
def test_an_event_that_is_not_ours_is_broken(
    database: Database, bank: FakeBank, wrong: dict[str, object]
) -> None:
    """Another holder or amount; and the books stay as they were."""
    link(database, bank)
    receive(database, [700])
    match(database)
    [deposit] = every(database)
    for handler in (on_issued, on_issue_refused):
        event = told(deposit)
        event.args.update({"reason": FROZEN} | wrong)
        with pytest.raises(Broken, match="Stop"), database.transaction() as connection:
            handler(connection, event)
    assert sheet(database) == {Account.RESERVE: 700, Account.ISSUING: 700}


def unsent(database: Database, bank: FakeBank, *, is_held: bool) -> Deposit:
    """A deposit of 7.00 that no transaction carries. It is held when its money goes back: what
    closes its number then finds it used, and is tried again."""
    link(database, bank)
    receive(database, [700])
    match(database)
    [deposit] = every(database)
    if is_held:
        with database.transaction() as connection:
            hold(connection, deposit.id, "the bank took the money back", NOW)
    return deposit


@pytest.mark.parametrize("is_held", [False, True])
def test_an_event_of_another_life_is_kept(
    database: Database, bank: FakeBank, is_held: bool
) -> None:
    """An unknown number, or ours with another line's reference: kept, told, and ours renumbered."""
    ours = unsent(database, bank, is_held=is_held)
    for number in (99, ours.number):
        event = told(ours, f"e{number}", number=number, ref=bytes([number]) * 16)
        for _ in range(2):  # the same word again changes nothing
            with database.transaction() as connection:
                on_issued(connection, event)
    [renumbered] = every(database)
    assert (renumbered.id, renumbered.number) == (ours.id, 100)
    assert sheet(database) == {Account.RESERVE: 700, Account.ISSUING: 700}
    with database.reading() as connection:
        standing = {(alarm.kind, alarm.subject) for alarm in list_alarms(connection)}
        assert frozen(connection) is not None
    assert standing == {(AlarmKind.UNEXPLAINED, "99"), (AlarmKind.UNEXPLAINED, str(ours.number))}


@pytest.mark.parametrize("is_held", [False, True])
def test_what_another_life_issued_takes_its_number(
    database: Database, bank: FakeBank, is_held: bool
) -> None:
    """Its line was read again before the chain was: it is issued, once, though it was held here."""
    ours = unsent(database, bank, is_held=is_held)
    with database.transaction() as connection:
        on_issued(connection, told(ours, "e77", number=77))
        assert list_alarms(connection) == []
    [issued] = every(database)
    assert (issued.id, issued.number, issued.state) == (ours.id, 77, DepositState.ISSUED)
    assert sheet(database) == {Account.RESERVE: 700, Account.TOKENS: 700}


def test_what_is_on_its_way_makes_way_too(database: Database, bank: FakeBank) -> None:
    """Its entry has no effect any more, so it waits again; and nothing is issued meanwhile."""
    link(database, bank)
    receive(database, [700])
    match(database)
    queue(database, Outbox())
    [ours] = every(database)
    event = told(ours, ref=b"\0" * 16)
    with database.transaction() as connection:
        on_issued(connection, event)
        assert frozen(connection) is not None
        # what the token then says of our entry
        on_issue_refused(connection, told(ours, "e2", reason=NUMBER_USED))
    [again] = every(database)
    assert (again.state, again.number, again.batch) == (DepositState.QUEUED, 2, None)


@pytest.mark.parametrize("handler", [on_issued, on_issue_refused])
def test_a_line_that_the_chain_ended_before_takes_that_end(
    database: Database, bank: FakeBank, handler: Callable[[Connection, FakeEvent], None]
) -> None:
    """Its reference names it: number, end and postings are the chain's, and no credit is new."""
    link(database, bank)
    receive(database, [700])
    match(database)
    [ours] = every(database)
    with database.transaction() as connection:
        line = connection.execute(text("SELECT id FROM bank_lines")).scalar_one()
        connection.execute(text("DELETE FROM deposits"))
        connection.execute(text("UPDATE bank_lines SET state = 'STORED', explained_by = NULL"))
        event = told(ours, "e7", number=7, reason=FROZEN)
        handler(connection, event)
    assert line == ours.line_id
    with database.transaction() as connection:
        match_lines(connection, [ours.line_id], reference_key=KEY, now=NOW)
        alarms = list_alarms(connection)
    [adopted] = every(database)
    end = DepositState.ISSUED if handler is on_issued else DepositState.REFUSED
    assert (adopted.number, adopted.state, adopted.event_id) == (7, end, "e7")
    assert alarms == []


def test_a_number_cannot_end_twice(database: Database, bank: FakeBank) -> None:
    """Two events of one number, in whatever order, are an impossibility on chain."""
    link(database, bank)
    receive(database, [700, 800])
    match(database)
    first, second = every(database)
    with database.transaction() as connection:
        on_issued(connection, told(first, "e1"))
        on_issue_refused(connection, told(second, "e2", reason=FROZEN))
    for handler, deposit in ((on_issued, first), (on_issued, second), (on_issue_refused, first)):
        event = told(deposit, "e9", reason=FROZEN)
        with pytest.raises(Broken, match="twice"), database.transaction() as connection:
            handler(connection, event)


def test_a_reverted_batch_queues_again_and_is_held_after_five(
    database: Database, bank: FakeBank
) -> None:
    """Each time under a new ref; an old ref's word changes nothing."""
    link(database, bank)
    receive(database, [30])
    match(database)
    outbox = Outbox()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        now = NOW + timedelta(minutes=attempt)
        ref = queue(database, outbox, now=now)
        for _ in range(2):
            with database.transaction() as connection:
                on_batch_reverted(connection, ref, "Panic(code=17)", now=now)
        assert {(d.attempts, d.reason) for d in every(database)} == {(attempt, "Panic(code=17)")}
    assert {deposit.state for deposit in every(database)} == {DepositState.HELD}
    assert len(set(outbox.refs)) == MAX_ATTEMPTS
    assert queue(database, outbox) == ""
    assert sheet(database) == {Account.RESERVE: 30, Account.ISSUING: 30}
    with database.transaction() as connection:  # the chain's word ends even a held one
        on_issued(connection, told(every(database)[0]))
    assert every(database)[0].state is DepositState.ISSUED


@pytest.mark.parametrize(
    ("reason", "waiting_for"),
    [
        ("TokenPaused()", WaitingFor.PAUSED),
        ("BackingStale(asOf=1, maxAge=2)", WaitingFor.BACKING),
        ("HeadroomExceeded(wanted=2, headroom=1)", WaitingFor.BACKING),
        ("BucketExceeded(wanted=2, level=1)", WaitingFor.BUCKET),
        ("AccessManagedUnauthorized(caller=0x00)", WaitingFor.AUTHORITY),
        (PASSES_AGAIN, WaitingFor.CHAIN),
        ("reverted without a reason", WaitingFor.CHAIN),
    ],
)
def test_what_refuses_every_call_holds_no_deposit(
    database: Database, bank: FakeBank, reason: str, waiting_for: WaitingFor
) -> None:
    """It is waited out: 5 s, then twice as long each time, up to a minute, for ever."""
    link(database, bank)
    receive(database, [10, 20])
    match(database)
    outbox, now, waited = Outbox(), NOW, []
    for _ in range(7):
        ref = queue(database, outbox, now=now)
        with database.transaction() as connection:
            on_batch_reverted(connection, ref, reason, now=now)
        [due] = {deposit.not_before for deposit in every(database)}
        assert due is not None
        waited.append((due - now).seconds)
        assert queue(database, outbox, now=due - timedelta(microseconds=1)) == ""
        assert not put_off(due, now - timedelta(days=1)), "of a clock that was a day ahead"
        now = due
    assert waited == [5, 10, 20, 40, 60, 60, 60]
    shown = {(d.state, d.waiting_for, d.reason, d.attempts) for d in every(database)}
    assert shown == {(DepositState.QUEUED, waiting_for, reason, 0)}
    queue(database, outbox, now=now)
    assert {(d.state, d.waiting_for) for d in every(database)} == {(DepositState.ISSUING, None)}


def test_a_deposit_that_comes_during_the_wait_joins_it(database: Database, bank: FakeBank) -> None:
    """The token is paused for it, too: nothing is tried out for its sake."""
    link(database, bank)
    receive(database, [10])
    match(database)
    outbox = Outbox()
    ref = queue(database, outbox)
    with database.transaction() as connection:
        on_batch_reverted(connection, ref, "TokenPaused()", now=NOW)
    link(database, bank, BO)
    receive(database, [20], BO)
    match(database)
    assert queue(database, outbox) == ""
    assert {deposit.waiting_for for deposit in every(database)} == {WaitingFor.PAUSED}
    assert queue(database, outbox, now=NOW + timedelta(seconds=5)) == "batch-2"
    assert {deposit.state for deposit in every(database)} == {DepositState.ISSUING}


def test_a_database_older_than_the_chain_stops(database: Database, bank: FakeBank) -> None:
    """A restored backup would give a number out again: it must not issue anything."""
    link(database, bank)
    receive(database, [10, 20])
    match(database)
    asked: list[int] = []

    def used(number: int) -> bool:
        asked.append(number)
        return number in {1, 2}

    with database.transaction() as connection:
        check_numbers(connection, used)
        assert asked[0] == 3
        with pytest.raises(Unavailable, match="older than the chain"):
            check_numbers(connection, {1, 2, 7}.__contains__)

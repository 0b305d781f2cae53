"""Tests of deposits: each line once, each number once, each batch within its limits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from api.bank.memory import FakeBank
from api.deposits import (
    DepositState,
    WaitingFor,
    find_deposit,
    list_deposits,
    on_issued,
)
from api.deposits import store as deposits_store
from api.deposits.model import (
    MAX_BATCH,
)
from api.kernel.counter import next_numbers
from api.kernel.database import Database
from api.kernel.ids import DepositId, LineId
from api.ledger import Account
from api.statements import LineState, find_line, take_in
from tests.api.deposits.steps import (
    every,
    link,
    match,
    queue,
    receive,
    sheet,
    told,
)
from tests.api.world import (
    ADA,
    BO,
    NOW,
    RESERVE,
    Outbox,
    camt,
    credit,
    debit,
)


def test_a_line_becomes_a_deposit_and_then_tokens(database: Database, bank: FakeBank) -> None:
    """Money moves UNMATCHED → ISSUING → TOKENS, each step once."""
    link(database, bank)
    receive(database, [1250])
    assert (match(database), match(database)) == (1, 0)
    [deposit] = every(database)
    assert (deposit.number, deposit.holder, deposit.state) == (1, ADA.wallet, DepositState.QUEUED)
    with database.reading() as connection:
        line = find_line(connection, deposit.line_id)
    assert line is not None
    assert (line.state, line.explained_ref) == (LineState.EXPLAINED, deposit.id)
    assert sheet(database) == {Account.RESERVE: 1250, Account.ISSUING: 1250}
    outbox = Outbox()
    assert queue(database, outbox) == "batch-1"
    assert queue(database, outbox) == ""
    assert outbox.queued == {("issue", "batch-1"): b"1"}
    for _ in range(2):
        with database.transaction() as connection:
            on_issued(connection, told(deposit))
        assert sheet(database) == {Account.RESERVE: 1250, Account.TOKENS: 1250}
    assert every(database)[0].state is DepositState.ISSUED


def test_what_matches_nobody_waits(database: Database, bank: FakeBank) -> None:
    """And is matched once its link is active; debits, reversals and returns never are."""
    receive(database, [500])
    own = {"payer_account": ADA.account}
    lines = [
        debit("out", 9, **own),
        credit("undone", 7, reversal=True, **own),
        credit("came back", 5, return_reason="AC04", **own),
    ]
    file = camt(lines, message_id="M9")
    take_in(database, file, currency="EUR", reserve_account=RESERVE, now=NOW, source="test")
    assert match(database) == 0
    assert sheet(database)[Account.UNMATCHED] == 503
    link(database, bank)
    assert match(database) == 1
    assert sheet(database)[Account.ISSUING] == 500


def test_pages_of_waiting_lines_hide_nothing(
    database: Database, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many lines that match nobody do not stand before one that does."""
    monkeypatch.setattr("api.deposits.flow._LINES_AT_ONCE", 3)
    receive(database, [1] * 10, BO)
    link(database, bank)
    receive(database, [2] * 5, ADA)
    assert match(database) == 5


def test_two_workers_match_each_line_once(database: Database, bank: FakeBank) -> None:
    """What one of them looks at, the other leaves alone."""
    link(database, bank)
    receive(database, [10] * 40)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: match(database), range(8))) == 40
    assert [deposit.number for deposit in every(database)] == list(range(1, 41))
    assert sheet(database)[Account.ISSUING] == 400


def test_two_workers_queue_each_deposit_once(database: Database, bank: FakeBank) -> None:
    """A deposit is in one batch, whoever filled it."""
    link(database, bank)
    receive(database, [10] * 30)
    match(database)
    outbox = Outbox()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: queue(database, outbox), range(8)))
    numbers = [n for data in outbox.queued.values() for n in data.split(b",")]
    committed = [d for d in every(database) if d.state is DepositState.ISSUING]
    assert len(committed) == 30
    assert len({deposit.batch for deposit in committed}) == 1
    assert len(set(numbers)) == 30


def test_the_store_itself_refuses_a_second_deposit_of_a_line(
    database: Database, bank: FakeBank
) -> None:
    """Whatever the flow does; and a number of another deposit, too."""
    link(database, bank)
    receive(database, [10, 20])
    match(database)
    first, second = every(database)
    for number, line_id in ((9, first.line_id), (second.number, LineId("other"))):
        copy = deposits_store.NewDeposit(
            id=DepositId("deposit_x"),
            reference=first.reference,
            line_id=line_id,
            link_id=first.link_id,
            holder=first.holder,
            amount=first.amount,
        )
        with pytest.raises(IntegrityError), database.transaction() as connection:
            deposits_store.add_new(connection, [copy], [number], bulk=False, now=NOW)


def test_a_batch_has_at_most_a_word(database: Database, bank: FakeBank) -> None:
    """The others wait for nothing but the next."""
    link(database, bank)
    receive(database, [10] * (MAX_BATCH + 3))
    match(database)
    outbox = Outbox()
    queue(database, outbox)
    waiting = [d for d in every(database) if d.state is DepositState.QUEUED]
    assert [(d.number, d.waiting_for) for d in waiting] == [
        (n, None) for n in range(MAX_BATCH, MAX_BATCH + 4)
    ]
    assert queue(database, outbox) == "batch-2"
    assert queue(database, outbox) == ""


def test_what_does_not_fit_shows_what_it_waits_for(database: Database, bank: FakeBank) -> None:
    """It blocks nobody, and goes on when there is room."""
    link(database, bank)
    receive(database, [5000, 100, 900])
    match(database)
    outbox = Outbox()
    assert queue(database, outbox, headroom=1000, bucket=200) == "batch-1"
    big, small, middle = every(database)
    assert (big.state, big.waiting_for) == (DepositState.QUEUED, WaitingFor.BACKING)
    assert small.state is DepositState.ISSUING
    assert (middle.state, middle.waiting_for) == (DepositState.QUEUED, WaitingFor.BUCKET)
    assert queue(database, outbox, headroom=0, bucket=0) == ""
    assert queue(database, outbox) == "batch-2"
    assert {d.waiting_for for d in every(database)} == {None}


def test_what_is_left_of_a_flowing_bulk_is_not_written_to(
    database: Database, bank: FakeBank
) -> None:
    """It waits for the next attestation as a matter of course; those that came alone show it."""
    link(database, bank)
    receive(database, [10] * 51)
    match(database)
    link(database, bank, BO)
    receive(database, [70], BO)
    match(database)
    outbox = Outbox()
    assert queue(database, outbox, headroom=50, flowing=True) == "batch-1"
    left = [d for d in every(database) if d.state is DepositState.QUEUED]
    assert [(d.bulk, d.waiting_for, d.updated_at) for d in left] == [
        (True, None, d.created_at) for d in left if d.bulk
    ] + [(False, WaitingFor.BACKING, NOW)]
    assert queue(database, outbox, headroom=0) == ""
    left = [d for d in every(database) if d.state is DepositState.QUEUED]
    assert (len(left), {d.waiting_for for d in left}) == (47, {WaitingFor.BACKING})


def test_a_rolled_back_number_was_never_given_out(database: Database) -> None:
    """So a number on chain is always a committed deposit's."""

    def fail() -> None:
        with database.transaction() as connection:
            next_numbers(connection, "deposit")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.transaction() as connection:
        assert next_numbers(connection, "deposit")[0] == 1


def test_deposits_are_found_by_id_and_state(database: Database, bank: FakeBank) -> None:
    """In pages by number."""
    link(database, bank)
    receive(database, [10] * 5)
    match(database)
    with database.reading() as connection:
        page = list_deposits(connection, state=DepositState.QUEUED, limit=2)
        rest = list_deposits(connection, state=None, limit=9, after=page[-1].number)
        assert [d.number for d in [*page, *rest]] == [1, 2, 3, 4, 5]
        assert list_deposits(connection, state=DepositState.HELD, limit=9) == []
        assert find_deposit(connection, page[0].id) == page[0]
        assert find_deposit(connection, "deposit_none") is None

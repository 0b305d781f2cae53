"""Tests of what operators do with deposits: held, let go, tried again, assigned; once each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.bank.memory import FakeBank
from api.deposits import (
    Deposit,
    DepositState,
    assign,
    hold,
    on_batch_reverted,
    on_issue_refused,
    on_issued,
    release,
    retry,
    store,
)
from api.kernel.database import Database
from api.kernel.errors import Conflict, NotFound
from api.ledger import Account
from api.links.store import links
from api.statements import LineState, find_line, take_in
from api.statements.store import bank_lines
from tests.api.deposits.steps import (
    FROZEN,
    every,
    link,
    match,
    queue,
    receive,
    sheet,
    told,
)
from tests.api.world import ADA, BO, KEY, NOW, RESERVE, Outbox, camt, credit, debit

LATER = NOW + timedelta(hours=1)
S = DepositState


@pytest.fixture
def one(database: Database, bank: FakeBank) -> Deposit:
    """Ada's deposit of 100, queued."""
    link(database, bank)
    receive(database, [100])
    match(database)
    return every(database)[0]


def _hold(database: Database, deposit: Deposit) -> Deposit:
    with database.transaction() as connection:
        return hold(connection, deposit.id, "looked odd", LATER)


def _retry(database: Database, deposit: Deposit) -> Deposit:
    with database.transaction() as connection:
        return retry(connection, deposit.id, LATER)


def _refuse(database: Database, deposit: Deposit, event_id: str = "e1") -> Deposit:
    """The chain refuses it, finally."""
    with database.transaction() as connection:
        on_issue_refused(connection, told(deposit, event_id, reason=FROZEN))
        found = store.find_deposit(connection, deposit.id)
    assert found is not None
    return found


def test_a_held_deposit_is_never_issued(database: Database, one: Deposit) -> None:
    """Not in any batch, until it is released; holding and releasing twice is once."""
    outbox = Outbox()
    assert (_hold(database, one).state, _hold(database, one).reason) == (S.HELD, "looked odd")
    assert match(database) == 0
    assert queue(database, outbox) == ""
    for _ in range(2):
        with database.transaction() as connection:
            assert release(connection, one.id, LATER).state is S.QUEUED
    assert queue(database, outbox) == "batch-1"
    assert every(database)[0].reason is None


def test_control_an_unheld_deposit_is_issued(database: Database, one: Deposit) -> None:
    """The control of the test above."""
    assert every(database) == [one]
    assert queue(database, Outbox()) == "batch-1"


def test_on_its_way_it_is_out_of_our_hands(database: Database, one: Deposit) -> None:
    """Neither held, released nor tried again while the chain has not spoken, nor after."""
    queue(database, Outbox())
    for _ in range(2):
        for step in (_hold, _retry):
            with pytest.raises(Conflict) as refused:
                step(database, one)
            assert refused.value.slug == "deposit-not-waiting"
        with pytest.raises(Conflict), database.transaction() as connection:
            release(connection, one.id, LATER)
        with database.transaction() as connection:
            on_issued(connection, told(one))
    assert sheet(database) == {Account.RESERVE: 100, Account.TOKENS: 100}


def test_held_by_failures_and_tried_again(database: Database, one: Deposit) -> None:
    """After the fifth revert a person looks; tried again it counts from none."""
    outbox = Outbox()
    now = NOW
    for _ in range(5):
        now += timedelta(days=1)
        ref = queue(database, outbox, now=now)
        with database.transaction() as connection:
            on_batch_reverted(connection, ref, "Odd()", now=now)
    assert every(database)[0].state is S.HELD
    again = _retry(database, one)
    assert (again.id, again.number, again.state) == (one.id, one.number, S.QUEUED)
    assert (again.attempts, again.waits, again.not_before, again.reason) == (0, 0, None, None)
    assert queue(database, outbox, now=now) == "batch-6"


def test_a_refused_one_takes_a_new_number(database: Database, one: Deposit) -> None:
    """The same line and reference, one new deposit however often it is asked for."""
    queue(database, Outbox())
    _refuse(database, one)
    assert sheet(database) == {Account.RESERVE: 100, Account.UNMATCHED: 100}
    new = _retry(database, one)
    assert (new.number, new.line_id, new.reference) == (2, one.line_id, one.reference)
    assert (new.holder, new.amount, new.state) == (one.holder, one.amount, S.QUEUED)
    assert _retry(database, one) == new
    assert [each.state for each in every(database)] == [S.REFUSED, S.QUEUED]
    assert sheet(database) == {Account.RESERVE: 100, Account.ISSUING: 100}
    queue(database, Outbox())
    assert _retry(database, one).id == new.id
    second = _refuse(database, new, "e2")
    third = _retry(database, second)
    assert (third.number, _retry(database, one).id) == (3, third.id)
    with database.transaction() as connection:
        on_issued(connection, told(third, "e3"))
    assert sheet(database) == {Account.RESERVE: 100, Account.TOKENS: 100}


def test_an_old_number_cannot_come_back(database: Database, one: Deposit) -> None:
    """What the chain tells again of the refused number changes nothing."""
    queue(database, Outbox())
    _refuse(database, one)
    new = _retry(database, one)
    _refuse(database, one)
    assert every(database)[1] == new
    with database.reading() as connection:
        line = find_line(connection, one.line_id)
    assert line is not None
    assert (line.state, line.explained_ref) == (LineState.EXPLAINED, new.id)


def test_a_closed_link_gets_nothing(database: Database, one: Deposit) -> None:
    """Its wallet has no tier: the money is for an operator to assign or return."""
    queue(database, Outbox())
    _refuse(database, one)
    with database.transaction() as connection:
        connection.execute(links.update().values(state="CLOSED"))
    with pytest.raises(Conflict) as refused:
        _retry(database, one)
    assert refused.value.slug == "link-not-active"
    assert sheet(database) == {Account.RESERVE: 100, Account.UNMATCHED: 100}


def _line_id(database: Database, bank_id: str = "odd", **fields: object) -> str:
    """A line of an unknown payer."""
    make = debit if fields.pop("debit", False) else credit
    take_in(
        database,
        camt([make(bank_id, 70, **fields)], message_id=bank_id),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )
    with database.reading() as connection:
        newest = bank_lines.select().order_by(bank_lines.c.position.desc()).limit(1)
        found: str = connection.execute(newest).one().id
    return found


def _assign(database: Database, line_id: str, link_id: str) -> Deposit:
    with database.transaction() as connection:
        return assign(connection, line_id, link_id, reference_key=KEY, now=LATER)


def test_unmatched_money_is_assigned_once(database: Database, one: Deposit) -> None:
    """Nobody's money becomes a deposit of the link; again it is the same deposit."""
    line_id = _line_id(database)
    assert sheet(database)[Account.UNMATCHED] == 70
    made = _assign(database, line_id, one.link_id)
    assert (made.number, made.holder, made.amount.minor) == (2, ADA.wallet, 70)
    assert made.reference != one.reference
    assert _assign(database, line_id, one.link_id) == made
    assert sheet(database) == {Account.RESERVE: 170, Account.ISSUING: 170}
    assert match(database) == 0


def test_it_is_not_assigned_to_a_second_link(
    database: Database, bank: FakeBank, one: Deposit
) -> None:
    """Nor is a line that matched by itself."""
    link(database, bank, BO)
    with database.reading() as connection:
        other = connection.execute(links.select().where(links.c.wallet == BO.wallet)).one().id
    line_id = _line_id(database)
    _assign(database, line_id, one.link_id)
    for line in (line_id, one.line_id):
        with pytest.raises(Conflict) as refused:
            _assign(database, line, other)
        assert refused.value.slug == "line-not-waiting"
    assert len(every(database)) == 2


def test_a_refused_line_goes_to_another_link(
    database: Database, bank: FakeBank, one: Deposit
) -> None:
    """The token refused Ada: two persons say that it was Bo's money."""
    link(database, bank, BO)
    queue(database, Outbox())
    _refuse(database, one)
    with database.reading() as connection:
        other = connection.execute(links.select().where(links.c.wallet == BO.wallet)).one().id
    made = _assign(database, one.line_id, other)
    assert (made.number, made.holder, made.reference) == (2, BO.wallet, one.reference)
    assert _retry(database, one) == made


@pytest.mark.parametrize(
    "fields", [{"debit": True}, {"reversal": True}, {"return_reason": "AC04"}], ids=str
)
def test_what_is_no_new_money(database: Database, one: Deposit, fields: dict[str, object]) -> None:
    """A debit, a reversal and a returned payout are nobody's deposit."""
    line_id = _line_id(database, "odd", **fields)
    with pytest.raises(Conflict, match="no new money"):
        _assign(database, line_id, one.link_id)
    assert every(database) == [one]


def test_unknown_things(database: Database, one: Deposit) -> None:
    """Say so."""
    with pytest.raises(NotFound), database.transaction() as connection:
        retry(connection, "deposit_x", NOW)
    with pytest.raises(NotFound):
        _assign(database, "line_x", one.link_id)
    with pytest.raises(NotFound):
        _assign(database, one.line_id, "link_x")

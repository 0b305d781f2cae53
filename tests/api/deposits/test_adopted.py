"""Tests of deposits: what another life of the database issued, taken up by whoever assigns it.

The database is a backup: it has a line and nothing of what became of it since. The chain has.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.bank.memory import FakeBank
from api.chain import list_alarms
from api.deposits import (
    Deposit,
    DepositState,
    assign,
    on_issue_refused,
    on_issued,
    on_refused,
    retry,
)
from api.deposits.adopted import adopted_issues
from api.deposits.model import chain_reference
from api.kernel.database import Database
from api.kernel.errors import Conflict
from api.ledger import Account
from api.links.store import links
from api.statements import LineState, find_line
from api.statements.model import line_id
from tests.api.deposits.steps import FROZEN, every, link, match, queue, receive, sheet, told
from tests.api.world import ADA, BO, KEY, NOW, RESERVE, Customer, FakeEvent, Outbox

S = DepositState
LINE = line_id(RESERVE, "Bo Zhang-0")
ISSUED = {Account.RESERVE: 70, Account.TOKENS: 70}


@pytest.fixture
def unmatched(database: Database, bank: FakeBank) -> None:
    """Ada is linked; Bo, whose 0.70 has arrived, is not."""
    link(database, bank)
    receive(database, [70], BO)
    assert match(database) == 0


def hear(database: Database, number: int, *, refused: bool = False, to: Customer = ADA) -> None:
    """The chain tells how it ended a number of that line, which this database never gave out."""
    words = {
        "number": number,
        "holder": to.wallet,
        "amount": 70,
        "ref": chain_reference(KEY, RESERVE, "Bo Zhang-0"),
        "reason": FROZEN,
    }
    with database.transaction() as connection:
        (on_issue_refused if refused else on_issued)(connection, FakeEvent(f"e{number}", words))


def link_of(database: Database, customer: Customer) -> str:
    """The id of a customer's link."""
    with database.reading() as connection:
        query = select(links.c.id).where(links.c.wallet == customer.wallet)
        return str(connection.execute(query).scalar_one())


def say_whose(database: Database, customer: Customer = ADA) -> Deposit:
    """Two persons assign the line."""
    with database.transaction() as connection:
        link_id = link_of(database, customer)
        return assign(connection, LINE, link_id, reference_key=KEY, now=NOW)


def numbers(database: Database) -> list[tuple[int, DepositState]]:
    """Every deposit, by number and state."""
    return [(each.number, each.state) for each in every(database)]


def is_settled(database: Database, line: str = LINE) -> bool:
    """No alarm stands, every adopted number has its deposit, and the last one explains the line."""
    with database.reading() as connection:
        rows = connection.execute(adopted_issues.select()).all()
        stored = find_line(connection, line)
        assert stored is not None
        explained = (stored.state, stored.explained_ref)
        deposits = {each.number: each.id for each in every(database)}
        return (
            list_alarms(connection) == []
            and all(row.deposit_id == deposits[row.number] for row in rows)
            and explained == (LineState.EXPLAINED, every(database)[-1].id)
        )


def test_what_is_assigned_again_takes_its_issue(database: Database, unmatched: None) -> None:
    """Its number and its end, once, in the same transaction; nothing of it is issued again."""
    hear(database, 7)
    with database.reading() as connection:
        assert len(list_alarms(connection)) == 1
    made = say_whose(database)
    assert (made.number, made.state, made.holder) == (7, S.ISSUED, ADA.wallet)
    assert say_whose(database) == made
    assert numbers(database) == [(7, S.ISSUED)]
    assert sheet(database) == ISSUED
    assert is_settled(database)
    hear(database, 7)
    assert (queue(database, Outbox()), sheet(database)) == ("", ISSUED)


def test_an_assignment_to_another_wallet_is_refused(
    database: Database, bank: FakeBank, unmatched: None
) -> None:
    """The chain says who has the tokens; nothing is changed by the slip."""
    hear(database, 7)
    before = sheet(database)
    with database.transaction() as connection:
        connection.execute(links.update().values(account="DE00", wallet=BO.wallet))
    with pytest.raises(Conflict, match="Assign the line to the link of that wallet") as refused:
        say_whose(database, BO)
    assert refused.value.slug == "line-not-waiting"
    assert (numbers(database), sheet(database)) == ([], before)


def test_what_was_refused_before_it_was_issued_is_all_there(
    database: Database, unmatched: None
) -> None:
    """A number each, as the chain has them; the issue accounts for the line."""
    hear(database, 3, refused=True)
    hear(database, 5, refused=True)
    hear(database, 7)
    assert say_whose(database).number == 7
    assert numbers(database) == [(3, S.REFUSED), (5, S.REFUSED), (7, S.ISSUED)]
    assert sheet(database) == ISSUED
    assert is_settled(database)


def test_what_was_only_refused_is_tried_again(database: Database, unmatched: None) -> None:
    """As the two persons ask: the old number stays closed, the money takes the next."""
    hear(database, 3, refused=True)
    made = say_whose(database)
    assert (made.number, made.state) == (4, S.QUEUED)
    assert numbers(database) == [(3, S.REFUSED), (4, S.QUEUED)]
    assert sheet(database) == {Account.RESERVE: 70, Account.ISSUING: 70}
    assert is_settled(database)


def test_a_line_is_issued_once_whatever_the_chain_has(database: Database, unmatched: None) -> None:
    """A second issue of it has no money behind it: its alarm stands."""
    hear(database, 7)
    hear(database, 9)
    say_whose(database)
    assert numbers(database) == [(7, S.ISSUED)]
    with database.reading() as connection:
        assert [alarm.subject for alarm in list_alarms(connection)] == ["9"]


def refused_deposit(database: Database, bank: FakeBank) -> Deposit:
    """Bo's deposit, number 1, which the token refused in both lives."""
    link(database, bank, BO)
    receive(database, [70], BO)
    match(database)
    queue(database, Outbox())
    hear(database, 1, refused=True, to=BO)
    return every(database)[0]


def test_what_is_tried_again_takes_its_issue(database: Database, bank: FakeBank) -> None:
    """The other life tried it again before this one does."""
    first = refused_deposit(database, bank)
    hear(database, 9, to=BO)
    with database.transaction() as connection:
        assert retry(connection, first.id, NOW).number == 9
    assert numbers(database) == [(1, S.REFUSED), (9, S.ISSUED)]
    assert sheet(database) == ISSUED
    assert is_settled(database)


def test_a_refusal_told_again_holds_nothing_that_was_issued(
    database: Database, bank: FakeBank
) -> None:
    """The chain is read again from its first block: the freeze of that time is over."""
    first = refused_deposit(database, bank)
    hear(database, 9, to=BO)
    with database.transaction() as connection:
        on_refused(connection, told(first, "e1", reason=FROZEN))
    assert numbers(database) == [(1, S.REFUSED), (9, S.ISSUED)]
    assert is_settled(database)


def test_control_a_line_of_which_the_chain_tells_nothing_takes_the_next_number(
    database: Database, unmatched: None
) -> None:
    """Another line's issue is not taken for it, and goes on standing without a line."""
    words = {"number": 7, "holder": ADA.wallet, "amount": 70, "ref": b"\7" * 16}
    with database.transaction() as connection:
        on_issued(connection, FakeEvent("e7", words))
    assert say_whose(database).number == 8
    with database.reading() as connection:
        assert [alarm.subject for alarm in list_alarms(connection)] == ["7"]

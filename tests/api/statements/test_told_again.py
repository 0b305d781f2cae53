"""Tests of lines that several doubtful statements tell: booked once, by the one that counts."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence

import pytest

from api.bank import BookedLine, Direction, LineKind
from api.kernel.database import Database
from api.ledger import Account
from api.statements import (
    Doubt,
    LineState,
    SheetState,
    StatementReport,
    dismiss_statement,
    find_line,
    find_report,
    release_statement,
    take_in,
    waiting_lines,
)
from api.statements.model import line_id
from api.statements.store import bank_lines
from tests.api.statements.test_chain import books, day, follow, sheet, state, take
from tests.api.world import ADA, NOW, RESERVE, credit, debit

X = credit("x", 50, payer_account=None)
NAMED = credit("x", 50, payer_account=ADA.account)


def begin(database: Database) -> None:
    """A first statement that counts, and closes with 1.00."""
    take(database, day(1, [credit("a", 100)], 0, 100))


def doubtful(database: Database, lines: Sequence[BookedLine] = (NAMED,)) -> StatementReport:
    """A statement whose lines do not come to what it says: somebody made it up."""
    report = take(database, day(8, lines, 7, 7, message_id="MADE-UP"))
    assert sheet(report).doubt is Doubt.SUM
    return report


def early(database: Database, lines: Sequence[BookedLine] = (X,)) -> StatementReport:
    """The true one, which has come before the day between."""
    moved = sum(
        each.amount.minor if each.direction is Direction.CREDIT else -each.amount.minor
        for each in lines
    )
    report = take(database, day(3, lines, 200, 200 + moved))
    assert sheet(report).doubt is Doubt.CHAIN
    return report


def between(database: Database) -> None:
    """The missing day: what came early counts."""
    report = take(database, day(2, [credit("b", 100)], 100, 200))
    assert sheet(report).state is SheetState.SOUND


def decide(database: Database, report: StatementReport, *, right: bool) -> None:
    """Two persons decide, and the worker follows."""
    with database.transaction() as connection:
        done = release_statement if right else dismiss_statement
        done(connection, report.id, 1, by="ann and bob", now=NOW)
    follow(database)


def rows(database: Database, bank_id: str = "x") -> list[LineState]:
    """Every version of a line, by its state; those that count have the line's own id."""
    with database.reading() as connection:
        query = bank_lines.select().where(bank_lines.c.bank_id == bank_id)
        found = connection.execute(query.order_by(bank_lines.c.position)).all()
    for row in found:
        counts = row.state in ("STORED", "EXPLAINED")
        assert (row.id == line_id(RESERVE, bank_id)) is counts or row.state == "QUARANTINED"
    return [LineState(row.state) for row in found]


ORDERS = list(itertools.permutations(("dismiss", "let in")))


@pytest.mark.parametrize("made_up_first", [True, False])
@pytest.mark.parametrize("order", ORDERS, ids=" then ".join)
def test_a_dismissed_statement_takes_no_credit_with_it(
    database: Database, order: Sequence[str], made_up_first: bool
) -> None:
    """Whichever told it first, and whether the true one counts before or after the dismissal."""
    begin(database)
    if made_up_first:
        wrong, _ = doubtful(database), early(database)
    else:
        _, wrong = early(database), doubtful(database)
    assert rows(database) == [LineState.QUARANTINED] * 2
    for step in order:
        decide(database, wrong, right=False) if step == "dismiss" else between(database)
    assert sorted(rows(database)) == [LineState.SET_ASIDE, LineState.STORED]
    assert books(database)[Account.UNMATCHED] == 250
    with database.reading() as connection:
        found = find_line(connection, line_id(RESERVE, "x"))
        assert len(waiting_lines(connection, Direction.CREDIT, 9)) == 3
    assert found is not None
    assert found.payer_account is None, "its words are those of the statement that counts"


def test_control_what_no_sound_statement_tells_is_never_booked(database: Database) -> None:
    """The same, without the true one."""
    begin(database)
    decide(database, doubtful(database), right=False)
    between(database)
    assert rows(database) == [LineState.SET_ASIDE]
    assert books(database)[Account.UNMATCHED] == 200


@pytest.mark.parametrize("first", [0, 1])
def test_two_that_are_both_accepted_book_it_once(database: Database, first: int) -> None:
    """In whichever order the persons decide, and also when one look follows both."""
    begin(database)
    both = doubtful(database), early(database)
    decide(database, both[first], right=True)
    assert books(database)[Account.UNMATCHED] == 150
    decide(database, both[1 - first], right=True)
    assert sorted(rows(database)) == [LineState.SET_ASIDE, LineState.STORED]
    assert books(database)[Account.UNMATCHED] == 150


def test_both_accepted_before_anybody_looks(database: Database) -> None:
    """One look finds them together, the one without the line's own id in front."""
    begin(database)
    first = take(database, day(7, [NAMED], 9, 9, message_id="FIRST"))
    both = early(database), doubtful(database)
    decide(database, first, right=False)  # the line's own id is free, and a later one takes it
    last = take(database, day(9, [NAMED], 3, 3, message_id="LAST"))
    with database.transaction() as connection:
        for each in (*both, last):
            release_statement(connection, each.id, 1, by="ann and bob", now=NOW)
    follow(database)
    counting = [each for each in rows(database) if each is LineState.STORED]
    assert (len(counting), len(rows(database))) == (1, 4)
    assert books(database)[Account.UNMATCHED] == 150


@pytest.mark.parametrize("accepted", [True, False])
def test_what_says_otherwise_never_takes_the_place(database: Database, accepted: bool) -> None:
    """Another amount is told to a person at once; only the true one is booked."""
    begin(database)
    wrong = doubtful(database, [credit("x", 999)])
    report = early(database)
    assert [(each.kind, each.field) for each in report.problems] == [("conflicting", "amount")]
    between(database)
    assert books(database)[Account.UNMATCHED] == 250
    assert rows(database) == [LineState.CONFLICTING, LineState.STORED]
    decide(database, wrong, right=accepted)
    assert rows(database) == [LineState.CONFLICTING, LineState.STORED]
    assert books(database)[Account.UNMATCHED] == 250


@pytest.mark.parametrize("made_up_first", [True, False])
def test_two_statements_of_one_file(database: Database, made_up_first: bool) -> None:
    """One counts and the other does not: the line is booked with the file itself."""
    wrong = day(8, [NAMED], 7, 7, message_id="ONE").getvalue()
    right = day(1, [X], 0, 50, message_id="ONE").getvalue()
    first, second = (wrong, right) if made_up_first else (right, wrong)
    inner = second[second.index(b"    <Stmt>") : second.index(b"  </BkToCstmrStmt>")]
    report = take(
        database,
        io.BytesIO(first.replace(b"  </BkToCstmrStmt>", inner + b"  </BkToCstmrStmt>")),
    )
    assert {each.state for each in report.sheets} == {SheetState.SOUND, SheetState.QUARANTINED}
    assert state(database, "x") is LineState.STORED
    assert books(database)[Account.UNMATCHED] == 50
    assert report.new + report.known == report.lines == 2


def test_told_twice_in_one_doubtful_statement_is_one_line(database: Database) -> None:
    """Also beside another statement's; and the same file again changes nothing."""
    begin(database)
    doubtful(database)
    twice = day(3, [X, X, credit("y", 1)], 200, 251, message_id="TWICE")
    content = twice.getvalue()
    report = take(database, twice)
    assert (report.new, report.known) == (2, 1)
    again = take_in(
        database,
        io.BytesIO(content),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )
    assert again.repeated
    assert rows(database) == [LineState.QUARANTINED] * 2
    assert rows(database, "y") == [LineState.QUARANTINED]


def test_charges_that_two_tell_are_our_own_money_once(database: Database) -> None:
    """As any line of the statement that counts."""
    begin(database)
    fee = debit("fee", 30, kind=LineKind.CHARGE)
    wrong = doubtful(database, [fee])
    early(database, [fee])
    between(database)
    decide(database, wrong, right=True)
    assert books(database)[Account.OWN_FUNDS] == -30
    assert sorted(rows(database, "fee")) == [LineState.EXPLAINED, LineState.SET_ASIDE]


def test_a_sound_statement_speaks_for_itself(database: Database) -> None:
    """What a made-up one says beyond it is nobody's word, and each file counts its own lines."""
    wrong = doubtful(database)
    report = take(database, day(1, [X], 0, 50))
    assert (report.new, report.known, report.problems) == (1, 0, ())
    with database.reading() as connection:
        found = find_line(connection, line_id(RESERVE, "x"))
        before = find_report(connection, wrong.id)
    assert found is not None
    assert (found.state, found.payer_account) == (LineState.STORED, None)
    assert before is not None
    assert before.new == 1
    assert rows(database) == [LineState.SET_ASIDE, LineState.STORED]

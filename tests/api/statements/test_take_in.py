"""Tests of taking a statement in: every line once, whatever is handed in, however often."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from api.bank import BookedLine, Direction, StatementRefused
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from api.kernel.machine import IllegalTransition
from api.kernel.money import Money
from api.ledger import Account, balances, imbalance
from api.statements import (
    FileState,
    LineState,
    StatementReport,
    explain,
    find_line,
    find_report,
    take_in,
    waiting_lines,
)
from api.statements.flow import CHUNK
from api.statements.model import MAX_LINE, Tally
from api.statements.store import bank_lines
from tests.api.world import ADA, NOW, RESERVE, camt, credit, debit


def take(database: Database, stream: io.BytesIO) -> StatementReport:
    """Hand a file in."""
    return take_in(
        database, stream, currency="EUR", reserve_account=RESERVE, now=NOW, source="test"
    )


def sheet(database: Database) -> dict[Account, int]:
    """The ledger's balances; the identity is checked on the way."""
    with database.reading() as connection:
        found = balances(connection, "EUR")
    assert imbalance(found) == 0
    return found


def stored(database: Database, state: LineState | None = None) -> int:
    """How many lines there are."""
    query = select(func.count()).select_from(bank_lines)
    if state is not None:
        query = query.where(bank_lines.c.state == state.value)
    with database.reading() as connection:
        return connection.execute(query).scalar_one()


FILE = [credit("a", 1000), credit("b", 250)]


def unsure(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is handed in, its lines are committed, and no answer to the commit arrives."""
    real, seen = Database.transaction, count(1)

    @contextmanager
    def transaction(of: Database) -> Iterator[Connection]:
        with real(of) as connection:
            yield connection
        if next(seen) == 2:
            raise Unavailable("No answer came.", remedy="Try again.")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "transaction", transaction)
        with pytest.raises(Unavailable):
            take(database, camt(FILE))


def test_whether_a_chunk_was_committed_is_read_before_acting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file again finds its lines, and adds none."""
    unsure(database, monkeypatch)
    assert take(database, camt(FILE)).state is FileState.COMPLETE
    assert stored(database) == 2
    assert sheet(database)[Account.RESERVE] == 1250


def test_without_reading_it_again_the_lines_would_be_added_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: nothing is looked up first: only the store's own constraint is left."""
    unsure(database, monkeypatch)
    monkeypatch.setattr("api.statements.store.known_lines", lambda *_: set())
    monkeypatch.setattr("api.statements.reports.hold_tally", lambda *_: Tally())
    with pytest.raises(IntegrityError):
        take(database, camt(FILE))


def test_lines_are_stored_and_posted_as_unmatched(database: Database) -> None:
    """Credits and debits alike, in the transaction that stores them."""
    report = take(database, camt([credit("a", 1000), credit("b", 250), debit("c", 300)]))
    assert (report.lines, report.new, report.known, report.bad) == (3, 3, 0, 0)
    assert (report.state, report.statements) == (FileState.COMPLETE, 1)
    assert sheet(database)[Account.RESERVE] == sheet(database)[Account.UNMATCHED] == 950
    with database.reading() as connection:
        credits_ = waiting_lines(connection, Direction.CREDIT, 10)
        debits = waiting_lines(connection, Direction.DEBIT, 10)
    assert [line.bank_id for line in credits_] == ["a", "b"]
    assert [line.bank_id for line in debits] == ["c"]
    assert credits_[0].position < credits_[1].position


def test_the_same_file_again_changes_nothing(database: Database) -> None:
    """And says so."""
    first = take(database, camt([credit("a", 1000), credit("a", 1000)]))
    again = take(database, camt([credit("a", 1000), credit("a", 1000)]))
    assert (first.new, first.known, first.repeated) == (1, 1, False)
    assert (again.new, again.known, again.repeated, again.id) == (0, 2, True, first.id)
    assert sheet(database)[Account.RESERVE] == 1000
    with database.reading() as connection:
        assert find_report(connection, first.id) == first


def test_a_line_repeated_from_yesterday_is_known(database: Database) -> None:
    """By the bank's own id, in whatever file it comes."""
    take(database, camt([credit("a", 1000)], message_id="YESTERDAY"))
    report = take(database, camt([credit("a", 1000), credit("b", 5)], message_id="TODAY"))
    assert (report.new, report.known, report.repeated) == (1, 1, False)
    assert sheet(database)[Account.RESERVE] == 1005


def test_a_line_that_says_more_than_before_is_the_same_line(database: Database) -> None:
    """A notification within the day is often shorter than the statement of the day."""
    take(database, camt([credit("a", 1000)], message_id="M1"))
    longer = credit("a", 1000, payer_account=ADA.account, payer_name="Ada", remittance="hello")
    assert take(database, camt([longer], message_id="M2")).known == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (credit("a", 1001, payer_account=ADA.account), "amount"),
        (debit("a", 1000, payer_account=ADA.account), "direction"),
        (credit("a", 1000, payer_account=RESERVE), "payer_account"),
    ],
)
def test_another_content_under_a_known_id_is_an_alarm(
    database: Database, changed: BookedLine, field: str
) -> None:
    """Reported and kept apart, never booked; and once, however often it is handed in."""
    take(database, camt([credit("a", 1000, payer_account=ADA.account)], message_id="M1"))
    for message in ("M2", "M3"):
        report = take(database, camt([changed], message_id=message))
        assert (report.new, report.known, report.conflicting) == (0, 0, 1)
        [problem] = report.problems
        assert (problem.kind, problem.field, problem.line) == ("conflicting", field, 1)
    assert sheet(database)[Account.RESERVE] == 1000
    assert stored(database, LineState.CONFLICTING) == 1
    assert stored(database, LineState.STORED) == 1
    with database.reading() as connection:
        for direction in Direction:
            waiting = waiting_lines(connection, direction, 9)
            assert all(line.state is LineState.STORED for line in waiting)


def test_two_contents_of_one_id_in_one_file(database: Database) -> None:
    """The first stands, the second is the alarm."""
    report = take(database, camt([credit("a", 1000), credit("a", 2000)]))
    assert (report.new, report.conflicting) == (1, 1)
    assert sheet(database)[Account.RESERVE] == 1000


def test_a_bad_line_is_reported_and_the_good_ones_stand(database: Database) -> None:
    """By its number; and money in another currency, or beyond all measure, is a bad line too."""
    lines = [
        credit("a", 1000),
        credit("b", 77),
        replace(credit("c", 1), amount=Money(5, "USD")),
        credit("d", MAX_LINE + 1),
        credit("e", 30),
    ]
    content = camt(lines).getvalue().replace(b">0.77<", b">0.777<")
    report = take(database, io.BytesIO(content))
    assert (report.lines, report.new, report.bad) == (5, 2, 3)
    assert [problem.line for problem in report.problems] == [2, 3, 4]
    assert sheet(database)[Account.RESERVE] == 1030


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not xml at all", "XML"),
        (b"", "empty"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><Document>&x;</Document>', "DOCTYPE"),
        (camt([credit("a", 1)] * 3).getvalue()[:-200], "cut off"),
        (camt([credit("a", 1)], account=ADA.account).getvalue(), "another account"),
        (camt([], currency="USD").getvalue(), "USD"),
    ],
)
def test_a_file_that_cannot_be_trusted_leaves_nothing(
    database: Database, content: bytes, words: str
) -> None:
    """Not even the good lines before the place where it goes wrong."""
    with pytest.raises(StatementRefused, match=words) as caught:
        take(database, io.BytesIO(content))
    assert caught.value.remedy
    assert stored(database) == 0
    assert sheet(database)[Account.RESERVE] == 0


def test_the_balances_are_compared_with_the_lines(database: Database) -> None:
    """And a file without balances says that it does not say."""
    fits = camt([credit("a", 100), debit("b", 30)], message_id="1", opening=5, closing=75)
    wrong = camt([credit("c", 100)], message_id="2", opening=0, closing=99)
    silent = camt([credit("d", 100)], message_id="3")
    assert [take(database, file).adds_up for file in (fits, wrong, silent)] == [True, False, None]


def test_an_account_may_be_written_in_groups(database: Database) -> None:
    """As IBANs are printed."""
    grouped = " ".join(RESERVE[i : i + 4] for i in range(0, len(RESERVE), 4)).lower()
    report = take_in(
        database,
        camt([credit("a", 1)]),
        currency="EUR",
        reserve_account=grouped,
        now=NOW,
        source="test",
    )
    assert report.new == 1


class Failing(Database):
    """A database whose n-th transaction fails when it commits."""

    def __init__(self, real: Database, at: int) -> None:
        self.engine, self._readers = real.engine, real._readers
        self._numbers = count(1)
        self._at = at

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Fail once, after the work is done and before it is kept."""
        if next(self._numbers) == self._at:
            raise Unavailable("The disk is full.", remedy="Make room.")
        with super().transaction() as connection:
            yield connection


@pytest.mark.integration
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_an_interrupted_file_goes_on_where_it_stopped(database: Database, at: int) -> None:
    """At any chunk: what was stored stays, the rest follows, nothing twice."""
    lines = [credit(f"id-{number}", 10) for number in range(2 * CHUNK + 1)]
    with pytest.raises(Unavailable):
        take(Failing(database, at), camt(lines))
    assert stored(database) == max(0, min(at - 2, 3)) * CHUNK - (CHUNK - 1 if at == 5 else 0)
    sheet(database)
    report = take(database, camt(lines))
    assert (report.new, report.known, report.repeated) == (len(lines), 0, False)
    assert stored(database) == len(lines)
    assert sheet(database)[Account.RESERVE] == 10 * len(lines)
    assert take(database, camt(lines)).repeated is True


def test_two_workers_with_one_file(database: Database) -> None:
    """And two files with the same lines, all at once: each line once."""
    lines = [credit(f"id-{number}", 10) for number in range(300)]
    files = [camt(lines, message_id=f"M{number % 2}") for number in range(6)]

    def run(file: io.BytesIO) -> StatementReport:
        while True:
            try:
                return take(database, file)
            except Unavailable:  # PostgreSQL resolved a deadlock: hand it in again
                file.seek(0)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, files))
    assert stored(database) == 300
    assert sheet(database)[Account.RESERVE] == 3000


def test_explaining_a_line_once(database: Database) -> None:
    """The same explanation again is harmless, another one is illegal."""
    take(database, camt([credit("a", 1000)]))
    with database.transaction() as connection:
        [line] = waiting_lines(connection, Direction.CREDIT, 10)
        for _ in range(2):
            explain(connection, line.id, by="deposits", ref="deposit_1", now=NOW)
        assert waiting_lines(connection, Direction.CREDIT, 10) == []
        found = find_line(connection, line.id)
        assert found is not None
        assert (found.state, found.explained_ref) == (LineState.EXPLAINED, "deposit_1")
        with pytest.raises(IllegalTransition):
            explain(connection, line.id, by="deposits", ref="deposit_2", now=NOW)
        with pytest.raises(LookupError):
            explain(connection, type(line.id)("line_0"), by="deposits", ref="x", now=NOW)


def test_waiting_lines_come_in_pages(database: Database) -> None:
    """Oldest first, from behind a position."""
    take(database, camt([credit(f"id-{number}", 1) for number in range(5)]))
    with database.reading() as connection:
        first = waiting_lines(connection, Direction.CREDIT, 2)
        rest = waiting_lines(connection, Direction.CREDIT, 9, after=first[-1].position)
    assert [line.bank_id for line in [*first, *rest]] == [f"id-{n}" for n in range(5)]


def test_the_time_of_a_repetition_does_not_matter(database: Database) -> None:
    """A known line is known the next day too, with its first posting."""
    take(database, camt([credit("a", 1000)], message_id="M1"))
    later = take_in(
        database,
        camt([credit("a", 1000)], message_id="M2"),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW + timedelta(days=1),
        source="test",
    )
    assert later.known == 1

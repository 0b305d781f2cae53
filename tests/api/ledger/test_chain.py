"""Tests of the ledger's hash chain: whatever is changed behind its back is named, row by row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from api.kernel.counter import next_numbers
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from api.kernel.money import Money
from api.ledger import (
    GENESIS,
    Account,
    BelowZero,
    ChainReport,
    Posting,
    balances,
    imbalance,
    journal_head,
    post,
    post_all,
    verify_chain,
)
from api.ledger.journal import canonical
from tests.api.world import NOW

_STEPS = (
    (Account.RESERVE, Account.UNMATCHED),
    (Account.UNMATCHED, Account.ISSUING),
    (Account.ISSUING, Account.TOKENS),
)


def posting(number: int, debit: Account, credit: Account, minor: int = 100) -> Posting:
    """One step of a deposit."""
    amount = Money(minor, "EUR")
    return Posting(f"e{number}", "step", debit, credit, amount, f"line_{number}", NOW)


def verify(database: Database) -> ChainReport:
    """The report on the whole journal."""
    with database.reading() as connection:
        return verify_chain(connection)


def fill(database: Database, deposits: int = 4) -> None:
    """Postings in several transactions, alone and together."""
    for number in range(deposits):
        with database.transaction() as connection:
            first, *rest = (posting(number * 3 + k, *_STEPS[k]) for k in range(3))
            post(connection, first)
            post_all(connection, rest)


def test_repeated_events_leave_no_gap(database: Database) -> None:
    """In one batch and in a later one: places are counted without them."""
    for at in (NOW, NOW + timedelta(days=1)):
        with database.transaction() as connection:
            again = [replace(posting(n % 3, *_STEPS[0]), at=at) for n in range(6)]
            post_all(connection, [*again, posting(100 + at.day, *_STEPS[0])])
    report = verify(database)
    assert (report.sealed, report.wrong) == (5, None)


def unlock(database: Database) -> list[str]:
    """Statements that a person with the store's own password would begin with."""
    if database.is_sqlite:
        names = ("postings_no_update", "postings_no_delete", "balances_moved")
        more = ("journal_seals_no_update", "journal_seals_no_delete")
        return [f"DROP TRIGGER {name}" for name in (*names, *more)]
    return [
        "DROP TRIGGER postings_append_only ON postings",
        "DROP TRIGGER journal_sealed ON postings",
        "DROP TRIGGER journal_seals_append_only ON journal_seals",
    ]


def test_what_is_posted_is_sealed(database: Database) -> None:
    """In order, each once, the head last; balances are the sums."""
    assert verify(database) == ChainReport(0, GENESIS, None)
    fill(database)
    report = verify(database)
    assert (report.sealed, report.wrong) == (12, None)
    with database.reading() as connection:
        assert journal_head(connection) == (12, report.head)
        found = balances(connection, "EUR")
    assert (found[Account.RESERVE], found[Account.TOKENS]) == (400, 400)
    assert imbalance(found) == 0


def test_both_stores_seal_alike(database: Database) -> None:
    """PostgreSQL's own function and the program write the same bytes: words of every kind."""
    at = NOW + timedelta(microseconds=123_457)
    odd = Posting(
        "línea:1|é𝄞", "käse", Account.RESERVE, Account.UNMATCHED, Money(10**15, "JPY"), "关于", at
    )
    with database.transaction() as connection:
        post(connection, odd)
    assert verify(database).intact


_OTHER_SEAL = (
    "UPDATE journal_seals SET hash = (SELECT hash FROM journal_seals WHERE number = 1) "
    "WHERE number = 8"
)
_BESIDE = (
    'INSERT INTO postings (number, event_id, kind, debit, credit, amount, currency, about, "at") '
    "SELECT 50, 'forged', kind, debit, credit, amount, currency, about, \"at\" "
    "FROM postings WHERE number = 1"
)
_TAMPERING = {
    "an amount": ("UPDATE postings SET amount = 99 WHERE number = 5", "postings", "5"),
    "an account": ("UPDATE postings SET credit = 'OWN_FUNDS' WHERE number = 4", "postings", "4"),
    "a time": ("UPDATE postings SET \"at\" = '2026-11-18T09:00:00.000000+00:00' WHERE number = 7",
               "postings", "7"),
    "an event": ("UPDATE postings SET event_id = 'other' WHERE number = 1", "postings", "1"),
    "what it is about": ("UPDATE postings SET about = 'x' WHERE number = 12", "postings", "12"),
    "its kind": ("UPDATE postings SET kind = 'x' WHERE number = 2", "postings", "2"),
    "its currency": ("UPDATE postings SET currency = 'USD' WHERE number = 3", "postings", "3"),
    "a posting removed": ("DELETE FROM postings WHERE number = 6", "postings", "6"),
    "the last one removed": ("DELETE FROM postings WHERE number = 12", "postings", "12"),
    "a seal removed": ("DELETE FROM journal_seals WHERE number = 6", "journal_seals", "6"),
    "the last seal removed": ("DELETE FROM journal_seals WHERE number = 12", "postings", "12"),
    "a seal changed": (_OTHER_SEAL, "postings", "8"),
    "a number": ("UPDATE postings SET number = 99 WHERE number = 9", "postings", "9"),
    "a posting beside the chain": (_BESIDE, "postings", "50"),
    "the head": ("UPDATE journal_head SET number = 11", "journal_head", "journal"),
    "a balance": ("UPDATE balances SET minor = 399 WHERE account = 'TOKENS'", "balances",
                  "TOKENS EUR"),
    "a balance more": ("INSERT INTO balances VALUES ('TOKENS', 'CHF', 5)", "balances",
                       "TOKENS CHF"),
}  # fmt: skip


@pytest.mark.parametrize("case", _TAMPERING)
def test_what_was_changed_is_named(database: Database, case: str) -> None:
    """The very row, by table and number; without the change there is nothing to name."""
    statement, table, row = _TAMPERING[case]
    fill(database)
    with database.transaction() as connection:
        for each in unlock(database):
            connection.execute(text(each))
    assert verify(database).intact
    with database.transaction() as connection:
        assert connection.execute(text(statement)).rowcount == 1
    wrong = verify(database).wrong
    assert wrong is not None
    assert (wrong.table, wrong.row) == (table, row)


def test_two_that_changed_places(database: Database) -> None:
    """The same rows in another order are another journal."""
    fill(database)
    with database.transaction() as connection:
        for each in unlock(database):
            connection.execute(text(each))
        for before, after in ((4, 90), (7, 4), (90, 7)):
            connection.execute(
                text("UPDATE postings SET number = :after WHERE number = :before"),
                {"before": before, "after": after},
            )
    wrong = verify(database).wrong
    assert wrong is not None
    assert wrong.row == "4"


def test_a_cut_end_is_known_by_the_kept_head(database: Database) -> None:
    """Who rewrites all of it, head and balances too, is found by a head kept elsewhere."""
    fill(database)
    kept = verify(database).head
    with database.transaction() as connection:
        for each in unlock(database):
            connection.execute(text(each))
        for table, column in (("postings", "number"), ("journal_seals", "number")):
            connection.execute(text(f"DELETE FROM {table} WHERE {column} > 9"))  # noqa: S608 - constants
        connection.execute(
            text(
                "UPDATE journal_head SET number = 9, "
                "hash = (SELECT hash FROM journal_seals WHERE number = 9)"
            )
        )
        connection.execute(text("UPDATE balances SET minor = 300 WHERE minor = 400"))
    report = verify(database)
    assert report.intact
    assert report.head != kept


@pytest.mark.parametrize("account", ["TOKENS", "ISSUING", "PAYOUTS", "RETURNS"])
def test_what_is_owed_to_customers_is_never_negative(database: Database, account: str) -> None:
    """The store refuses it, and the posting with it; it is said what to do."""
    with (
        pytest.raises(BelowZero, match="ever put into it") as caught,
        database.transaction() as connection,
    ):
        post(connection, posting(1, Account(account), Account.OWN_FUNDS))
    assert isinstance(caught.value.__cause__, IntegrityError)
    assert "never_negative" in str(caught.value.__cause__)
    assert "jiaozi-bridge audit" in caught.value.remedy
    with database.reading() as connection:
        assert balances(connection, "EUR")[Account.OWN_FUNDS] == 0
    assert verify(database).sealed == 0


def test_unmatched_money_may_be_negative(database: Database) -> None:
    """A debit that nothing explains: true, and shown. The control of the test above."""
    with database.transaction() as connection:
        post(connection, posting(1, Account.UNMATCHED, Account.RESERVE))
    with database.reading() as connection:
        assert balances(connection, "EUR")[Account.UNMATCHED] == -100


def test_a_transaction_reads_its_own_postings(database: Database) -> None:
    """And what it posts after that is sealed too."""
    with database.transaction() as connection:
        post(connection, posting(1, *_STEPS[0]))
        assert balances(connection, "EUR")[Account.UNMATCHED] == 100
        post(connection, posting(2, *_STEPS[0]))
    assert verify(database).sealed == 2


def test_a_transaction_that_fails_seals_nothing(database: Database) -> None:
    """Places are taken by what is committed alone: there is no gap."""
    fill(database, 1)
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        _fail_after_posting(connection)
    fill(database, 2)
    report = verify(database)
    assert (report.sealed, report.wrong) == (6, None)


def _fail_after_posting(connection: Connection) -> None:
    post(connection, posting(100, *_STEPS[0]))
    raise ZeroDivisionError


def test_many_writers_make_one_chain(database: Database) -> None:
    """They lock other rows before and after posting, in any order, and none is lost."""

    def write(number: int) -> None:
        with database.transaction() as connection:
            if number % 2:
                next_numbers(connection, "shared", 1)
            post(connection, posting(number * 2, *_STEPS[0]))
            next_numbers(connection, "shared", 1)
            post_all(connection, [posting(number * 2 + 1, *_STEPS[0])])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 65)))
    report = verify(database)
    assert (report.sealed, report.wrong) == (128, None)
    with database.reading() as connection:
        assert balances(connection, "EUR")[Account.RESERVE] == 12_800


@pytest.mark.parametrize("early", [False, True])
def test_the_head_is_taken_last(postgres_url: str, early: bool) -> None:
    """One posts and then wants the row that the other holds, who then posts: no deadlock.

    The control: with the head taken at the posting, PostgreSQL finds one and ends one of them.
    """
    database = Database(postgres_url)
    with database.transaction() as connection:
        next_numbers(connection, "shared", 1)
    both = Barrier(2)

    def posts_first() -> None:
        with database.transaction() as connection:
            if early:
                connection.exec_driver_sql("SET CONSTRAINTS journal_sealed IMMEDIATE")
            post(connection, posting(1, *_STEPS[0]))
            both.wait()
            next_numbers(connection, "shared", 1)

    def posts_last() -> None:
        with database.transaction() as connection:
            next_numbers(connection, "shared", 1)
            both.wait()
            if early:
                connection.exec_driver_sql("SET CONSTRAINTS journal_sealed IMMEDIATE")
            post(connection, posting(2, *_STEPS[0]))

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(posts_first).exception, pool.submit(posts_last).exception]
        errors = [error for end in ends if (error := end()) is not None]
    assert [type(error) for error in errors] == ([Unavailable] if early else [])
    assert verify(database).sealed == (1 if early else 2)
    database.close()


_WORDS = st.text(max_size=12)


@given(st.tuples(_WORDS, _WORDS, _WORDS), st.tuples(_WORDS, _WORDS, _WORDS))
def test_no_two_postings_have_one_canonical_form(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    """A word cannot lend its letters to the next one."""

    def form(words: tuple[str, str, str]) -> bytes:
        event, kind, about = words
        return canonical(1, (1, event, kind, "A", "B", 5, "EUR", about, 0))

    assert (form(one) == form(other)) == (one == other)

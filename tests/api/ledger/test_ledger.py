"""Tests of the ledger: its identity, once-only postings, and that nothing is ever changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from api.kernel.database import Database, insert_new
from api.kernel.errors import Broken
from api.kernel.money import Money
from api.ledger import (
    Account,
    Posting,
    balances,
    imbalance,
    post,
    post_all,
    postings_about,
    verify_chain,
)
from api.ledger.model import ASSETS, signed
from api.ledger.store import postings
from tests.api.world import NOW


def posting(
    event: str = "e1",
    minor: int = 100,
    debit: Account = Account.RESERVE,
    credit: Account = Account.UNMATCHED,
    at: datetime = NOW,
) -> Posting:
    """A posting of a credit line."""
    return Posting(event, "bank credit", debit, credit, Money(minor, "EUR"), "line_1", at)


def test_one_event_posts_once(database: Database) -> None:
    """Also when it is learned of again, later."""
    with database.transaction() as connection:
        assert post(connection, posting()) is True
    with database.transaction() as connection:
        assert post(connection, posting(at=NOW + timedelta(days=1))) is False
        assert balances(connection, "EUR")[Account.RESERVE] == 100
        assert postings_about(connection, "line_1") == [posting()]


@pytest.mark.parametrize(
    "other",
    [
        posting(minor=101),
        posting(credit=Account.OWN_FUNDS),
        replace(posting(), about="line_2"),
        replace(posting(), amount=Money(100, "USD")),
    ],
)
def test_one_event_with_two_contents_is_broken(database: Database, other: Posting) -> None:
    """And nothing of the transaction remains."""
    with database.transaction() as connection:
        post(connection, posting())
    with pytest.raises(Broken, match="another posting"), database.transaction() as connection:
        post_all(connection, [posting("e2"), other])
    with database.reading() as connection:
        assert balances(connection, "EUR")[Account.UNMATCHED] == 100


def test_one_batch_with_two_contents_of_one_event_is_broken(database: Database) -> None:
    """The batch is compared with itself before it is stored."""
    with pytest.raises(Broken), database.transaction() as connection:
        post_all(connection, [posting(minor=1), posting(minor=2)])


def test_a_batch_counts_what_is_new(database: Database) -> None:
    """Repeated events are left alone."""
    with database.transaction() as connection:
        assert post_all(connection, [posting("a"), posting("b"), posting("a")]) == 2
        assert post_all(connection, [posting("b"), posting("c")]) == 1
        assert post_all(connection, []) == 0


def test_currencies_do_not_mix(database: Database) -> None:
    """Each has balances of its own."""
    with database.transaction() as connection:
        post(connection, posting())
        post(connection, replace(posting("e2"), amount=Money(7, "JPY")))
        assert balances(connection, "JPY")[Account.RESERVE] == 7
        assert balances(connection, "EUR")[Account.RESERVE] == 100


@pytest.mark.parametrize(
    "statement", ["UPDATE postings SET amount = 1", "DELETE FROM postings", "TRUNCATE postings"]
)
def test_the_store_refuses_to_change_a_posting(database: Database, statement: str) -> None:
    """Not by our code's good manners: by triggers."""
    with database.transaction() as connection:
        post(connection, posting())
    with pytest.raises((DBAPIError, Broken)), database.engine.begin() as connection:
        connection.execute(text(statement))
    with database.reading() as connection:
        assert balances(connection, "EUR")[Account.RESERVE] == 100


def test_without_the_trigger_a_posting_could_be_changed(database: Database) -> None:
    """The control of the test above."""
    drop = (
        "DROP TRIGGER postings_no_update"
        if database.is_sqlite
        else ("DROP TRIGGER postings_append_only ON postings")
    )
    with database.transaction() as connection:
        post(connection, posting())
    with database.transaction() as connection:
        connection.execute(text(drop))
        connection.execute(text("UPDATE postings SET amount = 1"))
    with database.reading() as connection:
        assert not verify_chain(connection).intact


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"amount": -5}, {"credit": "RESERVE"}])
def test_the_store_refuses_a_posting_that_is_none(
    database: Database, wrong: dict[str, object]
) -> None:
    """Whoever writes it."""
    row = {
        "event_id": "e",
        "kind": "k",
        "debit": "RESERVE",
        "credit": "TOKENS",
        "amount": 1,
        "currency": "EUR",
        "about": "x",
        "at": NOW,
    }
    with pytest.raises(IntegrityError), database.transaction() as connection:
        insert_new(connection, postings, [row | wrong], key="event_id")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Money(0, "EUR")},
        {"amount": Money(-1, "EUR")},
        {"credit": Account.RESERVE},
        {"event_id": ""},
        {"event_id": "x" * 201},
        {"at": datetime(2026, 1, 1)},  # noqa: DTZ001 - naive on purpose
    ],
)
def test_a_posting_that_is_none_cannot_be_made(wrong: dict[str, object]) -> None:
    """The model refuses it before any store sees it."""
    with pytest.raises(ValueError, match="posting"):
        replace(posting(), **wrong)  # type: ignore[arg-type] # any field may be wrong


def test_many_threads_post_one_event_once(database: Database) -> None:
    """One of them is told so; the identity holds for every reader in between."""

    def run(number: int) -> bool:
        with database.transaction() as connection:
            new = post(connection, posting(f"e{number % 3}"))
        with database.reading() as connection:
            assert imbalance(balances(connection, "EUR")) == 0
        return new

    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(run, range(36)))
    assert sum(results) == 3
    with database.reading() as connection:
        assert balances(connection, "EUR")[Account.RESERVE] == 300


_ACCOUNTS = st.lists(st.sampled_from(Account), min_size=2, max_size=2, unique=True)


@given(st.lists(st.tuples(_ACCOUNTS, st.integers(1, 10**15))))
def test_the_identity_holds_at_each_posting(moves: list[tuple[list[Account], int]]) -> None:
    """Whatever is posted: one side is debited what the other is credited."""
    debits = dict.fromkeys(Account, 0)
    credits_ = dict.fromkeys(Account, 0)
    for (debit, credit), minor in moves:
        debits[debit] += minor
        credits_[credit] += minor
        sheet = {a: signed(a, debits[a], credits_[a]) for a in Account}
        assert imbalance(sheet) == 0


@given(st.sampled_from(Account), st.integers(1, 10**15))
def test_a_plug_in_one_account_shows(account: Account, minor: int) -> None:
    """The control: an amount that was not posted twice breaks the identity."""
    sheet = dict.fromkeys(Account, 0) | {account: minor}
    assert imbalance(sheet) == (minor if account in ASSETS else -minor)

"""Tests of the reconciliation: each difference named and aged, a break stops issuing, no plug."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.bank import BankBalance, BankUnreachable
from api.bank.memory import FakeBank
from api.chain import SupplyView
from api.chain.memory import MemoryChain
from api.chain.store import set_position
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Conflict, NotFound, Unavailable
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from api.reserve import (
    Item,
    ItemKind,
    Reconciliation,
    clear,
    issuing_allowed,
    list_open,
    reconcile,
    store,
)
from api.statements import take_in
from tests.api.refunds.steps import AMOUNT, Counter
from tests.api.world import NOW, RESERVE, TODAY, camt, credit, debit

LOG = logging.getLogger("jiaozi.tests")
SUPPLY = SupplyView(700, 700, 5, "0x5")
Look = Callable[[int], Reconciliation]


@pytest.fixture
def chain() -> MemoryChain:
    """A chain that agrees with the books."""
    return MemoryChain(supplies={5: SUPPLY})


@pytest.fixture
def look(database: Database, bank: FakeBank, chain: MemoryChain) -> Look:
    """A look after so many seconds, at books of 1000 cents, of which 700 are tokens."""
    moves = (
        ("1", Account.RESERVE, Account.UNMATCHED, 1000),
        ("2", Account.UNMATCHED, Account.ISSUING, 900),
        ("3", Account.ISSUING, Account.TOKENS, 700),
    )
    with database.transaction() as connection:
        for event_id, debit_, credit_, minor in moves:
            post(
                connection,
                Posting(event_id, "test", debit_, credit_, Money(minor, "EUR"), "test", NOW),
            )
        set_position(connection, None, (5, "0x5"), NOW)
    bank.booked = Money(1000, "EUR")

    def run(seconds: int) -> Reconciliation:
        now = NOW + timedelta(seconds=seconds)
        return reconcile(database, chain, bank, "EUR", now=now, log=LOG)

    return run


def test_two_workers_record_one_after_the_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the first, and sees what it wrote: neither stumbles over the other."""
    writing, written = threading.Event(), threading.Event()
    real = store.insert_new

    def insert_late(*args: Any, **options: Any) -> set[Any]:
        writing.set()
        assert written.wait(20)
        return real(*args, **options)

    def second() -> list[str]:
        with database.transaction() as connection:
            store.record(connection, [_item("two")], NOW)
            return [seen.item.subject for seen in list_open(connection)]

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as connection:
            store.record(connection, [_item("one")], NOW)
            monkeypatch.setattr(store, "insert_new", insert_late)
            done = pool.submit(second)
            writing.wait(1)
        written.set()
        assert done.result(20) == ["two"]
    with database.reading() as connection:
        assert [seen.item.subject for seen in list_open(connection)] == ["two"]


def _item(subject: str) -> Item:
    return Item(ItemKind.UNEXPLAINED, subject, -1, "a test")


def kinds(report: Reconciliation) -> list[tuple[ItemKind, int]]:
    """What differs, and by how much."""
    return [(seen.item.kind, seen.item.amount) for seen in report.differences]


def allowed(database: Database) -> bool:
    """What the worker asks before it issues."""
    with database.reading() as connection:
        return issuing_allowed(connection)


def test_three_that_agree(look: Look, database: Database) -> None:
    """Nothing is listed, and the report says what was compared."""
    report = look(0)
    assert (report.differences, report.issuing_allowed) == ((), True)
    said = json.loads(json.dumps(report.to_json()))
    assert said["chain"]["supply"] == said["ledger"]["TOKENS"] == Money(700, "EUR").to_json()
    assert said["bank"]["balance"] == said["ledger"]["RESERVE"]
    assert said["journal"]["postings"] == 3
    assert allowed(database)


@pytest.mark.parametrize("off", [1, -1])
def test_a_token_too_many_stops_issuing_at_once(
    look: Look, chain: MemoryChain, database: Database, off: int
) -> None:
    """Until it has vanished and a named operator has said that it is understood."""
    chain.supplies[5] = replace(SUPPLY, supply=700 + off)
    report = look(0)
    assert kinds(report) == [(ItemKind.CHAIN, off)]
    assert not allowed(database)
    [broken] = report.breaks
    with pytest.raises(Conflict, match="lasts"), database.transaction() as connection:
        clear(connection, broken.number, by="ada", why="seen", now=NOW)
    chain.supplies[5] = SUPPLY
    report = look(30)
    assert report.differences == ()
    [ended] = report.breaks
    assert ended.ended_at == NOW + timedelta(seconds=30)
    assert not allowed(database)
    with database.transaction() as connection:
        clear(connection, broken.number, by="ada", why="a node lied", now=NOW)
    assert allowed(database)
    with pytest.raises(Conflict, match="does not stand"), database.transaction() as connection:
        clear(connection, broken.number, by="ada", why="again", now=NOW)
    with pytest.raises(NotFound), database.transaction() as connection:
        clear(connection, 999, by="ada", why="?", now=NOW)


def test_missing_money_is_a_break_when_it_lasts(
    look: Look, bank: FakeBank, database: Database
) -> None:
    """Bank and books are not read in one instant: two minutes, then issuing stops."""
    bank.booked = Money(990, "EUR")
    assert kinds(look(0)) == [(ItemKind.MISSING, -10)]
    look(119)
    assert allowed(database)
    bank.booked = Money(989, "EUR")
    report = look(120)
    assert kinds(report) == [(ItemKind.MISSING, -11)]
    assert not report.issuing_allowed
    assert not allowed(database)
    assert report.breaks[0].first_seen == NOW
    assert report.breaks[0].last_seen == NOW + timedelta(seconds=120)


def test_missing_money_that_was_only_late(look: Look, bank: FakeBank, database: Database) -> None:
    """It vanishes before it is a break: nobody's word is needed."""
    bank.booked = Money(990, "EUR")
    look(0)
    bank.booked = Money(1000, "EUR")
    assert look(60).differences == ()
    bank.booked = Money(990, "EUR")
    look(130)
    assert allowed(database)


def test_money_that_no_statement_told_of_stops_nothing(
    look: Look, bank: FakeBank, database: Database
) -> None:
    """It is listed for as long as it lasts."""
    bank.booked = Money(1500, "EUR")
    look(0)
    assert kinds(look(86_400)) == [(ItemKind.UNREAD, 500)]
    assert allowed(database)


def test_a_debit_that_nothing_explains(look: Look, bank: FakeBank, database: Database) -> None:
    """Named by its line, although the sums agree."""
    take_in(
        database,
        camt([debit("D1", 30), debit("D2", 12)]),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )
    bank.booked = Money(1000 - 42, "EUR")
    look(0)
    report = look(120)
    assert kinds(report) == [(ItemKind.UNEXPLAINED, -30), (ItemKind.UNEXPLAINED, -12)]
    assert len(report.breaks) == 2
    assert not allowed(database)


def test_lines_after_the_closing_balance_are_named(
    look: Look, bank: FakeBank, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement's closing balance does not contain what was booked on a later day."""
    later = [
        credit("C1", 500, booked_on=TODAY + timedelta(days=1)),
        credit("C2", 5, booked_on=TODAY),
    ]
    take_in(database, camt(later), currency="EUR", reserve_account=RESERVE, now=NOW, source="test")
    closing = BankBalance(Money(1005, "EUR"), NOW, "camt.053", closed_on=TODAY)
    monkeypatch.setattr(bank, "balance", lambda: closing)
    assert kinds(look(0)) == [(ItemKind.AFTER_STATEMENT, -500)]
    look(200)
    assert allowed(database)
    # the control: the same figure as of now, without a day, is money that is gone
    monkeypatch.setattr(bank, "balance", lambda: replace(closing, closed_on=None))
    assert kinds(look(300)) == [(ItemKind.MISSING, -500)]


@pytest.mark.parametrize("handed_in", [True, False])
def test_a_refund_that_the_bank_may_have_paid(
    look: Look, database: Database, bank: FakeBank, clock: FixedClock, handed_in: bool
) -> None:
    """Named as on its way; the control: before it was handed in, the same gap is missing money."""
    counter = Counter(database, clock, bank)
    bank.answering = False
    counter.decide(counter.line(minor=AMOUNT))
    if handed_in:
        assert counter.pay_out()
    report = look(0)  # the bank has 1000, the statements say 1000 and the credit
    expected = ItemKind.ON_ITS_WAY if handed_in else ItemKind.MISSING
    assert kinds(report) == [(expected, -AMOUNT)]
    assert look(200).issuing_allowed == handed_in


def test_a_bank_that_does_not_answer(look: Look, bank: FakeBank, database: Database) -> None:
    """It is said; chain and ledger are compared all the same."""
    bank.failures += [BankUnreachable("down", remedy="wait")] * 2
    report = look(0)
    assert kinds(report) == [(ItemKind.NO_BALANCE, 0)]
    assert report.to_json()["bank"] is None
    assert allowed(database)
    assert look(10).differences == ()


def test_a_break_lasts_while_the_bank_is_silent(
    look: Look, bank: FakeBank, database: Database
) -> None:
    """Silence is no sign that the money is back: nobody can clear it, and no grace begins anew."""
    bank.booked = Money(500, "EUR")
    look(0)
    look(120)
    report = look_in_vain(look, bank, 130)
    assert kinds(report) == [(ItemKind.MISSING, -500), (ItemKind.NO_BALANCE, 0)]
    [broken] = report.breaks
    assert (broken.ended_at, broken.last_seen) == (None, NOW + timedelta(seconds=120))
    with pytest.raises(Conflict, match="bank does not answer"), database.transaction() as work:
        clear(work, broken.number, by="ada", why="gone", now=NOW)
    assert kinds(look(140)) == [(ItemKind.MISSING, -500)]
    with pytest.raises(Conflict, match="lasts"), database.transaction() as connection:
        clear(connection, broken.number, by="ada", why="gone", now=NOW)
    bank.booked = Money(1000, "EUR")
    [ended] = look(150).breaks
    assert (ended.number, ended.ended_at) == (broken.number, NOW + timedelta(seconds=150))


def test_missing_money_grows_older_through_silences(
    look: Look, bank: FakeBank, database: Database
) -> None:
    """A bank that fails more often than the grace is long does not put the break off."""
    bank.booked = Money(500, "EUR")
    look(0)
    look(60)
    look_in_vain(look, bank, 110)
    assert allowed(database)
    look_in_vain(look, bank, 120)
    assert allowed(database)  # it may be back: only an answer tells
    assert not look(130).issuing_allowed
    assert not allowed(database)


def test_what_the_bank_alone_tells_is_kept_in_a_silence(look: Look, bank: FakeBank) -> None:
    """With its age, as it was last told; the first answer ends what is no more."""
    bank.booked = Money(1500, "EUR")
    look(0)
    assert look_in_vain(look, bank, 10).differences[0].item.kind is ItemKind.UNREAD
    [unread] = look(20).differences
    assert unread.first_seen == NOW
    look_in_vain(look, bank, 30)
    bank.booked = Money(1000, "EUR")
    assert look(40).differences == ()


def test_a_break_lasts_while_the_chain_is_silent(
    look: Look, chain: MemoryChain, database: Database
) -> None:
    """Without the chain's answer nothing is compared, so nothing ends."""
    chain.supplies[5] = replace(SUPPLY, supply=701)
    [broken] = look(0).breaks
    chain.supplies[5] = SUPPLY
    chain.down = True
    with pytest.raises(Unavailable):
        look(10)
    with pytest.raises(Conflict, match="lasts"), database.transaction() as connection:
        clear(connection, broken.number, by="ada", why="gone", now=NOW)


def test_a_clock_that_was_ahead_delays_no_break(
    look: Look, bank: FakeBank, database: Database
) -> None:
    """Dated a day ahead by a wrong clock, it is two minutes from the first look by a right one."""
    bank.booked = Money(500, "EUR")
    look(86_400)
    look_in_vain(look, bank, 0)
    look(119)
    assert allowed(database)
    report = look(120)
    assert not report.issuing_allowed
    assert report.breaks[0].first_seen == NOW


def look_in_vain(look: Look, bank: FakeBank, seconds: int) -> Reconciliation:
    """A look that the bank does not answer."""
    bank.failures += [BankUnreachable("down", remedy="wait")] * 2
    return look(seconds)


def test_a_break_that_comes_again_is_a_new_one(
    look: Look, chain: MemoryChain, database: Database
) -> None:
    """With an age of its own; clearing the first does not clear it."""
    for seconds in (0, 20):
        chain.supplies[5] = replace(SUPPLY, supply=701)
        look(seconds)
        chain.supplies[5] = SUPPLY
        look(seconds + 10)
    report = look(60)
    first, second = report.breaks
    assert (first.first_seen, second.first_seen) == (NOW, NOW + timedelta(seconds=20))
    with database.transaction() as connection:
        clear(connection, first.number, by="ada", why="seen", now=NOW)
    assert not allowed(database)


def test_before_the_chain_was_read(database: Database, bank: FakeBank, chain: MemoryChain) -> None:
    """There is nothing to compare."""
    with pytest.raises(Unavailable, match="not read the chain yet"):
        reconcile(database, chain, bank, "EUR", now=NOW, log=LOG)

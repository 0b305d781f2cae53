"""Tests of the proof of reserve: balanced to the unit, and every difference is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.bank.memory import FakeBank
from api.chain import SupplyView, provide_chain
from api.chain.memory import MemoryChain
from api.chain.store import set_position
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from api.reserve import prove, read_books
from api.statements import take_in
from api.web.app import create_app
from api.web.context import Bridge
from tests.api.world import NOW, RESERVE, camt, credit, debit

MOVES = (
    ("1", Account.RESERVE, Account.UNMATCHED, 1000),
    ("2", Account.UNMATCHED, Account.ISSUING, 900),
    ("3", Account.ISSUING, Account.TOKENS, 700),
    ("4", Account.TOKENS, Account.PAYOUTS, 300),
    ("5", Account.PAYOUTS, Account.OWN_FUNDS, 10),
    ("6", Account.PAYOUTS, Account.RETURNS, 40),
)


@pytest.fixture
def booked(database: Database, bank: FakeBank) -> Database:
    """Books in which every account but RECALLED holds something, read up to block 5."""
    with database.transaction() as connection:
        for event_id, debit_, credit_, minor in MOVES:
            amount = Money(minor, "EUR")
            post(connection, Posting(event_id, "test", debit_, credit_, amount, "test", NOW))
        set_position(connection, None, (5, "0x5"), NOW)
    bank.booked = Money(1000, "EUR")
    return database


@pytest.fixture
def chain() -> MemoryChain:
    """A chain that agrees with those books."""
    return MemoryChain(supplies={5: SupplyView(400, 700, 5, "0x5")})


def test_balanced_to_the_unit(booked: Database, bank: FakeBank, chain: MemoryChain) -> None:
    """Tokens + in flight + unmatched + own funds = the bank's balance."""
    proof = prove(booked, chain, bank, "EUR")
    assert proof.balanced
    assert proof.total == 1000
    assert proof.differences() == []


@pytest.mark.parametrize("off", [1, -1])
def test_one_cent_is_a_difference(
    booked: Database, bank: FakeBank, chain: MemoryChain, off: int
) -> None:
    """At the bank, or on the chain: named, signed, explained. Never «about right»."""
    bank.booked = Money(1000 + off, "EUR")
    proof = prove(booked, chain, bank, "EUR")
    assert not proof.balanced
    [found] = proof.differences()
    assert (found.between, found.amount) == ("bank and ledger", off)
    bank.booked = Money(1000, "EUR")
    chain.supplies[5] = replace(chain.supplies[5], supply=400 + off)
    proof = prove(booked, chain, bank, "EUR")
    assert not proof.balanced
    [found] = proof.differences()
    assert (found.between, found.amount) == ("chain and ledger", off)


def test_two_errors_that_cancel_out_are_not_balanced(
    booked: Database, bank: FakeBank, chain: MemoryChain
) -> None:
    """A token too many and a cent too many at the bank: the sum agrees, the truth does not."""
    bank.booked = Money(1001, "EUR")
    chain.supplies[5] = replace(chain.supplies[5], supply=401)
    proof = prove(booked, chain, bank, "EUR")
    assert proof.total == proof.bank.amount.minor
    assert not proof.balanced


def test_before_the_chain_was_read(database: Database) -> None:
    """There is no block to speak of."""
    with pytest.raises(Unavailable, match="not read the chain yet"):
        read_books(database, "EUR")


def test_the_block_that_was_read_is_gone(
    booked: Database, bank: FakeBank, chain: MemoryChain
) -> None:
    """Another chain, or a reorganisation: no proof."""
    chain.supplies = {5: SupplyView(400, 700, 5, "0xother")}
    with pytest.raises(Broken):
        prove(booked, chain, bank, "EUR")


def test_debits_that_nothing_explains_are_counted(booked: Database) -> None:
    """Waiting credits are unmatched money; waiting debits are money that is gone."""
    lines = [debit("D1", 30), debit("D2", 12), credit("C1", 500)]
    take_in(booked, camt(lines), currency="EUR", reserve_account=RESERVE, now=NOW, source="test")
    books = read_books(booked, "EUR")
    assert books.unexplained_debits == 42
    assert books.of(Account.UNMATCHED) == 100 + 500 - 42


def test_a_debit_that_nothing_explains_is_not_balanced(
    booked: Database, bank: FakeBank, chain: MemoryChain
) -> None:
    """The sum agrees, because «unmatched» fell with the reserve; the money is gone all the same."""
    take_in(
        booked,
        camt([debit("D1", 30)]),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )
    bank.booked = Money(1000 - 30, "EUR")
    proof = prove(booked, chain, bank, "EUR")
    assert proof.total == proof.bank.amount.minor
    [found] = proof.differences()
    assert (found.between, found.amount) == ("bank and payouts", -30)
    assert not proof.balanced


def test_over_http(bridge: Bridge, booked: Database, chain: MemoryChain) -> None:
    """Anybody may ask; each figure says where it was read."""
    app = create_app(bridge)
    provide_chain(app, chain)
    client = TestClient(app)
    answer = client.get("/v1/reserve")
    assert answer.status_code == 200, answer.text
    proof = answer.json()
    assert proof["balanced"] is True
    assert proof["tokens_outstanding"]["amount"] == "4.00"
    assert proof["tokens_outstanding"]["read_from"] == "chain eip155:31337, block 5 (0x5)"
    assert proof["in_flight"]["payouts"]["amount"] == "2.50"
    assert proof["in_flight"]["returns"]["amount"] == "0.40"
    assert proof["reserve"]["bank"]["amount"] == proof["total"]["amount"] == "10.00"
    assert proof["reserve"]["ledger"]["read_from"].startswith("ledger, account RESERVE")
    chain.down = True
    assert client.get("/v1/reserve").status_code == 503

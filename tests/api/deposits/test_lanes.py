"""Tests of what goes first: a deposit that comes alone does not wait behind a bulk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.bank.memory import FakeBank
from api.deposits import DepositMatching
from api.deposits import model as deposits_model
from api.deposits.model import MAX_BATCH, PAGE_BITS, choose_batch
from api.kernel.database import Database
from api.statements import ALONE, take_in
from tests.api.deposits.steps import every, link, queue
from tests.api.deposits.test_model import queued_deposit
from tests.api.world import ADA, KEY, NOW, RESERVE, Outbox, camt, credit

AMPLE = 10**15


def receive(database: Database, name: str, count: int) -> None:
    """A file of so many credits of a euro, matched while it is stored."""
    lines = [credit(f"{name}-{n}", 100, payer_account=ADA.account) for n in range(count)]
    take_in(
        database,
        camt(lines, message_id=name),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
        matching=DepositMatching(KEY),
    )


def sent(outbox: Outbox) -> list[list[int]]:
    """The numbers of each batch."""
    return [[int(n) for n in data.split(b",")] for data in outbox.queued.values()]


def test_a_single_deposit_goes_before_a_bulk(database: Database, bank: FakeBank) -> None:
    """It came last and is sent first, in a batch of its own."""
    link(database, bank)
    receive(database, "BULK", ALONE + 30)
    receive(database, "ONE", 1)
    outbox = Outbox()
    while queue(database, outbox):
        pass
    single = ALONE + 31
    assert sent(outbox) == [[single], list(range(1, single))]


def test_without_the_mark_it_would_wait(
    database: Database, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: when no file counts as a bulk, the last comes last."""
    monkeypatch.setattr("api.statements.flow.ALONE", 10_000)
    link(database, bank)
    receive(database, "BULK", ALONE + 30)
    receive(database, "ONE", 1)
    outbox = Outbox()
    queue(database, outbox)
    assert sent(outbox) == [list(range(1, ALONE + 32))]


def test_a_bulk_is_cut_at_the_words_of_the_bitmap(database: Database, bank: FakeBank) -> None:
    """So a word is read and written once."""
    link(database, bank)
    receive(database, "BULK", 600)
    outbox = Outbox()
    while queue(database, outbox):
        pass
    assert [(numbers[0], numbers[-1]) for numbers in sent(outbox)] == [
        (1, 255),
        (256, 511),
        (512, 600),
    ]


def test_a_bulk_leaves_backing_and_gas_to_others(database: Database, bank: FakeBank) -> None:
    """As much as it is told to; a single deposit may use all of it."""
    link(database, bank)
    receive(database, "BULK", 80)
    outbox = Outbox()
    queue(database, outbox, headroom=4_000, spare=1_000)
    queue(database, outbox, headroom=1_000, spare=1_000)
    assert [len(numbers) for numbers in sent(outbox)] == [30]
    receive(database, "ONE", 1)
    queue(database, outbox, headroom=1_000, spare=1_000)
    assert sent(outbox)[-1] == [81]
    queue(database, outbox, bulk=7)
    assert [len(numbers) for numbers in sent(outbox)] == [30, 1, 7]
    assert not queue(database, outbox, bulk=0)
    assert sum(deposit.state == "QUEUED" for deposit in every(database)) == 43


@given(
    st.lists(st.tuples(st.integers(1, 1000), st.booleans()), max_size=60, unique_by=lambda p: p[0]),
    st.integers(0, 5_000),
    st.integers(0, 5_000),
    st.integers(0, 50),
)
def test_a_batch_keeps_to_every_limit(
    plan: list[tuple[int, bool]], headroom: int, spare: int, bulk: int
) -> None:
    """One kind, one word for a bulk, its spare and its number; and nothing that fits is left."""
    ordered = sorted(plan, key=lambda each: (each[1], each[0]))
    deposits = [replace(queued_deposit(n * 7, n), bulk=is_bulk) for n, is_bulk in ordered]
    batch, waiting = choose_batch(deposits, headroom=headroom, bucket=AMPLE, spare=spare, bulk=bulk)
    taken = sum(deposit.amount.minor for deposit in batch)
    kinds = {deposit.bulk for deposit in batch}
    assert len(kinds) <= 1
    if kinds == {True}:
        assert taken <= max(headroom - spare, 0)
        assert len(batch) <= bulk
        assert len({deposit.number >> PAGE_BITS for deposit in batch}) == 1
    assert taken <= headroom
    assert len(batch) <= MAX_BATCH
    if not batch:
        left = [d for d in deposits if d.id not in waiting]
        assert all(d.bulk and bulk == 0 for d in left)


def test_the_limit_of_a_batch_is_a_word() -> None:
    """The numbers of one word fit into one call."""
    assert deposits_model.MAX_BATCH == 1 << PAGE_BITS

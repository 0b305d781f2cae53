"""Tests of deposits: a batch that fails by what is in it is halved, down to what spoils it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.bank.memory import FakeBank
from api.chain import Failure, FailureKind
from api.deposits import DepositState, WaitingFor, flow, on_batch_reverted, on_issued
from api.deposits.model import MAX_ATTEMPTS, choose_batch
from api.deposits.store import deposits_of_batch
from api.kernel.database import Database
from tests.api.deposits.steps import every, link, match, queue, receive, told
from tests.api.deposits.test_model import queued_deposit
from tests.api.world import NOW, Outbox

POISON = 3
"""The number of the deposit that no batch survives."""
OWN = Failure("SomethingOfItsOwn()")
OUT_OF_GAS = Failure("all of it used", FailureKind.OUT_OF_GAS)


def settle(database: Database, ref: str, why: Failure, now: object = NOW) -> None:
    """The chain's word on a batch: without effect when the poison is in it."""
    with database.transaction() as connection:
        batch = deposits_of_batch(connection, ref)
        if POISON in {each.number for each in batch}:
            on_batch_reverted(connection, ref, why, now=now)  # type: ignore[arg-type]  # a time
            return
        for each in batch:
            on_issued(connection, told(each, f"e{each.number}"))


def run(database: Database, bank: FakeBank, why: Failure) -> int:
    """Nine deposits, one of them poisonous, until nothing moves; how many batches that took."""
    link(database, bank)
    receive(database, [100 + n for n in range(9)])
    match(database)
    outbox, now = Outbox(), NOW
    for _ in range(60):
        if ref := queue(database, outbox, now=now):
            settle(database, ref, why, now)
        else:
            now += timedelta(seconds=61)
    return len(outbox.refs)


@pytest.mark.parametrize("why", [OWN, OUT_OF_GAS])
def test_down_to_the_one_that_spoils_it(database: Database, bank: FakeBank, why: Failure) -> None:
    """The eight others are issued; the one is held, with its reason. No other waited for it."""
    batches = run(database, bank, why)
    states = {each.number: each.state for each in every(database)}
    assert states.pop(POISON) is DepositState.HELD
    assert set(states.values()) == {DepositState.ISSUED}
    [held] = [each for each in every(database) if each.state is DepositState.HELD]
    assert (held.reason, held.attempts) == (str(why), MAX_ATTEMPTS)
    assert batches <= 2 * 4 + MAX_ATTEMPTS + 1


def test_without_halving_none_is_issued(
    database: Database, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the same batch comes again and again, and takes all with it."""
    real = flow.store.change_state

    def whole(*values: object, **changed: object) -> None:
        changed.pop("batch_limit", None)
        real(*values, **changed)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(flow.store, "change_state", whole)
    run(database, bank, OWN)
    assert DepositState.ISSUED not in {each.state for each in every(database)}


def test_a_pause_splits_nothing(database: Database, bank: FakeBank) -> None:
    """What stops every call alike is waited out by the whole batch."""
    link(database, bank)
    receive(database, [100, 200])
    match(database)
    ref = queue(database, Outbox())
    with database.transaction() as connection:
        on_batch_reverted(connection, ref, Failure("TokenPaused()"), now=NOW)
    found = every(database)
    assert [each.batch_limit for each in found] == [None, None]
    assert {each.waiting_for for each in found} == {WaitingFor.PAUSED}


@given(st.lists(st.sampled_from([None, 1, 2, 3]), min_size=1, max_size=12))
def test_what_is_under_suspicion_spoils_no_other(limits: list[int | None]) -> None:
    """A batch has one limit, and keeps it."""
    from dataclasses import replace

    waiting = [
        replace(queued_deposit(n, 100), batch_limit=limit) for n, limit in enumerate(limits, 1)
    ]
    batch, _ = choose_batch(waiting, headroom=10**9, bucket=10**9)
    [limit] = {each.batch_limit for each in batch}
    assert len(batch) <= (limit or 100)

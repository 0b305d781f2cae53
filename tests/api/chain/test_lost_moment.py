"""Tests of a database that lost its last moment: what it lost is not final on the chain yet.

So the reader does not tell of it for a while, and only the nonces of our keys show it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from api.chain import AlarmKind, resume
from api.deposits import Deposit, DepositState, hold, list_deposits
from api.deposits.closing import CLOSED_ELSEWHERE
from api.refunds import return_line
from api.statements.model import line_id
from tests.api.chain.test_restored import (
    all_issued,
    back_up,
    deliver_again,
    issued,
    looked_at,
    pay_in,
    restore,
    standing,
    why_frozen,
)
from tests.api.stage import Stage
from tests.api.world import ADA, BO, RESERVE

DEEP = 12


def deposits(stage: Stage) -> list[Deposit]:
    """All of them, by number."""
    with stage.parts.bridge.database.reading() as connection:
        return list_deposits(connection, state=None, limit=99)


def begun(stage: Stage, *, depth: int = DEEP) -> None:
    """Two wallets and a credit that is final at this depth."""
    for customer in (ADA, BO):
        stage.link(customer)
    pay_in(stage, ADA, 10_000, "BEFORE")
    stage.run(lambda: stage.balance(ADA) == 10_000)
    stage.run(lambda: all_issued(stage))
    turn(stage, depth + 2)
    stage.settings = replace(stage.settings, chain=replace(stage.settings.chain, depth=depth))


def lose(stage: Stage) -> bytes:
    """Bo's 7.00 are issued, and the database forgets it; the statement that told of them."""
    kept = back_up(stage)
    statement = pay_in(stage, BO, 700, "LOST")
    stage.run(lambda: stage.balance(BO) == 700)
    restore(stage, kept)
    return statement


def turn(stage: Stage, rounds: int) -> None:
    """Let everybody work, a block each time."""
    for _ in range(rounds):
        stage.worker.cycle()
        stage.attest()
        stage.deployed.mine()
        stage.clock.move(timedelta(seconds=1))


def go_on(stage: Stage) -> None:
    """A person says that the bank's statements were read again."""
    with stage.parts.bridge.database.transaction() as connection:
        resume(connection)


def test_what_it_queued_before_it_knew_is_not_signed(sqlite_stage: Stage) -> None:
    """A line that it lost comes again and is queued under another number; it is issued once."""
    stage = sqlite_stage
    begun(stage)
    lost = lose(stage)
    pay_in(stage, ADA, 1_000, "NEW")  # it takes the number that is another's on chain
    stage.worker.cycle()
    [new] = [each for each in deposits(stage) if each.amount.minor == 1_000]
    with stage.parts.bridge.database.transaction() as connection:
        hold(connection, new.id, "an officer looks at it", stage.clock.now())
    stage.bank.deliver("camt.053", lost)
    assert AlarmKind.RESTORED in standing(stage)
    turn(stage, 3)
    go_on(stage)  # too early: the chain has not told of it yet
    turn(stage, 2 * DEEP)
    go_on(stage)
    turn(stage, 4)
    assert issued(stage) == [(1, 10_000), (2, 700)]
    assert standing(stage) == set()
    held = [each for each in deposits(stage) if each.state is DepositState.HELD]
    assert [(each.id, each.number > 2) for each in held] == [(new.id, True)]


def test_a_number_in_a_batch_makes_way(sqlite_stage: Stage) -> None:
    """New lines had taken the lost numbers and were queued: they are issued under others."""
    stage = sqlite_stage
    begun(stage)
    lost = lose(stage)
    pay_in(stage, ADA, 100, "NEW-1")
    pay_in(stage, ADA, 1_000, "NEW-2")
    turn(stage, 2 * DEEP)
    assert why_frozen(stage) is not None
    deliver_again(stage, lost)
    looked_at(stage)
    go_on(stage)
    stage.run(lambda: all_issued(stage))
    assert issued(stage)[:2] == [(1, 10_000), (2, 700)]
    assert sorted(amount for _, amount in issued(stage)) == [100, 700, 1_000, 10_000]


def test_nothing_is_issued_before_a_person_has_looked(sqlite_stage: Stage) -> None:
    """The keys show from the start that something is missing, though nothing waits to be signed."""
    stage = sqlite_stage
    begun(stage, depth=1)
    lost = lose(stage)
    turn(stage, 6)
    assert AlarmKind.RESTORED in standing(stage)
    deliver_again(stage, lost)
    pay_in(stage, ADA, 9, "NEW")
    turn(stage, 6)
    assert stage.balance(ADA) == 10_000
    looked_at(stage)
    go_on(stage)
    stage.run(lambda: stage.balance(ADA) == 10_009)


def test_a_number_closed_in_another_life_ends_nobody_elses_deposit(sqlite_stage: Stage) -> None:
    """The event names no line. It is held under another number until a person has looked."""
    stage = sqlite_stage
    begun(stage, depth=1)
    kept = back_up(stage)
    pay_in(stage, BO, 900_000, "LATE")
    stage.worker.cycle()
    with stage.parts.bridge.database.transaction() as connection:
        return_line(connection, line_id(RESERVE, "LATE"), "asked for", stage.clock.now())
    stage.run(lambda: deposits(stage)[-1].state is DepositState.REFUSED)
    restore(stage, kept)
    pay_in(stage, ADA, 33, "NEW")
    turn(stage, 12)
    [new] = [each for each in deposits(stage) if each.amount.minor == 33]
    assert (new.state, new.reason) == (DepositState.HELD, CLOSED_ELSEWHERE)
    assert new.number > 2

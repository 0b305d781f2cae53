"""Tests of recalls on a real chain: the number that is closed, the account that is frozen."""

from __future__ import annotations

from api.bank import BookedLine
from api.deposits import DepositState, list_deposits
from api.kernel.money import Money
from api.recalls import RecallState, count_by_state
from tests.api.stage import Stage
from tests.api.world import ADA, camt, credit, debit

S = RecallState
CREDIT = credit("IN", 50_000, payer_account=ADA.account)
REVERSAL = debit("OUT", 50_000, reversal=True, original_reference="IN")


def book(stage: Stage, line: BookedLine, moved: int) -> None:
    """The bank books a line and tells of it."""
    stage.bank.booked += Money(moved, "EUR")
    content = camt([line], message_id=f"M-{line.bank_id}").getvalue()
    stage.bank.deliver("camt.054", content)


def states(stage: Stage) -> dict[RecallState, int]:
    """Recalls by state."""
    with stage.parts.bridge.database.reading() as connection:
        return count_by_state(connection)


def test_a_deposit_that_is_taken_back_after_its_issue(stage: Stage) -> None:
    """The account is frozen on chain, the loss stands in the books, and they balance."""
    stage.link(ADA)
    book(stage, CREDIT, 50_000)
    stage.run(lambda: stage.balance(ADA) == 50_000)
    book(stage, REVERSAL, -50_000)
    stage.run(lambda: states(stage) == {S.FROZEN: 1})
    token = stage.deployed.token.functions
    *_, frozen = token.getAccount(ADA.wallet).call()
    assert frozen
    assert stage.balance(ADA) == 50_000
    proof = stage.proof()
    assert proof["balanced"], proof
    assert proof["recalled"]["amount"] == "-500.00"
    stage.restart()
    stage.worker.cycle()
    assert states(stage) == {S.FROZEN: 1}


def test_a_deposit_that_is_taken_back_before_its_issue(stage: Stage) -> None:
    """Its number is closed for ever: not even a retry, nor an old approval, can mint it."""
    stage.link(ADA)
    book(stage, CREDIT, 50_000)
    stage.worker.cycle()  # without an attestation there is no room to issue it
    with stage.parts.bridge.database.reading() as connection:
        [waiting] = list_deposits(connection, state=None, limit=9)
    assert waiting.state is DepositState.QUEUED
    book(stage, REVERSAL, -50_000)
    stage.worker.cycle()
    stage.run(lambda: states(stage) == {S.REVERSED: 1})
    assert stage.balance(ADA) == 0
    assert stage.parts.chain.number_used(waiting.number)
    proof = stage.proof()
    assert proof["balanced"], proof
    assert proof["reserve"]["bank"]["amount"] == "0.00"

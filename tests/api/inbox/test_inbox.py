"""Tests of the inbox: stored, then acknowledged; a bad file is remembered, not retried for ever."""

from __future__ import annotations

import logging

import pytest

from api.bank import BankUnreachable, Direction
from api.bank.memory import FakeBank
from api.inbox import DocumentState, Inbox, count_by_state
from api.inbox.store import find
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.statements import waiting_lines
from tests.api.world import RESERVE, camt, credit


@pytest.fixture
def inbox(database: Database, bank: FakeBank, clock: FixedClock) -> Inbox:
    """The inbox of a bridge in euros."""
    return Inbox(
        database=database,
        work=database,
        bank=bank,
        clock=clock,
        currency="EUR",
        reserve_account=RESERVE,
        log=logging.getLogger("jiaozi.tests"),
    )


def waiting(database: Database) -> int:
    """Lines that wait."""
    with database.reading() as connection:
        return len(waiting_lines(connection, Direction.CREDIT, 100))


def test_taken_in_and_acknowledged(inbox: Inbox, bank: FakeBank, database: Database) -> None:
    """Everything that waits, oldest first; then there is nothing more."""
    for number in (1, 2):
        content = camt([credit(f"L{number}", 100)], message_id=f"M{number}").getvalue()
        bank.deliver("camt.053", content)
    assert inbox.step()
    assert waiting(database) == 2
    assert bank.collect() == []
    assert not inbox.step()


def test_a_crash_before_the_acknowledgement(
    inbox: Inbox, bank: FakeBank, database: Database
) -> None:
    """The bank gives it again: it changes nothing, and is acknowledged then."""
    document_id = bank.deliver("camt.053", camt([credit("L1", 100)]).getvalue())
    real = bank.acknowledge

    def die(_document_id: str) -> None:
        raise BankUnreachable("gone", remedy="wait")

    bank.acknowledge = die  # type: ignore[method-assign]  # the bank is gone at this moment
    with pytest.raises(BankUnreachable):
        inbox.step()
    bank.acknowledge = real  # type: ignore[method-assign]  # and is back
    assert inbox.step()
    assert waiting(database) == 1
    assert bank.collect() == []
    with database.reading() as connection:
        found = find(connection, document_id)
    assert found is not None
    assert found.state is DocumentState.TAKEN


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("camt.053", b"no XML"),
        ("camt.053", b"<!DOCTYPE x []><Document/>"),
        ("camt.053", camt([credit("L1", 100)], account="NL91ABNA0417164300").getvalue()),
        ("pain.002", camt([credit("L1", 100)]).getvalue()),
    ],
)
def test_a_file_that_cannot_be_trusted(
    inbox: Inbox, bank: FakeBank, database: Database, kind: str, content: bytes
) -> None:
    """Nothing of it is taken; the reason is kept; the next document is not held up."""
    document_id = bank.deliver(kind, content)  # type: ignore[arg-type]  # the cases above
    bank.deliver("camt.053", camt([credit("L9", 100)], message_id="M9").getvalue())
    assert inbox.step()
    assert waiting(database) == 1
    assert bank.collect() == []
    with database.reading() as connection:
        found = find(connection, document_id)
        counts = count_by_state(connection)
    assert found is not None
    assert found.reason
    assert counts == {DocumentState.REFUSED: 1, DocumentState.TAKEN: 1}

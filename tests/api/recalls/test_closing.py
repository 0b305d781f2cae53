"""Tests of recalls whose account is frozen: how they end, and what a lifted freeze asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from api.approvals import Action, act
from api.deposits import Deposit
from api.kernel.database import Database
from api.kernel.errors import Conflict, NotFound
from api.ledger import Account
from api.operations import build_actions
from api.recalls import Recall, RecallState, count_by_state, on_account_frozen, on_account_unfrozen
from tests.api.deposits.steps import sheet
from tests.api.recalls.test_recalls import (
    issue_and_reverse,
    one,
    outbox,
    recall,
)
from tests.api.world import ADA, KEY, NOW, FakeEvent, Outbox, no_bank

__all__ = ["one", "outbox"]

S = RecallState


@pytest.fixture
def frozen(database: Database, one: Deposit, outbox: Outbox) -> Recall:
    """A recall of what was issued; its account is frozen."""
    issue_and_reverse(database, one, outbox)
    with database.transaction() as connection:
        on_account_frozen(connection, FakeEvent("f", {"account": ADA.wallet}))
    found = recall(database)
    assert found is not None
    return found


def acknowledge(database: Database, recall_id: str) -> Mapping[str, Any]:
    """One person says how the loss was settled."""
    action = Action("acknowledge", recall_id)
    with database.transaction() as connection:
        return act(
            connection,
            build_actions(KEY, no_bank),
            action,
            operator="ada",
            reason="repaid",
            now=NOW,
        )


def test_a_person_closes_a_frozen_recall(database: Database, frozen: Recall) -> None:
    """Once; it is not open any more, and the loss stays in the books."""
    assert acknowledge(database, frozen.id) == {"recall": frozen.id, "amount": "1.00 EUR"}
    assert recall(database) is None
    with database.reading() as connection:
        assert count_by_state(connection) == {S.CLOSED: 1}
    with pytest.raises(Conflict, match="CLOSED"):
        acknowledge(database, frozen.id)
    with pytest.raises(NotFound):
        acknowledge(database, "recall_0")
    with database.transaction() as connection:
        on_account_unfrozen(connection, FakeEvent("u", {"account": ADA.wallet}))
    assert sheet(database) == {Account.TOKENS: 100, Account.RECALLED: -100}


def test_what_is_not_frozen_yet_is_not_closed(
    database: Database, one: Deposit, outbox: Outbox
) -> None:
    """The holder could still move what was lost."""
    issue_and_reverse(database, one, outbox)
    found = recall(database)
    assert found is not None
    with pytest.raises(Conflict, match="RECALLED"):
        acknowledge(database, found.id)


def test_a_freeze_that_is_lifted_asks_for_a_word(database: Database, frozen: Recall) -> None:
    """Nothing freezes it again by itself; it stays open until a person has said what came of it."""
    for handler, after in (
        (on_account_unfrozen, S.THAWED),
        (on_account_unfrozen, S.THAWED),
        (on_account_frozen, S.FROZEN),
        (on_account_unfrozen, S.THAWED),
    ):
        with database.transaction() as connection:
            handler(connection, FakeEvent("e", {"account": ADA.wallet}))
        found = recall(database)
        assert found is not None
        assert found.state is after
    acknowledge(database, frozen.id)
    assert recall(database) is None

"""Tests of proposals and of the operators' history, on both stores."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from api.approvals import (
    Action,
    Kind,
    Proposal,
    ProposalState,
    act,
    approve,
    decline,
    flow,
    history_of,
    list_proposals,
    propose,
)
from api.approvals.model import GENESIS, LASTING, Entry, entry_hash
from api.approvals.store import find_proposal, operator_actions
from api.kernel.counter import last_number, next_numbers
from api.kernel.database import Database
from api.kernel.errors import Broken, Conflict, InvalidInput, NotFound
from api.kernel.telling import tell
from tests.api.world import NOW

PAY = Action("pay", "line_1", {"amount": "12.00", "to": "Ada"})
LATER = NOW + timedelta(hours=1)


def _pay(connection: Connection, action: Action, now: datetime) -> Mapping[str, Any]:
    """What is done: it leaves a number behind, so that a test sees how often."""
    if action.subject == "line_bad":
        raise Conflict("It cannot be done.", remedy="Leave it.")
    tell(connection, "paid", [{"line": action.subject}])
    return {"paid": next_numbers(connection, "paid")[0], "at": now.isoformat()}


ACTIONS = {
    "pay": Kind("pay", 2, _pay, "pay something"),
    "look": Kind("look", 1, _pay, "look at something"),
}


def _paid(database: Database) -> int:
    with database.reading() as connection:
        return last_number(connection, "paid")


def _propose(database: Database, action: Action = PAY, maker: str = "ada") -> Proposal:
    with database.transaction() as connection:
        return propose(connection, ACTIONS, action, maker=maker, reason="a slip", now=NOW)


def _approve(
    database: Database, proposal: Proposal, checker: str = "bo", now: datetime = LATER
) -> Proposal:
    with database.transaction() as connection:
        return approve(
            connection, ACTIONS, proposal.id, digest=proposal.digest, checker=checker, now=now
        )


def test_two_persons_and_done_once(database: Database) -> None:
    """Nothing happens when it is proposed; it happens in the approving transaction."""
    made = _propose(database)
    assert (made.state, made.maker, made.checker) == (ProposalState.PROPOSED, "ada", None)
    assert _paid(database) == 0
    done = _approve(database, made)
    assert (done.state, done.checker) == (ProposalState.APPROVED, "bo")
    assert done.result == {"paid": 1, "at": LATER.isoformat()}
    assert _paid(database) == 1


def test_what_a_proposal_tries_is_not_told(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has it once, when it is done."""
    caplog.set_level(logging.INFO, logger="jiaozi.did")
    made = _propose(database)
    assert caplog.messages == []
    _approve(database, made)
    assert caplog.messages == ["paid"]


def test_nobody_approves_their_own(database: Database) -> None:
    """Refused by name; the proposal stays open for somebody else."""
    made = _propose(database)
    with pytest.raises(Conflict, match="ada proposed") as refused:
        _approve(database, made, checker="ada")
    assert refused.value.slug == "same-person"
    assert _paid(database) == 0
    assert _approve(database, made).state is ProposalState.APPROVED


def test_the_database_refuses_it_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with the program's guard taken out, the check still holds, and undoes."""
    made = _propose(database)
    monkeypatch.setattr(flow, "_open", _as_if_by_nobody)
    with pytest.raises(IntegrityError, match="two_persons"):
        _approve(database, made, checker="ada")
    assert _paid(database) == 0
    with pytest.raises(IntegrityError, match="two_persons"), database.transaction() as connection:
        connection.execute(
            text("UPDATE proposals SET state = 'APPROVED', checker = maker, decided_at = made_at")
        )
    with database.reading() as connection:
        assert find_proposal(connection, made.id) == made


def _as_if_by_nobody(connection: Connection, proposal_id: str, now: datetime) -> Proposal:
    """What is left of `_open` when nobody is known as the maker."""

    found = find_proposal(connection, proposal_id)
    assert found is not None
    assert now > found.made_at
    return replace(found, maker="")


def test_an_approval_again_changes_nothing(database: Database) -> None:
    """Decided is decided, whoever says it again and in whichever way."""
    made = _propose(database)
    _approve(database, made)
    for checker in ("bo", "cleo", "ada"):
        with pytest.raises(Conflict, match="decided once") as refused:
            _approve(database, made, checker=checker)
        assert refused.value.slug == "proposal-decided"
    with pytest.raises(Conflict, match="decided once"), database.transaction() as connection:
        decline(connection, made.id, by="cleo", reason="too late", now=LATER)
    assert _paid(database) == 1


def test_what_was_seen_is_what_is_approved(database: Database) -> None:
    """Another digest than the proposal's is refused: the second person saw something else."""
    made, other = _propose(database), Action("pay", "line_1", {"amount": "1200.00", "to": "Ada"})
    with (
        pytest.raises(Conflict, match="is not that of") as refused,
        database.transaction() as connection,
    ):
        approve(connection, ACTIONS, made.id, digest=other.digest, checker="bo", now=LATER)
    assert refused.value.slug == "proposal-changed"
    assert _paid(database) == 0


@pytest.mark.parametrize(
    "change",
    [
        'parameters = \'{"amount":"1200.00","to":"Ada"}\'',
        "subject = 'line_2'",
        "action = 'look'",
        "maker = 'cleo'",
        "digest = '0'",
        "expires_at = made_at",
    ],
)
def test_the_database_keeps_a_proposals_words(database: Database, change: str) -> None:
    """Between proposing and approving nothing of it can be changed, and it cannot vanish."""
    made = _propose(database)
    for statement in (f"UPDATE proposals SET {change}", "DELETE FROM proposals"):  # noqa: S608 - constants
        with pytest.raises(DBAPIError), database.transaction() as connection:
            connection.execute(text(statement))
    with database.reading() as connection:
        assert find_proposal(connection, made.id) == made


def test_words_changed_past_the_triggers(database: Database) -> None:
    """Somebody with rights over the database took the trigger away: the digest does not fit."""
    made = _propose(database)
    with database.transaction() as connection:
        on = "" if database.is_sqlite else " ON proposals"
        connection.execute(text(f"DROP TRIGGER proposals_decided_once{on}"))
        connection.execute(text("""UPDATE proposals SET parameters = '{"amount":"99.00"}'"""))
    with pytest.raises(Broken, match="not those that were proposed"):
        _approve(database, made)
    assert _paid(database) == 0


def test_nobody_decides_too_late(database: Database) -> None:
    """To the second; proposed anew, the old one is named as expired."""
    made = _propose(database)
    with pytest.raises(Conflict, match="could be decided until") as refused:
        _approve(database, made, now=NOW + LASTING)
    assert refused.value.slug == "proposal-expired"
    assert made.state_at(NOW + LASTING) is ProposalState.EXPIRED
    with database.transaction() as connection:
        again = propose(connection, ACTIONS, PAY, maker="bo", reason="still", now=NOW + LASTING)
        states = [(each.id, each.state) for each in list_proposals(connection)]
    assert states == [(again.id, ProposalState.PROPOSED), (made.id, ProposalState.EXPIRED)]
    assert _approve(database, again, checker="ada", now=NOW + LASTING).state == "APPROVED"


def test_a_last_moment_is_in_time(database: Database) -> None:
    """A microsecond before the end."""
    made = _propose(database)
    done = _approve(database, made, now=NOW + LASTING - timedelta(microseconds=1))
    assert done.state is ProposalState.APPROVED


def test_declined_and_taken_back(database: Database) -> None:
    """By another: declined. By whoever proposed it: withdrawn. Neither is done afterwards."""
    made, own = _propose(database), _propose(database, Action("pay", "line_2"))
    with database.transaction() as connection:
        said = decline(connection, made.id, by="bo", reason="wrong person", now=LATER)
        back = decline(connection, own.id, by="ada", reason="my slip", now=LATER)
    assert (said.state, said.checker) == (ProposalState.DECLINED, "bo")
    assert (back.state, back.checker) == (ProposalState.WITHDRAWN, None)
    for each in (made, own):
        with pytest.raises(Conflict):
            _approve(database, each)
    assert _paid(database) == 0


def test_the_same_is_proposed_once(database: Database) -> None:
    """Again by the same person: the same. By another: they are told to approve it."""
    made = _propose(database)
    assert _propose(database) == made
    with pytest.raises(Conflict, match=f"ada has proposed exactly this as {made.id}"):
        _propose(database, maker="bo")


def test_what_cannot_be_done_is_not_proposed(database: Database) -> None:
    """It is tried and undone; and when it fails at last, the proposal stays open."""
    with pytest.raises(Conflict, match="cannot be done"):
        _propose(database, Action("pay", "line_bad"))
    made = _propose(database)

    def fails(_connection: Connection, _action: Action, _now: datetime) -> Mapping[str, Any]:
        raise Conflict("Not now.", remedy="Wait.")

    broken = {"pay": Kind("pay", 2, fails, "pay")}
    with pytest.raises(Conflict, match="Not now"), database.transaction() as connection:
        approve(connection, broken, made.id, digest=made.digest, checker="bo", now=LATER)
    with database.reading() as connection:
        assert find_proposal(connection, made.id) == made
        assert last_number(connection, "paid") == 0


def test_one_person_does_what_one_person_may(database: Database) -> None:
    """And is written down; what takes two is refused, and what takes one is not proposed."""
    with database.transaction() as connection:
        result = act(
            connection,
            ACTIONS,
            Action("look", "line_1"),
            operator="ada",
            reason="  asked\n for ",
            now=NOW,
        )
        assert result["paid"] == 1
        [entry] = history_of(connection, ["line_1"])
    assert (entry.operator, entry.step, entry.reason) == ("ada", "done", "asked for")
    with pytest.raises(Conflict, match="takes two persons"), database.transaction() as connection:
        act(connection, ACTIONS, PAY, operator="ada", reason="now", now=NOW)
    with pytest.raises(InvalidInput, match="takes one person"):
        _propose(database, Action("look", "line_1"))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x1b[31mred"])
def test_a_reason_that_says_nothing(database: Database, reason: str) -> None:
    """Nothing is done without a reason that can be read."""
    with pytest.raises(InvalidInput, match="A reason has"), database.transaction() as connection:
        propose(connection, ACTIONS, PAY, maker="ada", reason=reason, now=NOW)


def test_unknown_things(database: Database) -> None:
    """Named with what there is."""
    with pytest.raises(NotFound, match="no proposal"), database.transaction() as connection:
        approve(connection, ACTIONS, "proposal_x", digest="", checker="bo", now=NOW)
    with pytest.raises(InvalidInput, match="look, pay"):
        _propose(database, Action("fly", "line_1"))
    with pytest.raises(InvalidInput, match="no one spelling"):
        Action("pay", "line_1", {"amount": 12.0})


def test_one_spelling_one_digest() -> None:
    """Order of names does not count; every value does."""
    assert (
        Action("pay", "x", {"a": 1, "b": 2}).digest == Action("pay", "x", {"b": 2, "a": 1}).digest
    )
    others = {
        Action("pay", "x", {"a": 1}).digest,
        Action("pay", "x", {"a": "1"}).digest,
        Action("pay", "x", {"a": 2}).digest,
        Action("pay", "y", {"a": 1}).digest,
        Action("look", "x", {"a": 1}).digest,
    }
    assert len(others) == 5


def test_history_is_a_chain_that_nobody_changes(database: Database) -> None:
    """Every step is an entry over the one before it; the store refuses to change one."""
    made = _propose(database)
    _approve(database, made)
    own = _propose(database, Action("pay", "line_2"))
    with database.transaction() as connection:
        decline(connection, own.id, by="ada", reason="my slip", now=LATER)
    with database.reading() as connection:
        entries = history_of(connection, ["line_1", "line_2"])
    assert [(entry.operator, entry.step.value) for entry in entries] == [
        ("ada", "proposed"),
        ("bo", "approved"),
        ("ada", "proposed"),
        ("ada", "withdrawn"),
    ]
    previous = GENESIS
    for entry in entries:
        assert (entry.previous, entry.hash) == (previous, _hash(entry))
        previous = entry.hash
    for statement in (
        "UPDATE operator_actions SET operator = 'cleo'",
        "DELETE FROM operator_actions",
    ):
        with pytest.raises(DBAPIError, match="append-only"), database.transaction() as connection:
            connection.execute(text(statement))


def _hash(entry: Entry) -> str:
    words = {
        name: getattr(entry, name)
        for name in operator_actions.c.keys()  # noqa: SIM118 - a column collection is no dict
        if name not in ("previous", "hash")
    }
    at = entry.at.isoformat(timespec="microseconds")
    return entry_hash(entry.previous, words | {"at": at, "step": entry.step.value})

"""Tests of the chain's tables: what the bridge means to send, what it sent, how far it has read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from api.chain import store
from api.chain.model import Attempt, Lane, Transaction, TxState
from api.kernel.database import Database
from api.kernel.errors import Broken
from api.kernel.ids import TxId
from api.kernel.machine import IllegalTransition
from tests.api.world import ADA, BO

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


def queue(database: Database, ref: str = "1", data: bytes = b"call") -> Transaction:
    """One queued transaction."""
    with database.transaction() as connection:
        tx_id = store.enqueue(
            connection,
            lane=Lane.RELAYER,
            to=ADA.wallet,
            data=data,
            purpose="test",
            ref=ref,
            now=NOW,
        )
        found = store.get(connection, tx_id)
    assert found is not None
    return found


def attempt(transaction: Transaction, nonce: int, number: int = 1) -> Attempt:
    """A signed attempt of it."""
    tx_hash = f"0x{transaction.id[-8:]}{nonce:056x}"
    return Attempt(transaction.id, number, BO.wallet, nonce, tx_hash, b"raw", None)


def test_the_same_purpose_and_ref_is_one_transaction(database: Database) -> None:
    """Enqueueing again adds nothing; with other bytes it stops the bridge."""
    first = queue(database)
    assert queue(database).id == first.id
    assert queue(database, ref="1#2").id != first.id
    with pytest.raises(Broken, match="other content"):
        queue(database, data=b"another call")


def test_oldest_first_with_its_newest_attempt(database: Database) -> None:
    """A lane is served in the order of queueing; hash and nonce are the newest attempt's."""
    one, two = queue(database, "1"), queue(database, "2")
    with database.transaction() as connection:
        store.record_attempt(connection, attempt(one, 7), NOW)
        store.advance(connection, one, TxState.SIGNED, now=NOW)
        assert store.last_nonce(connection, BO.wallet) == 7
        assert store.last_nonce(connection, ADA.wallet) is None
    with database.reading() as connection:
        every = tuple(TxState)
        found = store.of_lane(connection, Lane.RELAYER, every, 10)
        assert [each.id for each in found] == [one.id, two.id]
        assert (found[0].nonce, found[0].state) == (7, TxState.SIGNED)
        assert store.find_hash(connection, one.id) == attempt(one, 7).tx_hash
        assert store.find_hash(connection, two.id) is None
        assert store.of_lane(connection, Lane.OPERATOR, every, 10) == []
        assert store.count_open(connection, Lane.RELAYER) == 2
        counts = store.count_by_state(connection)
    assert counts == {(Lane.RELAYER, TxState.SIGNED): 1, (Lane.RELAYER, TxState.QUEUED): 1}


def test_a_nonce_is_given_out_once(database: Database) -> None:
    """Two transactions of one address cannot hold one nonce."""
    one, two = queue(database, "1"), queue(database, "2")
    with database.transaction() as connection:
        store.record_attempt(connection, attempt(one, 7), NOW)
    with pytest.raises(IntegrityError), database.transaction() as connection:
        store.record_attempt(connection, attempt(two, 7), NOW)


def test_states_change_only_along_the_table(database: Database) -> None:
    """An illegal change is refused, and so is a change of what has moved meanwhile."""
    queued = queue(database)
    with pytest.raises(IllegalTransition), database.transaction() as connection:
        store.advance(connection, queued, TxState.DONE, now=NOW)
    with database.transaction() as connection:
        store.advance(connection, queued, TxState.REFUSED, now=NOW, reason="no")
    with (
        pytest.raises(Broken, match="no longer QUEUED"),
        database.transaction() as connection,
    ):
        store.advance(connection, queued, TxState.SIGNED, now=NOW)
    with database.reading() as connection:
        assert store.get(connection, TxId("tx_none")) is None


def test_the_position_moves_only_from_where_it_is(database: Database) -> None:
    """Two readers cannot both move it."""
    with database.transaction() as connection:
        assert store.position(connection) is None
        store.set_position(connection, None, (5, "0x5"), NOW)
    with database.transaction() as connection:
        store.set_position(connection, (5, "0x5"), (9, "0x9"), NOW)
    for before in (None, (5, "0x5"), (9, "0xother")):
        with pytest.raises(Broken), database.transaction() as connection:
            store.set_position(connection, before, (10, "0xa"), NOW)
    with database.reading() as connection:
        assert store.position(connection) == (9, "0x9")

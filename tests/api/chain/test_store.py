"""Tests of the chain's tables: what the bridge means to send, what it sent, how far it has read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.chain import Fees, SigningKey, attempts, store
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
    return Attempt(
        tx_id=transaction.id,
        number=number,
        address=BO.wallet,
        nonce=nonce,
        tx_hash=tx_hash,
        raw=b"raw",
        sent_at=None,
        created_at=NOW,
        gas=21_000,
        fees=Fees(10**20, 7),
        at_block=5,
    )


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
        attempts.record_attempts(connection, [attempt(one, 7)])
        store.advance(connection, one, TxState.SIGNED, now=NOW)
        assert attempts.last_nonce(connection, BO.wallet) == 7
        assert attempts.last_nonce(connection, ADA.wallet) is None
        assert attempts.last_nonce(connection, BO.wallet, below=8) == 7
        assert attempts.last_nonce(connection, BO.wallet, below=7) is None
        assert attempts.unsaved(connection, BO.wallet, 5, 10) == [5, 6, 8, 9]
        assert attempts.unsaved(connection, BO.wallet, 7, 8) == []
        assert attempts.unsaved(connection, BO.wallet, 8, 7) == []
        assert attempts.unsaved(connection, ADA.wallet, 7, 8) == [7]
    with database.reading() as connection:
        [open_] = store.open_of(connection, Lane.RELAYER, BO.wallet)
        assert (open_.id, open_.nonce, open_.state) == (one.id, 7, TxState.SIGNED)
        assert attempts.attempts_of(connection, [one.id]) == [attempt(one, 7)]
        assert store.open_of(connection, Lane.RELAYER, ADA.wallet) == []
        assert [each.id for each in store.queued_of(connection, Lane.RELAYER, 10)] == [two.id]
        assert store.find_hash(connection, one.id) == attempt(one, 7).tx_hash
        assert store.find_hash(connection, two.id) is None
        assert store.queued_of(connection, Lane.OPERATOR, 10) == []
        assert store.has_work(connection, Lane.RELAYER)
        assert not store.has_work(connection, Lane.OPERATOR)
        assert store.count_open(connection, Lane.RELAYER) == 2
        counts = store.count_by_state(connection)
    assert counts == {(Lane.RELAYER, TxState.SIGNED): 1, (Lane.RELAYER, TxState.QUEUED): 1}


def test_a_nonce_is_given_out_once(database: Database) -> None:
    """Two transactions of one address cannot hold one nonce."""
    one, two = queue(database, "1"), queue(database, "2")
    with database.transaction() as connection:
        attempts.record_attempts(connection, [attempt(one, 7)])
    with pytest.raises(IntegrityError), database.transaction() as connection:
        attempts.record_attempts(connection, [attempt(two, 7)])


def test_the_newest_attempt_is_the_one_that_is_shown(database: Database) -> None:
    """Fees are raised by further attempts with the same nonce."""
    one = queue(database)
    with database.transaction() as connection:
        better = replace(attempt(one, 7, 2), tx_hash="0xbetter", fees=Fees(2 * 10**20, 8))
        attempts.record_attempts(connection, [attempt(one, 7), better])
        store.advance(connection, one, TxState.SIGNED, now=NOW)
        assert store.find_hash(connection, one.id) == "0xbetter"
        assert attempts.attempts_of(connection, [one.id]) == [attempt(one, 7), better]


def test_an_attempt_of_before_tells_its_fees_by_its_bytes(database: Database) -> None:
    """Rows that were saved when gas and fees had no columns are read all the same."""
    one = queue(database)
    signed = SigningKey(b"\x02" * 32).sign(
        chain_id=31337, nonce=7, to=ADA.wallet, data=b"", gas=50_000, fees=Fees(300, 4)
    )
    with database.transaction() as connection:
        attempts.record_attempts(connection, [replace(attempt(one, 7), raw=signed.raw)])
        connection.execute(text("UPDATE chain_attempts SET gas = NULL, max_fee = NULL, tip = NULL"))
        [found] = attempts.attempts_of(connection, [one.id])
    assert (found.gas, found.fees) == (50_000, Fees(300, 4))


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

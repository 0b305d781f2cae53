"""Tests of transfers that two workers move on at one moment: the second one sees what the first
has done. One reads the chain, another one sends, a third one relays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import Connection

from api.chain.memory import MemoryChain
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.transfers import (
    Transfer,
    TransferState,
    on_authorization_cancelled,
    on_moved_all,
    on_reverted,
    on_sent,
    store,
)
from tests.api.transfers.test_flow import SECONDS, Desk, moved, order, used
from tests.api.world import NOW

S = TransferState
Step = Callable[[Connection, Transfer], None]


def read_final(connection: Connection, taken: Transfer) -> None:
    """The reader: its money moved."""
    on_moved_all(connection, [used(taken), moved(taken)])


def read_cancelled(connection: Connection, taken: Transfer) -> None:
    """The reader: the holder took it back."""
    on_authorization_cancelled(connection, used(taken))


def note_sent(connection: Connection, taken: Transfer) -> None:
    """The sender: a node has the batch that holds it."""
    store.mark_sent(connection, [taken.id], "0xours", now=NOW)


def note_sent_alone(connection: Connection, taken: Transfer) -> None:
    """The sender: a node has the transaction that brings it alone."""
    on_sent(connection, taken.id, "0xours", now=NOW)


def fail(connection: Connection, taken: Transfer) -> None:
    """The relay: the token refuses it."""
    on_reverted(connection, taken.id, "AuthorizationUsedOrCanceled()", now=NOW)


@pytest.mark.parametrize(
    ("first", "second", "after"),
    [
        (read_final, fail, S.FINAL),
        (read_final, note_sent_alone, S.FINAL),
        (read_cancelled, note_sent_alone, S.FAILED),
        (note_sent, read_cancelled, S.FAILED),
        (note_sent_alone, fail, S.FAILED),
        (fail, read_final, S.FINAL),
    ],
)
def test_the_second_sees_what_the_first_has_done(
    database: Database, clock: FixedClock, first: Step, second: Step, after: TransferState
) -> None:
    """It waits for the first one's end: neither stops, and the chain's word stands."""
    desk = Desk(database, MemoryChain(now=SECONDS), clock)
    taken = desk.hand_in(order())

    def meanwhile() -> None:
        with database.transaction() as connection:
            second(connection, taken)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as connection:
            first(connection, taken)
            waiting = pool.submit(meanwhile)
            wait([waiting], timeout=0.5)
        waiting.result()
    assert desk.now(taken).state is after

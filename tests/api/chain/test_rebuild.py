"""Tests of rebuild: the chain is read again from its first block, and the tables stay the same."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import MetaData, inspect, select

from api.chain import AlarmKind, frozen, raise_alarm
from api.kernel.errors import Broken, Conflict
from api.rebuilding import rebuild
from tests.api.stage import Stage
from tests.api.world import ADA, BO

NOT_COMPARED = {"leases", "chain_positions", "chain_blocks", "alembic_version"}


def tables(stage: Stage) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for leases and for how far was read."""
    database = stage.parts.bridge.database
    names = set(inspect(database.engine).get_table_names()) - NOT_COMPARED
    found = MetaData()
    found.reflect(database.engine, only=names)
    with database.reading() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in found.tables.items()
        }


def a_day(stage: Stage) -> None:
    """Two wallets, two credits, a transfer and a redemption that is paid."""
    for customer in (ADA, BO):
        stage.link(customer)
    stage.pay_in(ADA, 50_000)
    stage.pay_in(BO, 700)
    stage.run(lambda: (stage.balance(ADA), stage.balance(BO)) == (50_000, 700))
    sent = stage.post("/v1/transfers", stage.transfer_body(ADA, BO, 1_000)).json()["id"]
    stage.run(lambda: stage.state("/v1/transfers", sent) == "FINAL")
    order = stage.redemption_body(BO, stage.order(BO, 800))
    paid = stage.post("/v1/redemptions", order).json()["id"]
    stage.run(lambda: stage.state("/v1/redemptions", paid) == "SETTLED")


def test_reading_again_gives_the_same_tables(stage: Stage) -> None:
    """Every event is told once more, and not one of them counts twice."""
    a_day(stage)
    stage.worker._leave()
    before = tables(stage)
    with stage.parts.bridge.database.transaction() as connection:
        raise_alarm(connection, AlarmKind.DEEP_REORG, "here", "it parted", stage.clock.now())
    done = rebuild(stage.parts, stage.keys)
    assert (done.vanished, done.read_again) == ((), True)
    assert done.events > 5
    assert tables(stage) == before
    with stage.parts.bridge.database.reading() as connection:
        assert frozen(connection) is None
    assert stage.proof()["balanced"]


def test_an_event_that_is_gone_is_named_and_stays_frozen(sqlite_stage: Stage) -> None:
    """The chain was reorganised below what was told: nothing is changed, and payouts wait."""
    stage = sqlite_stage
    stage.link(ADA)
    height = stage.deployed.web3.eth.block_number
    stage.pay_in(ADA, 50_000)
    stage.run(lambda: stage.balance(ADA) == 50_000)
    for _ in range(6):
        stage.worker.cycle()
        stage.deployed.mine()
    stage.worker._leave()
    before = tables(stage)
    gone = stage.deployed.web3.eth.block_number - height
    stage.deployed.anvil.rpc("anvil_rollback", gone)
    stage.deployed.mine(gone + 3)
    with stage.parts.bridge.database.transaction() as connection:
        raise_alarm(connection, AlarmKind.DEEP_REORG, "here", "it parted", stage.clock.now())
    done = rebuild(stage.parts, stage.keys)
    assert not done.is_sound
    assert not done.read_again
    [event] = done.vanished
    assert event.startswith("eip155:31337:0x")
    with stage.parts.bridge.database.reading() as connection:
        assert frozen(connection) is not None
    after = tables(stage)
    before.pop("chain_alarms"), after.pop("chain_alarms")
    assert after == before


def raw_of(stage: Stage, name: str, above: int) -> list[bytes]:
    """What a key sent in the blocks above this one, as a node keeps it that puts it back."""
    eth, sender = stage.deployed.web3.eth, stage.deployed.key(name).address
    blocks = [eth.get_block(each, True) for each in range(above + 1, eth.block_number + 1)]
    return [
        eth.get_raw_transaction(each["hash"])
        for block in blocks
        for each in block["transactions"]
        if each["from"] == sender
    ]


def test_what_the_chain_lost_is_put_back_and_read_again(sqlite_stage: Stage) -> None:
    """The bridge's own transactions come back while it is frozen; then its books are right."""
    stage = sqlite_stage
    stage.link(ADA)
    height = stage.deployed.web3.eth.block_number
    stage.pay_in(ADA, 50_000)
    stage.run(lambda: stage.balance(ADA) == 50_000)
    for _ in range(6):
        stage.worker.cycle()
        stage.deployed.mine()
    gone = stage.deployed.web3.eth.block_number - height
    backing = raw_of(stage, "attestor", height)
    stage.deployed.anvil.rpc("anvil_rollback", gone)
    stage.deployed.anvil.rpc("anvil_dropAllTransactions")
    stage.deployed.mine(gone + 3)
    assert stage.balance(ADA) == 0
    with pytest.raises(Broken, match="they part after"):
        stage.worker.cycle()
    stage.worker._leave()
    early = rebuild(stage.parts, stage.keys)  # its backing is gone, too
    assert ["HeadroomExceeded" in each.detail for each in early.refused] == [True]
    for raw in backing:
        stage.deployed.web3.eth.send_raw_transaction(raw)
    stage.deployed.mine()
    first = rebuild(stage.parts, stage.keys)
    assert (first.put_back > 0, len(first.vanished)) == (True, 1)
    stage.deployed.mine(4)
    assert stage.balance(ADA) == 50_000
    second = rebuild(stage.parts, stage.keys)
    assert (second.put_back, second.vanished, second.read_again) == (0, (), True)
    stage.pay_in(ADA, 700)
    stage.run(lambda: stage.balance(ADA) == 50_700)
    assert stage.proof()["balanced"]


def test_not_beside_a_worker_that_reads(sqlite_stage: Stage) -> None:
    """Two readers would move one position."""
    sqlite_stage.worker.cycle()
    with pytest.raises(Conflict, match="Stop every worker"):
        rebuild(sqlite_stage.parts, sqlite_stage.keys)

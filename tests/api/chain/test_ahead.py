"""Tests of reading ahead: the newest block's logs are asked for early, told when it is final."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from api.chain import ChainEvent, Node, Reader, ahead
from api.chain.ahead import Known
from api.chain.node import RawLog, Refusal
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


class Asked(Node):
    """Remembers from which block on it was asked for logs; `hides` those of the newest block."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.blocks: list[int] = []
        self.hides = False
        self.refuses = False

    def logs(
        self, addresses: Sequence[Address], topics: Sequence[bytes], first: int, last: int
    ) -> list[RawLog]:
        """See Node."""
        self.blocks.append(first)
        newest = last == self.head().number
        if self.refuses and newest:
            raise Refusal("eth_getLogs", -32000, "the block is not indexed yet")
        found = super().logs(addresses, topics, first, last)
        return [] if self.hides and newest else found


@pytest.fixture
def node(deployed: Deployed) -> Asked:
    """The chain's node."""
    return Asked(deployed.anvil.url)


@pytest.fixture
def told() -> list[ChainEvent]:
    """What was told."""
    return []


@pytest.fixture
def reader(database: Database, deployed: Deployed, node: Asked, told: list[ChainEvent]) -> Reader:
    """Reads tiers, one block deep; it stands at the chain's end."""

    def hear(_connection: Connection, event: ChainEvent) -> None:
        told.append(event)

    made = Reader(
        work=database,
        node=node,
        deployment=deployed.deployment,
        depth=1,
        handlers={"TierSet": hear},
        clock=FixedClock(NOW),
        log=logging.getLogger("jiaozi.tests"),
    )
    deployed.mine(2)
    read_on(made)
    node.blocks.clear()
    return made


def read_on(reader: Reader) -> None:
    """Read everything that is final, and look ahead."""
    while reader.step():
        pass


def set_tier(deployed: Deployed, account: str, tier: int) -> int:
    """Compliance sets a tier, in a block of its own; its number."""
    deployed.as_role(deployed.token.functions.setTier(account, tier), "compliance")
    return int(deployed.web3.eth.block_number)


def test_the_newest_block_is_asked_for_its_logs_once(
    reader: Reader, deployed: Deployed, node: Asked, told: list[ChainEvent]
) -> None:
    """They are told when it is final, just as they would be without looking ahead."""
    block = set_tier(deployed, ADA.wallet, 1)
    read_on(reader)
    assert (node.blocks[-1], told) == (block, [])
    deployed.mine()
    read_on(reader)
    assert node.blocks.count(block) == 1
    [early] = told
    [late] = [event for batch in reader.scan() for event in batch if event.block_number == block]
    assert early == late


def test_nothing_is_told_of_a_block_that_was_replaced(
    reader: Reader, deployed: Deployed, told: list[ChainEvent]
) -> None:
    """What took its place is read anew."""
    set_tier(deployed, ADA.wallet, 1)
    read_on(reader)
    deployed.anvil.rpc("anvil_rollback", 1)
    set_tier(deployed, BO.wallet, 2)
    deployed.mine()
    read_on(reader)
    assert [event.args for event in told] == [{"account": BO.wallet, "tier": 2}]


@pytest.mark.parametrize("fault", ["hides", "refuses"])
def test_a_node_that_has_no_logs_of_its_newest_block_yet(
    reader: Reader, deployed: Deployed, node: Asked, told: list[ChainEvent], fault: str
) -> None:
    """None is no answer to rely on, and an error holds nobody up."""
    setattr(node, fault, True)
    set_tier(deployed, ADA.wallet, 1)
    read_on(reader)
    deployed.mine()
    read_on(reader)
    assert [event.args["tier"] for event in told] == [1]


def test_what_cannot_be_read_ahead_is_judged_when_it_is_final(
    reader: Reader, deployed: Deployed, told: list[ChainEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing rests on the newest block: a log that is cut off there stops nobody."""
    plain = Node.logs

    def cut(
        self: Node, addresses: Sequence[Address], topics: Sequence[bytes], first: int, last: int
    ) -> list[RawLog]:
        found = plain(self, addresses, topics, first, last)
        return [replace(log, data=log.data[:-1]) for log in found]

    set_tier(deployed, ADA.wallet, 1)
    with monkeypatch.context() as patch:
        patch.setattr(Node, "logs", cut)
        read_on(reader)
        deployed.mine()
        with pytest.raises(Broken):
            reader.step()
    read_on(reader)
    assert [event.args["tier"] for event in told] == [1]


def test_two_blocks_at_once(reader: Reader, deployed: Deployed, told: list[ChainEvent]) -> None:
    """The one that was never the newest is read when it is final; each is told once, in order."""
    for tiers in ([1], [2, 3], [1, 2, 3]):
        for tier in tiers:
            set_tier(deployed, ADA.wallet, tier)
        read_on(reader)
    deployed.mine(3)
    read_on(reader)
    assert [event.args["tier"] for event in told] == [1, 2, 3, 1, 2, 3]


def test_a_further_node_must_have_them_too(
    reader: Reader, deployed: Deployed, told: list[ChainEvent]
) -> None:
    """What was read ahead is no more believed than what is read when it is final."""

    class Other(Node):
        def logs(self, *_args: object) -> list[RawLog]:
            return []

    both = replace(reader, witnesses=[Other(deployed.anvil.url)])
    set_tier(deployed, ADA.wallet, 1)
    read_on(both)
    deployed.mine()
    with pytest.raises(Unavailable, match="0 events in blocks"):
        both.step()
    assert told == []


def test_no_more_is_kept_than_memory_should_hold(
    reader: Reader, deployed: Deployed, told: list[ChainEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not kept is read when it is final; what is told is forgotten."""
    monkeypatch.setattr(ahead, "_MOST_LOGS", 1)
    for tier in (1, 2, 3):
        set_tier(deployed, ADA.wallet, tier)
        head = reader.node.head()
        logs = reader.node.logs(*reader._wanted(), head.number, head.number)
        reader.ahead.keep(Known(head, logs, reader._events(logs, head)))
        assert len(reader.ahead._blocks) == 1
    for _ in range(2):
        deployed.mine()
        read_on(reader)
    assert [event.args["tier"] for event in told] == [1, 2, 3]
    assert reader.ahead._blocks == {}

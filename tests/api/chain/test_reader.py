"""Tests of the reader: each event once, only when it is final, and never of another chain."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from api.chain import ChainEvent, Node, Reader, position
from api.chain import reader as chain_reader
from api.chain.node import Header, RawLog, Refusal
from api.chain.store import rewind
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.ids import Address
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


class Heard:
    """A handler that remembers, and fails when told to."""

    def __init__(self) -> None:
        self.events: list[ChainEvent] = []
        self.fail = False

    def __call__(self, _connection: Connection, event: ChainEvent) -> None:
        if self.fail:
            raise RuntimeError("the handler fails")
        self.events.append(event)


@pytest.fixture
def heard() -> Heard:
    """What the reader told."""
    return Heard()


@pytest.fixture
def reader(database: Database, deployed: Deployed, heard: Heard) -> Reader:
    """Reads tiers and limits, one block deep."""
    return Reader(
        work=database,
        node=Node(deployed.anvil.url),
        deployment=deployed.deployment,
        depth=1,
        handlers={"TierSet": heard, "Attested": heard},
        clock=FixedClock(NOW),
        log=logging.getLogger("jiaozi.tests"),
    )


def read_on(reader: Reader) -> None:
    """Read everything that is final."""
    while reader.step():
        pass


def set_tier(deployed: Deployed, account: str, tier: int) -> None:
    """Compliance sets a tier, in a block of its own."""
    deployed.as_role(deployed.token.functions.setTier(account, tier), "compliance")


def test_a_chain_that_stands_still_is_asked_for_its_head_alone(
    reader: Reader, deployed: Deployed, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head's hash commits to all before it; with another head or position all is looked at."""
    set_tier(deployed, ADA.wallet, 1)
    read_on(reader)
    asked: list[int] = []
    plain = Node.header

    def header(self: Node, number: int) -> Header | None:
        asked.append(number)
        return plain(self, number)

    monkeypatch.setattr(Node, "header", header)
    assert not reader.step()
    assert asked == []
    with reader.work.transaction() as connection:
        rewind(connection)
    told = len(heard.events)
    read_on(reader)
    assert len(heard.events) == 2 * told
    asked.clear()
    deployed.anvil.rpc("evm_mine")
    read_on(reader)
    assert asked


def test_each_event_once_when_it_is_final(reader: Reader, deployed: Deployed, heard: Heard) -> None:
    """The newest block waits; what was told is not told again."""
    set_tier(deployed, ADA.wallet, 1)
    set_tier(deployed, BO.wallet, 2)
    read_on(reader)
    [first] = heard.events
    assert (first.name, first.args) == ("TierSet", {"account": ADA.wallet, "tier": 1})
    assert first.event_id == f"eip155:31337:{first.tx_hash}:{first.log_index}"
    assert first.contract == deployed.deployment.token
    block = deployed.web3.eth.get_block(first.block_number)
    assert block["hash"].to_0x_hex() == first.block_hash
    assert first.block_time == datetime.fromtimestamp(block["timestamp"], UTC)
    deployed.mine()
    read_on(reader)
    assert [event.args["tier"] for event in heard.events] == [1, 2]
    with reader.work.reading() as connection:
        at = position(connection)
    assert at is not None
    assert at[0] == deployed.web3.eth.block_number - 1


def test_a_handler_that_fails_leaves_nothing(
    reader: Reader, deployed: Deployed, heard: Heard
) -> None:
    """Effect and position commit together, or not at all."""
    read_on(reader)
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine()
    with reader.work.reading() as connection:
        before = position(connection)
    heard.fail = True
    with pytest.raises(RuntimeError):
        reader.step()
    with reader.work.reading() as connection:
        assert position(connection) == before
    heard.fail = False
    read_on(reader)
    assert len(heard.events) == 1


def test_nothing_before_the_first_contract(reader: Reader, deployed: Deployed) -> None:
    """A chain that has not come so far is waited for."""
    early = replace(reader, deployment=replace(deployed.deployment, block=10**6))
    assert not early.step()
    with reader.work.reading() as connection:
        assert position(connection) is None


def test_a_chain_that_was_started_anew(reader: Reader, deployed: Deployed) -> None:
    """Said plainly, with what to do: never a silent jump."""
    read_on(reader)
    deployed.anvil.rpc("anvil_reset")
    with pytest.raises(Broken, match="does not reach it") as caught:
        reader.step()
    assert "a fresh database" in caught.value.remedy


def test_a_reorganisation_below_the_depth(reader: Reader, deployed: Deployed, heard: Heard) -> None:
    """Stops; and within the depth nothing has been told, so nothing need be taken back."""
    set_tier(deployed, ADA.wallet, 1)
    read_on(reader)
    assert heard.events == []
    deployed.anvil.rpc("anvil_reorg", 1, [])
    deployed.mine()
    read_on(reader)
    assert heard.events == []
    deployed.mine(3)
    read_on(reader)
    deployed.anvil.rpc("anvil_rollback", 3)
    set_tier(deployed, BO.wallet, 2)  # another history, as long as the first
    deployed.mine(2)
    with pytest.raises(Broken, match="the node's chain has 0x"):
        reader.step()


def test_a_range_that_the_node_finds_too_large(
    reader: Reader, deployed: Deployed, heard: Heard
) -> None:
    """It is halved until the node answers; one block that is refused is waited for."""

    class Narrow(Node):
        asked: list[int]
        most = 1

        def logs(self, addresses: object, topics: object, first: int, last: int) -> list[RawLog]:
            if last - first + 1 > self.most:
                raise Refusal("eth_getLogs", -32005, "block range too large")
            return super().logs(addresses, topics, first, last)  # type: ignore[arg-type]  # as given

    for tier in (1, 2, 3):
        set_tier(deployed, ADA.wallet, tier)
    deployed.mine()
    node = Narrow(deployed.anvil.url)
    read_on(replace(reader, node=node))
    assert [event.args["tier"] for event in heard.events] == [1, 2, 3]
    deployed.mine()
    node.most = 0
    with pytest.raises(Refusal):
        replace(reader, node=node).step()


def test_what_a_node_takes_is_remembered(reader: Reader, deployed: Deployed) -> None:
    """A refused question is not asked again at every step; after a while more is tried."""

    class Narrow(Node):
        refused = 0

        def logs(self, addresses: object, topics: object, first: int, last: int) -> list[RawLog]:
            if last - first + 1 > 3:
                self.refused += 1
                raise Refusal("eth_getLogs", -32005, "block range too large")
            return super().logs(addresses, topics, first, last)  # type: ignore[arg-type]  # as given

    deployed.mine(40)
    node = Narrow(deployed.anvil.url)
    narrowed = replace(reader, node=node)
    read_on(narrowed)
    learned = node.refused
    assert 1 <= learned <= 8
    deployed.mine(16)
    read_on(narrowed)
    assert node.refused <= learned + 1
    forgetful = Narrow(deployed.anvil.url)
    deployed.mine(16)
    while replace(reader, node=forgetful, span=type(reader.span)()).step():  # the control
        pass
    assert forgetful.refused > 8


def test_an_answer_has_about_as_many_logs_as_memory_should_hold(
    reader: Reader, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks that are full of events are asked for a few at a time, empty ones many at once."""
    monkeypatch.setattr(chain_reader, "MOST_LOGS", 2)
    asked: list[int] = []

    class Counting(Node):
        def logs(self, addresses: object, topics: object, first: int, last: int) -> list[RawLog]:
            asked.append(last - first + 1)
            return super().logs(addresses, topics, first, last)  # type: ignore[arg-type]  # as given

    full = replace(reader, node=Counting(deployed.anvil.url))
    for tier in (1, 2, 3, 4) * 3:
        set_tier(deployed, ADA.wallet, tier)
    deployed.mine()
    read_on(full)
    for tier in (1, 2, 3, 4) * 5:
        set_tier(deployed, ADA.wallet, tier)
    deployed.mine()
    asked.clear()
    read_on(full)
    assert len(asked) > 2
    assert max(asked[1:]) <= 2
    deployed.mine(30)
    read_on(full)
    assert max(asked) >= 8


def test_a_node_that_falls_silent_is_asked_for_less(reader: Reader, deployed: Deployed) -> None:
    """The question may be what it cannot answer in time: each try is half of the last."""

    class Slow(Node):
        def logs(self, addresses: object, topics: object, first: int, last: int) -> list[RawLog]:
            if last - first + 1 > 2:
                raise Unavailable("It does not answer.", remedy="Wait.", slug="chain-unavailable")
            return super().logs(addresses, topics, first, last)  # type: ignore[arg-type]  # as given

    slow = replace(reader, node=Slow(deployed.anvil.url))
    deployed.mine(20)
    tries = 0
    while True:
        try:
            if not slow.step():
                break
        except Unavailable:
            tries += 1
    assert 1 <= tries <= 8


def test_logs_of_another_block_are_not_believed(reader: Reader, deployed: Deployed) -> None:
    """A node whose answers do not belong together is asked again."""

    class Torn(Node):
        def logs(self, addresses: object, topics: object, first: int, last: int) -> list[RawLog]:
            found = super().logs(addresses, topics, first, last)  # type: ignore[arg-type]  # as given
            return [replace(log, block_hash="0x" + "00" * 32) for log in found]

    read_on(reader)
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine()
    with pytest.raises(Unavailable, match="changed around block"):
        replace(reader, node=Torn(deployed.anvil.url)).step()


def test_others_contracts_are_not_heard(reader: Reader, deployed: Deployed, heard: Heard) -> None:
    """Only the token and the Teller of the deployment speak."""
    stranger = replace(deployed.deployment, token=Address(ADA.wallet))
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine()
    read_on(replace(reader, deployment=stranger))
    assert heard.events == []

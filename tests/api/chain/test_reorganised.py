"""Tests of reorganisations: within the depth they are written down, below it everything stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from api.chain import AlarmKind, Node, Reader, frozen, incidents, list_alarms, tracking
from api.chain.blocks import Incident, kept
from api.chain.node import Header
from api.kernel.errors import Broken, Unavailable
from tests.api.chain.test_reader import Heard, heard, read_on, reader, set_tier
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

__all__ = ["heard", "reader"]


def told(reader: Reader) -> list[Incident]:
    """What was written down."""
    with reader.work.reading() as connection:
        return incidents(connection)


def known(reader: Reader) -> dict[int, str]:
    """The kept blocks."""
    with reader.work.reading() as connection:
        return kept(connection)


def test_within_the_depth_it_is_healed_and_written_down(
    reader: Reader, deployed: Deployed, heard: Heard
) -> None:
    """An event that was in a block that is gone is told once, from the block that has it now."""
    reader = replace(reader, depth=4)
    deployed.mine(4)
    read_on(reader)
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine()
    reader.step()
    before = deployed.web3.eth.block_number
    deployed.anvil.rpc("anvil_rollback", 2)
    set_tier(deployed, BO.wallet, 2)  # another history
    deployed.mine(3)
    read_on(reader)
    [incident] = told(reader)
    assert (incident.kind, incident.depth) == (tracking.REORG, 2)
    assert (incident.fork[0], incident.left[0]) == (before - 2, before)
    assert incident.joined[0] == before + 2
    deployed.mine(4)
    read_on(reader)
    assert [event.args["account"] for event in heard.events] == [BO.wallet]
    head = deployed.web3.eth.block_number
    for number, hash_ in known(reader).items():
        assert deployed.web3.eth.get_block(number)["hash"].to_0x_hex() == hash_
    assert max(known(reader)) == head
    with reader.work.reading() as connection:
        assert frozen(connection) is None
    assert len(told(reader)) == 1


def test_below_the_depth_payouts_are_frozen_and_the_fork_is_named(
    reader: Reader, deployed: Deployed, heard: Heard
) -> None:
    """What was told cannot be untold by itself: it stops, and stays frozen over a restart."""
    deployed.mine(3)
    read_on(reader)
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine(3)
    read_on(reader)
    assert len(heard.events) == 1
    before = deployed.web3.eth.block_number
    deployed.anvil.rpc("anvil_rollback", 4)
    deployed.mine(6)
    with pytest.raises(Broken, match=f"they part after block {before - 4}") as caught:
        reader.step()
    assert "rebuild" in caught.value.remedy
    [incident] = told(reader)
    assert (incident.kind, incident.depth) == (tracking.DEEP, 4)
    with reader.work.reading() as connection:
        assert frozen(connection) is not None
        [alarm] = list_alarms(connection)
    assert (alarm.kind, alarm.subject) == (AlarmKind.DEEP_REORG, "eip155:31337")


def test_a_node_that_is_behind_is_waited_for(reader: Reader, deployed: Deployed) -> None:
    """It has the blocks that were seen, only fewer of them: that is no reorganisation."""
    deployed.mine(5)
    read_on(reader)
    there = Node(deployed.anvil.url)

    class Behind(Node):
        def head(self) -> Header:
            header = there.header(there.head().number - 4)
            assert header is not None
            return header

        def header(self, number: int) -> Header | None:
            return None if number > self.head().number else there.header(number)

    for depth in (1, 0):
        behind = replace(reader, node=Behind(deployed.anvil.url), depth=depth)
        with pytest.raises(Unavailable, match="behind"):
            behind.step()
    assert told(reader) == []
    read_on(reader)


def test_one_block_that_a_lagging_node_does_not_show(reader: Reader, deployed: Deployed) -> None:
    """One address, two nodes: the head is the one's, the stored block the other's, which lags."""
    deployed.mine(5)
    read_on(reader)
    deployed.mine()
    at = reader.node.head().number - 2  # what was read last

    class Torn(Node):
        def header(self, number: int) -> Header | None:
            return None if number == at else super().header(number)

    with pytest.raises(Unavailable, match=f"does not show block {at}"):
        replace(reader, node=Torn(deployed.anvil.url)).step()
    with reader.work.reading() as connection:
        assert frozen(connection) is None
    assert told(reader) == []
    read_on(reader)


class Shorter(Node):
    """Has the chain up to `last` alone; its times are `late` seconds later."""

    last = 0
    late = 0

    def head(self) -> Header:
        found = super().header(self.last)
        assert found is not None
        return replace(found, timestamp=found.timestamp + self.late)

    def header(self, number: int) -> Header | None:
        return None if number > self.last else super().header(number)


@pytest.mark.parametrize("late", [0, 10**6])
def test_a_node_behind_all_that_is_kept(
    reader: Reader, deployed: Deployed, monkeypatch: pytest.MonkeyPatch, late: int
) -> None:
    """It is waited for, unless its newest block was made after one that should follow it."""
    monkeypatch.setattr(tracking, "KEPT", 4)
    for _ in range(6):
        deployed.mine(4)
        read_on(reader)
    behind = Shorter(deployed.anvil.url)
    behind.last, behind.late = reader.node.head().number - 15, late
    assert behind.last not in known(reader)
    with pytest.raises(Broken if late else Unavailable):
        replace(reader, node=behind).step()
    with reader.work.reading() as connection:
        assert (frozen(connection) is not None) == bool(late)


def test_a_shorter_chain_with_another_block_is_reorganised(
    reader: Reader, deployed: Deployed
) -> None:
    """What it has differs from what was kept: that is no lag."""
    deployed.mine(8)
    read_on(reader)
    deployed.anvil.rpc("anvil_rollback", 6)
    set_tier(deployed, BO.wallet, 2)  # another history, and a shorter one
    with pytest.raises(Broken, match="does not reach it"):
        reader.step()
    with reader.work.reading() as connection:
        assert frozen(connection) is not None


def test_blocks_that_do_not_follow_each_other_are_not_kept(
    reader: Reader, deployed: Deployed
) -> None:
    """The chain moved while it was asked: it is asked again."""
    read_on(reader)
    deployed.mine(3)

    class Torn(Node):
        def headers(self, numbers: Sequence[int]) -> list[Header | None]:
            found = super().headers(numbers)
            return [each and replace(each, parent_hash="0xother") for each in found]

    before = known(reader)
    with pytest.raises(Unavailable, match="changed around block"):
        replace(reader, node=Torn(deployed.anvil.url)).step()
    assert known(reader) == before


def test_old_blocks_are_let_go(
    reader: Reader, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many are kept below what was read."""
    monkeypatch.setattr(tracking, "KEPT", 4)
    for _ in range(6):
        deployed.mine(2)
        read_on(reader)
    blocks = known(reader)
    assert max(blocks) == deployed.web3.eth.block_number
    assert len(blocks) <= 4 + 1 + 3

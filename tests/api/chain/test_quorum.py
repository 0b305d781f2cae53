"""Tests of several nodes: one that lags is passed over, one that lies stops the reading, and no
payout goes by the word of a single node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from api.chain import AlarmKind, Node, Reader, TokenChain, list_alarms
from api.chain.node import Header, RawLog
from api.chain.quorum import agreed_final
from api.chain.rpc import Answer
from api.kernel.errors import Unavailable
from api.kernel.ids import Address
from tests.api.chain.test_reader import Heard, heard, read_on, reader, set_tier
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

__all__ = ["heard", "reader"]


class Short(Node):
    """Lacks the last event of every range."""

    def logs(
        self, addresses: Sequence[Address], topics: Sequence[bytes], first: int, last: int
    ) -> list[RawLog]:
        return super().logs(addresses, topics, first, last)[:-1]


class Double(Node):
    """Tells the last event of every range twice."""

    def logs(
        self, addresses: Sequence[Address], topics: Sequence[bytes], first: int, last: int
    ) -> list[RawLog]:
        found = super().logs(addresses, topics, first, last)
        return found + found[-1:]


class Elsewhere(Node):
    """Has other blocks."""

    def header(self, number: int) -> Header | None:
        found = super().header(number)
        return found and replace(found, hash="0x" + "ee" * 32)


class Slow(Node):
    """Is thirty blocks behind."""

    def head(self) -> Header:
        found = super().header(max(super().head().number - 30, 0))
        assert found is not None
        return found

    def header(self, number: int) -> Header | None:
        return None if number > self.head().number else super().header(number)

    def finalized(self) -> Header:
        return self.head()


def standing(reader: Reader) -> set[AlarmKind]:
    """The alarms."""
    with reader.work.reading() as connection:
        return {alarm.kind for alarm in list_alarms(connection)}


@pytest.mark.parametrize("liar", [Short, Elsewhere])
def test_a_second_node_that_says_otherwise_stops_the_reading(
    reader: Reader, deployed: Deployed, heard: Heard, liar: type[Node]
) -> None:
    """Whichever of the two it is that lies; and it heals when they agree."""
    set_tier(deployed, ADA.wallet, 1)
    set_tier(deployed, BO.wallet, 2)
    deployed.mine()
    doubted = replace(reader, witnesses=[liar(deployed.anvil.url)])
    doubted.step()
    with pytest.raises(Unavailable, match="does not agree"):
        doubted.step()
    assert heard.events == []
    assert standing(reader) == {AlarmKind.NODES_DISAGREE}
    read_on(replace(reader, witnesses=[Node(deployed.anvil.url)]))
    assert len(heard.events) == 2
    assert standing(reader) == set()


def test_a_first_node_that_hides_an_event_is_found_out(
    reader: Reader, deployed: Deployed, heard: Heard
) -> None:
    """The gap is seen, because the second node has the event."""
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine()
    hiding, honest = Short(deployed.anvil.url), Node(deployed.anvil.url)
    doubted = replace(reader, node=hiding, witnesses=[honest])
    doubted.step()
    with pytest.raises(Unavailable, match="does not agree"):
        doubted.step()
    assert heard.events == []


def test_an_event_that_is_told_twice_is_not_believed(
    reader: Reader, deployed: Deployed, heard: Heard
) -> None:
    """A log's block and index name it: no block has two of them."""
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine()
    doubled = replace(reader, node=Double(deployed.anvil.url))
    doubled.step()
    with pytest.raises(Unavailable, match="changed around block"):
        doubled.step()
    assert heard.events == []


def test_one_that_lags_or_is_down_is_told_and_passed_over(
    reader: Reader, deployed: Deployed, heard: Heard
) -> None:
    """Reading goes on by those that are there."""
    deployed.mine(40)
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine()
    others = [Slow(deployed.anvil.url), Node("http://127.0.0.1:1")]
    read_on(replace(reader, witnesses=others))
    assert len(heard.events) == 1
    # within the lag nobody is told; a node that is down is
    assert standing(reader) == {AlarmKind.NODE_BEHIND, AlarmKind.NODE_DOWN}


def test_payouts_go_by_the_last_block_that_all_call_final(deployed: Deployed) -> None:
    """The slowest counts; one that is silent, or elsewhere, holds them up."""
    deployed.mine(40)
    node, url = Node(deployed.anvil.url), deployed.anvil.url
    own = agreed_final(node, [])
    assert own == node.head().number - 2
    assert agreed_final(node, [Node(url)]) == own
    assert agreed_final(node, [Node(url), Slow(url)]) == node.head().number - 30
    for bad in (Elsewhere(url), Node("http://127.0.0.1:1")):
        with pytest.raises(Unavailable):
            agreed_final(node, [Node(url), bad])
    view = TokenChain(node, deployed.deployment, [Elsewhere(url)])
    with pytest.raises(Unavailable, match="does not agree"):
        view.finalized()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({"error": {"code": -32005, "message": "limit exceeded"}}, "limit exceeded"),
        ({"error": {"code": -39001, "message": "finalized block not found"}}, "not found"),
        ({"result": None}, "no answer"),
    ],
)
def test_a_node_that_names_no_final_block_is_not_guessed_for(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, answer: Answer, word: str
) -> None:
    """A refusal may pass, or be for good: the setting alone says that the depth counts."""
    node, there = Node(deployed.anvil.url), Node(deployed.anvil.url)
    monkeypatch.setattr(node._rpc, "exchange", lambda *_: answer)
    for asked, witnesses in ((node, []), (node, [there]), (there, [node])):
        with pytest.raises(Unavailable, match=word) as caught:
            agreed_final(asked, witnesses)
        assert 'chain.payouts_wait_for = "depth"' in caught.value.remedy

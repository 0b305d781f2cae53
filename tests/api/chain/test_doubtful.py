"""Tests of the sender beside nodes that answer, but not rightly: one that stands still, one without
receipts, one that counts wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from api.chain import Node, TxState, preparing
from api.chain.attempts import attempts_of
from api.chain.node import Receipt
from api.kernel.errors import Unavailable
from api.kernel.ids import Address
from tests.api.chain.sending import Rig
from tests.api.chain.test_lanes import bench, foreign, go_on, used
from tests.api.chain.test_sender import stored
from tests.api.chain.test_stuck import GWEI, dear, mine_at, spike, tries
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

__all__ = ["bench", "dear"]


class Blind(Node):
    """Has the blocks, and no receipts."""

    def receipts(self, tx_hashes: Sequence[str]) -> dict[str, Receipt | None]:
        return dict.fromkeys(tx_hashes)


class Counting(Node):
    """Counts so many transactions with those that wait."""

    counted = 10_000

    def nonce(self, address: Address, *, block: int | None = None) -> int:
        return self.counted if block is None else super().nonce(address, block=block)


def test_a_witness_that_stands_still_holds_up_no_new_intents(
    bench: Rig, deployed: Deployed
) -> None:
    """What is mined is not settled, and that is said; what waits is signed and sent."""
    first = bench.queue("first", ADA.wallet)
    bench.sender().step()
    deployed.mine(3)
    bench.witnesses = [Blind(deployed.anvil.url)]
    second = bench.queue("second", BO.wallet, 2)
    with pytest.raises(Unavailable, match="does not have the receipt"):
        bench.sender().step()
    assert [stored(bench, each).state for each in (first, second)] == [TxState.SENT] * 2
    bench.witnesses = []
    go_on(bench, deployed)
    assert [stored(bench, each).state for each in (first, second)] == [TxState.DONE] * 2


def test_a_witness_that_stands_still_holds_up_no_raise(dear: Rig, deployed: Deployed) -> None:
    """What is stuck behind is paid better all the same."""
    dear.queue("mined", ADA.wallet)
    dear.sender().step()
    mine_at(deployed, GWEI)
    mine_at(deployed, GWEI)
    stuck = dear.queue("stuck", BO.wallet)
    dear.witnesses = [Blind(deployed.anvil.url)]
    with pytest.raises(Unavailable):
        dear.sender().step()
    spike(dear, deployed, 10 * GWEI)
    with pytest.raises(Unavailable):
        dear.sender().step()
    assert len(tries(dear, stuck)) == 2


def test_a_node_without_receipts_is_asked_again(bench: Rig, deployed: Deployed) -> None:
    """The block shows our own saved bytes: they are not saved again, and nothing ends."""
    tx_id = bench.queue("first", ADA.wallet)
    bench.sender().step()
    deployed.mine(6)
    there, bench.node = bench.node, Blind(deployed.anvil.url)
    later = bench.queue("later", BO.wallet)
    bench.later()
    with pytest.raises(Unavailable, match="has it in a block"):
        bench.sender().step()
    with bench.database.reading() as connection:
        assert len(attempts_of(connection, [tx_id])) == 1
    assert stored(bench, later).state is TxState.SENT
    bench.node = there
    go_on(bench, deployed)
    assert [stored(bench, each).state for each in (tx_id, later)] == [TxState.DONE] * 2


def test_what_a_block_holds_is_not_paid_better(dear: Rig, deployed: Deployed) -> None:
    """Without a receipt it looks stuck, but its nonce is used."""
    tx_id = dear.queue("mined", ADA.wallet)
    dear.sender().step()
    mine_at(deployed, GWEI)
    dear.node = Blind(deployed.anvil.url)
    spike(dear, deployed, 10 * GWEI)
    with pytest.raises(Unavailable):
        dear.sender().step()
    assert len(tries(dear, tx_id)) == 1


def test_a_wrong_count_is_not_believed(bench: Rig, deployed: Deployed) -> None:
    """No intent gets a nonce behind thousands that nobody has used."""
    there, bench.node = bench.node, Counting(deployed.anvil.url)
    tx_id = bench.queue("one", ADA.wallet)
    with pytest.raises(Unavailable, match="counts 10000 transactions") as caught:
        bench.sender().step()
    assert "another node" in caught.value.remedy
    assert stored(bench, tx_id).state is TxState.QUEUED
    bench.node = there
    go_on(bench, deployed)
    assert (stored(bench, tx_id).nonce, stored(bench, tx_id).state) == (0, TxState.DONE)
    assert used(deployed) == 1


def test_a_window_full_that_another_life_left_in_the_pool(bench: Rig, deployed: Deployed) -> None:
    """As many as an address may have waiting are gone past, also behind what blocks hold."""
    foreign(deployed, 0)
    deployed.mine()
    for nonce in range(1, 1 + preparing.WINDOW):
        foreign(deployed, nonce)
    tx_id = bench.queue("behind", ADA.wallet)
    bench.sender().step()
    assert stored(bench, tx_id).nonce == 1 + preparing.WINDOW

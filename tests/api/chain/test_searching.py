"""Tests of the sender: what used a nonce is found on a node that is no archive, too."""

from __future__ import annotations

import pytest

from api.chain import AlarmKind, Fees, Node, TxState, calldata, searching
from api.chain.node import Refusal
from api.kernel.ids import Address
from tests.api.chain.sending import Rig
from tests.api.chain.test_lanes import go_on
from tests.api.chain.test_sender import bench, stored, tier
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

__all__ = ["bench"]


class Died(BaseException):
    """The process ends here."""


def _die(*_: object, **__: object) -> None:
    raise Died


class Pruned(Node):
    """No archive: it tells the counts of its newest blocks alone."""

    walked = 0

    def nonce(self, address: Address, *, block: int | None = None) -> int:
        if block is not None and block < self.head().number - 3:
            raise Refusal("eth_getTransactionCount", -32000, "missing trie node")
        return super().nonce(address, block=block)

    def sent_in(self, address: Address, blocks: object) -> dict[int, object]:  # type: ignore[override]  # counted
        self.walked += 1
        return super().sent_in(address, blocks)  # type: ignore[arg-type, return-value]  # as above


def in_another_life(bench: Rig, deployed: Deployed, nonces: int) -> None:
    """One transaction that this database knows, then some that it does not, blocks ago."""
    bench.queue("known", ADA.wallet)
    bench.sender().step()
    go_on(bench, deployed)
    for nonce in range(1, nonces + 1):
        signed = deployed.key("compliance").sign(
            chain_id=31337,
            nonce=nonce,
            to=deployed.deployment.token,
            data=calldata.set_tier(BO.wallet, 1 + nonce % 2),
            gas=200_000,
            fees=Fees(0, 0),
        )
        bench.node.send(signed.raw)
        deployed.mine(9)
    deployed.mine(20)


def test_old_blocks_are_looked_through(
    bench: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them once, some at a time, while the lease lasts."""
    monkeypatch.setattr(searching, "_AT_ONCE", 4)
    monkeypatch.setattr(searching, "_RENEW_EVERY", 2)
    in_another_life(bench, deployed, 3)
    bench.node = node = Pruned(deployed.anvil.url)
    new = bench.queue("new", ADA.wallet, tier=2)
    bench.later()
    bench.sender().step()
    assert node.walked <= 2 + (20 + 3 * 9) // 4
    go_on(bench, deployed, 3)
    assert (stored(bench, new).state, stored(bench, new).nonce) == (TxState.DONE, 4)
    assert tier(deployed, ADA.wallet) == 2
    assert bench.alarms() == []


def test_it_dies_while_it_looks_through_old_blocks(
    bench: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was written but its lease: a successor looks through them again."""
    monkeypatch.setattr(searching, "_AT_ONCE", 4)
    monkeypatch.setattr(searching, "_RENEW_EVERY", 1)
    in_another_life(bench, deployed, 2)
    bench.node = Pruned(deployed.anvil.url)
    new = bench.queue("new", ADA.wallet, tier=2)
    bench.later()
    with monkeypatch.context() as dying:
        dying.setattr(searching, "note", _die)
        with pytest.raises(Died):
            bench.sender().step()
    bench.holder = "second"
    go_on(bench, deployed, 4)
    assert (stored(bench, new).state, stored(bench, new).nonce) == (TxState.DONE, 3)
    assert bench.alarms() == []


def test_it_ends_at_the_last_that_is_known(
    bench: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A nonce that no transaction used is not looked for down to the first block."""
    monkeypatch.setattr(searching, "_AT_ONCE", 4)
    in_another_life(bench, deployed, 0)
    height = deployed.web3.eth.block_number
    deployed.anvil.rpc("anvil_setNonce", deployed.key("compliance").address, "0x2")
    deployed.mine(6)
    bench.node = node = Pruned(deployed.anvil.url)
    bench.queue("new", ADA.wallet, tier=2)
    bench.later()
    assert not bench.sender().step()
    assert [each.kind for each in bench.alarms()] == [AlarmKind.FOREIGN]
    assert 0 < 4 * node.walked < height

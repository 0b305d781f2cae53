"""Tests of the sender: what a deep reorganisation took off the chain again is put back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.chain import TxState
from api.chain.attempts import attempts_of
from api.chain.reviving import PATIENCE
from api.kernel.errors import Conflict
from api.kernel.ids import TxId
from tests.api.chain.sending import Rig
from tests.api.chain.test_sender import bench, stored, tier
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

__all__ = ["bench"]


def end(bench: Rig, deployed: Deployed, tx_id: TxId) -> int:
    """Send and settle it; how many blocks it took."""
    before = deployed.web3.eth.block_number
    bench.sender().step()
    deployed.mine(3)
    bench.sender().step()
    assert stored(bench, tx_id).state in (TxState.DONE, TxState.REVERTED)
    return int(deployed.web3.eth.block_number) - before


def take_off(bench: Rig, deployed: Deployed, blocks: int) -> None:
    """The chain goes on without these blocks, and nobody has kept their transactions."""
    deployed.anvil.rpc("anvil_rollback", blocks)
    deployed.anvil.rpc("anvil_dropAllTransactions")
    deployed.mine(blocks)
    bench.later()


def refuse(deployed: Deployed) -> None:
    """The bank takes compliance's role away."""
    revoke = deployed.manager.functions.revokeRole(4, deployed.key("compliance").address)
    revoke.transact({"from": deployed.admin, "gasPrice": 0})
    deployed.mine()


def put_back(bench: Rig) -> int:
    """How many were sent again; nothing of it is refused."""
    sent, refused = bench.sender().put_back()
    assert refused == []
    return sent


def counted(deployed: Deployed) -> int:
    """Nonces that compliance's address has used."""
    return int(deployed.web3.eth.get_transaction_count(deployed.key("compliance").address))


def test_what_was_done_is_done_again_before_what_waits_behind_it(
    bench: Rig, deployed: Deployed
) -> None:
    """The same bytes, once; and the next nonce, which nothing could have mined, has its turn."""
    done = bench.queue("done", ADA.wallet)
    take_off(bench, deployed, end(bench, deployed, done))
    assert tier(deployed, ADA.wallet) == 0
    behind = bench.queue("behind", BO.wallet, 2)
    bench.sender().step()
    assert [put_back(bench) for _ in range(2)] == [1, 0]
    for _ in range(4):
        bench.sender().step()
        deployed.mine(2)
    assert (tier(deployed, ADA.wallet), tier(deployed, BO.wallet)) == (1, 2)
    assert stored(bench, behind).state is TxState.DONE
    with bench.database.reading() as connection:
        assert len(attempts_of(connection, [done])) == 1
    assert bench.reverted == []
    assert put_back(bench) == 0


def test_nothing_is_sent_that_the_chain_has(bench: Rig, deployed: Deployed) -> None:
    """Nothing was ever signed; then what was, stands on the chain."""
    assert put_back(bench) == 0
    end(bench, deployed, bench.queue("done", ADA.wallet))
    assert put_back(bench) == 0


def test_not_beside_a_process_that_signs(bench: Rig) -> None:
    """Two would give one nonce out."""
    bench.queue("waits", ADA.wallet)
    bench.sender().step()
    other = replace(bench.sender(), holder="second")
    with pytest.raises(Conflict, match="Stop every worker"):
        other.put_back()


def test_what_was_without_effect_has_none_now(bench: Rig, deployed: Deployed) -> None:
    """Its owner was told so, and may have meant it anew: a no-op takes its nonce."""
    before = deployed.web3.eth.block_number
    tx_id = bench.queue("late", ADA.wallet)
    bench.sender().step()
    deployed.anvil.rpc("anvil_dropAllTransactions")
    refuse(deployed)
    bench.later()
    bench.sender().step()
    deployed.mine(2)
    bench.sender().step()
    assert stored(bench, tx_id).state is TxState.REVERTED
    take_off(bench, deployed, deployed.web3.eth.block_number - before)  # the role is back, too
    bench.queue("behind", BO.wallet, 2)
    assert put_back(bench) == 1
    for _ in range(4):
        bench.sender().step()
        deployed.mine(2)
    assert (tier(deployed, ADA.wallet), tier(deployed, BO.wallet)) == (0, 2)
    with bench.database.reading() as connection:
        assert [each.no_op for each in attempts_of(connection, [tx_id])] == [False, True]
    assert [ref for ref, _ in bench.reverted] == ["late"]


def test_what_the_chain_would_refuse_now_waits_an_hour(bench: Rig, deployed: Deployed) -> None:
    """An issue waits for its backing; for ever nothing waits."""
    done = bench.queue("done", ADA.wallet)
    take_off(bench, deployed, end(bench, deployed, done))
    refuse(deployed)
    sent, [refused] = bench.sender().put_back()
    assert (sent, "would refuse it now" in refused.detail) == (0, True)
    deployed.mine(2)
    assert counted(deployed) == 0
    bench.later(int(PATIENCE.total_seconds()))
    assert put_back(bench) == 1
    deployed.mine(2)
    assert (counted(deployed), tier(deployed, ADA.wallet)) == (1, 0)

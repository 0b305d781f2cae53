"""Tests of the sender: saved before sent, sent again after a crash, never with two nonces."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta

import pytest

from api.chain import AlarmKind, Fees, Lane, Node, TxState, calldata, count_by_state, preparing
from api.chain.attempts import attempts_of
from api.chain.desk import Desk
from api.chain.lane import LaneWorker
from api.chain.model import Transaction
from api.chain.node import Receipt, SendOutcome
from api.chain.store import get
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from api.kernel.ids import TxId
from api.kernel.lease import LeaseLost, release_held
from scripts.toolchain import ROOT
from tests.api.chain.sending import Rig, rig
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO


@pytest.fixture
def bench(database: Database, deployed: Deployed) -> Rig:
    """A sender on a real chain that makes blocks on command."""
    deployed.anvil.rpc("evm_setAutomine", False)
    return rig(database, deployed.anvil.url, deployed.file)


def stored(bench: Rig, tx_id: TxId) -> Transaction:
    """A transaction as it stands."""
    with bench.database.reading() as connection:
        found = get(connection, tx_id)
    assert found is not None
    return found


def tier(deployed: Deployed, account: str) -> int:
    """An account's tier on chain."""
    return int(deployed.token.functions.getAccount(account).call()[2])


def test_signed_saved_sent_done(bench: Rig, deployed: Deployed) -> None:
    """Two transactions in the order of queueing; done when enough blocks follow."""
    one, two = bench.queue("one", ADA.wallet), bench.queue("two", BO.wallet, 2)
    sender = bench.sender()
    assert sender.step()
    assert [stored(bench, each).state for each in (one, two)] == [TxState.SENT] * 2
    assert [stored(bench, each).nonce for each in (one, two)] == [0, 1]
    assert bench.sent == [("one", stored(bench, one).tx_hash), ("two", stored(bench, two).tx_hash)]
    deployed.mine()
    assert not sender.step()  # in a block, but none follows yet
    assert stored(bench, one).state is TxState.SENT
    deployed.mine()
    assert sender.step()
    assert [stored(bench, each).state for each in (one, two)] == [TxState.DONE] * 2
    assert (tier(deployed, ADA.wallet), tier(deployed, BO.wallet)) == (1, 2)
    assert not sender.step()
    assert bench.reverted == []


def test_a_trial_run_that_fails_costs_no_nonce(bench: Rig, deployed: Deployed) -> None:
    """Its owner is told the reason; the next one takes the nonce."""
    refused, fine = bench.queue("refused", ADA.wallet, 9), bench.queue("fine", BO.wallet)
    bench.sender().step()
    assert stored(bench, refused).state is TxState.REFUSED
    assert bench.reverted == [("refused", "UnknownTier(tier=9)")]
    assert stored(bench, fine).nonce == 0


def test_a_revert_in_a_block_is_told_with_its_reason(bench: Rig, deployed: Deployed) -> None:
    """The role is taken away between the trial run and the block."""
    tx_id = bench.queue("late", ADA.wallet)
    bench.sender().step()
    revoke = deployed.manager.functions.revokeRole(4, deployed.key("compliance").address)
    deployed.anvil.rpc("anvil_dropAllTransactions")
    revoke.transact({"from": deployed.admin, "gasPrice": 0})
    deployed.mine()
    bench.later()
    bench.sender().step()  # the same bytes, once more
    deployed.mine(2)
    bench.sender().step()
    assert stored(bench, tx_id).state is TxState.REVERTED
    [(ref, reason)] = bench.reverted
    assert ref == "late"
    assert "AccessManagedUnauthorized" in reason


def test_dropped_bytes_are_sent_again_as_they_are(bench: Rig, deployed: Deployed) -> None:
    """A node forgets its pool: the hash does not change."""
    tx_id = bench.queue("dropped", ADA.wallet)
    bench.sender().step()
    before = stored(bench, tx_id).tx_hash
    deployed.anvil.rpc("anvil_dropAllTransactions")
    bench.sender().step()
    deployed.mine(2)
    assert tier(deployed, ADA.wallet) == 0  # not yet: it is too early to think it was lost
    bench.later()
    bench.sender().step()
    deployed.mine(2)
    bench.sender().step()
    assert stored(bench, tx_id).state is TxState.DONE
    assert stored(bench, tx_id).tx_hash == before
    assert tier(deployed, ADA.wallet) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_the_sending(bench: Rig, deployed: Deployed, moment: str) -> None:
    """SIGKILL with the bytes saved: another process sends these very bytes, and once."""
    tx_id = bench.queue("killed", ADA.wallet)
    url = bench.database.engine.url.render_as_string(hide_password=False)
    child = subprocess.run(
        [
            *(sys.executable, "-m", "tests.api.chain.killed_sender"),
            *(url, deployed.anvil.url, str(deployed.file), moment),
        ],
        cwd=ROOT,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    assert stored(bench, tx_id).state is TxState.SIGNED
    with bench.database.reading() as connection:
        [saved] = attempts_of(connection, [tx_id])
    bench.later()  # the dead process's lease has run out
    bench.holder = "second"
    bench.sender().step()
    deployed.mine(2)
    bench.sender().step()
    done = stored(bench, tx_id)
    assert (done.state, done.tx_hash) == (TxState.DONE, saved.tx_hash)
    compliance = deployed.key("compliance").address
    assert deployed.web3.eth.get_transaction_count(compliance) == 1


def test_without_saving_first_a_crash_sends_twice(
    bench: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: sent before it is saved, the same intent takes two nonces."""
    bench.queue("unsaved", ADA.wallet)

    def send_first(
        desk: Desk, ready: Sequence[preparing._Ready], fees: Fees, _counted: int
    ) -> None:
        for each in ready:
            nonce = bench.node.nonce(desk.address)
            attempt = desk.sign(each.transaction, nonce=nonce, number=1, gas=each.gas, fees=fees)
            bench.node.send(attempt.raw)
        raise KeyboardInterrupt

    monkeypatch.setattr(preparing, "_sign", send_first)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            bench.sender().step()
    deployed.mine()
    compliance = deployed.key("compliance").address
    assert deployed.web3.eth.get_transaction_count(compliance) == 2


def test_a_nonce_that_a_stranger_used_stops_the_lane(bench: Rig, deployed: Deployed) -> None:
    """Somebody else signs with our key: that is no hiccup."""
    tx_id = bench.queue("ours", ADA.wallet)
    bench.sender().step()
    deployed.anvil.rpc("anvil_dropAllTransactions")
    key = deployed.key("compliance")
    foreign = key.sign(
        chain_id=31337, nonce=0, to=BO.wallet, data=b"", gas=30_000, fees=Fees.of(0, 0)
    )
    bench.node.send(foreign.raw)
    deployed.mine(2)
    bench.later()
    with pytest.raises(Unavailable, match="no receipt"):  # it may be a node that lags
        bench.sender().step()
    deployed.mine()
    assert not bench.sender().step()
    [alarm] = bench.alarms()
    assert (alarm.kind, alarm.subject) == (AlarmKind.FOREIGN, key.address)
    assert "did not save" in alarm.detail
    assert stored(bench, tx_id).state is TxState.SENT
    bench.queue("next", BO.wallet)
    for _ in range(2):  # it stays so
        assert not bench.sender().step()
    assert bench.alarms() == [alarm]


def test_a_receipt_that_a_lagging_node_lacks_is_waited_for(bench: Rig, deployed: Deployed) -> None:
    """One of the nodes behind an address counts the nonce, another has no receipt yet."""
    tx_id = bench.queue("ours", ADA.wallet)
    bench.sender().step()
    deployed.mine(2)
    there = bench.node

    class Lagging(Node):
        def receipts(self, tx_hashes: Sequence[str]) -> dict[str, Receipt | None]:
            return dict.fromkeys(tx_hashes)

    bench.node = Lagging(deployed.anvil.url)
    with pytest.raises(Unavailable, match="no receipt"):
        bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SENT
    bench.node = there
    bench.sender().step()
    assert stored(bench, tx_id).state is TxState.DONE


def test_the_chains_count_is_followed_when_it_is_larger(bench: Rig, deployed: Deployed) -> None:
    """A database that begins later than its key does not fill used nonces again."""
    key = deployed.key("compliance")
    for nonce in range(3):
        data = calldata.set_tier(BO.wallet, nonce)
        signed = key.sign(
            chain_id=31337,
            nonce=nonce,
            to=deployed.deployment.token,
            data=data,
            gas=200_000,
            fees=Fees.of(0, 0),
        )
        bench.node.send(signed.raw)
    deployed.mine()
    tx_id = bench.queue("fourth", ADA.wallet)
    bench.sender().step()
    assert stored(bench, tx_id).nonce == 3


def test_one_process_a_lane(bench: Rig, deployed: Deployed) -> None:
    """A second one waits; one that slept past its lease commits nothing more."""
    bench.queue("one", ADA.wallet)
    asleep = bench.sender()
    lease = asleep._take(deployed.key("compliance"))
    assert lease is not None
    bench.holder = "second"
    assert not bench.sender().step()
    bench.later()
    assert bench.sender().step()
    bench.queue("two", BO.wallet)
    late = LaneWorker(
        asleep.context, Lane.COMPLIANCE, deployed.key("compliance"), lease, timedelta(seconds=10)
    )
    with pytest.raises(LeaseLost):
        late.step()
    with bench.database.reading() as connection:
        counts = count_by_state(connection)
    assert counts == {(Lane.COMPLIANCE, TxState.SENT): 1, (Lane.COMPLIANCE, TxState.QUEUED): 1}


def test_a_lease_lasts_for_many_passes(bench: Rig, deployed: Deployed) -> None:
    """It is renewed by what they do. Once another has got it, that is noticed, and it is left."""
    first = bench.sender()
    bench.holder = "second"
    second = bench.sender()

    def fence() -> int:
        with bench.database.reading() as connection:
            return int(connection.exec_driver_sql("SELECT max(fence) FROM leases").scalar_one())

    bench.queue("one", ADA.wallet)
    assert first.step()
    taken = fence()
    bench.queue("two", BO.wallet)
    assert first.step()
    assert fence() == taken
    with bench.database.transaction() as connection:
        release_held(connection, "lane:", first.holder, now=bench.clock.now())
    bench.queue("three", ADA.wallet)
    assert second.step()
    assert fence() > taken
    bench.queue("four", BO.wallet)
    with pytest.raises(LeaseLost):
        first.step()
    assert not first.step()
    assert second.step()


def test_a_node_that_is_down_changes_nothing(bench: Rig, deployed: Deployed) -> None:
    """The intent waits; with the node back it goes its way. A lost reply is resent."""
    tx_id = bench.queue("waits", ADA.wallet)
    there, bench.node = bench.node, Node("http://127.0.0.1:1")
    with pytest.raises(Unavailable):
        bench.sender().step()
    assert stored(bench, tx_id).state is TxState.QUEUED

    class Deaf(Node):
        def send_many(self, raws: Sequence[bytes]) -> list[SendOutcome]:
            super().send_many(raws)
            raise Unavailable("the reply was lost", remedy="ask again")

    bench.node = Deaf(deployed.anvil.url)
    with pytest.raises(Unavailable):
        bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SIGNED
    bench.node = there
    bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SENT
    deployed.mine(2)
    bench.sender().step()
    assert stored(bench, tx_id).state is TxState.DONE


def test_what_a_block_holds_is_not_sent_again(bench: Rig, deployed: Deployed) -> None:
    """With a great depth, old transactions wait for long: nobody needs to hear of them again."""
    bench.depth = 50
    bench.queue("mined", ADA.wallet)
    bench.sender().step()
    deployed.mine()

    class Mute(Node):
        def send_many(self, raws: Sequence[bytes]) -> list[SendOutcome]:
            raise AssertionError(f"{len(raws)} attempts were sent again")

    bench.node = Mute(deployed.anvil.url)
    bench.later()
    assert not bench.sender().step()


def test_stopping_lets_the_lane_go(bench: Rig) -> None:
    """A successor need not wait for the lease to run out."""
    bench.queue("one", ADA.wallet)
    first = bench.sender()
    assert first.step()
    first.stop()
    bench.queue("two", BO.wallet)
    bench.holder = "second"
    assert bench.sender().step()

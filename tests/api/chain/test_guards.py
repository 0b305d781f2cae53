"""Tests of chain: guards taken out, one at a time: what would then be so (negative controls)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.chain import Node, Reader, SendingRules, TxState, preparing, settling, store
from api.chain.attempts import attempts_of
from api.kernel.database import Database
from tests.api.chain.sending import Rig, rig
from tests.api.chain.test_quorum import Short
from tests.api.chain.test_reader import Heard, heard, read_on, reader, set_tier
from tests.api.chain.test_sender import stored
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

__all__ = ["heard", "reader"]


@pytest.fixture
def bench(database: Database, deployed: Deployed) -> Rig:
    """A sender on a real chain that makes blocks on command."""
    deployed.anvil.rpc("evm_setAutomine", False)
    return rig(database, deployed.anvil.url, deployed.file)


def test_without_asking_which_chain_it_is_it_would_sign(
    bench: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that says it is on another chain gets our bytes."""

    class Elsewhere(Node):
        def chain_id(self) -> int:
            return 1

    bench.node = Elsewhere(deployed.anvil.url)
    tx_id = bench.queue("waits", ADA.wallet)
    monkeypatch.setattr(preparing, "_require_our_chain", lambda _desk: None)
    assert bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SENT
    assert bench.alarms() == []


def test_without_the_receipts_word_a_revert_would_be_done(
    bench: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mined is taken for done: nobody is told that it had no effect."""
    tx_id = bench.queue("late", ADA.wallet)
    bench.sender().step()
    deployed.anvil.rpc("anvil_dropAllTransactions")
    revoke = deployed.manager.functions.revokeRole(4, deployed.key("compliance").address)
    revoke.transact({"from": deployed.admin, "gasPrice": 0})
    deployed.mine()
    bench.later()
    bench.sender().step()
    deployed.mine(2)
    monkeypatch.setattr(settling, "_why", lambda *_: None)
    bench.sender().step()
    assert stored(bench, tx_id).state is TxState.DONE
    assert bench.reverted == []


def test_without_the_blocks_hash_another_history_would_be_read_on(
    reader: Reader, deployed: Deployed, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the depth: what was told is gone from the chain, and nothing says so."""
    monkeypatch.setattr(Reader, "_same_chain", lambda *_: None)
    monkeypatch.setattr("api.chain.tracking.Tracker.follow", lambda *_: None)
    deployed.mine(3)
    read_on(reader)
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine(3)
    read_on(reader)
    deployed.anvil.rpc("anvil_rollback", 4)
    deployed.mine(8)
    read_on(reader)
    assert [event.args["account"] for event in heard.events] == [ADA.wallet]
    assert deployed.token.functions.getAccount(ADA.wallet).call()[2] == 0


def test_without_a_second_node_a_hidden_event_would_be_lost(
    reader: Reader, deployed: Deployed, heard: Heard
) -> None:
    """One node alone is believed: its blocks are sound, and one of their logs is missing."""
    set_tier(deployed, ADA.wallet, 1)
    deployed.mine()
    read_on(replace(reader, node=Short(deployed.anvil.url)))
    assert heard.events == []


def test_without_comparing_clocks_it_would_sign(bench: Rig, deployed: Deployed) -> None:
    """A day off: deadlines and limits are reckoned by a clock that nobody else has."""
    deployed.anvil.rpc("anvil_setTime", int(bench.clock.now().timestamp()) + 10**8)
    ahead = bench.node.pending_time() - int(bench.clock.now().timestamp())
    bench.later(ahead + 86_400)
    tx_id = bench.queue("in time", ADA.wallet)
    bench.rules = SendingRules(max_skew=timedelta(minutes=5))
    assert not bench.sender().step()
    bench.rules = SendingRules(max_skew=None)
    assert bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SENT


def test_without_its_name_one_intent_would_be_signed_with_two_contents(
    bench: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Purpose and reference name an intent; under another name the other content is signed."""
    real = store.enqueue
    names = iter(["first", "second"])

    def renamed(*args: object, **fields: object) -> object:
        return real(*args, **fields | {"ref": next(names)})  # type: ignore[arg-type]  # as given

    monkeypatch.setattr("tests.api.chain.sending.enqueue", renamed)
    ids = [bench.queue("one", ADA.wallet), bench.queue("one", BO.wallet)]
    bench.sender().step()
    with bench.database.reading() as connection:
        assert len({each.tx_hash for each in attempts_of(connection, ids)}) == 2

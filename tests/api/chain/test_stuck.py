"""Tests of the sender: what waits too long is paid better, what was dropped is sent again.

On a chain that takes fees; the address is given coin for them.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from api.chain import AlarmKind, FailureKind, Fees, Node, SendingRules, TxState, resending
from api.chain.attempts import attempts_of
from api.chain.fees import raised
from api.chain.model import Attempt
from api.chain.node import SendOutcome
from api.kernel.database import Database
from api.kernel.ids import TxId
from tests.api.chain.sending import Rig, rig
from tests.api.chain.test_sender import stored, tier
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO

GWEI = 10**9
COIN = hex(10**18)


@pytest.fixture
def dear(database: Database, deployed: Deployed) -> Rig:
    """A sender on a chain that asks one gwei per gas and makes blocks on command."""
    deployed.anvil.rpc("evm_setAutomine", False)
    set_coin(deployed, COIN)
    mine_at(deployed, GWEI)
    return rig(database, deployed.anvil.url, deployed.file)


def set_coin(deployed: Deployed, wei: str) -> None:
    """What compliance's address has for fees."""
    deployed.anvil.rpc("anvil_setBalance", deployed.key("compliance").address, wei)


def mine_at(deployed: Deployed, base_fee: int) -> None:
    """A block with this base fee, and the next one with the same."""
    deployed.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(base_fee))
    deployed.mine()
    deployed.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(base_fee))


def tries(bench: Rig, tx_id: TxId) -> list[Attempt]:
    """The saved attempts of a transaction."""
    with bench.database.reading() as connection:
        return attempts_of(connection, [tx_id])


def spike(bench: Rig, deployed: Deployed, base_fee: int) -> None:
    """The chain becomes dearer for as long as a raise takes."""
    for _ in range(bench.rules.bump_after_blocks):
        mine_at(deployed, base_fee)
    bench.later(31)


def test_a_gas_spike_is_paid_and_either_attempt_ends_it(dear: Rig, deployed: Deployed) -> None:
    """The same nonce, both caps a tenth higher at least, and the old bytes are kept."""
    tx_id = dear.queue("spiked", ADA.wallet)
    dear.sender().step()
    spike(dear, deployed, 10 * GWEI)
    assert stored(dear, tx_id).state is TxState.SENT
    assert dear.sender().step()
    first, second = tries(dear, tx_id)
    assert (first.nonce, second.nonce) == (0, 0)
    assert second.fees.highest >= 10 * GWEI
    assert 10 * second.fees.tip >= 11 * first.fees.tip
    assert second.sent_at is not None
    mine_at(deployed, 10 * GWEI)
    mine_at(deployed, 10 * GWEI)
    assert dear.sender().step()
    assert stored(dear, tx_id).state is TxState.DONE
    assert stored(dear, tx_id).tx_hash == second.tx_hash
    assert tier(deployed, ADA.wallet) == 1
    assert dear.alarms() == []


def test_the_first_attempt_may_win_all_the_same(dear: Rig, deployed: Deployed) -> None:
    """Any attempt's receipt ends the transaction: the node took the old bytes after all."""
    tx_id = dear.queue("either", ADA.wallet)
    dear.sender().step()
    spike(dear, deployed, 10 * GWEI)

    class Deaf(Node):
        def send_many(self, raws: Sequence[bytes]) -> list[SendOutcome]:
            return [SendOutcome.TAKEN] * len(raws)

    there, dear.node = dear.node, Deaf(deployed.anvil.url)
    dear.sender().step()
    dear.node = there
    first, _ = tries(dear, tx_id)
    assert there.send(first.raw) is SendOutcome.UNDERPRICED
    mine_at(deployed, GWEI)
    assert there.send(first.raw) is SendOutcome.TAKEN  # as a node that had kept it all the while
    mine_at(deployed, GWEI)
    mine_at(deployed, GWEI)
    assert dear.node.receipt(first.tx_hash) is not None
    dear.sender().step()
    assert stored(dear, tx_id).state is TxState.DONE


def test_nothing_is_raised_before_its_time(dear: Rig, deployed: Deployed) -> None:
    """Neither by time alone, nor by blocks alone."""
    tx_id = dear.queue("patient", ADA.wallet)
    dear.sender().step()

    def pass_by(blocks: int, seconds: int) -> int:
        for _ in range(blocks):
            deployed.anvil.rpc("anvil_dropTransaction", stored(dear, tx_id).tx_hash)
            mine_at(deployed, GWEI)
        dear.later(seconds)
        dear.sender().step()
        return len(tries(dear, tx_id))

    assert pass_by(blocks=2, seconds=31) == 1
    assert pass_by(blocks=1, seconds=16) == 2
    assert pass_by(blocks=9, seconds=16) == 2
    assert pass_by(blocks=0, seconds=16) == 3


def test_above_the_ceiling_it_parks_and_says_so(dear: Rig, deployed: Deployed) -> None:
    """No attempt above it, whatever the chain asks; below it again, all goes on unaided."""
    dear.rules = SendingRules(fee_ceiling=3 * GWEI)
    tx_id = dear.queue("parked", ADA.wallet)
    dear.sender().step()
    for _ in range(6):
        spike(dear, deployed, 50 * GWEI)
        dear.sender().step()
    assert all(each.fees.highest <= 3 * GWEI for each in tries(dear, tx_id))
    kinds = {(each.kind, each.subject) for each in dear.alarms()}
    assert kinds == {(AlarmKind.FEE_CEILING, tx_id)}
    waiting = dear.queue("not even signed", BO.wallet)
    dear.sender().step()
    assert stored(dear, waiting).state is TxState.QUEUED
    address = deployed.key("compliance").address
    assert (AlarmKind.FEE_CEILING, address) in {(e.kind, e.subject) for e in dear.alarms()}
    for _ in range(8):
        mine_at(deployed, GWEI)
        dear.later()
        dear.sender().step()
    assert [stored(dear, each).state for each in (tx_id, waiting)] == [TxState.DONE] * 2
    assert dear.alarms() == []


def test_without_the_ceiling_any_price_is_paid(
    dear: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the guard out, the spike is followed."""
    dear.rules = SendingRules(fee_ceiling=3 * GWEI)

    def unbounded(before: Fees, wanted: Fees, _ceiling: int) -> Fees | None:
        return raised(before, wanted, 10**30)

    monkeypatch.setattr(resending, "raised", unbounded)
    tx_id = dear.queue("paid", ADA.wallet)
    dear.sender().step()
    spike(dear, deployed, 50 * GWEI)
    dear.sender().step()
    assert tries(dear, tx_id)[-1].fees.highest > 3 * GWEI


def test_an_empty_gas_wallet_is_told_and_heals(dear: Rig, deployed: Deployed) -> None:
    """The bytes are saved; with coin the same bytes go out."""
    set_coin(deployed, "0x0")
    tx_id = dear.queue("poor", ADA.wallet, gas=200_000)
    dear.sender().step()
    [saved] = tries(dear, tx_id)
    [alarm] = dear.alarms()
    assert (alarm.kind, alarm.subject) == (AlarmKind.NO_COIN, saved.address)
    assert stored(dear, tx_id).state is TxState.SIGNED
    set_coin(deployed, COIN)
    dear.later()
    dear.sender().step()
    assert [each.raw for each in tries(dear, tx_id)] == [saved.raw]
    assert stored(dear, tx_id).state is TxState.SENT
    assert dear.alarms() == []


def test_a_dropped_transaction_is_sent_again(dear: Rig, deployed: Deployed) -> None:
    """The pool forgot one of three: its bytes come back, and the others behind it go through."""
    ids = [dear.queue(f"{n}", ADA.wallet, tier=n) for n in (1, 2, 1)]
    dear.sender().step()
    deployed.anvil.rpc("anvil_dropTransaction", stored(dear, ids[0]).tx_hash)
    mine_at(deployed, GWEI)
    assert deployed.web3.eth.get_transaction_count(deployed.key("compliance").address) == 0
    dear.later()
    dear.sender().step()
    for _ in range(2):
        mine_at(deployed, GWEI)
    dear.sender().step()
    assert [stored(dear, each).state for each in ids] == [TxState.DONE] * 3
    assert all(len(tries(dear, each)) == 1 for each in ids)


def test_what_the_node_counts_no_more_is_sent_again_at_once(
    dear: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two seconds after a drop the bytes come back; by time alone they would have to wait."""
    tx_id = dear.queue("lost", ADA.wallet)
    dear.sender().step()
    deployed.anvil.rpc("anvil_dropTransaction", stored(dear, tx_id).tx_hash)
    dear.later(2)
    with monkeypatch.context() as blind:  # negative control
        blind.setattr(resending, "_MISSING_AFTER", resending.RESEND_AFTER)
        dear.sender().step()
        mine_at(deployed, GWEI)
        assert dear.node.receipt(stored(dear, tx_id).tx_hash or "") is None
    dear.sender().step()
    mine_at(deployed, GWEI)
    assert dear.node.receipt(stored(dear, tx_id).tx_hash or "") is not None


def test_a_full_pool_is_waited_for(dear: Rig, deployed: Deployed) -> None:
    """Nothing is taken, nothing is lost, nothing is signed twice."""
    answers = {"now": SendOutcome.POOL_FULL}

    class Full(Node):
        def send_many(self, raws: Sequence[bytes]) -> list[SendOutcome]:
            said = answers["now"]
            return [said] * len(raws) if said is not SendOutcome.TAKEN else super().send_many(raws)

    dear.node = Full(deployed.anvil.url)
    tx_id = dear.queue("full", ADA.wallet)
    for _ in range(3):
        dear.sender().step()
        dear.later()
    assert stored(dear, tx_id).state is TxState.SIGNED
    answers["now"] = SendOutcome.TAKEN
    dear.sender().step()
    assert stored(dear, tx_id).state is TxState.SENT
    assert len(tries(dear, tx_id)) == 1


def test_underpriced_is_raised_at_once(dear: Rig, deployed: Deployed) -> None:
    """A node that keeps nothing so cheap is offered more, not the same again."""

    class Choosy(Node):
        def send_many(self, raws: Sequence[bytes]) -> list[SendOutcome]:
            return [SendOutcome.UNDERPRICED] * len(raws)

    there, dear.node = dear.node, Choosy(deployed.anvil.url)
    tx_id = dear.queue("cheap", ADA.wallet)
    dear.sender().step()
    dear.node = there
    first, second = tries(dear, tx_id)
    assert 10 * second.fees.highest >= 11 * first.fees.highest
    dear.sender().step()
    assert stored(dear, tx_id).state is TxState.SENT
    assert tries(dear, tx_id)[1].sent_at is not None


def test_bytes_that_no_block_can_hold_are_given_up(dear: Rig, deployed: Deployed) -> None:
    """A no-op takes their nonce, what waits behind goes on, and the owner is told that its intent
    was never tried.
    """

    class Narrow(Node):
        def send_many(self, raws: Sequence[bytes]) -> list[SendOutcome]:
            found = super().send_many(raws[1:]) if raws[1:] else []
            return [SendOutcome.GAS, *found]

    there, dear.node = dear.node, Narrow(deployed.anvil.url)
    large, small = dear.queue("large", ADA.wallet), dear.queue("small", BO.wallet)
    dear.sender().step()
    dear.node = there
    first, no_op = tries(dear, large)
    assert (no_op.no_op, no_op.nonce) == (True, first.nonce)
    dear.sender().step()
    for _ in range(2):
        mine_at(deployed, GWEI)
    dear.sender().step()
    assert stored(dear, large).state is TxState.REVERTED
    assert stored(dear, small).state is TxState.DONE
    [(ref, why)] = dear.reverted
    assert (ref, why.kind) == ("large", FailureKind.GIVEN_UP)
    assert (tier(deployed, ADA.wallet), tier(deployed, BO.wallet)) == (0, 1)


def test_more_gas_than_a_block_has_is_never_signed(dear: Rig) -> None:
    """The owner's hint is believed, and is too much: no nonce is lost."""
    tx_id = dear.queue("huge", ADA.wallet, gas=10**9)
    dear.sender().step()
    assert stored(dear, tx_id).state is TxState.REFUSED
    [(_, why)] = dear.reverted
    assert why.kind is FailureKind.OUT_OF_GAS
    assert why.startswith("out of gas; ")


def test_out_of_gas_in_a_block_is_told_as_such(dear: Rig, deployed: Deployed) -> None:
    """The hint was too small: the whole limit is used, and the owner hears why."""
    tx_id = dear.queue("short", ADA.wallet, gas=35_000)
    dear.sender().step()
    for _ in range(2):
        mine_at(deployed, GWEI)
    dear.sender().step()
    assert stored(dear, tx_id).state is TxState.REVERTED
    [(_, why)] = dear.reverted
    assert why.kind is FailureKind.OUT_OF_GAS


def test_a_clock_that_jumps_a_day_back_keeps_nothing_waiting(dear: Rig, deployed: Deployed) -> None:
    """A time of sending that lies ahead counts as long ago."""
    tx_id = dear.queue("tomorrow", ADA.wallet)
    dear.sender().step()
    deployed.anvil.rpc("anvil_dropTransaction", stored(dear, tx_id).tx_hash)
    dear.later(-86_400)
    # the lease, too, lies a day ahead: its holder may take it again
    dear.sender().step()
    for _ in range(2):
        mine_at(deployed, GWEI)
    dear.sender().step()
    assert stored(dear, tx_id).state is TxState.DONE


def test_the_window_is_bounded_by_gas(dear: Rig, deployed: Deployed) -> None:
    """Eight blocks' worth may wait together, and one more only when they are gone."""
    limit = dear.node.head().gas_limit
    set_coin(deployed, hex(10**24))
    ids = [dear.queue(f"{n}", ADA.wallet, gas=limit) for n in range(10)]
    dear.sender().step()
    states = [stored(dear, each).state for each in ids]
    assert states == [TxState.SENT] * 8 + [TxState.QUEUED] * 2

"""Tests of the attestor's watch: it speaks at once, waits for nobody, and is never held up."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from api.attest import Attestor, Sent, Watch
from api.attest.flow import PaysTooLittle
from api.bank import BankUnreachable
from api.chain import Fees, SendOutcome
from api.cli.attesting import _alone
from api.kernel.errors import Unavailable
from api.kernel.settings import KeySettings, Settings
from tests.api.stage import Stage
from tests.api.world import ADA

GWEI = 10**9


@pytest.fixture
def watch(ready: Stage) -> Watch:
    """A watch over a bridge with 500.00 issued, that has had its first look."""
    made = Watch(ready.attestor, renew_every=1_000)
    ready.clock.move(timedelta(seconds=5))
    assert made.look() is None
    return made


@pytest.fixture
def blocks_by_hand(ready: Stage) -> Iterator[None]:
    """No block is made but by `mine`."""
    ready.deployed.anvil.rpc("evm_setAutomine", False)
    yield
    ready.deployed.anvil.rpc("evm_setAutomine", True)


def pay_in(stage: Stage, minor: int) -> None:
    """A deposit that is matched, and not issued: there is no room for it yet."""
    stage.pay_in(ADA, minor)
    for _ in range(2):
        stage.worker.cycle()
    stage.clock.move(timedelta(seconds=1))


def headroom(stage: Stage) -> int:
    """What the Teller would let through."""
    return int(stage.deployed.teller.functions.headroom().call())


def sent(found: Sent | None) -> Sent:
    """What a look sent."""
    assert found is not None
    return found


def test_it_speaks_when_the_books_move(ready: Stage, watch: Watch) -> None:
    """And only then: another look says nothing, and reads neither chain nor bank."""
    pay_in(ready, 100)
    assert sent(watch.look()).statement.headroom == 100
    assert headroom(ready) == 100
    ready.clock.move(timedelta(seconds=5))
    ready.bank.failures.append(BankUnreachable("down", remedy="wait"))
    assert watch.look() is None
    assert ready.bank.failures


def test_not_twice_in_a_second(ready: Stage, watch: Watch) -> None:
    """`asOf` counts seconds; what moved meanwhile is said in the next one."""
    pay_in(ready, 100)
    sent(watch.look())
    ready.pay_in(ADA, 50)
    for _ in range(2):
        ready.worker.cycle()
    assert watch.look() is None
    ready.clock.move(timedelta(seconds=1))
    assert sent(watch.look()).statement.backing == 50_150


@pytest.mark.usefixtures("blocks_by_hand")
def test_it_waits_for_no_block(ready: Stage, watch: Watch) -> None:
    """The next word takes the next nonce; all of them stand when a block comes."""
    words = []
    for _ in range(3):
        pay_in(ready, 100)
        words.append(sent(watch.look()))
    assert [word.nonce - words[0].nonce for word in words] == [0, 1, 2]
    assert headroom(ready) == 0
    ready.deployed.mine()
    receipts = ready.attestor.node.receipts([word.tx_hash for word in words])
    assert all(receipt and receipt.succeeded for receipt in receipts.values())
    assert ready.parts.chain.attested().backing == 50_300
    pay_in(ready, 1)
    assert sent(watch.look()).nonce == words[0].nonce + 3


@pytest.mark.usefixtures("blocks_by_hand")
def test_words_do_not_pile_up(ready: Stage, watch: Watch) -> None:
    """A chain that makes no blocks gets four, and the newest when it goes on."""
    found = []
    for _ in range(6):
        pay_in(ready, 100)
        found.append(watch.look())
    assert [each is None for each in found] == [False] * 4 + [True] * 2
    ready.deployed.mine()
    assert sent(watch.look()).statement.headroom == 600


@pytest.mark.usefixtures("blocks_by_hand")
def test_a_stuck_word_is_replaced_by_the_newest(ready: Stage, watch: Watch) -> None:
    """At its own nonce, with higher fees: the others behind it are held up no more."""
    rpc = ready.deployed.anvil.rpc
    rpc("anvil_setBalance", ready.attestor.key.address, hex(10**18))
    rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))
    ready.deployed.mine()
    pay_in(ready, 100)
    first = sent(watch.look())
    ready.clock.move(timedelta(seconds=20))
    watch.look()
    [waiting] = watch._waiting
    assert waiting.sent.nonce == first.nonce
    assert waiting.sent.fees.highest > first.fees.highest
    assert waiting.sent.tx_hash != first.tx_hash
    ready.deployed.mine()
    assert headroom(ready) == 100
    watch.look()
    assert watch._waiting == []


@pytest.fixture
def stuck_before(ready: Stage, blocks_by_hand: None) -> str:
    """The attestor's next nonce is a transaction that pays too little, and is no word of ours.

    As the day's proof, or a word of the process before, when the chain became dear since. What it
    tips is what everybody tips.
    """
    rpc, key, node = ready.deployed.anvil.rpc, ready.attestor.key, ready.attestor.node
    rpc("anvil_setBalance", key.address, hex(10**18))
    rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
    ready.deployed.mine()
    rpc("anvil_setNextBlockBaseFeePerGas", hex(GWEI))  # as it was when the transaction was sent
    signed = key.sign(
        chain_id=ready.attestor.deployment.chain_id,
        nonce=node.nonce(key.address),
        to=key.address,
        data=b"",
        gas=30_000,
        fees=Fees(3 * GWEI, node.tip()),
    )
    assert node.send(signed.raw) is SendOutcome.TAKEN
    rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * GWEI))
    return signed.tx_hash


def test_a_word_behind_what_is_stuck_takes_its_nonce(
    ready: Stage, watch: Watch, stuck_before: str
) -> None:
    """No fee of the word behind it helps: the newest word is said at the nonce in front."""
    node, address = ready.attestor.node, ready.attestor.key.address
    mined = node.nonce(address, block=node.head().number)
    pay_in(ready, 100)
    assert sent(watch.look()).nonce == mined + 1
    ready.clock.move(timedelta(seconds=20))
    watch.look()
    front, behind = (each.sent for each in watch._waiting)
    assert (front.nonce, behind.nonce) == (mined, mined + 1)
    ready.deployed.mine()
    receipt = node.receipt(front.tx_hash)
    assert receipt is not None
    assert receipt.succeeded
    assert node.receipt(stuck_before) is None
    assert headroom(ready) == 100
    watch.look()
    assert watch._waiting == []


def test_what_is_stuck_is_outbid_up_to_the_ceiling_alone(
    ready: Stage, stuck_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that always asks for more is not given more than the settings allow."""
    watch = Watch(replace(ready.attestor, fee_ceiling=60 * GWEI), renew_every=1_000)
    pay_in(ready, 100)
    watch.look()
    ready.clock.move(timedelta(seconds=20))
    offered: list[Fees] = []

    def refuses(_attestor: Attestor, *_args: object, **given: Any) -> Sent:
        offered.append(given["fees"])
        raise PaysTooLittle("more", remedy="pay")

    monkeypatch.setattr(Attestor, "send", refuses)
    with pytest.raises(Unavailable, match="at the ceiling"):
        watch.look()
    assert offered[0].tip < offered[-1].tip == offered[-1].highest <= 60 * GWEI
    assert ready.attestor.node.receipt(stuck_before) is None


@pytest.mark.usefixtures("blocks_by_hand")
def test_without_fees_what_is_in_front_is_left_alone(ready: Stage, watch: Watch) -> None:
    """Nothing can pay more there; a nonce that the node has lost is filled all the same."""
    pay_in(ready, 100)
    first = sent(watch.look())
    pay_in(ready, 100)
    later = Watch(ready.attestor, renew_every=1_000)
    second = sent(later.look())
    ready.clock.move(timedelta(seconds=20))
    later.look()
    assert [each.sent for each in later._waiting] == [second]
    ready.deployed.anvil.rpc("anvil_dropTransaction", first.tx_hash)
    ready.clock.move(timedelta(seconds=20))
    later.look()
    assert [each.sent.nonce for each in later._waiting] == [first.nonce, second.nonce]
    ready.deployed.mine()
    assert headroom(ready) == 200


@pytest.mark.usefixtures("blocks_by_hand")
def test_a_word_that_was_dropped_is_sent_again(ready: Stage, watch: Watch) -> None:
    """On a chain without fees there is nothing to raise: the same bytes."""
    pay_in(ready, 100)
    first = sent(watch.look())
    ready.deployed.anvil.rpc("anvil_dropTransaction", first.tx_hash)
    ready.clock.move(timedelta(seconds=20))
    watch.look()
    ready.deployed.mine()
    assert headroom(ready) == 100
    watch.look()
    assert watch._waiting == []


@pytest.mark.usefixtures("blocks_by_hand")
def test_a_restart_goes_on_behind_what_waits(ready: Stage, watch: Watch) -> None:
    """A new process knows nothing of the words that wait; the node does."""
    pay_in(ready, 100)
    first = sent(watch.look())
    pay_in(ready, 100)
    second = sent(Watch(ready.attestor, renew_every=1_000).look())
    assert second.nonce == first.nonce + 1
    ready.deployed.mine()
    assert ready.parts.chain.attested().backing == 50_200


def test_it_is_said_again_before_it_is_old(ready: Stage) -> None:
    """Without any news, when a third of its life is over."""
    watch = Watch(ready.attestor, renew_every=60)
    assert watch.look() is None
    later = ready.parts.chain.attested().max_age // 3 + 60
    ready.deployed.anvil.rpc("evm_increaseTime", later)
    ready.deployed.mine()
    ready.clock.move(timedelta(seconds=later))
    assert sent(watch.look()).statement.headroom == 0


def test_a_silent_bank_is_told_loudly_and_nothing_is_attested(
    ready: Stage, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, not five times a second; when it speaks again, so does the attestor."""
    pay_in(ready, 100)
    rounds = iter(range(5))
    ready.bank.failures += [BankUnreachable("no statement", remedy="wait")] * 4
    with caplog.at_level(logging.ERROR, logger="jiaozi.attest"):
        watch.run(lambda: next(rounds, None) is None, lambda _seconds: None)
    assert [record.message for record in caplog.records] == ["not attested"]
    assert headroom(ready) == 100


def test_a_node_that_refuses_is_told(ready: Stage, watch: Watch) -> None:
    """Not taken: it is tried again at the next look."""
    pay_in(ready, 100)
    nonce = ready.attestor.node.nonce(ready.attestor.key.address)
    statement = ready.attestor.work_out(ready.parts.chain.attested())
    with pytest.raises(Unavailable, match="did not take"):
        ready.attestor.send(statement, nonce=nonce - 1)
    assert sent(watch.look()).nonce == nonce


def test_one_attestor_a_key(ready: Stage, tmp_path: Path) -> None:
    """The second one waits until the first has ended; or until it is told to stop."""
    file = tmp_path / "attestor.json"
    file.write_text("{}")
    settings = _with_key(ready, file)
    log = logging.getLogger("jiaozi.tests")
    stopped = Event()
    with _alone(settings, Event(), log):
        stopped.set()
        with _alone(settings, stopped, log):
            assert stopped.is_set()
    free = Event()
    with _alone(settings, free, log):
        assert not free.is_set()


def _with_key(stage: Stage, file: Path) -> Settings:
    return replace(stage.settings, keys={"attestor": KeySettings(file, file)})

"""Tests of the sender's lanes: several addresses, gaps, strangers, wrong chains and clocks, and a
database that is older than the chain.
"""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from api.chain import AlarmKind, Fees, Node, SendingRules, TxState, calldata, preparing, store
from api.chain.attempts import attempts, attempts_of
from api.chain.node import SendOutcome
from api.chain.store import transactions
from api.kernel.database import Database
from api.kernel.errors import Unavailable
from scripts.deployment.wiring import Role
from tests.api.chain.sending import Rig, rig
from tests.api.chain.test_sender import stored, tier
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO


@pytest.fixture
def bench(database: Database, deployed: Deployed) -> Rig:
    """A sender on a real chain that makes blocks on command."""
    deployed.anvil.rpc("evm_setAutomine", False)
    return rig(database, deployed.anvil.url, deployed.file)


def foreign(deployed: Deployed, nonce: int, name: str = "compliance") -> None:
    """Somebody sends with our key what is none of our business."""
    signed = deployed.key(name).sign(
        chain_id=31337, nonce=nonce, to=BO.wallet, data=b"", gas=30_000, fees=Fees(0, 0)
    )
    assert Node(deployed.anvil.url).send(signed.raw) is SendOutcome.TAKEN


def used(deployed: Deployed, name: str = "compliance") -> int:
    """How many nonces of a key blocks hold."""
    return int(deployed.web3.eth.get_transaction_count(deployed.key(name).address))


def go_on(bench: Rig, deployed: Deployed, rounds: int = 3) -> None:
    """Blocks and passes in turn."""
    for _ in range(rounds):
        deployed.mine()
        bench.later()
        bench.sender().step()


def test_a_gap_is_closed_by_a_no_op(bench: Rig, deployed: Deployed) -> None:
    """A stranger's nonce was counted, then dropped: ours behind it would wait for ever."""
    foreign(deployed, 0)
    tx_id = bench.queue("behind", ADA.wallet)
    bench.sender().step()
    assert stored(bench, tx_id).nonce == 1
    deployed.anvil.rpc("anvil_dropAllTransactions")
    bench.later()
    bench.sender().step()
    with bench.database.reading() as connection:
        [gap] = [
            each
            for each in store.open_of(
                connection, stored(bench, tx_id).lane, deployed.key("compliance").address
            )
            if each.purpose == "gap"
        ]
        [no_op] = attempts_of(connection, [gap.id])
    assert (gap.nonce, gap.to, gap.data, no_op.no_op) == (0, no_op.address, b"", True)
    go_on(bench, deployed)
    assert [stored(bench, each).state for each in (gap.id, tx_id)] == [TxState.DONE] * 2
    assert tier(deployed, ADA.wallet) == 1
    assert bench.reverted == []


def test_without_closing_gaps_it_waits_for_ever(
    bench: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(preparing, "_close_gaps", lambda *_: 0)
    foreign(deployed, 0)
    tx_id = bench.queue("behind", ADA.wallet)
    bench.sender().step()
    deployed.anvil.rpc("anvil_dropAllTransactions")
    go_on(bench, deployed, 10)
    assert stored(bench, tx_id).state is TxState.SENT
    assert used(deployed) == 0


def test_two_addresses_share_a_lane(bench: Rig, deployed: Deployed) -> None:
    """Two processes, an address each; an intent is taken once."""
    grant = deployed.manager.functions.grantRole(
        Role.COMPLIANCE.value, deployed.key("guardian").address, 0
    )
    grant.transact({"from": deployed.admin, "gasPrice": 0})
    deployed.mine()
    bench.keys = ("compliance", "guardian")
    bench.rules = SendingRules()
    both = bench.sender()
    lease = both._take(deployed.key("guardian"))  # the first process serves this one alone
    assert lease is not None
    ids = [bench.queue(f"{n}", ADA.wallet, tier=1 + n % 2) for n in range(70)]
    bench.holder = "second"
    bench.sender().step()  # a window of 64 for compliance; guardian is the first one's
    bench.holder = "first"
    bench.sender().step()
    addresses = {name: deployed.key(name).address for name in bench.keys}
    with bench.database.reading() as connection:
        taken = attempts_of(connection, ids)
    assert len({each.tx_id for each in taken}) == len(taken) == 70
    assert {each.address for each in taken} == set(addresses.values())
    go_on(bench, deployed)
    bench.holder = "second"
    bench.later()
    bench.sender().step()
    assert {stored(bench, each).state for each in ids} == {TxState.DONE}
    assert used(deployed) + used(deployed, "guardian") == 70


def test_a_stranger_halts_one_address_and_no_other(bench: Rig, deployed: Deployed) -> None:
    """Beyond our last nonce, too, when nothing of ours waits; the other address does the work."""
    grant = deployed.manager.functions.grantRole(
        Role.COMPLIANCE.value, deployed.key("guardian").address, 0
    )
    grant.transact({"from": deployed.admin, "gasPrice": 0})
    deployed.mine()
    bench.keys = ("compliance", "guardian")
    first = bench.queue("first", ADA.wallet)
    bench.sender().step()
    go_on(bench, deployed)
    assert stored(bench, first).state is TxState.DONE
    foreign(deployed, 1)
    deployed.mine(3)
    second = bench.queue("second", BO.wallet)
    bench.sender().step()
    [alarm] = bench.alarms()
    assert (alarm.kind, alarm.subject) == (AlarmKind.FOREIGN, deployed.key("compliance").address)
    go_on(bench, deployed)
    assert stored(bench, second).state is TxState.DONE
    assert used(deployed, "guardian") == 1
    assert bench.alarms() == [alarm]


def test_another_chain_behind_the_address_halts_signing(bench: Rig, deployed: Deployed) -> None:
    """In mid-run; and it heals by itself."""

    class Elsewhere(Node):
        def chain_id(self) -> int:
            return 1

    there, bench.node = bench.node, Elsewhere(deployed.anvil.url)
    tx_id = bench.queue("waits", ADA.wallet)
    assert not bench.sender().step()
    assert stored(bench, tx_id).state is TxState.QUEUED
    assert [each.kind for each in bench.alarms()] == [AlarmKind.WRONG_CHAIN]
    bench.node = there
    assert bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SENT
    assert bench.alarms() == []


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_wrong_halts_signing(bench: Rig, deployed: Deployed, days: int) -> None:
    """A day ahead or behind of the chain's; it heals with the clock."""
    from datetime import timedelta

    deployed.anvil.rpc("anvil_setTime", int(bench.clock.now().timestamp()) + 10**8)
    ahead = bench.node.pending_time() - int(bench.clock.now().timestamp())
    bench.rules = SendingRules(max_skew=timedelta(minutes=5))
    bench.later(ahead)
    tx_id = bench.queue("in time", ADA.wallet)
    bench.later(86_400 * days)
    assert not bench.sender().step()
    assert stored(bench, tx_id).state is TxState.QUEUED
    [alarm] = bench.alarms()
    assert alarm.kind is AlarmKind.CLOCK
    bench.later(-86_400 * days)
    assert bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SENT
    assert bench.alarms() == []


def test_nothing_is_signed_before_the_chain_is_read(bench: Rig, deployed: Deployed) -> None:
    """A process begins by reading: until then its database may be older than the chain."""
    bench.rules = SendingRules(needs_reader=True)
    tx_id = bench.queue("waits", ADA.wallet)
    assert not bench.sender().step()
    head = bench.node.head()
    with bench.database.transaction() as connection:
        store.set_position(connection, None, (head.number - 2, "0x1"), bench.clock.now())
    assert not bench.sender().step()
    with bench.database.transaction() as connection:
        before, after = (head.number - 2, "0x1"), (head.number - 1, "0x2")
        store.set_position(connection, before, after, bench.clock.now())
    assert bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SENT


def test_another_address_of_the_node_changes_nothing(bench: Rig, deployed: Deployed) -> None:
    """Nonces, attempts and what was sent are the database's, not a node's."""
    ids = [bench.queue("one", ADA.wallet)]
    bench.sender().step()
    bench.node = Node(deployed.anvil.url.replace("127.0.0.1", "localhost"))
    ids.append(bench.queue("two", BO.wallet))
    bench.sender().step()
    go_on(bench, deployed)
    assert [stored(bench, each).state for each in ids] == [TxState.DONE] * 2
    assert used(deployed) == 2


def test_an_attempt_that_the_backup_lacks_is_adopted(bench: Rig, deployed: Deployed) -> None:
    """The fee was raised after the backup: that attempt was mined, and ends the transaction."""
    tx_id = bench.queue("raised", ADA.wallet)
    bench.sender().step()
    with bench.database.reading() as connection:
        [saved] = attempts_of(connection, [tx_id])
    deployed.anvil.rpc("anvil_dropAllTransactions")
    raised = deployed.key("compliance").sign(
        chain_id=31337,
        nonce=0,
        to=stored(bench, tx_id).to,
        data=stored(bench, tx_id).data,
        gas=saved.gas + 7,
        fees=Fees(0, 0),
    )
    assert bench.node.send(raised.raw) is SendOutcome.TAKEN
    deployed.mine(4)
    bench.later()
    assert bench.sender().step()
    assert stored(bench, tx_id).state is TxState.DONE
    assert stored(bench, tx_id).tx_hash == raised.tx_hash
    assert bench.alarms() == []


def test_transactions_that_the_backup_lacks_are_adopted(bench: Rig, deployed: Deployed) -> None:
    """Yesterday's database: two of three transactions are unknown to it, and on chain."""
    ids = [bench.queue(f"{n}", ADA.wallet, tier=1 + n % 2) for n in range(3)]
    bench.sender().step()
    go_on(bench, deployed)
    with bench.database.transaction() as connection:
        lost = [str(each) for each in ids[1:]]
        connection.execute(delete(attempts).where(attempts.c.tx_id.in_(lost)))
        connection.execute(delete(transactions).where(transactions.c.id.in_(lost)))
    new = bench.queue("after", BO.wallet)
    go_on(bench, deployed, 5)
    assert stored(bench, new).state is TxState.DONE
    assert stored(bench, new).nonce == 3
    assert used(deployed) == 4
    assert bench.alarms() == []
    with bench.database.reading() as connection:
        known = connection.execute(
            transactions.select().where(transactions.c.purpose == "adopted")
        ).all()
    assert [row.ref.partition(":")[2] for row in known] == ["1", "2"]


def test_a_node_that_has_forgotten_old_states_is_waited_for(bench: Rig, deployed: Deployed) -> None:
    """What used a nonce cannot be told: nothing is signed past it."""
    bench.queue("0", ADA.wallet)
    bench.sender().step()
    go_on(bench, deployed)
    signed = deployed.key("compliance").sign(
        chain_id=31337,
        nonce=1,
        to=deployed.deployment.token,
        data=calldata.set_tier(BO.wallet, 2),
        gas=200_000,
        fees=Fees(0, 0),
    )
    bench.node.send(signed.raw)
    deployed.mine(2)  # deep enough to be read, not yet to be given up

    class Forgetful(Node):
        def sent_by(self, address: str, nonce: int, block: int) -> None:
            """Nothing is there any more."""

    there, bench.node = bench.node, Forgetful(deployed.anvil.url)
    new = bench.queue("new", ADA.wallet, tier=2)
    with pytest.raises(Unavailable, match="does not show"):
        bench.sender().step()
    assert stored(bench, new).state is TxState.QUEUED
    bench.node = there
    go_on(bench, deployed, 4)
    assert stored(bench, new).state is TxState.DONE


def test_a_receipt_that_a_second_node_lacks_is_not_believed(bench: Rig, deployed: Deployed) -> None:
    """One of the two lags, or lies: the transaction ends when both say so."""

    class Blind(Node):
        def receipts(self, tx_hashes: object) -> dict[str, None]:  # type: ignore[override]  # it never has any
            return dict.fromkeys(tx_hashes)  # type: ignore[call-overload, no-any-return]  # as above

    tx_id = bench.queue("doubted", ADA.wallet)
    bench.sender().step()
    deployed.mine(3)
    bench.witnesses = [Blind(deployed.anvil.url)]
    with pytest.raises(Unavailable, match="does not have the receipt"):
        bench.sender().step()
    assert stored(bench, tx_id).state is TxState.SENT
    bench.witnesses = [Node(deployed.anvil.url), Node("http://127.0.0.1:1")]
    bench.sender().step()
    assert stored(bench, tx_id).state is TxState.DONE


def test_a_taken_intent_is_left_to_its_taker(bench: Rig, deployed: Deployed) -> None:
    """Between the reading and the signing another address took it: nothing is signed twice."""
    tx_id = bench.queue("taken", ADA.wallet)

    class Slow(Node):
        def estimate(self, *_: object, **__: object) -> int:
            with bench.database.transaction() as connection:
                connection.execute(
                    update(transactions)
                    .where(transactions.c.id == tx_id)
                    .values(state=TxState.SIGNED.value)
                )
            return 100_000

    bench.node = Slow(deployed.anvil.url)
    bench.sender().step()
    with bench.database.reading() as connection:
        assert attempts_of(connection, [tx_id]) == []

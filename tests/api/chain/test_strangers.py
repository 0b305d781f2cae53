"""Tests of the way out for an address that a stranger used: two persons say what it was, and the
lane goes on from the chain's nonce, with nothing lost and nothing sent twice.
"""

from __future__ import annotations

from typing import Literal

import pytest
from sqlalchemy import delete, select, update

from api.bank.memory import FakeBank
from api.chain import (
    AlarmKind,
    FailureKind,
    Fees,
    TxState,
    calldata,
    excuse_strangers,
    halting_strangers,
    settling,
    what_halts,
)
from api.chain.attempts import attempts
from api.chain.desk import ADOPTED, FOREIGN
from api.chain.node import Node, SendOutcome
from api.chain.store import transactions
from api.chain.strangers import chain_strangers
from api.kernel.database import Database
from api.kernel.errors import Conflict, Unavailable
from api.kernel.ids import Address, TxId
from tests.api.chain.sending import Rig, rig
from tests.api.chain.test_lanes import foreign, go_on, used
from tests.api.chain.test_sender import stored, tier
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO
from tests.faults.kills import Death, Killed, Kills
from tests.faults.points import list_points


@pytest.fixture
def bench(database: Database, deployed: Deployed) -> Rig:
    """A sender on a real chain that makes blocks on command."""
    deployed.anvil.rpc("evm_setAutomine", False)
    return rig(database, deployed.anvil.url, deployed.file)


@pytest.fixture
def address(deployed: Deployed) -> Address:
    """Compliance's."""
    return deployed.key("compliance").address


def excuse(bench: Rig, address: Address) -> None:
    """Two persons have looked at all that halts the address."""
    with bench.database.transaction() as connection:
        seen = what_halts(connection, address)
        excuse_strangers(connection, address, seen, bench.clock.now())


def seen(bench: Rig) -> list[tuple[int, Address | None]]:
    """Nonces and receivers of what halts."""
    with bench.database.reading() as connection:
        return [(each.nonce, each.to) for each in halting_strangers(connection)]


def kept(bench: Rig) -> list[tuple[str, int, str]]:
    """State, nonce and purpose of what stands for transactions that this database did not make."""
    with bench.database.reading() as connection:
        rows = connection.execute(
            select(transactions.c.state, attempts.c.nonce, transactions.c.purpose)
            .join(attempts, attempts.c.tx_id == transactions.c.id)
            .where(transactions.c.purpose.in_([ADOPTED, FOREIGN]))
            .order_by(attempts.c.nonce)
        )
        return [(row.state, row.nonce, row.purpose) for row in rows]


def taken(bench: Rig, deployed: Deployed) -> list[TxId]:
    """Three of ours wait; a stranger's transaction takes the nonce of the first."""
    ids = [bench.queue(f"{n}", ADA.wallet, tier=1 + n) for n in range(3)]
    bench.sender().step()
    deployed.anvil.rpc("anvil_dropAllTransactions")
    foreign(deployed, 0)
    deployed.mine(3)  # so deep that its lack of a receipt is no node that lags
    go_on(bench, deployed)
    return ids


def test_a_taken_nonce_is_given_up_and_the_rest_goes_on(
    bench: Rig, deployed: Deployed, address: Address
) -> None:
    """Its owner is told once, and tries again under another nonce; nothing comes twice."""
    ids = taken(bench, deployed)
    assert seen(bench) == [(0, BO.wallet)]
    assert [(each.kind, each.subject) for each in bench.alarms()] == [(AlarmKind.FOREIGN, address)]
    go_on(bench, deployed)
    assert bench.reverted == []  # nobody has said anything: it waits
    excuse(bench, address)
    assert bench.alarms() == []
    go_on(bench, deployed)
    [(ref, why)] = bench.reverted
    assert (ref, why.kind) == ("0", FailureKind.GIVEN_UP)
    again = bench.queue("0#2", ADA.wallet)
    go_on(bench, deployed)
    assert stored(bench, again).state is TxState.DONE
    assert [stored(bench, each).state for each in ids[1:]] == [TxState.DONE] * 2
    assert used(deployed) == 4  # the stranger's, the other two, and the one that came again
    assert tier(deployed, ADA.wallet) == 1
    assert bench.alarms() == []
    assert len(bench.reverted) == 1


def test_without_the_word_nothing_is_given_up(
    bench: Rig, deployed: Deployed, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without the guard, a stranger's nonce passes for a hiccup."""
    monkeypatch.setattr(settling, "require_excused", lambda *_: None)
    taken(bench, deployed)
    assert [ref for ref, _ in bench.reverted] == ["0"]


def test_what_lies_beyond_our_last_nonce_is_passed(
    bench: Rig, deployed: Deployed, address: Address
) -> None:
    """All of it is seen at once; the lane goes on behind it, and keeps what the chain has."""
    first = bench.queue("first", ADA.wallet)
    go_on(bench, deployed)
    assert stored(bench, first).state is TxState.DONE
    for nonce in (1, 2):
        foreign(deployed, nonce)
    deployed.mine(3)
    second = bench.queue("second", BO.wallet)
    go_on(bench, deployed)
    assert seen(bench) == [(1, BO.wallet), (2, BO.wallet)]
    assert stored(bench, second).state is TxState.QUEUED
    excuse(bench, address)
    go_on(bench, deployed, 4)
    assert (stored(bench, second).state, stored(bench, second).nonce) == (TxState.DONE, 3)
    assert kept(bench) == [("DONE", 1, FOREIGN), ("DONE", 2, FOREIGN)]
    assert bench.alarms() == []
    assert bench.reverted == []


def in_our_gap(bench: Rig, deployed: Deployed) -> TxId:
    """A stranger's transaction waits when ours is signed behind it; a block takes both."""
    first = bench.queue("first", ADA.wallet)
    go_on(bench, deployed)
    assert stored(bench, first).state is TxState.DONE
    foreign(deployed, 1)
    behind = bench.queue("behind", BO.wallet)
    bench.sender().step()
    assert stored(bench, behind).nonce == 2  # ours on both sides of it, none at it
    go_on(bench, deployed)
    assert used(deployed) == 3
    return behind


def test_what_lies_in_a_gap_of_ours_is_seen(
    bench: Rig, deployed: Deployed, address: Address
) -> None:
    """It halts the address as one beyond our last does; what is behind it is settled after that."""
    behind = in_our_gap(bench, deployed)
    assert seen(bench) == [(1, BO.wallet)]
    assert [(each.kind, each.subject) for each in bench.alarms()] == [(AlarmKind.FOREIGN, address)]
    late = bench.queue("late", ADA.wallet, tier=2)
    go_on(bench, deployed)
    assert stored(bench, behind).state is TxState.SENT
    assert stored(bench, late).state is TxState.QUEUED
    excuse(bench, address)
    go_on(bench, deployed)
    assert stored(bench, behind).state is TxState.DONE
    assert (stored(bench, late).state, stored(bench, late).nonce) == (TxState.DONE, 3)
    assert kept(bench) == [("DONE", 1, FOREIGN)]
    assert (bench.alarms(), bench.reverted) == ([], [])


def test_without_looking_into_our_gaps_it_passes_unnoticed(
    bench: Rig, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(settling, "adopt_gaps", lambda *_: None)
    behind = in_our_gap(bench, deployed)
    assert stored(bench, behind).state is TxState.DONE
    assert (seen(bench), bench.alarms(), kept(bench)) == ([], [], [])


def test_what_another_life_of_the_database_made_lies_in_a_gap_of_ours(
    bench: Rig, deployed: Deployed
) -> None:
    """Ours behind what waited in the pool, and a backup that lacks it: a call of our contracts."""
    call = calldata.set_tier(ADA.wallet, 3)
    first = bench.queue("first", BO.wallet)
    go_on(bench, deployed)
    assert stored(bench, first).state is TxState.DONE
    signed = deployed.key("compliance").sign(
        chain_id=31337,
        nonce=1,
        to=bench.deployment.token,
        data=call,
        gas=100_000,
        fees=Fees(0, 0),
    )
    assert bench.node.send(signed.raw) is SendOutcome.TAKEN
    behind = bench.queue("behind", BO.wallet, tier=2)
    bench.sender().step()
    go_on(bench, deployed)
    assert (stored(bench, behind).state, stored(bench, behind).nonce) == (TxState.DONE, 2)
    assert kept(bench) == [("DONE", 1, ADOPTED)]
    assert (seen(bench), bench.alarms(), bench.reverted) == ([], [], [])


def used_up(deployed: Deployed, address: Address, count: int) -> None:
    """A nonce is used without a transaction, as by an authorization of EIP-7702."""
    deployed.anvil.rpc("anvil_setNonce", address, hex(count))
    deployed.mine(6)


def test_a_nonce_that_no_transaction_used_is_named_and_passed(
    bench: Rig, deployed: Deployed, address: Address
) -> None:
    """Not asked for ever: it halts the address like any foreign one, until two persons know it."""
    first = bench.queue("first", ADA.wallet)
    go_on(bench, deployed)
    assert stored(bench, first).state is TxState.DONE
    used_up(deployed, address, 3)
    second = bench.queue("second", BO.wallet)
    go_on(bench, deployed)
    assert seen(bench) == [(1, None), (2, None)]
    assert [(each.kind, each.subject) for each in bench.alarms()] == [(AlarmKind.FOREIGN, address)]
    assert "no transaction that a block shows" in bench.alarms()[0].detail
    excuse(bench, address)
    go_on(bench, deployed, 4)
    assert (stored(bench, second).state, stored(bench, second).nonce) == (TxState.DONE, 3)
    with bench.database.reading() as connection:
        sent = connection.execute(select(attempts.c.sent_at).where(attempts.c.nonce.in_([1, 2])))
        assert sent.scalars().all() == [None, None]
    assert kept(bench) == [("REVERTED", 1, FOREIGN), ("REVERTED", 2, FOREIGN)]
    assert bench.alarms() == []  # it is compliance's: it moves no money
    assert bench.reverted == []


def test_one_that_a_lagging_node_does_not_show_yet_is_asked_for(
    bench: Rig, deployed: Deployed, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is as deep again, its lack means nothing: the next pass finds it."""
    first = bench.queue("first", ADA.wallet)
    go_on(bench, deployed)
    real = Node.sent_by
    monkeypatch.setattr(Node, "sent_by", lambda *_: None)
    foreign(deployed, 1)
    deployed.mine(bench.depth + 1)
    bench.queue("second", BO.wallet)
    bench.later()
    with pytest.raises(Unavailable, match="does not show by what"):
        bench.sender().step()
    assert seen(bench) == []
    monkeypatch.setattr(Node, "sent_by", real)
    go_on(bench, deployed)
    assert seen(bench) == [(1, BO.wallet)]
    assert stored(bench, first).state is TxState.DONE


def test_one_more_halts_it_again(bench: Rig, deployed: Deployed, address: Address) -> None:
    """What is excused is one transaction, not the stranger."""
    taken(bench, deployed)
    excuse(bench, address)
    go_on(bench, deployed)
    foreign(deployed, used(deployed))
    deployed.mine(3)
    bench.queue("late", BO.wallet)
    go_on(bench, deployed)
    assert seen(bench) == [(3, BO.wallet)]
    assert [each.kind for each in bench.alarms()] == [AlarmKind.FOREIGN]


def test_what_was_not_looked_at_is_not_excused(
    bench: Rig, deployed: Deployed, address: Address
) -> None:
    """More was seen since it was proposed; or another transaction; or nothing halts."""
    taken(bench, deployed)
    with bench.database.transaction() as connection:
        words = what_halts(connection, address)
        for wrong in ("", words + " 1:0x00", words[:-1]):
            with pytest.raises(Conflict, match="not what was looked at"):
                excuse_strangers(connection, address, wrong, bench.clock.now())
    excuse(bench, address)
    with bench.database.transaction() as connection:
        for nobody in (address, BO.wallet):
            with pytest.raises(Conflict, match="No foreign transaction halts"):
                excuse_strangers(connection, nobody, words, bench.clock.now())


def test_another_transaction_of_the_same_nonce_is_not_excused(
    bench: Rig, deployed: Deployed, address: Address
) -> None:
    """The chain was reorganised deeply: what was said of the first says nothing of the second."""
    taken(bench, deployed)
    excuse(bench, address)
    with bench.database.transaction() as connection:
        connection.execute(update(chain_strangers).values(tx_hash="0x" + "00" * 32))
    go_on(bench, deployed)
    assert seen(bench) == [(0, BO.wallet)]
    assert bench.reverted == []
    excuse(bench, address)
    go_on(bench, deployed)
    assert [ref for ref, _ in bench.reverted] == ["0"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_it_dies_at_every_commit_of_the_way_out(
    bench: Rig,
    deployed: Deployed,
    address: Address,
    monkeypatch: pytest.MonkeyPatch,
    when: Literal["before", "after"],
) -> None:
    """While it keeps what it saw, raises the alarm, gives up and adopts: each ends the same."""
    functions = ("require_excused", "Desk.alarm", "settle", "adopt_unknown")
    due = {
        Death(when, point)
        for point in list_points()
        if point.function in functions and point.module.startswith("api.chain")
    }
    assert len(due) == len(functions)
    kills = Kills(plan=lambda death, _number: death in due and not due.discard(death))
    kills.install(monkeypatch, FakeBank)

    def stubbornly(rounds: int) -> None:
        for _ in range(rounds):
            deployed.mine()
            bench.later()
            try:
                bench.sender().step()
            except Killed:
                kills.revive()

    first = bench.queue("first", ADA.wallet)
    bench.sender().step()
    deployed.anvil.rpc("anvil_dropAllTransactions")
    for tier_ in (2, 3):  # of a nonce that was ours, then of one beyond
        nonce = used(deployed)
        foreign(deployed, nonce)
        deployed.mine(3)
        bench.queue(f"behind {nonce}", BO.wallet, tier=tier_)
        stubbornly(4)
        assert seen(bench) == [(nonce, BO.wallet)]
        assert [each.kind for each in bench.alarms()] == [AlarmKind.FOREIGN]
        excuse(bench, address)
        stubbornly(6)
    assert due == set()
    assert kills.died == len(functions)
    assert stored(bench, first).state is TxState.REVERTED
    assert {ref for ref, _ in bench.reverted} == {"first"}  # what it told died with the first
    assert tier(deployed, BO.wallet) == 3
    assert used(deployed) == 4
    assert bench.alarms() == []


def test_a_backup_from_before_it_asks_again(
    bench: Rig, deployed: Deployed, address: Address
) -> None:
    """The word is lost with the database; the chain has not forgotten the transaction."""
    taken(bench, deployed)
    excuse(bench, address)
    with bench.database.transaction() as connection:
        connection.execute(delete(chain_strangers))
    go_on(bench, deployed)
    assert seen(bench) == [(0, BO.wallet)]
    assert bench.reverted == []

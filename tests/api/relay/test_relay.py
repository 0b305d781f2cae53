"""Tests of the relay on a real chain: many in one transaction, each with an end of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from api.audit import Finding
from api.chain import PASSES_AGAIN, ChainEvent, Lane, TxState, count_by_state
from api.chain.node import Node
from api.kernel.errors import Broken
from api.kernel.ids import Address
from api.rebuilding import check
from api.relay import BatchState, EntryState, Kind, Relay, count_batches, count_entries, flow
from api.relay.model import FLOOR
from api.relay.store import batches, entries
from api.transfers import SUBJECT
from api.transfers.store import transfers
from tests.api.stage import Stage
from tests.api.world import ADA, BO
from wallet.typed_data import CancelAuthorization

ALWAYS = "0x631626ba7e60e01b60005260206000f3"
"""A contract that takes every signature: it answers isValidSignature's magic value."""


def hand_in(stage: Stage, count: int, **changed: Any) -> list[str]:
    """Ada pays Bo `count` times; the transfers' ids."""
    ids = []
    for minor in range(1, count + 1):
        answer = stage.post("/v1/transfers", stage.transfer_body(ADA, BO, minor, **changed))
        assert answer.status_code == 202, answer.text
        ids.append(answer.json()["id"])
    return ids


def states(stage: Stage, ids: list[str]) -> list[str]:
    """Where transfers stand."""
    return [stage.state("/v1/transfers", transfer) for transfer in ids]


def ended(stage: Stage, ids: list[str]) -> Callable[[], bool]:
    """Whether all of them have ended, and the relay knows it."""

    def look() -> bool:
        with stage.parts.bridge.database.reading() as connection:
            found = count_entries(connection)
        over = found.get(EntryState.DONE, 0) + found.get(EntryState.FAILED, 0)
        return over == sum(found.values()) and set(states(stage, ids)) <= {"FINAL", "FAILED"}

    return look


def relayed(stage: Stage) -> dict[TxState, int]:
    """The relayer's transactions by state."""
    with stage.parts.bridge.database.reading() as connection:
        found = count_by_state(connection)
    return {state: count for (lane, state), count in found.items() if lane is Lane.RELAYER}


def cancel(stage: Stage, body: dict[str, str]) -> None:
    """Ada takes a signed transfer back."""
    nonce = bytes.fromhex(body["nonce"][2:])
    order = CancelAuthorization(ADA.wallet, nonce)
    signature = ADA.signer.sign_message(order, stage.parts.bridge.domain)
    cancelled = stage.deployed.token.get_function_by_signature(
        "cancelAuthorization(address,bytes32,bytes)"
    )
    stage.deployed.send(cancelled(ADA.wallet, nonce, signature))


def test_many_travel_in_one_transaction(funded: Stage) -> None:
    """Five payments, one transaction of the bank; each is final by its own event."""
    ids = hand_in(funded, 5)
    funded.run(ended(funded, ids))
    assert states(funded, ids) == ["FINAL"] * 5
    hashes = {funded.client.get(f"/v1/transfers/{each}").json()["tx_hash"] for each in ids}
    assert len(hashes) == 1
    assert relayed(funded) == {TxState.DONE: 1}
    assert funded.balance(BO) == 15
    with funded.parts.bridge.database.reading() as connection:
        assert count_batches(connection) == {BatchState.DONE: 1}
        assert count_entries(connection) == {EntryState.DONE: 5}


def test_what_would_fail_is_told_before_anything_is_sent(funded: Stage) -> None:
    """Taken back after it was handed in: the batch goes without it."""
    good = hand_in(funded, 2)
    body = funded.transfer_body(ADA, BO, 3)
    taken_back = funded.post("/v1/transfers", body).json()["id"]
    cancel(funded, body)
    funded.run(ended(funded, [*good, taken_back]))
    assert states(funded, [*good, taken_back]) == ["FINAL", "FINAL", "FAILED"]
    reason = funded.client.get(f"/v1/transfers/{taken_back}").json()["reason"]
    assert reason == "cancelled by holder"
    with funded.parts.bridge.database.reading() as connection:
        assert connection.execute(select(batches.c.size)).scalars().all() == [2]


def test_what_waits_in_the_pool_may_be_spent(sqlite_funded: Stage) -> None:
    """Bo passes on what no block holds yet: the newest block refuses it, the next one would not."""
    mine_at_once = partial(sqlite_funded.deployed.anvil.rpc, "evm_setAutomine")
    mine_at_once(False)
    try:
        ids = hand_in(sqlite_funded, 1)
        for _ in range(3):
            sqlite_funded.worker.cycle()
        assert states(sqlite_funded, ids) == ["SENT"]
        assert sqlite_funded.balance(BO) == 0
        more, all_of_it = (sqlite_funded.transfer_body(BO, ADA, minor) for minor in (2, 1))
        assert sqlite_funded.post("/v1/transfers", more).status_code == 409
        answer = sqlite_funded.post("/v1/transfers", all_of_it)
        assert answer.status_code == 202, answer.text
    finally:
        mine_at_once(True)
    ids.append(answer.json()["id"])
    sqlite_funded.run(ended(sqlite_funded, ids))
    assert states(sqlite_funded, ids) == ["FINAL"] * 2


def test_messages_gather_after_a_batch(sqlite_funded: Stage) -> None:
    """What comes in a moment after a batch waits for others; the first one waited for nobody."""
    work = sqlite_funded.worker.work
    relay = _relay(sqlite_funded, gather=timedelta(seconds=1))
    hand_in(sqlite_funded, 1)
    with work.doing("relay"):
        assert relay.step(work)
        hand_in(sqlite_funded, 2)
        assert not relay.step(work)
        sqlite_funded.clock.move(timedelta(seconds=1))
        assert relay.step(work)
    with sqlite_funded.parts.bridge.database.reading() as connection:
        assert sorted(connection.execute(select(batches.c.size)).scalars()) == [1, 2]


def test_the_sender_does_not_try_out_what_the_relay_has_tried(
    sqlite_funded: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each trial with the pool makes the node run all of it."""
    plain, called = Node.call, []

    def seen(self: Node, to: Address, data: bytes, **options: Any) -> bytes:
        called.append(options["sender"])
        return plain(self, to, data, **options)

    monkeypatch.setattr(Node, "call", seen)
    ids = hand_in(sqlite_funded, 2)
    sqlite_funded.run(ended(sqlite_funded, ids))
    assert states(sqlite_funded, ids) == ["FINAL"] * 2
    assert set(called) == {None}


def _relay(stage: Stage, gather: timedelta = timedelta(0)) -> Relay:
    """A relay of our own, beside the worker's."""
    bridge = stage.parts.bridge
    return Relay(
        chain=stage.parts.chain,
        teller=bridge.deployment.teller,
        subjects=dict.fromkeys(Kind, SUBJECT),
        clock=stage.clock,
        log=bridge.log,
        gather=gather,
    )


def _blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """No trial of a batch: what is wrong with an entry shows on chain alone."""
    monkeypatch.setattr(Relay, "_tried", lambda _self, _members: {})


def _overdraw(stage: Stage) -> list[str]:
    """Four payments, of which the third is more than the first two leave: each alone would do."""
    ids = []
    for minor in (1, 30_000, 30_000, 2):
        answer = stage.post("/v1/transfers", stage.transfer_body(ADA, BO, minor))
        ids.append(answer.json()["id"])
    return ids


def test_an_entry_that_fails_stops_nothing(funded: Stage) -> None:
    """The Teller tells of it by an event; its neighbours are done."""
    ids = _overdraw(funded)
    funded.run(ended(funded, ids))
    assert states(funded, ids) == ["FINAL", "FINAL", "FAILED", "FINAL"]
    assert relayed(funded) == {TxState.DONE: 1}
    shown = funded.client.get(f"/v1/transfers/{ids[2]}").json()
    assert shown["reason"] == "ERC20InsufficientBalance"
    assert funded.balance(BO) == 30_003


def test_what_failed_unheard_is_brought_again(
    funded: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restored database reads of the failure before it knows the transaction as its own."""
    monkeypatch.setattr(Relay, "on_relay_failed", lambda *_: None)
    funded.restart()
    ids = _overdraw(funded)
    funded.run(ended(funded, ids))
    assert states(funded, ids) == ["FINAL", "FINAL", "FAILED", "FINAL"]
    assert relayed(funded) == {TxState.DONE: 1}, "it is tried out, and not sent in vain"
    shown = funded.client.get(f"/v1/transfers/{ids[2]}").json()
    assert shown["reason"].startswith("ERC20InsufficientBalance(")
    with funded.parts.bridge.database.reading() as connection:
        assert count_batches(connection) == {BatchState.DONE: 1}


def test_what_is_not_read_yet_is_not_brought_again(
    sqlite_funded: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the batch's receipt alone ends nothing, until its block is surely read."""
    monkeypatch.setattr(Relay, "on_relay_failed", lambda *_: None)
    monkeypatch.setattr(flow, "position", lambda _connection: (0, "0x00"))
    sqlite_funded.restart()
    ids = _overdraw(sqlite_funded)
    sqlite_funded.run(lambda: relayed(sqlite_funded) == {TxState.DONE: 1})
    with pytest.raises(AssertionError, match="not done"):
        sqlite_funded.run(ended(sqlite_funded, ids), rounds=10)


def test_a_pause_is_waited_out(funded: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It refuses every entry alike and says nothing about any: they travel again later."""
    token = funded.deployed.token.functions
    ids = hand_in(funded, 2)
    _blind(monkeypatch)
    funded.deployed.as_role(token.pause(), "guardian")
    funded.run(lambda: relayed(funded).get(TxState.DONE, 0) >= 1)
    for _ in range(8):
        funded.worker.cycle()
        funded.deployed.mine()
    assert set(states(funded, ids)) <= {"SENT", "RECEIVED"}
    funded.deployed.send(token.unpause())
    funded.clock.move(timedelta(minutes=2))
    funded.restart()
    funded.run(ended(funded, ids), rounds=90)
    assert states(funded, ids) == ["FINAL", "FINAL"]


def test_what_failed_in_an_earlier_batch_is_told_again(
    funded: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`rebuild` tells every event again, also of an entry that has travelled on since."""
    plain, told = Relay.on_relay_failed, list[ChainEvent]()

    def heard(self: Relay, connection: Connection, event: ChainEvent) -> None:
        told.append(event)
        plain(self, connection, event)

    monkeypatch.setattr(Relay, "on_relay_failed", heard)
    funded.restart()
    token = funded.deployed.token.functions
    ids = hand_in(funded, 1)
    _blind(monkeypatch)
    funded.deployed.as_role(token.pause(), "guardian")
    funded.run(lambda: bool(told))
    funded.deployed.send(token.unpause())
    funded.clock.move(timedelta(minutes=2))
    funded.restart()
    funded.run(ended(funded, ids), rounds=90)
    relay, [first, *_] = _relay(funded), told
    database = funded.parts.bridge.database
    with database.transaction() as connection:
        relay.on_relay_failed(connection, first)
    assert states(funded, ids) == ["FINAL"]
    stranger = replace(first, args={**first.args, "nonce": bytes(32)})
    with pytest.raises(Broken, match="knows otherwise"), database.transaction() as connection:
        relay.on_relay_failed(connection, stranger)


def test_a_strangers_relay_counts_only_when_it_works(funded: Stage) -> None:
    """Anybody may bring it: a failure in somebody else's batch is none of ours."""
    body = funded.transfer_body(ADA, BO, 70)
    row = (
        ADA.wallet,
        BO.wallet,
        70,
        0,
        int(body["valid_before"]),
        bytes.fromhex(body["nonce"][2:]),
    )
    relay = funded.deployed.teller.functions.relayTransfers
    spoiled = bytes(65)
    funded.deployed.send(relay([(*row, spoiled)]))
    transfer = funded.post("/v1/transfers", body).json()["id"]
    funded.deployed.send(relay([(*row, bytes.fromhex(body["signature"][2:]))]))
    funded.run(ended(funded, [transfer]))
    assert states(funded, [transfer]) == ["FINAL"]
    assert funded.balance(BO) == 70


def test_one_movement_of_money_ends_one_transfer(
    funded: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two alike are handed in. Somebody brings the second in one transaction with what Ada signed
    for herself under the first one's nonce: Bo is paid once, and the auditor says the same."""
    monkeypatch.setattr(flow, "_LOOKS", 1)
    never, paid = (funded.transfer_body(ADA, BO, 70) for _ in range(2))
    own = funded.transfer_body(ADA, ADA, 70, nonce=bytes.fromhex(never["nonce"][2:]))
    ids = [funded.post("/v1/transfers", body).json()["id"] for body in (never, paid)]
    relay = funded.deployed.teller.functions.relayTransfers
    funded.deployed.send(relay([signed(own), signed(paid)]))
    funded.run(ended(funded, ids))
    assert funded.balance(BO) == 70
    assert states(funded, ids) == ["FAILED", "FINAL"]
    assert said_of_transfers(funded) == []
    with funded.parts.bridge.database.transaction() as connection:
        connection.execute(
            update(transfers).where(transfers.c.id == ids[0]).values(state="FINAL", reason=None)
        )
    [found] = said_of_transfers(funded)
    assert (found.row, found.field) == (ids[0], "state")
    assert "used its nonce for another payment" in found.problem


def signed(body: dict[str, str]) -> tuple[Any, ...]:
    """A transfer that was handed in, as the Teller takes it."""
    numbers = (int(body[name]) for name in ("value", "valid_after", "valid_before"))
    nonce, signature = (bytes.fromhex(body[name][2:]) for name in ("nonce", "signature"))
    return (body["from"], body["to"], *numbers, nonce, signature)


def said_of_transfers(stage: Stage) -> list[Finding]:
    """What is wrong with them by the auditor's own reading of the chain."""
    bridge, url = stage.parts.bridge, stage.deployed.anvil.url
    _, found = check(bridge.database, bridge.deployment, url, lambda _what: None)
    return [each for each in found if each.table == "transfers"]


def test_a_contract_wallets_signature_is_relayed(funded: Stage) -> None:
    """ERC-1271: what recovers to nobody is shown to the contract, and travels like any other."""
    plain = funded.transfer_body(ADA, BO, 900) | {"signature": "0x" + "07" * 96}
    refused = funded.post("/v1/transfers", plain)
    assert (refused.status_code, refused.json()["field"]) == (422, "signature")
    funded.deployed.anvil.rpc("anvil_setCode", ADA.wallet, ALWAYS)
    taken = funded.post("/v1/transfers", plain)
    assert taken.status_code == 202, taken.text
    assert funded.post("/v1/transfers", plain).json()["id"] == taken.json()["id"]
    too_long = plain | {"signature": "0x" + "07" * 2_049}
    assert funded.post("/v1/transfers", too_long).status_code == 422
    order = funded.order(ADA, 10_000)
    body = funded.redemption_body(ADA, order) | {"signature": "0x" + "08" * 130}
    burned = funded.post("/v1/redemptions", body)
    assert burned.status_code == 202, burned.text
    funded.run(ended(funded, [taken.json()["id"]]))
    assert funded.balance(BO) == 900
    funded.run(lambda: funded.state("/v1/redemptions", burned.json()["id"]) == "SETTLED")


def test_a_batch_that_fails_as_a_whole_is_split(
    funded: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too little gas for more than one: halves of halves, until every entry has travelled."""
    monkeypatch.setattr(flow, "gas_limit", lambda _members: FLOOR + 60_000)
    ids = hand_in(funded, 5)
    funded.run(ended(funded, ids), rounds=90)
    assert states(funded, ids) == ["FINAL"] * 5
    assert funded.balance(BO) == 15
    with funded.parts.bridge.database.reading() as connection:
        found = connection.execute(
            select(batches.c.size, batches.c.state, batches.c.reason).order_by(batches.c.size)
        ).all()
        assert set(connection.execute(select(entries.c.state)).scalars()) == {"DONE"}
    done = [size for size, state, _ in found if state == BatchState.DONE]
    whole = [(size, reason) for size, state, reason in found if state == BatchState.SPLIT]
    assert sum(done) == 5
    assert [size for size, _ in whole][-1] == 5
    assert {reason for _, reason in whole} == {PASSES_AGAIN}  # with gas enough, it does

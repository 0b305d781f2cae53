"""Tests of the audit of what somebody else did with our keys: real, and known to two persons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from api.approvals import Action, approve, propose
from api.audit.model import Finding
from api.audit.sending import check_attempts, check_strangers, check_transactions
from api.audit.tables import Tables
from api.chain import TxState, what_halts
from api.chain.strangers import chain_strangers
from api.evidence.chain import ChainReader
from api.evidence.model import BankFiles, Evidence
from api.kernel.database import Database
from api.operations import build_actions
from tests.api.chain.sending import Rig, rig
from tests.api.chain.test_lanes import foreign, go_on, used
from tests.api.chain.test_sender import stored
from tests.api.contracts import Deployed
from tests.api.world import ADA, BO, KEY, no_bank


@pytest.fixture
def bench(database: Database, deployed: Deployed) -> Rig:
    """A stranger used a nonce of a transaction of ours, and one beyond; two persons know of it."""
    deployed.anvil.rpc("evm_setAutomine", False)
    made = rig(database, deployed.anvil.url, deployed.file)
    given_up = made.queue("given up", ADA.wallet)
    made.sender().step()
    deployed.anvil.rpc("anvil_dropAllTransactions")
    for turn in range(2):
        foreign(deployed, used(deployed))
        deployed.mine(3)
        made.queue(f"behind {turn}", ADA.wallet, tier=2 + turn)
        go_on(made, deployed)
        free(made, deployed)
        go_on(made, deployed)
    done = made.queue("done", BO.wallet)
    go_on(made, deployed)
    assert stored(made, given_up).state is TxState.REVERTED
    assert (stored(made, done).state, stored(made, done).nonce) == (TxState.DONE, 4)
    return made


def free(bench: Rig, deployed: Deployed) -> None:
    """One proposes, another agrees."""
    address, actions = deployed.key("compliance").address, build_actions(KEY, no_bank)
    with bench.database.transaction() as connection:
        action = Action("free", address, {"seen": what_halts(connection, address)})
        now = bench.clock.now()
        made = propose(connection, actions, action, maker="ada", reason="by hand", now=now)
        later = now + timedelta(minutes=1)
        approve(connection, actions, made.id, digest=made.digest, checker="bo", now=later)


def evidence(deployed: Deployed, tables: Tables) -> Evidence:
    """What the chain says; the bank has no part in it."""
    named = deployed.deployment
    words = ChainReader(deployed.anvil.url).words(
        caip2=named.caip2,
        token=named.token,
        first=named.block,
        blocks=(),
        hashes={
            row["tx_hash"] for name in ("chain_attempts", "chain_strangers") for row in tables[name]
        },
    )
    return Evidence(
        bank=BankFiles(),
        chain=words,
        reference_key=b"",
        currency="EUR",
        caip2=named.caip2,
        chain_id=named.chain_id,
        token=named.token,
        teller=named.teller,
        token_name=named.name,
    )


def findings(bench: Rig, deployed: Deployed, *, forget: bool = False) -> list[Finding]:
    """What the auditor says of what was signed and sent; `forget` empties the history."""
    with bench.database.reading() as connection:
        tables = Tables(connection)
        if forget:
            tables["operator_actions"].clear()
        told = evidence(deployed, tables)
        checks = (check_attempts, check_transactions, check_strangers)
        return [each for check in checks for each in check(told, tables)]


def test_what_two_persons_know_of_is_in_order(bench: Rig, deployed: Deployed) -> None:
    """The control."""
    assert findings(bench, deployed) == []


@pytest.mark.parametrize(
    ("values", "table", "field"),
    [
        ({"state": "HALTING"}, "chain_transactions", "state"),
        ({"tx_hash": "0x" + "00" * 32}, "chain_strangers", "tx_hash"),
        ({"address": BO.wallet}, "chain_strangers", "address"),
        ({"nonce": 7}, "chain_strangers", "state"),
    ],
)
def test_tampering_is_reported(
    bench: Rig, deployed: Deployed, values: dict[str, object], table: str, field: str
) -> None:
    """A word taken away, another transaction, another key, another nonce."""
    with bench.database.transaction() as connection:
        connection.execute(
            update(chain_strangers).where(chain_strangers.c.nonce == 0).values(**values)
        )
    assert (table, field) in {(each.table, each.field) for each in findings(bench, deployed)}


def test_a_word_that_nobody_gave_is_reported(bench: Rig, deployed: Deployed) -> None:
    """The rows say that two persons know; the history does not."""
    assert {(each.table, each.field) for each in findings(bench, deployed, forget=True)} == {
        ("chain_strangers", "state")
    }

"""Tests of the attestor on a real chain: it says what is true, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.attest import RefusedByTeller
from api.bootstrap import build_attestor
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from tests.api.stage import Stage
from tests.api.world import ADA, KEY, NOW


def headroom(stage: Stage) -> int:
    """What the Teller would let through."""
    return int(stage.deployed.teller.functions.headroom().call())


def test_it_says_what_backs_the_tokens(ready: Stage) -> None:
    """On chain: backing, supply, block. Said again only when there is news."""
    backing, supply, minted, as_of, block = ready.deployed.teller.functions.attestation().call()
    assert (backing, supply, minted) == (50_000, 50_000, 50_000)
    assert as_of <= int(ready.clock.now().timestamp())
    assert 0 < block < ready.deployed.web3.eth.block_number
    assert headroom(ready) == 0
    ready.clock.move(timedelta(seconds=5))
    assert ready.attestor.once().tx_hash is None


def test_unread_money_opens_nothing(ready: Stage) -> None:
    """The bank has booked it and no statement told of it: nothing can be issued on it."""
    ready.bank.booked += Money(1_000_000, "EUR")
    ready.clock.move(timedelta(seconds=5))
    ready.attestor.once()
    assert headroom(ready) == 0


def test_unmatched_money_opens_nothing(ready: Stage) -> None:
    """A line of nobody's is stored: still nothing to issue against."""
    stranger = replace(ADA, account="NL91ABNA0417164300")
    ready.pay_in(stranger, 9_900)
    for _ in range(3):
        ready.worker.cycle()
        ready.clock.move(timedelta(seconds=5))
        ready.attest()
    assert headroom(ready) == 0
    assert ready.proof()["unmatched"]["amount"] == "99.00"


def test_a_ledger_that_contradicts_the_chain_is_not_attested(ready: Stage) -> None:
    """Tokens in the books that the chain does not know: refused, said, issuing closes by age."""
    database = Database(ready.settings.database_url)
    with database.transaction() as connection:
        for number, (debit, credit) in enumerate(
            ((Account.RESERVE, Account.UNMATCHED), (Account.UNMATCHED, Account.TOKENS))
        ):
            amount = Money(1, "EUR")
            post(connection, Posting(f"forged:{number}", "x", debit, credit, amount, "x", NOW))
    database.close()
    ready.clock.move(timedelta(seconds=5))
    before = ready.deployed.teller.functions.attestation().call()
    with pytest.raises(Broken, match="Nothing was attested"):
        ready.attestor.once()
    assert ready.deployed.teller.functions.attestation().call() == before


def test_a_key_without_the_role(ready: Stage) -> None:
    """The Teller's reason is told; nothing is sent."""
    ready.pay_in(ADA, 100)
    ready.clock.move(timedelta(seconds=5))
    for _ in range(2):
        ready.worker.cycle()
    stranger = build_attestor(
        ready.settings,
        key=ready.deployed.key("relayer"),
        clock=ready.clock,
        bank=ready.bank,
        reference_key=KEY,
    )
    with pytest.raises(RefusedByTeller, match="AccessManagedUnauthorized"):
        stranger.once()


def test_a_chain_that_makes_no_blocks(ready: Stage) -> None:
    """It is told, and what was sent may still come."""
    ready.pay_in(ADA, 100)
    for _ in range(2):
        ready.worker.cycle()
    ready.clock.move(timedelta(seconds=5))
    ready.deployed.anvil.rpc("evm_setAutomine", False)
    with pytest.raises(Unavailable, match="in no block"):
        ready.attestor.once()
    ready.deployed.mine()
    assert headroom(ready) == 100

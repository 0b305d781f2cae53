"""Tests of issue's bytes: as `eth_abi` writes them, and never with too little gas."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from api.deposits.calls import issue_call, issue_gas
from api.deposits.model import MAX_BATCH
from api.kernel.money import Money
from tests.api.chain import by_abi
from tests.api.contracts import FAR, Deployed
from tests.api.deposits.test_model import queued_deposit
from wallet.address import checksum

ENTRIES = st.tuples(
    st.integers(1, 2**63 - 1),
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=20, max_size=20),
    st.integers(1, 10**15),
)


@given(st.lists(ENTRIES, max_size=20))
def test_the_bytes_are_those_of_a_library(entries: list[tuple[int, bytes, bytes, int]]) -> None:
    """Whatever is in them."""
    batch = [
        replace(queued_deposit(number, minor), reference=reference, holder=checksum(holder))
        for number, reference, holder, minor in entries
    ]
    assert issue_call(batch) == by_abi.issue(batch)


def test_the_gas_is_enough_for_the_dearest_batch(deployed: Deployed) -> None:
    """No holder has had tokens, some are refused, and the numbers fall into two pages."""
    holders = [checksum(hashlib.sha256(bytes([n])).digest()[:20]) for n in range(120)]
    deployed.anvil.rpc("anvil_impersonateAccount", deployed.key("compliance").address)
    for holder in holders[:90]:
        deployed.token.functions.setTier(holder, 2).transact(
            {"from": deployed.key("compliance").address, "gasPrice": 0}
        )
    now = deployed.web3.eth.get_block("latest")["timestamp"]
    deployed.as_role(deployed.teller.functions.attest(FAR, 0, 0, now, 1), "attestor")
    batch = [
        replace(
            queued_deposit(200 + n, 900_000 + n),
            reference=hashlib.sha256(holder.encode()).digest()[:16],
            holder=holder,
            amount=Money(900_000 + n, "EUR"),
        )
        for n, holder in enumerate(holders)
    ]
    operator = deployed.key("operator").address
    deployed.anvil.rpc("anvil_impersonateAccount", operator)
    sent = deployed.web3.eth.send_transaction(
        {
            "from": operator,
            "to": deployed.teller.address,
            "data": issue_call(batch),
            "gas": issue_gas(batch),
            "gasPrice": 0,
        }
    )
    receipt = deployed.web3.eth.wait_for_transaction_receipt(sent, 20, 0.01)
    assert receipt["status"] == 1
    issued = deployed.token.events.Issued().get_logs(from_block=0)
    refused = deployed.token.events.IssueRefused().get_logs(from_block=0)
    assert (len(issued), len(refused)) == (90, 30)
    # a limit far above the need would keep others out of the block
    assert issue_gas(batch) * 3 // 5 < receipt["gasUsed"] <= issue_gas(batch) * 19 // 20
    # EIP-7825: no transaction may take more than this
    assert issue_gas((batch * 3)[:MAX_BATCH]) < 2**24

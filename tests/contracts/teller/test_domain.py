"""Tests: the Teller's eip712Domain, also after a fork with a new chain id."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brownie import chain, web3

from tests.contracts.conftest import World
from tests.contracts.support import Party, raw, reverts_with
from tests.contracts.teller.approvals import approval, entry, rows
from wallet.typed_data import Domain, IssueApproval

OTHER_CHAIN = 4_242


def test_reads(teller: Any, world: World) -> None:
    shown, name, version, chain_id, contract, salt, extensions = teller.eip712Domain()
    assert raw(shown) == b"\x0f"
    assert (name, version, chain_id) == ("Jiaozi Teller", "1", chain.id)
    assert contract == teller.address
    assert raw(salt) == b"\x00" * 32
    assert list(extensions) == []
    assert world.teller_domain.name == name
    assert world.teller_domain.separator() != world.domain.separator()


def test_a_fork_with_another_chain_id_is_noticed(
    world: World, teller: Any, officers: tuple[Party, ...], vip: Party
) -> None:
    """The cached separator is not used there: old approvals end, new ones are good."""
    message = approval(entry(10, vip, 7))
    there = replace(world.teller_domain, chain_id=OTHER_CHAIN)

    def bring(domain: Domain, signed: IssueApproval = message) -> None:
        words = [(officer.address, officer.sign(signed, domain)) for officer in officers]
        teller.issueApproved.call(rows(signed), signed.deadline, words, {"from": world.operator})

    bring(world.teller_domain)
    here = chain.id
    web3.provider.make_request("anvil_setChainId", [OTHER_CHAIN])
    try:
        assert teller.eip712Domain()[3] == OTHER_CHAIN
        bring(there)
        with reverts_with("InvalidApproval", officers[0].address):
            bring(replace(there, chain_id=here))
    finally:
        web3.provider.make_request("anvil_setChainId", [here])
    with reverts_with("InvalidApproval", officers[0].address):
        bring(there)

"""Tests: accounts that are contracts and are asked whether a signature is theirs (ERC-1271)."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from brownie import web3

from tests.contracts.conftest import World
from tests.contracts.support import REF
from wallet.address import Address


class Mode(IntEnum):
    """How BadSigner answers; the last three are long."""

    REVERTS = 0
    BURNS_ALL = 1
    HALF_A_WORD = 2
    NOTHING = 3
    TRUE = 4
    DIRTY = 5
    REVERTS_WITH_YES = 6
    LONG_REVERT = 7
    MEGABYTE = 8
    LONG_YES = 9


NOT_YES = tuple(mode for mode in Mode if mode is not Mode.LONG_YES)


def account_with(world: World, contract: Any, number: int) -> Address:
    """Register a contract without limits and give it 1,000 by the deposit `number`."""
    address = Address(str(contract.address))
    world.token.setTier(address, 5, {"from": world.compliance})
    world.token.issue([(number, REF, address, 1_000)], {"from": world.issuer})
    return address


def delegate(account: Address, contract: Any) -> None:
    """Give an account with a key the code of a contract, too (EIP-7702)."""
    code = b"\xef\x01\x00" + bytes.fromhex(contract.address[2:])
    web3.provider.make_request("anvil_setCode", [account, "0x" + code.hex()])

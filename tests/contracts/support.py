"""Tests: what the contract tests say in one word — parties, domains, errors with their values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from brownie import history, web3
from brownie.exceptions import VirtualMachineError
from brownie.network.state import _revert_refs  # what brownie remembers of the chain

from wallet.address import Address
from wallet.keccak import keccak256
from wallet.signer import LocalSigner
from wallet.typed_data import Domain, Struct

LIMITS = {1: (1_000, 2_500, 5_000), 2: (10_000, 20_000, 50_000)}
BACKING = 3_000_000
CAPACITY, REFILL, MAX_AGE = 100_000, 10, 3_600
APPROVALS_NEEDED = 2
OFFSET = 3_600
HOUR, DAY = 3_600, 86_400
ZERO = "0x" + "0" * 40
DESCRIPTION = "https://bank.example/eurj.json"
REF = bytes(range(16))
CASE = keccak256(b"case 1")
FOREVER = 2**256 - 1
_counter = itertools.count(1)


@dataclass(frozen=True)
class Party:
    """A person: a wallet's signer, and the same key as an account that can send."""

    signer: LocalSigner
    account: Any

    @property
    def address(self) -> Address:
        """The checksummed address."""
        return self.signer.address

    def sign(self, message: Struct, domain: Domain) -> bytes:
        """65 bytes: r, s, v."""
        return self.signer.sign_message(message, domain)

    def sends(self) -> dict[str, Any]:
        """Brownie's «from»."""
        return {"from": self.account}


@contextmanager
def reverts_with(name: str, *values: object) -> Iterator[None]:
    """The call inside must fail with exactly this error and these values."""
    with pytest.raises(VirtualMachineError) as caught:
        yield
    wanted = f"{name}: {', '.join(str(value) for value in values)}"
    assert str(caught.value.revert_msg).lower() == wanted.lower()


def fresh_nonce() -> bytes:
    """32 bytes that no other test used."""
    return keccak256(b"nonce %d" % next(_counter))


def split(signature: bytes) -> tuple[int, bytes, bytes]:
    """(v, r, s) of a 65-byte signature."""
    return signature[64], signature[:32], signature[32:64]


def selector(error: str) -> bytes:
    """The four bytes of an error, from its declaration: `selector("FrozenAccount(address)")`."""
    return keccak256(error.encode())[:4]


def now() -> int:
    """The time of the latest block."""
    return int(web3.eth.get_block("latest")["timestamp"])


def at(timestamp: int) -> None:
    """Mine a block at this time; the next transaction's block is at most a second later."""
    web3.provider.make_request("evm_setNextBlockTimestamp", [timestamp])
    web3.provider.make_request("evm_mine", [])


@contextmanager
def undone() -> Iterator[None]:
    """What happens on the chain inside is undone, and brownie forgets it.

    As brownie's chain.snapshot and chain.revert, which collect all garbage each time and so take
    longer than most tests.
    """
    taken = web3.provider.make_request("evm_snapshot", [])["result"]
    try:
        yield
    finally:
        web3.provider.make_request("evm_revert", [taken])
        history.clear()  # of transactions that brownie did not wait for, too
        height = web3.eth.block_number
        for reference in _revert_refs.copy():
            remembered = reference()
            if remembered is not None:
                remembered._revert(height)


def next_midnight(offset: int = OFFSET) -> int:
    """When the currency's day turns next."""
    return now() - (now() + offset) % DAY + DAY


def events(transaction: Any, name: str) -> list[dict[str, Any]]:
    """Every event of this name, as plain dictionaries."""
    if name not in transaction.events:
        return []
    found = transaction.events[name]
    return [dict(one) for one in found]


def raw(value: object) -> bytes:
    """Bytes of what brownie gives for bytesN."""
    return bytes.fromhex(str(value).removeprefix("0x"))

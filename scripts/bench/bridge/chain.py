"""Bench: a local chain with our contracts and a thousand registered holders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.localnet import start_anvil
from tests.api.contracts import KEYS, Deployed, deploy
from wallet.address import Address, checksum

__all__ = ["BLOCK_GAS", "BLOCK_SECONDS", "HOLDERS", "chain", "every_second", "holder"]

HOLDERS = 1_000
BLOCK_GAS = 60_000_000
BLOCK_SECONDS = 1
_TIER = 2
_LIMIT = 10**11
_ROOM = 10**13


def holder(number: int) -> Address:
    """The address of the n-th holder; nobody has its key."""
    return checksum(hashlib.sha256(f"a bench's holder: {number}".encode()).digest()[:20])


@contextmanager
def chain(folder: Path) -> Iterator[Deployed]:
    """The contracts deployed and the holders registered; blocks come with transactions for now."""
    with start_anvil("--gas-limit", str(BLOCK_GAS), "--hardfork", "cancun") as anvil:
        deployed = deploy(anvil, folder)
        deployed.send(deployed.token.functions.setLimits(_TIER, _LIMIT, _LIMIT, _LIMIT))
        deployed.send(deployed.teller.functions.setBucket(_ROOM, 0))
        compliance = deployed.key("compliance").address
        anvil.rpc("anvil_impersonateAccount", compliance)
        for number in range(HOLDERS):
            deployed.token.functions.setTier(holder(number), _TIER).transact(
                {"from": compliance, "gas": 100_000, "gasPrice": 0}
            )
        for name in KEYS:
            # blocks that are more than half full raise even a base fee of nothing
            anvil.rpc("anvil_setBalance", deployed.key(name).address, hex(10**20))
        yield deployed


def every_second(deployed: Deployed) -> None:
    """From now on a block a second, whatever is sent."""
    deployed.anvil.rpc("evm_setAutomine", False)
    deployed.anvil.rpc("evm_setIntervalMining", BLOCK_SECONDS)

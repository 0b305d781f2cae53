"""Scripts: sending a deployment's transactions together, and reading what stands on the chain.

Blocks may take seconds. Transactions that do not need each other's results are sent at once, in
nonce order, and awaited together.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brownie import accounts, web3
from eth_account import Account

from scripts.deployment import DeploymentError
from wallet.keccak import keccak256

__all__ = ["Call", "code_hash", "deployer", "require_chain", "send"]

LOCAL_CHAINS = (1337, 31337)
RECEIPT_SECONDS = 300
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Call:
    """One transaction: to a contract, or creating one when `to` is None."""

    label: str
    to: str | None
    data: str


def require_chain() -> int:
    """The chain id. Raises DeploymentError when nobody answers."""
    if not web3.isConnected():
        raise DeploymentError(
            "the chain does not answer: check the network's host (`brownie networks list true`)"
        )
    return int(web3.chain_id)


def deployer() -> Any:
    """The account that deploys: a keystore's, or a local chain's first unlocked one."""
    keystore = os.environ.get("JIAOZI_DEPLOYER_KEYSTORE")
    if keystore:
        return accounts.add(_key(Path(keystore)))
    if require_chain() in LOCAL_CHAINS and len(accounts) > 0:
        return accounts[0]
    raise DeploymentError(
        "no key to deploy with: set JIAOZI_DEPLOYER_KEYSTORE (Web3 Secret Storage file) and "
        "JIAOZI_DEPLOYER_PASSWORD_FILE"
    )


def _key(keystore: Path) -> bytes:
    password_file = os.environ.get("JIAOZI_DEPLOYER_PASSWORD_FILE")
    if not password_file:
        raise DeploymentError(
            "JIAOZI_DEPLOYER_PASSWORD_FILE is not set: it names the password file"
        )
    try:
        password = Path(password_file).read_text("utf-8").rstrip("\r\n")
        return bytes(Account.decrypt(keystore.read_text("utf-8"), password))
    except OSError as problem:
        raise DeploymentError(f"the deployer's key cannot be read: {problem}") from problem
    except (ValueError, KeyError, TypeError):
        # Without the cause: it may quote the file.
        raise DeploymentError(
            f"{keystore} does not open: wrong password, or not a Web3 Secret Storage file"
        ) from None


def send(account: Any, calls: Sequence[Call]) -> list[Any]:
    """Send all, wait for all, give their receipts. Raises DeploymentError when one fails."""
    price = {"gas_price": 0} if _takes_no_fees() else {}
    first = web3.eth.get_transaction_count(account.address, "pending")
    hashes = []
    for nonce, call in enumerate(calls, start=first):
        sent = account.transfer(
            call.to, 0, data=call.data, nonce=nonce, required_confs=0, silent=True, **price
        )
        hashes.append(sent.txid)
    receipts = [
        web3.eth.wait_for_transaction_receipt(
            txid, timeout=RECEIPT_SECONDS, poll_latency=POLL_SECONDS
        )
        for txid in hashes
    ]
    for call, receipt in zip(calls, receipts, strict=True):
        if receipt["status"] != 1:
            raise DeploymentError(
                f"{call.label} failed in transaction {receipt['transactionHash'].to_0x_hex()}; "
                "nothing was recorded: mend the cause and run it again, it starts anew"
            )
    return receipts


def code_hash(address: str) -> str:
    """keccak-256 of the code at an address, as ERC-1052 has it."""
    return "0x" + keccak256(bytes(web3.eth.get_code(address))).hex()


def _takes_no_fees() -> bool:
    """Whether blocks ask for nothing, so that even an account with no native coin can send."""
    base_fee = web3.eth.get_block("latest").get("baseFeePerGas", 0)
    return bool(base_fee == 0 and web3.eth.gas_price == 0)

"""Tests: our transactions in the form that eth-account takes, to compare what both sign."""

from __future__ import annotations

from typing import Any

from wallet.transaction import Transaction


def eth_account_fields(transaction: Transaction) -> dict[str, Any]:
    """What `Account.sign_transaction` is given."""
    return {
        "type": 2,
        "chainId": transaction.chain_id,
        "nonce": transaction.nonce,
        "maxPriorityFeePerGas": transaction.max_priority_fee_per_gas,
        "maxFeePerGas": transaction.max_fee_per_gas,
        "gas": transaction.gas_limit,
        "to": transaction.to,
        "value": transaction.value,
        "data": transaction.data,
        "accessList": [
            {"address": address, "storageKeys": ["0x" + slot.hex() for slot in slots]}
            for address, slots in transaction.access_list
        ],
    }

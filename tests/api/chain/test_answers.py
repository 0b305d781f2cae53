"""Tests of what nodes say: each family's own words for the same few things, a row a test.

The words are those of the nodes' sources; codes are as they send them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.chain.answers import SendOutcome, has_too_little_gas, is_revert, outcome, revert_data

Row = tuple[str, int, str, SendOutcome]

WORDS: list[Row] = [
    ("geth", -32000, "already known", SendOutcome.TAKEN),
    ("geth", -32000, "nonce too low: next nonce 5, tx nonce 4", SendOutcome.NONCE_USED),
    ("geth", -32000, "replacement transaction underpriced", SendOutcome.RIVAL),
    (
        "geth",
        -32000,
        "replacement transaction underpriced: new tx gas fee cap 1 <= 2 queued",
        SendOutcome.RIVAL,
    ),
    (
        "geth",
        -32000,
        "transaction underpriced: gas tip cap 0, minimum needed 1",
        SendOutcome.UNDERPRICED,
    ),
    (
        "geth",
        -32000,
        "insufficient funds for gas * price + value: balance 0, tx cost 5, overshot 5",
        SendOutcome.NO_COIN,
    ),
    ("geth", -32000, "txpool is full", SendOutcome.POOL_FULL),
    ("geth", -32000, "future transaction tries to replace pending", SendOutcome.POOL_FULL),
    (
        "geth",
        -32000,
        "intrinsic gas too low: gas 20000, minimum needed 21000",
        SendOutcome.GAS,
    ),
    ("geth", -32000, "exceeds block gas limit", SendOutcome.GAS),
    (
        "geth",
        -32000,
        "tx fee (2.00 ether) exceeds the configured cap (1.00 ether)",
        SendOutcome.FEE_CAP,
    ),
    (
        "geth",
        -32000,
        "invalid sender: invalid chain id for signer: have 1 want 31337",
        SendOutcome.WRONG_CHAIN,
    ),
    (
        "geth",
        -32000,
        "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2",
        SendOutcome.UNDERPRICED,
    ),
    ("erigon", -32000, "ALREADY_EXISTS: already known", SendOutcome.TAKEN),
    ("erigon", -32000, "INTERNAL_ERROR: nonce too low", SendOutcome.NONCE_USED),
    ("erigon", -32000, "could not replace existing tx", SendOutcome.RIVAL),
    ("erigon", -32000, "fee too low", SendOutcome.UNDERPRICED),
    ("erigon", -32000, "underpriced", SendOutcome.UNDERPRICED),
    ("erigon", -32000, "pending sub-pool is full", SendOutcome.POOL_FULL),
    ("erigon", -32000, "insufficient funds", SendOutcome.NO_COIN),
    ("nethermind", -32010, "AlreadyKnown", SendOutcome.TAKEN),
    (
        "nethermind",
        -32010,
        "OldNonce, Current nonce: 5, nonce of rejected tx: 4",
        SendOutcome.NONCE_USED,
    ),
    ("nethermind", -32010, "ReplacementNotAllowed", SendOutcome.RIVAL),
    (
        "nethermind",
        -32010,
        "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, BaseFee: 2",
        SendOutcome.UNDERPRICED,
    ),
    ("nethermind", -32010, "FeeTooLowToCompete", SendOutcome.UNDERPRICED),
    ("nethermind", -32010, "InsufficientFunds, Balance is 0", SendOutcome.NO_COIN),
    (
        "nethermind",
        -32010,
        "GasLimitExceeded, Gas limit: 30000000, gas limit of rejected tx: 60000000",
        SendOutcome.GAS,
    ),
    ("nethermind", -32010, "NonceGap, Future nonce. Expected nonce: 5", SendOutcome.POOL_FULL),
    ("besu", -32000, "Known transaction", SendOutcome.TAKEN),
    ("besu", -32001, "Nonce too low", SendOutcome.NONCE_USED),
    ("besu", -32000, "Replacement transaction underpriced", SendOutcome.RIVAL),
    ("besu", -32004, "Upfront cost exceeds account balance", SendOutcome.NO_COIN),
    (
        "besu",
        -32009,
        "Gas price below configured minimum gas price",
        SendOutcome.UNDERPRICED,
    ),
    ("besu", -32003, "Intrinsic gas exceeds gas limit", SendOutcome.GAS),
    ("besu", -32005, "Transaction gas limit exceeds block gas limit", SendOutcome.GAS),
    (
        "besu",
        -32006,
        "Transaction nonce is too distant from current sender nonce",
        SendOutcome.POOL_FULL,
    ),
    ("besu", -32000, "Transaction fee cap exceeded", SendOutcome.FEE_CAP),
    ("besu", -32000, "Wrong chainId in transaction signature", SendOutcome.WRONG_CHAIN),
    ("reth", -32000, "already known", SendOutcome.TAKEN),
    ("reth", -32000, "nonce too low: next nonce 5, tx nonce 4", SendOutcome.NONCE_USED),
    ("reth", -32000, "replacement transaction underpriced", SendOutcome.RIVAL),
    ("reth", -32000, "transaction underpriced", SendOutcome.UNDERPRICED),
    (
        "reth",
        -32003,
        "insufficient funds for gas * price + value: have 0",
        SendOutcome.NO_COIN,
    ),
    ("reth", -32003, "txpool is full", SendOutcome.POOL_FULL),
    ("reth", -32003, "intrinsic gas too low", SendOutcome.GAS),
    ("anvil", -32003, "transaction already imported", SendOutcome.TAKEN),
    ("anvil", -32003, "nonce too low", SendOutcome.NONCE_USED),
    ("anvil", -32003, "replacement transaction underpriced", SendOutcome.RIVAL),
    ("anvil", -32003, "Insufficient funds for gas * price + value", SendOutcome.NO_COIN),
    ("anvil", -32003, "max fee per gas less than block base fee", SendOutcome.UNDERPRICED),
    (
        "parity's kind",
        -32010,
        "Transaction with the same hash was already imported.",
        SendOutcome.TAKEN,
    ),
    (
        "parity's kind",
        -32010,
        "Transaction nonce is too low. Try incrementing the nonce.",
        SendOutcome.NONCE_USED,
    ),
    (
        "parity's kind",
        -32010,
        (
            "Transaction gas price is too low. There is another transaction with same nonce in the "
            "queue. Try increasing the gas price or incrementing the nonce."
        ),
        SendOutcome.RIVAL,
    ),
    (
        "parity's kind",
        -32010,
        "There are too many transactions in the queue. Your transaction was dropped due to limit.",
        SendOutcome.POOL_FULL,
    ),
]


@pytest.mark.parametrize(
    ("message", "code", "meaning"),
    [pytest.param(row[2], row[1], row[3], id=f"{row[0]}: {row[2][:40]}") for row in WORDS],
)
def test_by_its_words(message: str, code: int, meaning: SendOutcome) -> None:
    """The words count, not the code: the same under −32603."""
    assert outcome({"code": code, "message": message}) is meaning
    assert outcome({"code": -32603, "message": message}) is meaning


@pytest.mark.parametrize(
    "error",
    [
        {
            "code": -32603,
            "message": "Internal JSON-RPC error.",
            "data": {"message": "nonce too low"},
        },
        {"code": -32603, "message": "Internal error", "data": "nonce too low"},
        {
            "code": -32603,
            "message": "x",
            "data": {"originalError": {"code": -32000, "message": "nonce too low"}},
        },
        {"code": -32603, "message": "x", "data": {"errors": [{"message": "nonce too low"}]}},
        {
            "code": -32000,
            "message": "rpc: " + json.dumps({"error": {"code": -1, "message": "nonce too low"}}),
        },
    ],
)
def test_inside_another_error(error: dict[str, Any]) -> None:
    """Gateways and tools put the node's error into their own."""
    assert outcome(error) is SendOutcome.NONCE_USED


def test_what_nobody_knows() -> None:
    """It is not taken for anything; hex is no text."""
    assert outcome({"code": -32000, "message": "the moon is full"}) is None
    assert outcome({"code": -32000, "message": "0xalready known"}) is None
    deep: dict[str, Any] = {"message": "nonce too low"}
    for _ in range(20):
        deep = {"data": deep}
    assert outcome(deep) is None


@pytest.mark.parametrize(
    "error",
    [
        {"code": 3, "message": "execution reverted", "data": "0x08c379a0"},
        {"code": -32000, "message": "execution reverted", "data": "0x08c379a0"},
        {"code": -32015, "message": "VM execution error.", "data": "Reverted 0x08c379a0"},
        {"code": -32603, "message": "error", "data": {"data": "0x08c379a0", "message": "reverted"}},
        {"code": -32603, "message": "x", "data": {"originalError": {"data": "0x08c379a0"}}},
    ],
)
def test_a_contracts_no(error: dict[str, Any]) -> None:
    """Its data stands in other places with each node."""
    assert is_revert(error)
    assert revert_data(error) == bytes.fromhex("08c379a0")


def test_a_no_without_data() -> None:
    """Code 3 is a revert; another error without data is the node's own."""
    assert is_revert({"code": 3, "message": "execution reverted"})
    assert not is_revert({"code": -32000, "message": "header not found"})


@pytest.mark.parametrize(
    "message",
    [
        "gas required exceeds allowance (60000000)",
        "Out of gas: gas required exceeds allowance: 30000000",
        "out of gas",
        "exceeds block gas limit",
    ],
)
def test_more_gas_than_a_block_has(message: str) -> None:
    """A trial run that cannot fit any block."""
    assert has_too_little_gas({"code": -32000, "message": message})
    assert not has_too_little_gas({"code": -32000, "message": "header not found"})

"""Tests of wallet.rpc: a real node (anvil), and nodes that answer nonsense."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from scripts.localnet import Anvil
from wallet.address import Address, checksum
from wallet.errors import ChainError, RpcError, WalletError, WrongChain
from wallet.hd import PrivateNode
from wallet.http import Reply
from wallet.mnemonic import parse, seed
from wallet.path import ethereum_path
from wallet.rpc import Receipt, Rpc, revert_data
from wallet.transaction import Transaction

# Published in every Ethereum tool; nothing of value is ever held by it.
ANVIL = PrivateNode.from_seed(seed(parse("test " * 11 + "junk")))
SIGNER = ANVIL.derive(ethereum_path(0)).signer()
TO = checksum(b"\x77" * 20)
# Runtime code: LOG2(data = 32 bytes 5, topics 1 and 2) when called with data, else REVERT with
# the four bytes deadbeef.
RUNTIME = bytes.fromhex(
    "36601057"  # calldatasize; jump to 0x10 unless it is zero
    "63deadbeef5f52"  # mstore(0, 0xdeadbeef)
    "6004601cfd"  # revert(28, 4)
    "5b60055f52"  # at 0x10: mstore(0, 5)
    "6002600160205fa200"  # log2(0, 32, 1, 2); stop
)


def _deploy(rpc: Rpc) -> Address:
    init = bytes.fromhex(f"60{len(RUNTIME):02x}8060095f395ff3") + RUNTIME  # return what follows
    nonce = rpc.transaction_count(SIGNER.address)
    signed = Transaction(rpc.chain_id(), nonce, 0, 0, 500_000, None, 0, init).sign(SIGNER)
    rpc.send(signed.raw)
    _mined(rpc, signed.hash)
    found = rpc.call("eth_getTransactionReceipt", "0x" + signed.hash.hex())
    return checksum(bytes.fromhex(found["contractAddress"][2:]))


def _mined(rpc: Rpc, tx_hash: bytes) -> Receipt:
    """The receipt of a transaction, which a node mines a moment after it took it."""
    for _ in range(500):
        receipt = rpc.receipt(tx_hash)
        if receipt is not None:
            return receipt
        time.sleep(0.01)
    raise AssertionError("the node did not mine")


def test_a_real_node(anvil: Anvil) -> None:
    rpc = Rpc.at(anvil.url)
    rpc.check_chain(31337)
    contract = _deploy(rpc)
    assert rpc.code(contract) == RUNTIME
    assert rpc.code(contract, 0) == b""
    data = b"\1" * 4
    nonce = rpc.transaction_count(SIGNER.address)
    gas = rpc.estimate_gas(SIGNER.address, contract, data)
    signed = Transaction(31337, nonce, 0, 0, gas, contract, 0, data).sign(SIGNER)
    assert rpc.receipt(signed.hash) is None
    assert not rpc.knows(signed.hash)
    rpc.send(signed.raw)
    receipt = _mined(rpc, signed.hash)
    assert receipt.succeeded
    assert rpc.knows(signed.hash)
    (log,) = rpc.logs(contract, [], 0, rpc.block_number())
    assert log.transaction_hash == signed.hash
    assert log.topics == ((1).to_bytes(32), (2).to_bytes(32))
    assert log.data == (5).to_bytes(32)
    assert log.block_number == receipt.block_number
    block = rpc.block(receipt.block_number)
    assert block is not None
    assert log.timestamp in (None, block.timestamp)
    assert block.base_fee == 0
    with pytest.raises(RpcError):  # the very same bytes once more: the node says so
        rpc.send(signed.raw)


def test_a_real_revert(anvil: Anvil) -> None:
    rpc = Rpc.at(anvil.url)
    contract = _deploy(rpc)
    for attempt in (
        lambda: rpc.read(contract, b""),
        lambda: rpc.estimate_gas(SIGNER.address, contract, b""),
    ):
        with pytest.raises(RpcError) as caught:
            attempt()
        assert revert_data(caught.value).hex() == "deadbeef"


def test_an_account_without_native_coin_can_send_where_no_fee_is_taken(anvil: Anvil) -> None:
    rpc = Rpc.at(anvil.url)
    poor = ANVIL.derive(ethereum_path(4711)).signer()
    assert rpc.native_balance(poor.address) == 0
    signed = Transaction(31337, 0, 0, 0, 21_000, TO, 0, b"").sign(poor)
    rpc.send(signed.raw)
    receipt = _mined(rpc, signed.hash)
    assert receipt.succeeded


def test_another_chain_is_named(anvil: Anvil) -> None:
    with pytest.raises(WrongChain, match="31337"):
        Rpc.at(anvil.url).check_chain(1)


class Node:
    """A transport that answers each call with one result, or with raw bytes."""

    place = "http://node"

    def __init__(self, result: Any = None, *, raw: bytes | None = None, status: int = 200) -> None:
        self._result, self._raw, self._status = result, raw, status

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        assert (method, path, headers["Content-Type"]) == ("POST", "", "application/json")
        asked = json.loads(body)
        answer = {"jsonrpc": "2.0", "id": asked["id"], "result": self._result}
        return Reply(self._status, self._raw or json.dumps(answer).encode())


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html>", b"[]", b"null", b"{}", b'{"id": 7, "result": "0x1"}', b"[" * 100_000, b"\xff"],
)
def test_what_is_no_json_rpc_is_refused(raw: bytes) -> None:
    with pytest.raises(ChainError) as caught:
        Rpc(Node(raw=raw)).chain_id()
    assert caught.value.code == "rpc.answer"


def test_a_result_with_a_bad_status_is_refused() -> None:
    with pytest.raises(ChainError):
        Rpc(Node("0x1", status=500)).chain_id()


@pytest.mark.parametrize(
    "result", [None, 1, "1", "0x", "0x01", "-0x1", "0xg", "0x1 ", [], {}, True]
)
def test_a_quantity_is_read_strictly(result: object) -> None:
    with pytest.raises(ChainError):
        Rpc(Node(result)).block_number()


@pytest.mark.parametrize("result", [None, "0x1", "1", 5, "0xzz", ["0x"], {}])
def test_data_is_read_strictly(result: object) -> None:
    with pytest.raises(ChainError):
        Rpc(Node(result)).read(TO, b"")


@pytest.mark.parametrize(
    "result",
    [
        5,
        {},
        [5],
        [{}],
        [{"topics": "0x"}],
        [{"topics": [], "data": "0x", "blockNumber": "0x1", "transactionHash": 1}],
    ],
)
def test_logs_are_read_strictly(result: object) -> None:
    with pytest.raises(ChainError):
        Rpc(Node(result)).logs(TO, [], 0, 1)


@pytest.mark.parametrize("method", ["block", "receipt"])
@pytest.mark.parametrize("result", [5, "x", {}, {"number": 1}, {"blockNumber": "0x1"}])
def test_blocks_and_receipts_are_read_strictly(method: str, result: object) -> None:
    rpc = Rpc(Node(result))
    with pytest.raises(WalletError):
        rpc.block("latest") if method == "block" else rpc.receipt(bytes(32))


def test_none_is_no_block_and_no_receipt() -> None:
    assert Rpc(Node(None)).block(5) is None
    assert Rpc(Node(None)).receipt(bytes(32)) is None


def test_a_nodes_refusal_is_quoted_harmlessly() -> None:
    raw = json.dumps({"error": {"code": -32000, "message": "\x1b[2J\nno\u202e"}}).encode()
    with pytest.raises(RpcError) as caught:
        Rpc(Node(raw=raw)).chain_id()
    assert str(caught.value).isprintable()
    assert caught.value.values["rpc_code"] == -32000

"""Wallet: Ethereum's JSON-RPC; each answer is checked before anything believes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from wallet.address import Address, parse_address
from wallet.errors import AddressError, ChainError, RpcError, WrongChain
from wallet.hints import Any, Final
from wallet.http import HttpTransport, Transport
from wallet.money import shorten
from wallet.record import Record
from wallet.strict_json import read_json

_QUANTITY: Final = re.compile(r"0x(0|[1-9a-f][0-9a-f]{0,63})", re.ASCII | re.IGNORECASE)
_DATA: Final = re.compile(r"0x([0-9a-f]{2})*", re.ASCII | re.IGNORECASE)
_OK: Final = 200


class Block(Record):
    """A block's number, hash, time (seconds since 1970) and base fee (wei a gas)."""

    number: int
    hash: bytes
    timestamp: int
    base_fee: int


class Receipt(Record):
    """That a transaction is in a block, and whether it did what it says."""

    transaction_hash: bytes
    block_number: int
    succeeded: bool


class Sent(Record):
    """A transaction as it was sent; `block_number` is None while no block holds it."""

    sender: Address
    data: bytes
    block_number: int | None


class Log(Record):
    """An event's log; `timestamp` is its block's where the node tells it."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    transaction_hash: bytes
    index: int
    timestamp: int | None


class Rpc:
    """A chain's node. Unreachable, RpcError and ChainError are all it raises."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._sent = 0

    @classmethod
    def at(cls, url: str) -> Rpc:
        """A node at an http(s) URL."""
        return cls(HttpTransport(url))

    @property
    def place(self) -> str:
        """The node as it may be shown."""
        return self._transport.place

    def call(self, method: str, *params: object) -> Any:
        """One JSON-RPC call's result, unchecked; RpcError if the node refuses."""
        self._sent += 1
        request = {"jsonrpc": "2.0", "id": self._sent, "method": method, "params": params}
        reply = self._transport.request(
            "POST", "", json.dumps(request).encode(), {"Content-Type": "application/json"}
        )
        try:
            answer = read_json(reply.body)
        except ValueError:
            answer = None
        if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
            raise _refusal(method, answer["error"])
        if not isinstance(answer, dict) or reply.status != _OK or "result" not in answer:
            raise ChainError("rpc.answer", place=self.place, method=method)
        if answer.get("id") != self._sent:
            raise ChainError("rpc.answer", place=self.place, method=method)
        return answer["result"]

    def number(self, method: str, *params: object) -> int:
        """A call whose result is a quantity."""
        return self._quantity(self.call(method, *params), method)

    def check_chain(self, chain_id: int) -> None:
        """WrongChain unless the node serves the chain with this id."""
        actual = self.chain_id()
        if actual != chain_id:
            raise WrongChain("chain.id", place=self.place, expected=chain_id, actual=actual)

    def chain_id(self) -> int:
        """The chain's EIP-155 id."""
        return self.number("eth_chainId")

    def block_number(self) -> int:
        """The newest block's number."""
        return self.number("eth_blockNumber")

    def block(self, which: int | str) -> Block | None:
        """A block by number or tag ("latest", "finalized"); None if there is none."""
        found = self.call("eth_getBlockByNumber", _tag(which), False)
        if found is None:
            return None
        fields = self._object(found, "eth_getBlockByNumber")
        return Block(
            number=self._quantity(fields.get("number"), "number"),
            hash=self._data(fields.get("hash"), "hash"),
            timestamp=self._quantity(fields.get("timestamp"), "timestamp"),
            base_fee=self._quantity(fields.get("baseFeePerGas", "0x0"), "baseFeePerGas"),
        )

    def read(self, to: Address, data: bytes, block: int | str = "latest") -> bytes:
        """eth_call: what a contract's view answers."""
        request = {"to": to, "data": "0x" + data.hex()}
        return self._data(self.call("eth_call", request, _tag(block)), "eth_call")

    def code(self, address: Address, block: int | str = "latest") -> bytes:
        """The code at an address; empty where there is no contract."""
        return self._data(self.call("eth_getCode", address, _tag(block)), "eth_getCode")

    def transaction_count(self, address: Address) -> int:
        """The nonce of an address's next transaction, those still waiting counted in."""
        return self.number("eth_getTransactionCount", address, "pending")

    def native_balance(self, address: Address) -> int:
        """Wei of the chain's native coin."""
        return self.number("eth_getBalance", address, "latest")

    def priority_fee(self) -> int:
        """The tip, wei a gas, that the node thinks will do."""
        return self.number("eth_maxPriorityFeePerGas")

    def estimate_gas(self, sender: Address, to: Address, data: bytes) -> int:
        """The gas that a call will need; RpcError with the revert data if it would fail."""
        request = {"from": sender, "to": to, "data": "0x" + data.hex()}
        return self.number("eth_estimateGas", request)

    def send(self, raw: bytes) -> None:
        """Hand a signed transaction in; RpcError if the node does not take it."""
        self.call("eth_sendRawTransaction", "0x" + raw.hex())

    def knows(self, transaction_hash: bytes) -> bool:
        """Whether the node has a transaction, in a block or waiting for one."""
        found = self.call("eth_getTransactionByHash", "0x" + transaction_hash.hex())
        return found is not None

    def transaction(self, transaction_hash: str) -> Sent | None:
        """A transaction by its hash; None when the node does not know it."""
        method = "eth_getTransactionByHash"
        found = self.call(method, transaction_hash)
        if found is None:
            return None
        fields = self._object(found, method)
        block = fields.get("blockNumber")
        try:
            sender = parse_address(str(fields.get("from")))
        except AddressError:
            raise ChainError("rpc.answer", place=self.place, method=method) from None
        return Sent(
            sender=sender,
            data=self._data(fields.get("input"), method),
            block_number=None if block is None else self._quantity(block, method),
        )

    def receipt(self, transaction_hash: bytes) -> Receipt | None:
        """A transaction's receipt; None while it is in no block."""
        found = self.call("eth_getTransactionReceipt", "0x" + transaction_hash.hex())
        if found is None:
            return None
        fields = self._object(found, "eth_getTransactionReceipt")
        return Receipt(
            transaction_hash=transaction_hash,
            block_number=self._quantity(fields.get("blockNumber"), "blockNumber"),
            succeeded=self._quantity(fields.get("status"), "status") == 1,
        )

    def logs(
        self, address: Address, topics: list[object], from_block: int, to_block: int
    ) -> list[Log]:
        """The logs of a contract in a range of blocks, both included."""
        wanted = {
            "address": address,
            "topics": topics,
            "fromBlock": hex(from_block),
            "toBlock": hex(to_block),
        }
        found = self.call("eth_getLogs", wanted)
        if not isinstance(found, list):
            raise ChainError("rpc.answer", place=self.place, method="eth_getLogs")
        return [self._log(self._object(entry, "eth_getLogs")) for entry in found]

    def _log(self, fields: Mapping[str, Any]) -> Log:
        topics, time = fields.get("topics"), fields.get("blockTimestamp")
        if not isinstance(topics, list):
            raise ChainError("rpc.answer", place=self.place, method="topics")
        return Log(
            address=str(fields.get("address")),
            topics=tuple(self._data(each, "topics") for each in topics),
            data=self._data(fields.get("data"), "data"),
            block_number=self._quantity(fields.get("blockNumber"), "blockNumber"),
            transaction_hash=self._data(fields.get("transactionHash"), "transactionHash"),
            index=self._quantity(fields.get("logIndex"), "logIndex"),
            timestamp=None if time is None else self._quantity(time, "blockTimestamp"),
        )

    def _object(self, value: object, method: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise ChainError("rpc.answer", place=self.place, method=method)
        return value

    def _quantity(self, value: object, method: str) -> int:
        if not isinstance(value, str) or _QUANTITY.fullmatch(value) is None:
            raise ChainError("rpc.answer", place=self.place, method=method)
        return int(value, 16)

    def _data(self, value: object, method: str) -> bytes:
        if not isinstance(value, str) or _DATA.fullmatch(value) is None:
            raise ChainError("rpc.answer", place=self.place, method=method)
        return bytes.fromhex(value[2:])


def revert_data(error: RpcError) -> bytes:
    """The data that a contract reverted with; empty where the node did not give it."""
    found = error.values.get("data")
    if isinstance(found, dict):  # some nodes wrap it
        found = found.get("data")
    if isinstance(found, str) and _DATA.fullmatch(found):
        return bytes.fromhex(found[2:])
    return b""


def _refusal(method: str, error: Mapping[str, object]) -> RpcError:
    return RpcError(
        "rpc.refused",
        method=method,
        rpc_code=error.get("code"),
        reason=shorten(str(error.get("message", ""))),
        data=error.get("data"),
    )


def _tag(block: int | str) -> str:
    return hex(block) if isinstance(block, int) else block

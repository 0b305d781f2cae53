"""Chain: one node, asked over JSON-RPC through web3's HTTPProvider.

What a node may do wrong is sorted here once: no answer, or a nonsensical one, is `Unavailable`
(wait and ask again); a contract's no is `CallReverted`; another chain than the deployment's is
`Misconfigured`. Nothing above this module reads a node's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, cast

import requests
from web3 import HTTPProvider
from web3.exceptions import Web3Exception
from web3.types import RPCEndpoint

from api.chain.abi import Revert, read_revert
from api.chain.deployment import Deployment
from api.kernel.errors import BridgeError, Misconfigured, Unavailable
from api.kernel.ids import Address
from wallet.address import checksum
from wallet.keccak import keccak256

__all__ = ["CallReverted", "Header", "Node", "RawLog", "Receipt", "Refusal", "SendOutcome"]

_TIMEOUT = 15.0
_REVERTED = 3
"""The JSON-RPC error code of a call that the contract reverted (geth, anvil, erigon, …)."""


class CallReverted(BridgeError):
    """A trial run of a call failed: the contract said no, and `revert` says why."""

    slug = "call-reverted"

    def __init__(self, revert: Revert) -> None:
        super().__init__(f"The contract refused: {revert}.", remedy="Nothing was sent.")
        self.revert = revert


class Refusal(Unavailable):
    """The node answered the call with an error; `message` is its own word for it.

    Mostly it passes (a node that is behind, or busy), so it counts as a lack of an answer.
    """

    slug = "node-refused"

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(
            f"The chain's node refused {method}: {message} ({code}).",
            remedy="It is asked again; if this lasts, look at the node's log.",
        )
        self.code = code
        self.message = message


class SendOutcome(StrEnum):
    """What a node's answer to signed bytes means."""

    TAKEN = "TAKEN"
    """It has them, now or from before."""
    NONCE_USED = "NONCE_USED"
    """Its chain has a transaction with this nonce already: perhaps this one."""
    RIVAL = "RIVAL"
    """It holds other bytes with the same nonce."""


@dataclass(frozen=True, slots=True)
class Header:
    """The part of a block header that the bridge uses."""

    number: int
    hash: str
    parent_hash: str
    timestamp: int
    """Seconds since 1970, chain time."""
    base_fee: int
    """Wei per gas."""


@dataclass(frozen=True, slots=True)
class RawLog:
    """One log, not decoded."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    block_hash: str
    tx_hash: str
    log_index: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a mined transaction."""

    tx_hash: str
    block_number: int
    succeeded: bool
    gas_used: int


class Node:
    """A node at one address."""

    def __init__(self, url: str) -> None:
        self.url = url
        # retries are the worker's: it knows how long to wait and what else there is to do
        self.provider = HTTPProvider(
            url, request_kwargs={"timeout": _TIMEOUT}, exception_retry_configuration=None
        )

    def check(self, deployment: Deployment) -> None:
        """Refuse another chain, or other code at our contracts' addresses (`Misconfigured`)."""
        found = _number(self._ask("eth_chainId"))
        if found != deployment.chain_id:
            raise Misconfigured(
                "chain.rpc_url",
                f"The node is on chain {found}, but the deployment is on {deployment.chain_id}.",
                remedy="Give the address of a node of that chain, or the other deployment file.",
            )
        for contract in deployment.contracts:
            code = _bytes(self._ask("eth_getCode", contract.address, "latest"))
            if f"0x{keccak256(code).hex()}" != contract.code_hash:
                what = "other code than" if code else "no code, unlike what"
                raise Misconfigured(
                    "chain.deployment",
                    f"At {contract.address} there is {what} the deployment file names.",
                    remedy="Take the file written by the deployment on this very chain; a local "
                    "chain that was started anew needs a new deployment.",
                )

    def head(self) -> Header:
        """The newest block."""
        header = self._header("latest")
        if header is None:
            _nonsense("eth_getBlockByNumber")
        return header

    def finalized(self) -> Header | None:
        """The last block that the chain calls finalized; None where it has no such word."""
        try:
            return self._header("finalized")
        except Refusal:  # a chain without finality does not know the tag
            return None

    def pending_time(self) -> int:
        """The time that a block made now would have, seconds since 1970."""
        block = self._ask("eth_getBlockByNumber", "pending", False)
        return _number(block["timestamp"]) if block else self.head().timestamp

    def header(self, number: int) -> Header | None:
        """The block of this number; None when the chain is not that long."""
        return self._header(hex(number))

    def logs(
        self, addresses: Sequence[Address], topics: Sequence[bytes], first: int, last: int
    ) -> list[RawLog]:
        """The logs of blocks `first` to `last` whose first topic is one of `topics`, in order.

        `Refusal` when the node finds the range too large.
        """
        question = {
            "address": list(addresses),
            "topics": [[f"0x{topic.hex()}" for topic in topics]],
            "fromBlock": hex(first),
            "toBlock": hex(last),
        }
        found = [_log(entry) for entry in self._ask("eth_getLogs", question)]
        return sorted(found, key=lambda log: (log.block_number, log.log_index))

    def call(self, to: Address, data: bytes, *, sender: Address | None, block: int | None) -> bytes:
        """Run a call without sending it, in the pending block unless `block` is given.

        Raises `CallReverted`.
        """
        where = "pending" if block is None else hex(block)
        return _bytes(self._run("eth_call", _call(to, data, sender), where))

    def estimate(self, to: Address, data: bytes, *, sender: Address) -> int:
        """The gas that a transaction would take in the next block. Raises `CallReverted`."""
        return _number(self._run("eth_estimateGas", _call(to, data, sender), "pending"))

    def nonce(self, address: Address, *, block: int | None = None) -> int:
        """Transactions of `address` up to `block`; by default with those that wait to be mined."""
        where = "pending" if block is None else hex(block)
        return _number(self._ask("eth_getTransactionCount", address, where))

    def tip(self) -> int:
        """Wei per gas that block makers expect on top of the base fee."""
        return _number(self._ask("eth_maxPriorityFeePerGas"))

    def receipt(self, tx_hash: str) -> Receipt | None:
        """What became of a transaction; None while no block holds it."""
        found = self._ask("eth_getTransactionReceipt", tx_hash)
        if found is None:
            return None
        return Receipt(
            tx_hash=tx_hash,
            block_number=_number(found["blockNumber"]),
            succeeded=_number(found["status"]) == 1,
            gas_used=_number(found["gasUsed"]),
        )

    def send(self, raw: bytes) -> SendOutcome:
        """Hand in signed bytes. The same bytes again are harmless.

        Raises `Unavailable` when it is not known whether they arrived, or when the node does not
        want them now (no money for the fees, its pool is full): send them again later.
        """
        try:
            self._ask("eth_sendRawTransaction", f"0x{raw.hex()}")
        except Refusal as refusal:
            return _send_outcome(refusal)
        return SendOutcome.TAKEN

    def _header(self, where: str) -> Header | None:
        block = self._ask("eth_getBlockByNumber", where, False)
        if block is None:
            return None
        return Header(
            number=_number(block["number"]),
            hash=block["hash"],
            parent_hash=block["parentHash"],
            timestamp=_number(block["timestamp"]),
            base_fee=_number(block.get("baseFeePerGas", "0x0")),
        )

    def _run(self, method: str, *params: object) -> Any:
        answer = self._exchange(method, params)
        error = answer.get("error")
        if error and (error.get("code") == _REVERTED or _revert_data(error)):
            raise CallReverted(read_revert(_revert_data(error)))
        return _result(method, answer)

    def _ask(self, method: str, *params: object) -> Any:
        return _result(method, self._exchange(method, params))

    def _exchange(self, method: str, params: Sequence[object]) -> dict[str, Any]:
        try:
            answer = self.provider.make_request(cast("RPCEndpoint", method), list(params))
        except (requests.RequestException, Web3Exception, OSError, ValueError) as error:
            raise Unavailable(
                f"The chain's node does not answer ({type(error).__name__}).",
                remedy="Nothing was lost; it is asked again. See that it runs and can be reached.",
                slug="chain-unavailable",
            ) from error
        if not isinstance(answer, dict):
            _nonsense(method)
        return cast("dict[str, Any]", answer)


def _result(method: str, answer: dict[str, Any]) -> Any:
    error = answer.get("error")
    if error:
        raise Refusal(method, int(error.get("code", 0)), str(error.get("message", error))[:200])
    if "result" not in answer:
        _nonsense(method)
    return answer["result"]


def _nonsense(method: str) -> NoReturn:
    raise Unavailable(
        f"The chain's node gave no usable answer to {method}.",
        remedy="Nothing was lost; it is asked again.",
        slug="chain-unavailable",
    )


def _send_outcome(refusal: Refusal) -> SendOutcome:
    """Nodes agree on meanings, not on codes (some use −32603 for all): read their words."""
    words = refusal.message.lower()
    if "already known" in words or "already imported" in words or "known transaction" in words:
        return SendOutcome.TAKEN
    if "nonce too low" in words:
        return SendOutcome.NONCE_USED
    if "underpriced" in words:
        return SendOutcome.RIVAL
    raise Unavailable(
        f"The chain's node did not take a signed transaction: {refusal.message}.",
        remedy="It is saved and is sent again. If this lasts, see that the sending address can "
        "pay the chain's fees.",
        slug="transaction-not-taken",
    ) from refusal


def _revert_data(error: dict[str, Any]) -> bytes:
    data = error.get("data")
    if isinstance(data, dict):
        data = data.get("data")
    is_hex = isinstance(data, str) and data.startswith("0x")
    return bytes.fromhex(data[2:]) if is_hex and data else b""


def _call(to: Address, data: bytes, sender: Address | None) -> dict[str, str]:
    call = {"to": to, "data": f"0x{data.hex()}"}
    return call if sender is None else call | {"from": sender}


def _log(entry: dict[str, Any]) -> RawLog:
    return RawLog(
        address=checksum(_bytes(entry["address"])),
        topics=tuple(_bytes(topic) for topic in entry["topics"]),
        data=_bytes(entry["data"]),
        block_number=_number(entry["blockNumber"]),
        block_hash=entry["blockHash"],
        tx_hash=entry["transactionHash"],
        log_index=_number(entry["logIndex"]),
    )


def _number(text: Any) -> int:
    try:
        return int(text, 16)
    except (TypeError, ValueError):
        _nonsense("a number")


def _bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except (AttributeError, ValueError):
        _nonsense("bytes")

"""Tests of the simulation: the chain's node over JSON-RPC, which may fail in every known way.

It stands where `api.chain.rpc.Rpc` stands, so all that the bridge makes of a node's words is the
bridge's own code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from api.chain.rpc import Answer, Question
from api.kernel.errors import Unavailable
from tests.simulation.chain import GWEI, Block, Chain, Mined, Rejected
from tests.simulation.faults import Faults
from tests.simulation.token import Refused
from wallet.abi import topic
from wallet.address import checksum

__all__ = ["CODE", "FIRST", "SECOND", "SimulatedRpc"]

FIRST, SECOND = "http://first", "http://second"

CODE = b"\x60\x80"
"""The code of every contract: the deployment's hash is of it."""
_RELAY_FAILED = topic("RelayFailed(uint256,address,bytes32,bytes4)")
"""The one event of the Teller's own that the model has."""
_BLOOM = "0x" + "ff" * 256
"""Every log may be in every block: nobody can skip one by its bloom."""


class SimulatedRpc:
    """See `api.chain.rpc.Rpc`. `chain` and `faults` are set once for all nodes of a run."""

    chain: Chain
    faults: Faults
    two: bool = False
    """Whether there is a second node. It always answers, and with the truth."""

    def __init__(self, url: str, timeout: float = 0.0) -> None:  # noqa: ARG002 - as Rpc has it
        self.place = url

    def exchange_many(self, questions: Sequence[Question]) -> list[Answer]:
        """See Rpc."""
        return [self.exchange(*question) for question in questions]

    def exchange(self, method: str, params: Sequence[Any]) -> Answer:
        """See Rpc."""
        if self.place == SECOND:
            return {"result": _METHODS[method](self.chain, *params)}
        fault = self.faults.node(method)
        if fault == "silent":
            raise _silent()
        if fault == "busy":
            return {"error": {"code": -32603, "message": "Internal error: too busy"}}
        if fault == "nonsense":
            return {"jsonrpc": "2.0"}
        sends = method == "eth_sendRawTransaction"
        seen = self.chain if sends else self.chain.behind(self.faults.behind)
        try:
            if self.faults.other_chain and (sends or method == "eth_chainId"):
                return _of_another_chain(sends)
            answer: Answer = {"result": _METHODS[method](seen, *params)}
        except Rejected as rejected:
            answer = {"error": {"code": -32603, "message": f"{rejected}"}}
        except Refused as refused:
            data = f"0x{refused.data.hex()}"
            answer = {"error": {"code": 3, "message": "execution reverted", "data": data}}
        if fault == "lost reply":  # it was done all the same
            raise _silent()
        if method == "eth_getLogs" and answer["result"]:
            self._mix_up(answer["result"])
        return answer

    def _mix_up(self, logs: list[dict[str, Any]]) -> None:
        """Tell an event twice; or, where another node can show it, not at all."""
        if self.faults.falls("event doubled", self.faults.replay / 2):
            logs.append(logs[-1])
        elif self.two and self.faults.falls("event hidden", 0.4):
            logs.pop()


def _of_another_chain(sends: bool) -> Answer:
    if sends:
        return {"error": {"code": -32000, "message": "invalid chain id for signer"}}
    return {"result": hex(1)}


def _silent() -> Unavailable:
    return Unavailable("The simulated node does not answer.", remedy="Ask again.")


def _block_at(chain: Chain, where: str) -> Block | None:
    """The block that a tag or number means; None for the pending one, and for none."""
    if where in {"latest", "safe"}:
        return chain.head
    if where == "finalized":
        return chain.finalized
    number = int(where, 16)
    return chain.blocks[number] if number < len(chain.blocks) else None


def _header(chain: Chain, where: str, full: bool) -> dict[str, Any] | None:
    if where == "pending":
        return {**_shown(chain.head, full), "timestamp": hex(chain.time + 1)}
    block = _block_at(chain, where)
    return None if block is None else _shown(block, full)


def _shown(block: Block, full: bool) -> dict[str, Any]:
    return {
        "number": hex(block.number),
        "hash": block.hash,
        "parentHash": block.parent,
        "timestamp": hex(block.time),
        "baseFeePerGas": hex(block.base_fee),
        "gasLimit": hex(60_000_000),
        "logsBloom": _BLOOM,
        "transactions": [_sent(mined) for mined in block.transactions] if full else [],
    }


def _sent(mined: Mined) -> dict[str, Any]:
    tx = mined.signed.transaction
    return {
        "hash": f"0x{mined.signed.hash.hex()}",
        "from": mined.signed.sender,
        "to": tx.to,
        "nonce": hex(tx.nonce),
        "input": f"0x{tx.data.hex()}",
        "gas": hex(tx.gas_limit),
        "maxFeePerGas": hex(tx.max_fee_per_gas),
        "maxPriorityFeePerGas": hex(tx.max_priority_fee_per_gas),
    }


def _logs(chain: Chain, question: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    topics = set(question["topics"][0]) if question.get("topics") else None
    last = min(int(question["toBlock"], 16), chain.head.number)
    for block in chain.blocks[int(question["fromBlock"], 16) : last + 1]:
        index = 0
        for mined in block.transactions:
            for log in mined.logs:
                if topics is None or f"0x{log.topics[0].hex()}" in topics:
                    found.append(_log(chain, block, mined, log, index))
                index += 1
    return found


def _log(chain: Chain, block: Block, mined: Mined, log: Any, index: int) -> dict[str, Any]:
    return {
        "address": chain.deployment.teller
        if log.topics[0] == _RELAY_FAILED
        else chain.deployment.token,
        "topics": [f"0x{topic.hex()}" for topic in log.topics],
        "data": f"0x{log.data.hex()}",
        "blockNumber": hex(block.number),
        "blockHash": block.hash,
        "transactionHash": f"0x{mined.signed.hash.hex()}",
        "logIndex": hex(index),
    }


def _call(chain: Chain, call: dict[str, str], where: str, *_overrides: object) -> str:
    block = None if where == "pending" else _block_at(chain, where)
    sender = call.get("from", checksum(bytes(20)))
    return f"0x{chain.call(block, sender, bytes.fromhex(call['data'][2:])).hex()}"


def _estimate(chain: Chain, call: dict[str, str], *_where: str) -> str:
    _call(chain, call, "pending")
    return hex(200_000)


def _count(chain: Chain, address: str, where: str) -> str:
    if where == "pending":
        return hex(chain.pending_nonce(address))
    block = _block_at(chain, where)
    return hex(block.nonces.get(address, 0) if block else 0)


def _receipt(chain: Chain, tx_hash: str) -> dict[str, Any] | None:
    found = chain.by_hash.get(tx_hash)
    if found is None:
        return None
    number, mined = found
    return {
        "transactionHash": tx_hash,
        "blockNumber": hex(number),
        "blockHash": chain.blocks[number].hash,
        "status": hex(int(mined.succeeded)),
        "gasUsed": hex(100_000),
        "effectiveGasPrice": hex(GWEI),
    }


def _transaction(chain: Chain, tx_hash: str) -> dict[str, Any] | None:
    if tx_hash in chain.by_hash:
        return _sent(chain.by_hash[tx_hash][1])
    waiting = chain.pool.get(tx_hash)
    return None if waiting is None else _sent(Mined(waiting, succeeded=False, logs=()))


_METHODS: dict[str, Callable[..., Any]] = {
    "eth_chainId": lambda chain: hex(chain.deployment.chain_id),
    "eth_blockNumber": lambda chain: hex(chain.head.number),
    "eth_getCode": lambda _chain, _address, _where: f"0x{CODE.hex()}",
    "eth_getBalance": lambda _chain, _address, _where: hex(10**18),
    "eth_getBlockByNumber": _header,
    "eth_getLogs": _logs,
    "eth_call": _call,
    "eth_estimateGas": _estimate,
    "eth_getTransactionCount": _count,
    "eth_maxPriorityFeePerGas": lambda _chain: hex(GWEI),
    "eth_gasPrice": lambda chain: hex(chain.base_fee + GWEI),
    "eth_getTransactionReceipt": _receipt,
    "eth_getTransactionByHash": _transaction,
    "eth_sendRawTransaction": lambda chain, raw: chain.submit(bytes.fromhex(raw[2:])),
}

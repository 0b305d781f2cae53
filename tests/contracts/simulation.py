"""Tests: what a call would do on the latest block, without doing it: result, logs and gas.

Brownie's `.call` shows no logs and its transactions have to be undone; `eth_simulateV1` takes less
than a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownie import web3

from tests.contracts.support import now

MOST_GAS = 29_000_000


@dataclass(frozen=True)
class Log:
    """One event: its topics, the signature's hash first, and its data."""

    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Outcome:
    """How a call would end. `data` is what it returned, or the error that it threw."""

    passed: bool
    data: bytes
    logs: tuple[Log, ...]
    gas_used: int

    def of(self, topic: bytes) -> list[Log]:
        """The events with this signature hash."""
        return [log for log in self.logs if log.topics[0] == topic]


def simulate(sender: object, contract: Any, data: str, gas: int = MOST_GAS) -> Outcome:
    """Call `contract` with `data` from any address at all, a second after the latest block."""
    call = {"from": str(sender), "to": str(contract.address), "data": data, "gas": hex(gas)}
    block = {"number": hex(web3.eth.block_number + 1), "time": hex(now() + 1)}
    question = {"blockStateCalls": [{"blockOverrides": block, "calls": [call]}]}
    answer = web3.provider.make_request("eth_simulateV1", [question, "latest"])
    assert "result" in answer, answer
    (done,) = answer["result"][0]["calls"]
    logs = tuple(Log(tuple(map(_raw, log["topics"])), _raw(log["data"])) for log in done["logs"])
    return Outcome(
        done["status"] == "0x1", _raw(done["returnData"]), logs, int(done["gasUsed"], 16)
    )


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))

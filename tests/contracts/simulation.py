"""Tests: what a call would do on the latest block, without doing it: result, logs and gas.

Brownie's `.call` shows no logs and its transactions have to be undone; `eth_simulateV1` takes less
than a millisecond.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from brownie import web3

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


@dataclass(frozen=True)
class Question:
    """A call that might be made."""

    sender: object
    contract: Any
    data: str
    gas: int = MOST_GAS

    def asked(self, identity: int, block: dict[str, str]) -> dict[str, Any]:
        """As JSON-RPC has it, on top of the latest block."""
        call = {
            "from": str(self.sender),
            "to": str(self.contract.address),
            "data": self.data,
            "gas": hex(self.gas),
        }
        simulation = {"blockStateCalls": [{"blockOverrides": block, "calls": [call]}]}
        return {
            "jsonrpc": "2.0",
            "id": identity,
            "method": "eth_simulateV1",
            "params": [simulation, "latest"],
        }


def simulate(sender: object, contract: Any, data: str, gas: int = MOST_GAS) -> Outcome:
    """Call `contract` with `data` from any address at all, a second after the latest block."""
    return simulate_all([Question(sender, contract, data, gas)])[0]


def simulate_all(questions: Sequence[Question]) -> list[Outcome]:
    """Each by itself on the latest state, all in one request: thousands take seconds."""
    latest = web3.eth.get_block("latest")
    block = {"number": hex(latest["number"] + 1), "time": hex(latest["timestamp"] + 1)}
    body = [question.asked(place, block) for place, question in enumerate(questions)]
    request = urllib.request.Request(  # noqa: S310 - always our own chain's address
        web3.provider.endpoint_uri, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310 - see above
        answers = sorted(json.load(response), key=lambda answer: int(answer["id"]))
    assert len(answers) == len(questions)
    return [_outcome(answer) for answer in answers]


def _outcome(answer: dict[str, Any]) -> Outcome:
    assert "result" in answer, answer
    (done,) = answer["result"][0]["calls"]
    logs = tuple(Log(tuple(map(_raw, log["topics"])), _raw(log["data"])) for log in done["logs"])
    return Outcome(
        done["status"] == "0x1", _raw(done["returnData"]), logs, int(done["gasUsed"], 16)
    )


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))

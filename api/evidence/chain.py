"""Evidence: the chain, read over JSON-RPC: raw logs, receipts and blocks, nothing in between.

It shares no code with the bridge's reader: a mistake there must not hide itself here. The ABI is
the contracts' own.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from eth_abi.abi import decode

from api.evidence.model import ChainWords, Log
from api.kernel.errors import Unavailable
from wallet.address import checksum
from wallet.keccak import keccak256

__all__ = ["ChainReader"]

_AT_ONCE = 5_000
_TIMEOUT = 30
_TOTAL_SUPPLY = keccak256(b"totalSupply()")[:4].hex()


@dataclass(slots=True)
class ChainReader:
    """One node, asked for nothing but facts."""

    url: str
    _asked: int = 0
    _headers: dict[int, Mapping[str, Any] | None] = field(default_factory=dict)

    def words(
        self,
        *,
        caip2: str,
        token: str,
        first: int,
        blocks: Iterable[int],
        hashes: Iterable[str],
    ) -> ChainWords:
        """The token's events from block `first` on, and what `blocks` and `hashes` are here.

        Raises `Unavailable`.
        """
        head = int(self._ask("eth_blockNumber"), 16)
        known = {number: self._hash(number) for number in blocks}
        receipts = {each: self._ask("eth_getTransactionReceipt", each) for each in hashes}
        supply = self._ask("eth_call", {"to": token, "data": f"0x{_TOTAL_SUPPLY}"}, hex(head))
        return ChainWords(
            head=head,
            logs=list(self._logs(caip2, token, first, head)),
            blocks={number: found for number, found in known.items() if found is not None},
            transactions={each: found for each, found in receipts.items() if found is not None},
            supply=int(supply, 16) if supply != "0x" else 0,
        )

    def _logs(self, caip2: str, token: str, first: int, head: int) -> Iterable[Log]:
        events = _events()
        while first <= head:
            last = min(head, first + _AT_ONCE - 1)
            query = {"address": token, "fromBlock": hex(first), "toBlock": hex(last)}
            for raw in self._ask("eth_getLogs", query):
                event = events.get(raw["topics"][0])
                if event is not None:
                    yield self._log(caip2, event, raw)
            first = last + 1

    def _log(self, caip2: str, event: Mapping[str, Any], raw: Mapping[str, Any]) -> Log:
        index, block = int(raw["logIndex"], 16), int(raw["blockNumber"], 16)
        header = self._header(block)
        stamp = 0 if header is None else int(header["timestamp"], 16)
        return Log(
            event_id=f"{caip2}:{raw['transactionHash']}:{index}",
            name=event["name"],
            args=_args(event, raw),
            block=block,
            time=datetime.fromtimestamp(stamp, UTC),
            tx_hash=raw["transactionHash"],
            index=index,
        )

    def _hash(self, number: int) -> str | None:
        header = self._header(number)
        return None if header is None else str(header["hash"])

    def _header(self, number: int) -> Mapping[str, Any] | None:
        if number not in self._headers:
            self._headers[number] = self._ask("eth_getBlockByNumber", hex(number), False)
        return self._headers[number]

    def _ask(self, method: str, *parameters: Any) -> Any:
        self._asked += 1
        question = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": parameters}
        request = urllib.request.Request(  # noqa: S310 - the operator names the node
            self.url,
            data=json.dumps(question).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - as above
                said = json.load(answer)
        except (OSError, urllib.error.URLError, ValueError) as error:
            raise Unavailable(
                f"The node at {self.url} does not answer {method}.",
                remedy="See that it runs, or name another with --rpc.",
                slug="chain-unavailable",
            ) from error
        if "error" in said:
            raise Unavailable(
                f"The node at {self.url} refuses {method}: {said['error'].get('message')}.",
                remedy="Name another node with --rpc.",
                slug="node-refused",
            )
        return said["result"]


def _events() -> dict[str, Mapping[str, Any]]:
    """The token's events by their first topic."""
    abi = json.loads(files("wallet").joinpath("abi", "DepositToken.json").read_text("utf-8"))
    found = {}
    for entry in abi:
        if entry["type"] == "event":
            kinds = ",".join(item["type"] for item in entry["inputs"])
            topic = keccak256(f"{entry['name']}({kinds})".encode())
            found[f"0x{topic.hex()}"] = entry
    return found


def _args(event: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    topics = iter(raw["topics"][1:])
    plain = [item for item in event["inputs"] if not item["indexed"]]
    values = iter(decode([item["type"] for item in plain], bytes.fromhex(raw["data"][2:])))
    args = {}
    for item in event["inputs"]:
        kind = item["type"]
        value = (
            decode([kind], bytes.fromhex(next(topics)[2:]))[0] if item["indexed"] else next(values)
        )
        args[item["name"]] = checksum(bytes.fromhex(value[2:])) if kind == "address" else value
    return args

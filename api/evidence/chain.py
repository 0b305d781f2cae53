"""Evidence: the chain, read over JSON-RPC: raw logs, receipts and blocks, nothing in between.

It shares no code with the bridge's reader: a mistake there must not hide itself here. The ABI is
the contracts' own.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from api.evidence.model import ChainWords
from api.evidence.scratch import Events
from api.evidence.told import Log
from api.kernel.errors import Unavailable
from wallet.address import checksum
from wallet.keccak import keccak256

__all__ = ["ChainReader"]

_MOST_BLOCKS = 5_000
_MOST_BYTES = 1 << 23
"""Of one answer: what is larger is asked for in smaller parts."""
_TIMEOUT = 30
_WORD = 32
_WANTED = frozenset(
    {
        "Issued",
        "IssueRefused",
        "NumberVoided",
        "Redeemed",
        "PayoutReturned",
        "TierSet",
        "AuthorizationUsed",
        "AccountFrozen",
        "AccountUnfrozen",
    }
)
_TRANSFER = f"0x{keccak256(b'Transfer(address,address,uint256)').hex()}"
_TOTAL_SUPPLY = keccak256(b"totalSupply()")[:4].hex()


class _TooLarge(Exception):
    """An answer that is larger than what is held in memory."""


@dataclass(slots=True)
class ChainReader:
    """One node, asked for nothing but facts."""

    url: str
    progress: Callable[[str], None] = lambda _what: None
    _asked: int = 0
    _blocks: dict[int, tuple[str, int] | None] = field(default_factory=dict)
    """Hash and time."""

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
        known = {number: self._block(number) for number in blocks}
        receipts = {each: self._receipt(each) for each in hashes}
        supply = self._ask("eth_call", {"to": token, "data": f"0x{_TOTAL_SUPPLY}"}, hex(head))
        events = Events()
        for logs in self._logs(caip2, token, first, head):
            events.add(logs)
        events.finish()
        return ChainWords(
            head=head,
            events=events,
            blocks={number: found[0] for number, found in known.items() if found is not None},
            transactions={each: found for each, found in receipts.items() if found is not None},
            supply=int(supply, 16) if supply != "0x" else 0,
        )

    def _receipt(self, tx_hash: str) -> Mapping[str, Any] | None:
        """Without its logs: those of a batch are as many as its entries."""
        found = self._ask("eth_getTransactionReceipt", tx_hash)
        return None if found is None else {name: found[name] for name in ("from", "status")}

    def nonce_of(self, tx_hash: str) -> tuple[str, int] | None:
        """Sender and nonce of a transaction in a block; None for one that the node lacks."""
        found = self._ask("eth_getTransactionByHash", tx_hash)
        if found is None:
            return None
        return checksum(bytes.fromhex(found["from"][2:])), int(found["nonce"], 16)

    def _logs(self, caip2: str, token: str, first: int, head: int) -> Iterator[list[Log]]:
        """So many blocks at once that the answer is neither large nor empty for long."""
        events, step = _events(), _MOST_BLOCKS
        while first <= head:
            last = min(head, first + step - 1)
            query = {
                "address": token,
                "fromBlock": hex(first),
                "toBlock": hex(last),
                "topics": [[*events, _TRANSFER]],
            }
            try:
                found = self._ask("eth_getLogs", query, most=_MOST_BYTES if last > first else None)
            except _TooLarge:
                step = max((last - first + 1) // 4, 1)
                continue
            payments = _payments(found)
            yield [
                self._log(caip2, events[raw["topics"][0]], raw, payments)
                for raw in found
                if raw["topics"][0] != _TRANSFER
            ]
            self.progress(f"the chain: block {last} of {head}")
            first, step = last + 1, min(step * 2, _MOST_BLOCKS)

    def _log(
        self,
        caip2: str,
        event: Mapping[str, Any],
        raw: Mapping[str, Any],
        payments: Mapping[tuple[str, int], Mapping[str, Any]],
    ) -> Log:
        """An authorization's use with the payment that it was for, which is logged behind it."""
        index, block = int(raw["logIndex"], 16), int(raw["blockNumber"], 16)
        args = _args(event, raw)
        if event["name"] == "AuthorizationUsed":
            args |= payments.get((raw["transactionHash"], index + 1), {})
        found = self._block(block)
        stamp = 0 if found is None else found[1]
        return Log(
            event_id=f"{caip2}:{raw['transactionHash']}:{index}",
            name=event["name"],
            args=args,
            block=block,
            time=datetime.fromtimestamp(stamp, UTC),
            tx_hash=raw["transactionHash"],
            index=index,
        )

    def _block(self, number: int) -> tuple[str, int] | None:
        if number not in self._blocks:
            found = self._ask("eth_getBlockByNumber", hex(number), False)
            stamp = None if found is None else (str(found["hash"]), int(found["timestamp"], 16))
            self._blocks[number] = stamp
        return self._blocks[number]

    def _ask(self, method: str, *parameters: Any, most: int | None = None) -> Any:
        self._asked += 1
        question = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": parameters}
        request = urllib.request.Request(  # noqa: S310 - the operator names the node
            self.url,
            data=json.dumps(question).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - as above
                text = answer.read(None if most is None else most + 1)
            if most is not None and len(text) > most:
                raise _TooLarge
            said = json.loads(text)
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
    """The token's events that rows follow from, by their first topic."""
    abi = json.loads(files("wallet").joinpath("abi", "DepositToken.json").read_text("utf-8"))
    found = {}
    for entry in abi:
        if entry["type"] == "event" and entry["name"] in _WANTED:
            kinds = ",".join(item["type"] for item in entry["inputs"])
            topic = keccak256(f"{entry['name']}({kinds})".encode())
            found[f"0x{topic.hex()}"] = entry
    return found


def _payments(found: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Recipient and amount of each payment, by its transaction and place."""
    return {
        (raw["transactionHash"], int(raw["logIndex"], 16)): {
            "to": checksum(bytes.fromhex(raw["topics"][2][2:])[12:]),
            "value": int(raw["data"], 16),
        }
        for raw in found
        if raw["topics"][0] == _TRANSFER
    }


def _args(event: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Each value of these events is one word."""
    topics = iter(raw["topics"][1:])
    data = bytes.fromhex(raw["data"][2:])
    words = iter(data[at : at + _WORD] for at in range(0, len(data), _WORD))
    return {
        item["name"]: _value(
            item["type"], bytes.fromhex(next(topics)[2:]) if item["indexed"] else next(words)
        )
        for item in event["inputs"]
    }


def _value(kind: str, word: bytes) -> Any:
    if kind == "address":
        return checksum(word[12:])
    if kind.startswith("uint"):
        return int.from_bytes(word, "big")
    return word[: int(kind.removeprefix("bytes"))]

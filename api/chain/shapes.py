"""Chain: blocks, logs, receipts and transactions as a node's JSON has them, and their reading.

What lacks a field or has another type in it is no usable answer (`Unavailable`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, TypeVar

from api.chain.rpc import nonsense
from api.kernel.ids import Address
from wallet.address import checksum

__all__ = [
    "Header",
    "RawLog",
    "Receipt",
    "Sent",
    "octets",
    "quantity",
    "read_header",
    "read_log",
    "read_receipt",
    "read_sent",
]

ReadT = TypeVar("ReadT")


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
    gas_limit: int = 30_000_000
    """What the transactions of this block may use together."""
    logs_bloom: bytes = b""
    """256 bytes in which every log of the block leaves its bits; empty when the node gives none."""


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
    block_hash: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction as a block has it; fees in wei per gas."""

    tx_hash: str
    to: Address | None
    data: bytes
    gas: int
    highest: int
    tip: int


def _whole(read: Callable[[Any], ReadT]) -> Callable[[Any], ReadT]:
    """A reader of one JSON object for which a missing field is nonsense, not a crash."""

    @wraps(read)
    def guarded(entry: Any) -> ReadT:
        try:
            return read(entry)
        except (KeyError, TypeError, AttributeError, ValueError):
            nonsense(f"a question ({read.__name__})")

    return guarded


@_whole
def read_header(block: Any) -> Header | None:
    """A block without its transactions; None for none."""
    if block is None:
        return None
    if not isinstance(block, dict) or not isinstance(block.get("hash"), str):
        nonsense("eth_getBlockByNumber")
    return Header(
        number=quantity(block.get("number")),
        hash=block["hash"],
        parent_hash=str(block.get("parentHash")),
        timestamp=quantity(block.get("timestamp")),
        base_fee=quantity(block.get("baseFeePerGas", "0x0")),
        gas_limit=quantity(block.get("gasLimit")),
        logs_bloom=octets(block.get("logsBloom", "0x")),
    )


@_whole
def read_receipt(entry: Any) -> Receipt:
    """A receipt."""
    return Receipt(
        tx_hash=str(entry["transactionHash"]),
        block_number=quantity(entry["blockNumber"]),
        succeeded=quantity(entry["status"]) == 1,
        gas_used=quantity(entry["gasUsed"]),
        block_hash=str(entry["blockHash"]),
    )


@_whole
def read_sent(entry: Any) -> Sent:
    """A transaction inside a block."""
    price = quantity(entry.get("gasPrice", "0x0"))
    return Sent(
        tx_hash=str(entry["hash"]),
        to=checksum(octets(entry["to"])) if entry.get("to") else None,
        data=octets(entry.get("input", "0x")),
        gas=quantity(entry["gas"]),
        highest=quantity(entry["maxFeePerGas"]) if "maxFeePerGas" in entry else price,
        tip=quantity(entry["maxPriorityFeePerGas"]) if "maxPriorityFeePerGas" in entry else price,
    )


@_whole
def read_log(entry: dict[str, Any]) -> RawLog:
    """A log."""
    return RawLog(
        address=_contract(entry["address"]),
        topics=tuple([octets(topic) for topic in entry["topics"]]),
        data=octets(entry["data"]),
        block_number=quantity(entry["blockNumber"]),
        block_hash=entry["blockHash"],
        tx_hash=entry["transactionHash"],
        log_index=quantity(entry["logIndex"]),
    )


@lru_cache(maxsize=64)
def _contract(text: str) -> Address:
    """The address of a log: they are few, and each comes again and again."""
    return checksum(octets(text))


def quantity(text: Any) -> int:
    """A 0x-hex number."""
    try:
        return int(text, 16)
    except (TypeError, ValueError):
        nonsense("a number")


def octets(text: Any) -> bytes:
    """0x-hex bytes."""
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except (AttributeError, ValueError):
        nonsense("bytes")

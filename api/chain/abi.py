"""Chain: the contracts' ABIs, and the plain decoding of logs and reverts.

Logs are decoded without a heavy event object for each: a topic is looked up, the words are cut
out, and that is all; only what is not made of single words takes `eth_abi`. ABIs are the
generated files in `wallet/abi`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from api.chain.words import WORD, WordReader, word_reader
from api.kernel.errors import Broken
from wallet.address import checksum
from wallet.keccak import keccak256

__all__ = ["EventType", "Revert", "event_types", "explain_selector", "load_abi", "read_revert"]

_CONTRACTS = ("DepositToken", "Teller", "AccessManager")
_SELECTOR = 4
_BUILT_IN = (
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)


@dataclass(frozen=True, slots=True)
class Revert:
    """Why a contract said no: the custom error's name and its values by name.

    `name` is "unknown" for bytes that none of our ABIs describes, and "" for no bytes at all.
    """

    name: str
    args: Mapping[str, Any]

    def __str__(self) -> str:
        if not self.name:
            return "reverted without a reason"
        values = ", ".join(f"{name}={_plain(value)}" for name, value in self.args.items())
        return f"{self.name}({values})"


@dataclass(frozen=True, slots=True)
class _Words:
    """How each argument of an event is read out of its one word."""

    indexed: tuple[tuple[str, WordReader], ...]
    unindexed: tuple[tuple[str, WordReader], ...]


_WORDS: dict[EventType, _Words] = {}
"""Of those event types whose arguments are one word each."""


@dataclass(frozen=True, slots=True)
class EventType:
    """How the log of one event is read."""

    name: str
    indexed: tuple[tuple[str, str], ...]
    unindexed: tuple[tuple[str, str], ...]

    def decode(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """The arguments by name, addresses checksummed; `Broken` when the log does not fit."""
        words = _WORDS.get(self)
        if words is not None:
            return self._sliced(words, topics, data)
        args: dict[str, Any] = {}
        try:
            for (name, kind), topic in zip(self.indexed, topics[1:], strict=True):
                args[name] = _value(kind, decode([kind], topic)[0])
            values = decode([kind for _, kind in self.unindexed], data)
        except (DecodingError, ValueError) as error:
            raise self._unfit() from error
        for (name, kind), value in zip(self.unindexed, values, strict=True):
            args[name] = _value(kind, value)
        return args

    def _sliced(self, words: _Words, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """An event whose every argument is one word: no decoder is needed to find it."""
        if len(data) != WORD * len(self.unindexed) or len(topics) - 1 != len(self.indexed):
            raise self._unfit()
        args: dict[str, Any] = {}
        try:
            for at, (name, read) in enumerate(words.indexed, 1):
                args[name] = read(topics[at])
            for at, (name, read) in enumerate(words.unindexed):
                args[name] = read(data[at * WORD : at * WORD + WORD])
        except ValueError as error:
            raise self._unfit() from error
        return args

    def _unfit(self) -> Broken:
        return Broken(
            f"A log of event {self.name} does not have the form that the ABI gives it.",
            remedy="The deployment file names other contracts than the installed ABIs.",
        )


@cache
def load_abi(contract: str) -> list[dict[str, Any]]:
    """The ABI of DepositToken, Teller or AccessManager, as the compiler wrote it."""
    text = files("wallet").joinpath("abi", f"{contract}.json").read_text("utf-8")
    abi: list[dict[str, Any]] = json.loads(text)
    return abi


@cache
def event_types(contract: str) -> Mapping[bytes, EventType]:
    """The events of a contract by their first topic."""
    types: dict[bytes, EventType] = {}
    for entry in load_abi(contract):
        if entry["type"] == "event":
            inputs = entry["inputs"]
            kind = EventType(
                name=entry["name"],
                indexed=tuple((i["name"], i["type"]) for i in inputs if i["indexed"]),
                unindexed=tuple((i["name"], i["type"]) for i in inputs if not i["indexed"]),
            )
            readers = {i["type"]: word_reader(i["type"]) for i in inputs}
            if all(readers.values()):
                _WORDS[kind] = _Words(
                    tuple((name, read) for name, of in kind.indexed if (read := readers[of])),
                    tuple((name, read) for name, of in kind.unindexed if (read := readers[of])),
                )
            types[keccak256(_signature(entry).encode())] = kind
    return types


def read_revert(data: bytes) -> Revert:
    """Name the error in a revert's data."""
    if not data:
        return Revert("", {})
    entry = _errors().get(data[:_SELECTOR])
    if entry is None:
        return Revert("unknown", {"data": data[:_SELECTOR]})
    kinds = [item["type"] for item in entry["inputs"]]
    try:
        values = decode(kinds, data[_SELECTOR:])
    except DecodingError:
        return Revert("unknown", {"data": data[:_SELECTOR]})
    names = [item["name"] or f"value{at}" for at, item in enumerate(entry["inputs"])]
    return Revert(
        entry["name"],
        {n: _value(k, v) for n, k, v in zip(names, kinds, values, strict=True)},
    )


def explain_selector(selector: bytes) -> str:
    """The name of the error whose selector an event or `transferCheck` gives as its reason."""
    entry = _errors().get(selector[:_SELECTOR])
    return entry["name"] if entry else f"0x{selector[:_SELECTOR].hex()}"


@cache
def _errors() -> Mapping[bytes, dict[str, Any]]:
    entries = [*_BUILT_IN, *(entry for name in _CONTRACTS for entry in load_abi(name))]
    return {
        keccak256(_signature(entry).encode())[:_SELECTOR]: entry
        for entry in entries
        if entry["type"] == "error"
    }


def _signature(entry: Mapping[str, Any]) -> str:
    return f"{entry['name']}({','.join(_type(item) for item in entry['inputs'])})"


def _type(item: Mapping[str, Any]) -> str:
    kind: str = item["type"]
    if not kind.startswith("tuple"):
        return kind
    inner = ",".join(_type(part) for part in item["components"])
    return f"({inner}){kind.removeprefix('tuple')}"


def _value(kind: str, value: Any) -> Any:
    """As the decoder gives it, but with checksummed addresses, in lists of any depth too."""
    if kind.endswith("]"):
        inner = kind[: kind.rindex("[")]
        return tuple(_value(inner, each) for each in value)
    return checksum(bytes.fromhex(value[2:])) if kind == "address" else value


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)

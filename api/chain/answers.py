"""Chain: what a node's words mean. Nodes agree on meanings, neither on codes nor on words.

geth, erigon, nethermind, besu, reth, anvil and what stands before them (−32603 with the node's own
error inside) each say the same few things differently; the table below reads them by their words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

__all__ = ["SendOutcome", "has_too_little_gas", "is_revert", "outcome", "revert_data", "words"]

_REVERTED = 3
"""The JSON-RPC error code of a call that the contract reverted (geth, anvil, erigon, reth)."""
_DEEPEST = 6


class SendOutcome(StrEnum):
    """What a node's answer to signed bytes means."""

    TAKEN = "TAKEN"
    """It has them, now or from before."""
    NONCE_USED = "NONCE_USED"
    """Its chain has a transaction with this nonce already: perhaps this one."""
    RIVAL = "RIVAL"
    """It holds other bytes with the same nonce, and these do not pay enough more."""
    UNDERPRICED = "UNDERPRICED"
    """It does not keep them: they pay too little, whatever else it holds."""
    NO_COIN = "NO_COIN"
    """The address cannot pay for them."""
    POOL_FULL = "POOL_FULL"
    """It has no room for them now."""
    GAS = "GAS"
    """No block can hold them: less gas than they need at least, or more than a block has."""
    FEE_CAP = "FEE_CAP"
    """The node itself forbids to pay so much."""
    WRONG_CHAIN = "WRONG_CHAIN"
    """They are for another chain than the node's."""


_MEANINGS: tuple[tuple[SendOutcome, str], ...] = (
    (SendOutcome.WRONG_CHAIN, r"(invalid|wrong|incorrect) chain ?id|chain ?id (mismatch|is wrong)"),
    (
        SendOutcome.TAKEN,
        r"already ?known|already[_ ](imported|exists)|known transaction|same hash was already",
    ),
    (
        SendOutcome.RIVAL,
        r"replacement|same nonce in the|could not replace|has not been replaced",
    ),
    (SendOutcome.NONCE_USED, r"nonce (is )?too low|old ?nonce|nonce.{0,20}already (been )?used"),
    (
        SendOutcome.NO_COIN,
        r"insufficient ?(funds|balance)|upfront cost exceeds|not have enough funds",
    ),
    (SendOutcome.FEE_CAP, r"exceeds the configured cap|fee ?cap[_ ]exceeded"),
    (
        SendOutcome.GAS,
        (
            r"intrinsic ?gas|exceeds (the )?(block|max\w* transaction) gas ?limit"
            r"|gas ?limit ?exceed|gas limit (is )?too high|exceeds maximum per-transaction gas"
        ),
    ),
    (
        SendOutcome.POOL_FULL,
        (
            r"pool is full|too many transactions|account limit|limit reached|too ?far|too distant"
            r"|future transaction|spammer|nonce ?gap"
        ),
    ),
    (
        SendOutcome.UNDERPRICED,
        (
            r"underpriced|fee ?too ?low|below (configured )?minimum|less than (the )?block base fee"
            r"|(price|fee|cap).{0,30}too low"
        ),
    ),
)
_PATTERNS = tuple((meaning, re.compile(pattern)) for meaning, pattern in _MEANINGS)
_NO_GAS = re.compile(
    r"out of gas|gas required exceeds|exceeds (the )?(block|max\w* transaction) gas ?limit"
    r"|gas ?limit ?exceed|exceeds maximum per-transaction gas"
)


def outcome(error: Mapping[str, Any]) -> SendOutcome | None:
    """What the error says of signed bytes; None when nobody knows."""
    said = words(error)
    return next((meaning for meaning, pattern in _PATTERNS if pattern.search(said)), None)


def has_too_little_gas(error: Mapping[str, Any]) -> bool:
    """Whether a trial run failed because no block has the gas that it takes."""
    return _NO_GAS.search(words(error)) is not None


def is_revert(error: Mapping[str, Any]) -> bool:
    """Whether the contract said no (and not the node)."""
    return error.get("code") == _REVERTED or bool(revert_data(error))


def words(error: Mapping[str, Any]) -> str:
    """Every text of an error, also of the errors inside it, in lower case."""
    return " | ".join(text for text in _texts(error, 0)).lower()


def revert_data(error: Mapping[str, Any]) -> bytes:
    """The bytes that a contract reverted with, wherever the node put them; empty for none."""
    for found in _data(error, 0):
        return found
    return b""


def _texts(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        inner = _inside(value)
        if inner is not None:
            yield from _texts(inner, depth + 1)
        elif not value.startswith("0x"):
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, depth + 1)


def _data(value: Any, depth: int) -> Iterator[bytes]:
    """The data of an error: a text, or in an object that stands in its place."""
    if depth > _DEEPEST or not isinstance(value, Mapping):
        return
    for name in ("data", "error", "originalError", "cause"):
        found = value.get(name)
        if isinstance(found, str):
            # parity's kind writes «Reverted 0x…»
            is_hex = re.fullmatch(r"(?:reverted )?0x((?:[0-9a-f]{2})+)", found, re.IGNORECASE)
            if is_hex:
                yield bytes.fromhex(is_hex[1])
        else:
            yield from _data(found, depth + 1)


def _inside(text: str) -> Any:
    """The JSON that some gateways put into a message."""
    start = text.find("{")
    if start < 0 or not text.rstrip().endswith("}"):
        return None
    try:
        return json.loads(text[start:])
    except ValueError:
        return None

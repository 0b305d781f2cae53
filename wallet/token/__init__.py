"""Wallet: reading and writing the deposit token over JSON-RPC.

`calls` builds call data, `client` reads, `events` reads the history from the chain's logs,
`refusals` turns the token's errors into words. Call data and events are written from their
signatures; a test compares each with the contracts' ABI.
"""

from __future__ import annotations

from wallet.hints import TYPE_CHECKING

# Each name is loaded when it is first used, so that a command pays only for what it needs.
if TYPE_CHECKING:
    from wallet.token.calls import (
        approve,
        cancel_authorization,
        cancel_redeem,
        permit,
        receive_with_authorization,
        redeem,
        transfer,
        transfer_with_authorization,
    )
    from wallet.token.client import AccountState, Limits, RedemptionState, TokenClient, TokenFacts
    from wallet.token.events import Entry, EntryKind, history
    from wallet.token.refusals import Refusal, decode_refusal, refusal_of_revert

__all__ = [
    "AccountState",
    "Entry",
    "EntryKind",
    "Limits",
    "RedemptionState",
    "Refusal",
    "TokenClient",
    "TokenFacts",
    "approve",
    "cancel_authorization",
    "cancel_redeem",
    "decode_refusal",
    "history",
    "permit",
    "receive_with_authorization",
    "redeem",
    "refusal_of_revert",
    "transfer",
    "transfer_with_authorization",
]

_MODULES = {
    "calls": (
        "approve",
        "cancel_authorization",
        "cancel_redeem",
        "permit",
        "receive_with_authorization",
        "redeem",
        "transfer",
        "transfer_with_authorization",
    ),
    "client": (
        "AccountState",
        "Limits",
        "RedemptionState",
        "TokenClient",
        "TokenFacts",
    ),
    "events": (
        "Entry",
        "EntryKind",
        "history",
    ),
    "refusals": (
        "Refusal",
        "decode_refusal",
        "refusal_of_revert",
    ),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'wallet.token' has no attribute {name!r}")
    return getattr(__import__(f"wallet.token.{_HOME[name]}", fromlist=[name]), name)

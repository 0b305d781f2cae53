"""Kernel: operators' names, and what their tokens are compared by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from api.kernel.errors import Misconfigured

__all__ = ["is_operator_name", "operator_digests", "token_digest"]

_HASHED = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,31}", re.ASCII)
_NOBODY = frozenset({"operator", "worker", "bridge"})
"""Names that stand for no one person: the shared token's, and the bridge's own."""


def is_operator_name(name: str) -> bool:
    """One spelling a person: lower case, ASCII, and none that means somebody else."""
    return _NAME.fullmatch(name) is not None and name not in _NOBODY


def token_digest(token: str) -> bytes:
    """What the bridge compares tokens by."""
    return hashlib.sha256(token.encode()).digest()


def operator_digests(tokens: Mapping[str, str], *, shared: str, shortest: int) -> dict[str, bytes]:
    """The digests of the operators' tokens. A file holds the token, or ``sha256:`` and its hash.

    With the hash alone in it, nobody who can read the bridge's files can act in another's name.
    Two names with one token would be one person who approves their own proposals. Raises
    `Misconfigured`, for a token of fewer than `shortest` characters too.
    """
    found: dict[str, bytes] = {}
    nobodys = token_digest(shared)
    for name, text in tokens.items():
        setting = f"operators.{name}.token_file"
        hashed = _HASHED.fullmatch(text)
        if hashed is None and len(text) < shortest:
            raise Misconfigured(
                setting,
                f"The token in the file for {setting} is shorter than {shortest} characters.",
                remedy="Write a random one, for example the output of: openssl rand -hex 32.",
            )
        digest = token_digest(text) if hashed is None else bytes.fromhex(hashed[1])
        if digest in found.values() or digest == nobodys:
            raise Misconfigured(
                setting,
                f"{name} has a token that others have too.",
                remedy="Give every operator a token of their own: two persons need two.",
            )
        found[name] = digest
    return found

"""Access: the bank's operator, known by a bearer token (RFC 6750)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, Header

from api.kernel.errors import Unauthorised
from api.web.context import BridgeDep

__all__ = ["OperatorDep"]

_SCHEME = "bearer"


def _operator(bridge: BridgeDep, authorization: Annotated[str | None, Header()] = None) -> str:
    """Let the operator in; raises `Unauthorised`, the same for a missing and a wrong token."""
    scheme, _, token = (authorization or "").partition(" ")
    expected = bridge.secrets.operator_token.reveal()
    # hashed first, so that not even the length can be told from the time this takes
    same = hmac.compare_digest(_digest(token.strip().encode()), _digest(expected))
    if scheme.lower() != _SCHEME or not same:
        raise Unauthorised(
            "This needs the operator's token.",
            remedy="Send it as: Authorization: Bearer <token>.",
        )
    return "operator"


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


OperatorDep = Annotated[str, Depends(_operator)]
"""Parameter type by which a route admits the operator alone."""

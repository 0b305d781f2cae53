"""Access: the bank's operators, known by a bearer token (RFC 6750).

The single token of `access.operator_token_file` is nobody's in particular: it serves what needs
no name. Operators of `[operators.NAME]` have a token each: the token tells who asks.
"""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Header

from api.kernel.errors import Unauthorised
from api.kernel.operators import token_digest
from api.kernel.settings import Secrets
from api.web.context import BridgeDep

__all__ = ["ANYBODY", "NamedOperatorDep", "OperatorDep", "who_has"]

ANYBODY = "operator"
"""Who asks with the single token."""
_SCHEME = "bearer"


def who_has(secrets: Secrets, token: str) -> str | None:
    """Whose token this is; `ANYBODY` for the single one, None for a wrong one.

    Every known token is compared, each in constant time, by its hash: neither length nor place
    can be told from the time this takes.
    """
    digest = token_digest(token)
    single = token_digest(secrets.operator_token.reveal().decode())
    found = ANYBODY if hmac.compare_digest(digest, single) else None
    for name, expected in secrets.operators.items():
        if hmac.compare_digest(digest, expected):
            found = name
    return found


def _operator(bridge: BridgeDep, authorization: Annotated[str | None, Header()] = None) -> str:
    """Let an operator in; raises `Unauthorised`, the same for a missing and a wrong token."""
    scheme, _, token = (authorization or "").partition(" ")
    who = who_has(bridge.secrets, token.strip())
    if scheme.lower() != _SCHEME or who is None:
        raise Unauthorised(
            "This needs the operator's token.",
            remedy="Send it as: Authorization: Bearer <token>.",
        )
    return who


def _named_operator(who: Annotated[str, Depends(_operator)]) -> str:
    """Let an operator in who has a name."""
    if who == ANYBODY:
        raise Unauthorised(
            "This needs the token of an operator with a name: it is written down who did it.",
            remedy="Add [operators.NAME] with a token_file to the settings, and send that token.",
        )
    return who


OperatorDep = Annotated[str, Depends(_operator)]
"""Parameter type by which a route admits operators alone; it is the operator's name."""

NamedOperatorDep = Annotated[str, Depends(_named_operator)]
"""Parameter type by which a route admits operators with a name alone."""

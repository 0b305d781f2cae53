"""Wallet: whether the agent signs what it is asked to; the one place where it may say no."""

from __future__ import annotations

from wallet.hints import TYPE_CHECKING
from wallet.record import Record

if TYPE_CHECKING:
    from wallet.agent.protocol import Request


class Decision(Record):
    """Whether a request may be signed, and why (a stable word, for the log and the answer)."""

    allowed: bool
    reason: str


def decide(request: Request) -> Decision:
    """The owner unlocked the agent and is shown each message by the command that asks: yes.

    Whoever else asks, by a token, has no rights here: no.
    """
    if request.token is not None:
        return Decision(allowed=False, reason="token.unknown")
    return Decision(allowed=True, reason="owner")

"""Chain: reasons of a failed transaction that say nothing about what was in it, and how to wait.

A pause, a missing role, an empty bucket refuse every call alike: they pass, and the same call is
tried again, later each time. Whatever else the contract says is about the call itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, or_

from api.chain.abi import Revert
from api.chain.model import FailureKind

__all__ = ["PASSES_AGAIN", "Passing", "back_off", "is_due", "passing", "put_off"]

PASSES_AGAIN = "reverted; run again after its block, the same call passes"
"""The reason of a transaction that failed in its block although nothing stands against it."""

_FIRST = timedelta(seconds=5)
_LONGEST = timedelta(seconds=60)
_DOUBLED = 4


class Passing(StrEnum):
    """What a call that was refused as a whole waits for."""

    BACKING = "backing"
    BUCKET = "bucket"
    PAUSED = "paused"
    AUTHORITY = "authority"
    CHAIN = "chain"


_ERRORS = {
    "BackingStale": Passing.BACKING,
    "HeadroomExceeded": Passing.BACKING,
    "BucketExceeded": Passing.BUCKET,
    "TokenPaused": Passing.PAUSED,
    "AccessManagedUnauthorized": Passing.AUTHORITY,
    "AccessManagerUnauthorizedCall": Passing.AUTHORITY,
    "AccessManagerUnauthorizedAccount": Passing.AUTHORITY,
    "AccessManagerNotScheduled": Passing.AUTHORITY,
}
_EMPTY = str(Revert("", {}))
"""Our contracts always give a reason: without one it was the node or the gas."""


_NOT_THE_CALL = (f"{FailureKind.OUT_OF_GAS.value};", f"{FailureKind.GIVEN_UP.value};")
"""With another limit, or another nonce, the same call may pass."""


def passing(reason: str) -> Passing | None:
    """What would let the same call through; None when the reason lies in the call itself."""
    if reason in {PASSES_AGAIN, _EMPTY} or reason.startswith(_NOT_THE_CALL):
        return Passing.CHAIN
    return _ERRORS.get(reason.partition("(")[0])


def back_off(times: int) -> timedelta:
    """How long to wait after the same thing failed `times` times in a row: 5 s, up to 60 s."""
    doubled = min(max(times - 1, 0), _DOUBLED)
    return min(_FIRST * (1 << doubled), _LONGEST)


def put_off(not_before: datetime | None, now: datetime) -> bool:
    """Whether the next try is still to come. A time that lies further ahead than anything waits
    was reckoned by a clock that was wrong: the next try is due.
    """
    return not_before is not None and now < not_before <= now + _LONGEST


def is_due(not_before: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """The rows that are not `put_off`."""
    return or_(not_before.is_(None), not_before <= now, not_before > now + _LONGEST)

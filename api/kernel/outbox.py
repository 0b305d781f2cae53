"""Kernel: how a room asks for a transaction, and hears of events, without knowing the chain.

The worker binds these to `api.chain`; tests bind them to a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from api.kernel.ids import TxId

__all__ = ["Enqueue", "Event"]


class Enqueue(Protocol):
    """Queues one transaction of a lane and a contract that whoever made this has chosen."""

    def __call__(
        self,
        connection: Connection,
        *,
        data: bytes,
        purpose: str,
        ref: str,
        now: datetime,
        gas: int | None = None,
    ) -> TxId:
        """Queue it within the caller's transaction; the same purpose and ref give the same id."""


class Event(Protocol):
    """What a room needs to know of a final event of the token or the Teller."""

    @property
    def event_id(self) -> str:
        """``<caip2>:<transaction hash>:<log index>``: unique for ever."""

    @property
    def args(self) -> Mapping[str, Any]:
        """The decoded arguments: integers, checksummed addresses, bytes."""

    @property
    def block_time(self) -> datetime:
        """The time of its block, in UTC."""

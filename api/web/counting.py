"""Web: what only the process that answers can count. Everything else is read from the database."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter

__all__ = ["UNAVAILABLE"]

_REGISTRY: Final = CollectorRegistry()

UNAVAILABLE: Final = Counter(
    "jiaozi_unavailable",
    "Requests that this process answered with 503, by the problem.",
    ["slug"],
    registry=_REGISTRY,
)
"""Database errors among them: `database-unavailable`."""

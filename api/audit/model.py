"""Audit: what is reported. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing in the database that the evidence contradicts."""

    table: str
    row: str
    """The row's key; of a missing one, the key that it would have."""
    field: str
    """The column, ``row`` where the whole row is missing or too much."""
    problem: str

"""Evidence: one document, one booked line, one event, as bank and chain tell them. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.bank import BookedLine

__all__ = ["File", "Log", "Sheet", "Version"]


@dataclass(frozen=True, slots=True)
class File:
    """One document of the bank, or one order to it."""

    name: str
    kind: str
    sha256: str
    statements: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """A booked line as one file tells it."""

    file: str
    """SHA-256 of the file."""
    statement: int
    account: str
    line: BookedLine


@dataclass(frozen=True, slots=True)
class Sheet:
    """One statement as its file tells it. Amounts are minor units, signed."""

    file: str
    """SHA-256 of the file."""
    number: int
    account: str
    dialect: str
    statement_id: str
    sequence: int | None
    legal_sequence: int | None
    created_at: datetime
    from_on: date | None
    to_on: date | None
    opening: int | None
    opening_on: date | None
    closing: int | None
    closing_on: date | None
    moved: int | None
    """What its lines come to; None when one cannot be read."""
    lines: int
    foreign: bool
    """Whether a balance is in another currency than the account."""


@dataclass(frozen=True, slots=True)
class Log:
    """One event of the token."""

    event_id: str
    name: str
    args: Mapping[str, Any]
    block: int
    time: datetime
    tx_hash: str
    index: int

"""Inbox: what became of a document of the bank. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.kernel.machine import Transitions

__all__ = ["INITIAL", "TRANSITIONS", "DocumentState", "Received"]


class DocumentState(StrEnum):
    """What the bridge made of a document."""

    TAKEN = "TAKEN"
    """Everything in it is stored."""
    REFUSED = "REFUSED"
    """It cannot be trusted as a whole; nothing of it was taken. The bank must send another."""
    ACKNOWLEDGED = "ACKNOWLEDGED"
    """It was refused, and a person has said what came of it: another, or nothing was missing."""


INITIAL = DocumentState.TAKEN

TRANSITIONS = Transitions(
    "bank document",
    {
        DocumentState.TAKEN: set(),
        DocumentState.REFUSED: {DocumentState.ACKNOWLEDGED},
        DocumentState.ACKNOWLEDGED: set(),
    },
)


@dataclass(frozen=True, slots=True)
class Received:
    """A document that was dealt with, and is acknowledged to the bank."""

    id: str
    kind: str
    sha256: str
    state: DocumentState
    reason: str | None
    received_at: datetime

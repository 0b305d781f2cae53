"""Approvals: actions, proposals, and the entries of the operators' history. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from api.kernel.errors import InvalidInput
from api.kernel.machine import Transitions

__all__ = [
    "GENESIS",
    "INITIAL",
    "LASTING",
    "TRANSITIONS",
    "Action",
    "Actions",
    "Entry",
    "Handler",
    "Kind",
    "Proposal",
    "ProposalState",
    "Step",
    "digest_of",
    "entry_hash",
]

LASTING = timedelta(days=1)
"""How long a proposal can be approved: longer, and the world it was made for has moved on."""

GENESIS = "0" * 64
"""What the first entry of the history names as the entry before it."""

_LONGEST_SUBJECT = 200


class ProposalState(StrEnum):
    """What became of a proposal."""

    PROPOSED = "PROPOSED"
    """Waits for a second person, until it expires."""
    APPROVED = "APPROVED"
    """A second person agreed, and it was done in the same transaction."""
    DECLINED = "DECLINED"
    """A second person said no."""
    WITHDRAWN = "WITHDRAWN"
    """Whoever proposed it took it back."""
    EXPIRED = "EXPIRED"
    """Nobody decided in time."""


INITIAL = ProposalState.PROPOSED

TRANSITIONS = Transitions(
    "proposal",
    {
        ProposalState.PROPOSED: {
            ProposalState.APPROVED,
            ProposalState.DECLINED,
            ProposalState.WITHDRAWN,
            ProposalState.EXPIRED,
        },
        ProposalState.APPROVED: set(),
        ProposalState.DECLINED: set(),
        ProposalState.WITHDRAWN: set(),
        ProposalState.EXPIRED: set(),
    },
)


class Step(StrEnum):
    """What an operator did."""

    DONE = "done"
    """An action that one person may do."""
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done: a name, the id of the thing, and all that decides how."""

    name: str
    subject: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < len(self.subject) <= _LONGEST_SUBJECT:
            raise InvalidInput(
                "subject",
                f"The subject of an action has 1 to {_LONGEST_SUBJECT} characters.",
                remedy="Give the id of one thing.",
            )
        _require_plain(self.parameters)

    @property
    def canonical(self) -> str:
        """The parameters as JSON with one spelling: names sorted, no white space."""
        return _canonical(self.parameters)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of name, subject and parameters: what a second person agrees to."""
        return digest_of(self.name, self.subject, self.canonical)


Handler = Callable[[Connection, Action, datetime], Mapping[str, Any]]
"""Does an action within the caller's transaction; what it returns is kept and shown."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An action that operators can take."""

    name: str
    persons: int
    """1, or 2 when a second person must agree."""
    run: Handler
    about: str
    """What it does, in a few words."""


Actions = Mapping[str, Kind]
"""Every action by its name."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action that waits for a second person, or that was decided."""

    id: str
    number: int
    action: str
    subject: str
    parameters: str
    """Canonical JSON."""
    digest: str
    reason: str
    """Why, in the words of whoever proposed it."""
    state: ProposalState
    maker: str
    made_at: datetime
    expires_at: datetime
    checker: str | None
    decided_at: datetime | None
    result: Mapping[str, Any] | None

    def state_at(self, now: datetime) -> ProposalState:
        """The state, or EXPIRED for one that nobody decided in time."""
        late = self.state is ProposalState.PROPOSED and now >= self.expires_at
        return ProposalState.EXPIRED if late else self.state

    def to_json(self, now: datetime) -> dict[str, Any]:
        """As commands and routes show it at this moment."""
        return {
            "id": self.id,
            "action": self.action,
            "subject": self.subject,
            "parameters": self.parameters,
            "digest": self.digest,
            "reason": self.reason,
            "state": self.state_at(now),
            "maker": self.maker,
            "made_at": self.made_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "checker": self.checker,
            "decided_at": self.decided_at and self.decided_at.isoformat(),
            "result": self.result and dict(self.result),
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the operators' history: who did what, when and why."""

    number: int
    at: datetime
    operator: str
    step: Step
    action: str
    subject: str
    parameters: str
    digest: str
    reason: str
    proposal_id: str | None
    result: str | None
    """Canonical JSON of what came of it."""
    previous: str
    hash: str


def digest_of(name: str, subject: str, parameters: str) -> str:
    """The digest of an action whose parameters are canonical JSON already."""
    return hashlib.sha256(_canonical([name, subject, parameters]).encode()).hexdigest()


def entry_hash(previous: str, words: Mapping[str, Any]) -> str:
    """The hash of an entry, over all its words and the hash of the entry before it.

    `words` are the entry's columns but `previous` and `hash`, its time as ISO 8601 in UTC.
    """
    return hashlib.sha256(_canonical([previous, words]).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _require_plain(value: Any) -> None:
    """Texts, whole numbers, truth values, and lists and objects of them: one spelling each."""
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        for each in value.values():
            _require_plain(each)
        return
    if isinstance(value, list | tuple):
        for each in value:
            _require_plain(each)
        return
    raise InvalidInput(
        "parameters",
        f"A parameter is a {type(value).__name__}, which has no one spelling.",
        remedy="Give texts and whole numbers.",
    )

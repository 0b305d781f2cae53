"""Proof: slither's findings in contracts/, and which of them are answered in writing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """What slither says: the detector's name, and its text."""

    check: str
    text: str


@dataclass(frozen=True)
class Answer:
    """Why findings of one detector stay, where their text holds `where`."""

    check: str
    where: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether this is about that."""
        return self.check == finding.check and self.where in finding.text


def read_findings(path: Path) -> list[Finding]:
    """Of slither's `--json`. Raises OSError, KeyError; ValueError when slither itself failed."""
    said = json.loads(path.read_text("utf-8"))
    if not said["success"]:
        raise ValueError(f"slither failed: {said['error']}")
    found = said["results"].get("detectors", [])
    return [Finding(one["check"], " ".join(one["description"].split())) for one in found]


def read_answers(path: Path) -> list[Answer]:
    """[[answer]] tables of check, where and reason. Raises OSError, KeyError, TOMLDecodeError."""
    return [
        Answer(one["check"], one["where"], one["reason"])
        for one in tomllib.loads(path.read_text("utf-8"))["answer"]
    ]


def unanswered(findings: Iterable[Finding], answers: Sequence[Answer]) -> list[Finding]:
    """Findings that no answer covers."""
    return [one for one in findings if not any(answer.covers(one) for answer in answers)]


def idle(findings: Sequence[Finding], answers: Iterable[Answer]) -> list[Answer]:
    """Answers to nothing: what they answered is gone, so they should go."""
    return [answer for answer in answers if not any(answer.covers(one) for one in findings)]

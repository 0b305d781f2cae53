"""Tests of scripts.proof.findings: a finding without an answer shows, and an answer to nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.proof.findings import Answer, Finding, idle, read_answers, read_findings, unanswered
from scripts.proof.slither import ANSWERS

LOOP = Finding("calls-loop", "Relay._bring has external calls inside a loop")
TIME = Finding("timestamp", "Redemptions.redeem uses timestamp")
ANSWER = Answer("calls-loop", "Relay", "by purpose")


def test_what_nobody_answered_shows() -> None:
    assert unanswered([LOOP, TIME], [ANSWER]) == [TIME]
    assert unanswered([LOOP], [Answer("calls-loop", "Officers", "")]) == [LOOP]
    assert unanswered([LOOP], [Answer("timestamp", "Relay", "")]) == [LOOP]


def test_an_answer_to_nothing_shows() -> None:
    assert idle([TIME], [ANSWER]) == [ANSWER]
    assert idle([LOOP], [ANSWER]) == []


def test_a_report_is_read_and_a_failed_one_is_refused(tmp_path: Path) -> None:
    report = tmp_path / "slither.json"
    found = {"detectors": [{"check": "timestamp", "description": "a\n\tb "}]}
    report.write_text(json.dumps({"success": True, "error": None, "results": found}))
    assert read_findings(report) == [Finding("timestamp", "a b")]
    report.write_text(json.dumps({"success": False, "error": "no compiler", "results": {}}))
    with pytest.raises(ValueError, match="no compiler"):
        read_findings(report)


def test_every_committed_answer_has_a_reason() -> None:
    answers = read_answers(ANSWERS)
    assert answers
    assert all(len(answer.reason) > 20 for answer in answers)

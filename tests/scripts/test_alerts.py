"""Tests of the alert rules: the file is the rules', every metric exists, every state is covered."""

from __future__ import annotations

import re

import pytest

from api.web.measures import FAMILIES, KEPT, Kept
from scripts.docs import alerts
from scripts.docs.alert_states import STATES

_METRIC = re.compile(r"jiaozi_\w+")


def test_the_file_is_what_the_rules_say() -> None:
    """Written anew whenever a rule changes."""
    assert alerts.FILE.read_text("utf-8") == alerts.written()
    assert alerts.main(["--check"]) == 0


def test_every_metric_of_a_rule_exists_and_every_metric_has_a_rule() -> None:
    """A rule on a metric that nobody shows never fires."""
    used = {name for rule in alerts.RULES for name in _METRIC.findall(rule.expr)}
    assert used <= set(FAMILIES)
    assert set(FAMILIES) - used == {"jiaozi_open"}, "«jiaozi_open» is counted; its age alarms"


def covered(kind: str, state: str) -> bool:
    """Whether some rule looks at the age of this kind in this state."""
    return any(
        re.fullmatch(kinds, kind) and re.fullmatch(states, state) for _, kinds, states, *_ in STATES
    )


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.kind)
def test_every_state_that_should_end_has_an_alert(kept: Kept) -> None:
    """A state with a way out that nobody is told of is a place where money is forgotten."""
    assert [state for state in kept.watched if not covered(kept.kind, state)] == []


def test_no_rule_looks_at_a_state_that_is_none() -> None:
    """A misspelt state would leave the real one without its alert."""
    watched = {(kept.kind, state) for kept in KEPT for state in kept.watched}
    for name, kinds, states, *_ in STATES:
        for kind in kinds.split("|"):
            known = {state for other, state in watched if other == kind}
            assert known & set(states.split("|")), (name, kind)
        everything = {state for kind, state in watched if kind in kinds.split("|")}
        assert set(states.split("|")) <= everything, name


def test_every_rule_says_what_to_do() -> None:
    """A sentence each, and a name of its own."""
    assert len({rule.name for rule in alerts.RULES}) == len(alerts.RULES)
    for rule in alerts.RULES:
        assert rule.runbook.endswith("."), rule.name
        assert rule.summary.endswith("."), rule.name
        assert rule.severity in {"page", "ticket"}
        assert re.fullmatch(r"\d+[mh]", rule.lasting)

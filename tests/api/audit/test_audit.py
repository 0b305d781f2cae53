"""Tests of the auditor: each tampering is reported by table, row and column; else nothing is."""

from __future__ import annotations

import pytest

from api.audit import CHECKS, audit
from api.audit.tables import Tables
from api.migrations.schema import metadata
from tests.api.audit import tampering, tampering_back
from tests.api.audit.conftest import Judged
from tests.api.audit.tampering import Case

CASES = (*tampering.CASES, *tampering_back.CASES)
pytestmark = pytest.mark.integration  # a whole world is played first, on a real chain


def test_an_untouched_database_reports_nothing(judged: Judged) -> None:
    """The control of every tamper case: what the bridge wrote follows from the evidence."""
    with judged.untouched() as connection:
        assert audit(judged.evidence, Tables(connection), lambda _said: None) == []
    assert len(CHECKS) == 24


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.table}: {case.name}")
def test_tampering_is_reported(judged: Judged, case: Case) -> None:
    """The exact table, row and column, with the difference in words."""
    with judged.untouched() as connection:
        row = case.target(connection)
        case.act(connection, metadata.tables[case.table], row)
        found = list(judged.findings(connection))
    wanted = (case.points_at or case.table, case.row_key(row), case.field)
    assert wanted in {(each.table, each.row, each.field) for each in found}, found
    assert all(each.problem for each in found)


def test_without_its_check_a_tampered_deposit_is_not_seen(judged: Judged) -> None:
    """Negative control: each table has its own check; without it the edit goes unreported."""
    case = next(case for case in CASES if (case.table, case.name) == ("deposits", "issued earlier"))
    fewer = tuple((name, check) for name, check in CHECKS if name != "deposits")
    with judged.untouched() as connection:
        case.act(connection, metadata.tables[case.table], case.target(connection))
        found = list(judged.findings(connection, fewer))
    assert [each for each in found if each.table == "deposits"] == []


ELSEWHERE = {
    "reserve_proofs": "tests/api/audit/test_proofs.py",
    "reserve_proof_leaves": "tests/api/audit/test_proofs.py",
}
"""Tables with cases of their own."""
NOT_DERIVED = {
    "acknowledged_alarms": "a person's word that an alarm was seen",
    "chain_alarms": "what a worker met at a moment that is gone",
    "chain_blocks": "hashes kept for a while; those above the position may be of a fork",
    "chain_incidents": "what a worker met at a moment that is gone",
    "chain_strangers": "what a worker met at a moment that is gone",
    "idempotency_keys": "answers to HTTP requests, of which nobody else keeps a copy",
    "leases": "who works now; nothing is left of it",
    "proof_cursors": "a cache: made anew from the chain when it does not fit",
    "proof_holders": "a cache: its sum is held against the supply before each proof",
    "relay_batches": "how entries travelled; what became of them is checked by their subjects",
    "relay_entries": "how an entry travelled; that its subject is there is checked",
    "reserve_differences": "what a reconciliation met at a moment that is gone",
    "statement_problems": "words about lines that were not taken; the lines are checked",
}
"""Tables that neither bank nor chain tells of, each with the reason."""


def test_there_are_enough_cases() -> None:
    """A row edited, deleted, doubled and moved in time; in every table that money stands in."""
    assert len(CASES) >= 130
    assert len({(case.table, case.name) for case in CASES}) == len(CASES)
    tables = {case.table for case in CASES}
    assert len(tables) >= 22
    named = {*ELSEWHERE, *NOT_DERIVED}
    assert not tables & named, "a reason for what has cases"
    assert tables | named == set(metadata.tables), "a table without cases and without a reason"
    for act in ("deleted", "doubled", "earlier"):
        assert sum(act in case.name for case in CASES) >= 9

"""Tests of the auditor: each tampering is reported by table, row and column; else nothing is."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from api.audit import CHECKS, Finding, audit, gather
from api.kernel.database import Database
from api.migrations.schema import metadata
from tests.api.audit.conftest import Played
from tests.api.audit.tampering import CASES, Case, bypass_guards
from tests.api.world import KEY, RESERVE

pytestmark = pytest.mark.integration  # a whole world is played first, on a real chain


def findings(played: Played) -> list[Finding]:
    """What the auditor says of a database."""
    database = Database(played.url)
    try:
        with database.reading() as connection:
            evidence, tables = gather(
                connection,
                played.deployed.deployment,
                files=[played.archive],
                rpc_url=played.deployed.anvil.url,
                account=RESERVE,
                reference_key=KEY.reveal(),
                progress=lambda _said: None,
            )
            return audit(evidence, tables, lambda _said: None)
    finally:
        database.close()


def test_an_untouched_database_reports_nothing(world: Played) -> None:
    """The control of every tamper case: what the bridge wrote follows from the evidence."""
    assert findings(world) == []
    assert len(CHECKS) == 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.table}: {case.name}")
def test_tampering_is_reported(world: Played, case: Case) -> None:
    """The exact table, row and column, with the difference in words."""
    engine = create_engine(world.url)  # not the bridge's way in: nothing of it guards this one
    with engine.begin() as connection:
        bypass_guards(connection)
        row = case.target(connection)
        case.act(connection, metadata.tables[case.table], row)
    engine.dispose()
    found = findings(world)
    wanted = (case.points_at or case.table, case.row_key(row), case.field)
    assert wanted in {(each.table, each.row, each.field) for each in found}, found
    assert all(each.problem for each in found)


def test_without_its_check_a_tampered_deposit_is_not_seen(
    world: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: each table has its own check; without it the edit goes unreported."""
    case = next(case for case in CASES if (case.table, case.name) == ("deposits", "issued earlier"))
    engine = create_engine(world.url)
    with engine.begin() as connection:
        bypass_guards(connection)
        case.act(connection, metadata.tables[case.table], case.target(connection))
    engine.dispose()
    fewer = tuple((name, check) for name, check in CHECKS if name != "deposits")
    monkeypatch.setattr("api.audit.flow.CHECKS", fewer)
    assert [each for each in findings(world) if each.table == "deposits"] == []


ELSEWHERE = {
    "reserve_proofs": "tests/api/audit/test_proofs.py",
    "reserve_proof_leaves": "tests/api/audit/test_proofs.py",
}
"""Tables with cases of their own."""
NOT_PLAYED = {
    "adopted_issues": "what a restored database took over; what becomes of it is checked",
    "recalls": "the postings that they call for and the lines that they explain are checked",
    "refunds": "the postings that they call for and the lines that they explain are checked",
    "statement_sheets": "whether a line counts is checked; two persons' word is in the history",
}
"""Tables that the play has no cases of, and what stands for them."""
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
    assert len(CASES) >= 33
    assert len({(case.table, case.name) for case in CASES}) == len(CASES)
    tables = {case.table for case in CASES}
    assert len(tables) >= 18
    named = {*ELSEWHERE, *NOT_DERIVED, *NOT_PLAYED}
    assert not tables & named, "a reason for what has cases"
    assert tables | named == set(metadata.tables), "a table without cases and without a reason"
    for act in ("deleted", "doubled", "earlier"):
        assert sum(act in case.name for case in CASES) >= 5

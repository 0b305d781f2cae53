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
    assert len(CHECKS) == 19


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


def test_there_are_enough_cases() -> None:
    """A row edited, deleted, doubled and moved in time; in every table that money stands in."""
    assert len(CASES) >= 33
    assert len({(case.table, case.name) for case in CASES}) == len(CASES)
    tables = {case.table for case in CASES}
    assert len(tables) >= 18
    for act in ("deleted", "doubled", "earlier"):
        assert sum(act in case.name for case in CASES) >= 5

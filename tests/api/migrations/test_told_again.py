"""Tests of the migrations: lines of dismissed statements, once contradictions of the bank."""

from __future__ import annotations

from sqlalchemy import text

from api.kernel.database import Database
from api.migrations import upgrade

FILE = """
INSERT INTO statement_files (id, sha256, source, state, statements, lines, "new", known,
 conflicting, bad, skipped, taken_at)
VALUES ('statement_1', '00', 'test', 'COMPLETE', 1, 3, 3, 0, 0, 0, 0, '2026-11-19T09:00:00+00:00')
"""
LINE = """
INSERT INTO bank_lines (id, file_id, statement, line, account, bank_id, amount, currency,
 direction, booked_on, reversal, state, reason, stored_at)
VALUES ('{id}', 'statement_1', 1, 1, 'NL96', 'x', 100, 'EUR', 'CREDIT', '2026-11-19', false,
 '{state}', '{reason}', '2026-11-19T09:00:00+00:00')
"""


def test_what_was_dismissed_is_no_contradiction(database_url: str) -> None:
    """It is set aside; what contradicts the bank does so still, and what waits may be double."""
    upgrade(database_url, "0010")
    database = Database(database_url)
    rows = (
        ("line_1_1", "CONFLICTING", "its statement was dismissed"),
        ("line_1_2", "CONFLICTING", "a sound statement says otherwise"),
        ("line_1", "QUARANTINED", ""),
    )
    with database.transaction() as connection:
        connection.execute(text(FILE))
        for key, state, reason in rows:
            connection.execute(text(LINE.format(id=key, state=state, reason=reason)))
    upgrade(database_url)
    with database.transaction() as connection:
        connection.execute(text(LINE.format(id="line_2", state="QUARANTINED", reason="")))
        found = connection.execute(text("SELECT id, state FROM bank_lines")).all()
    database.close()
    assert {row.id: row.state for row in found} == {
        "line_1_1": "SET_ASIDE",
        "line_1_2": "CONFLICTING",
        "line_1": "QUARANTINED",
        "line_2": "QUARANTINED",
    }

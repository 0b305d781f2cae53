"""Tests of the migrations: a journal that was written before the hash chain is sealed by step 4."""

from __future__ import annotations

from sqlalchemy import insert

from api.kernel.database import Database
from api.ledger import Account, balances, verify_chain
from api.ledger.store import postings
from api.migrations import upgrade
from tests.api.world import NOW


def test_old_postings_are_sealed(database_url: str) -> None:
    """In the order of their numbers, with their balances; the chain goes on behind them."""
    upgrade(database_url, "0003")
    database = Database(database_url)
    row = {"kind": "k", "debit": "RESERVE", "amount": 7, "currency": "EUR", "about": "a", "at": NOW}
    with database.transaction() as connection:
        connection.execute(
            insert(postings),
            [
                row | {"event_id": f"e{number}", "credit": credit}
                for number, credit in enumerate(["UNMATCHED", "OWN_FUNDS", "TOKENS"] * 2)
            ],
        )
    upgrade(database_url)
    with database.reading() as connection:
        report = verify_chain(connection)
        found = balances(connection, "EUR")
    assert (report.sealed, report.wrong) == (6, None)
    assert (found[Account.RESERVE], found[Account.TOKENS]) == (42, 14)
    database.close()

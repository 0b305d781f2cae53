"""Tests of the migrations: payouts that stood in files before there were other payments."""

from __future__ import annotations

from sqlalchemy import text

from api.kernel.database import Database
from api.migrations import upgrade

REDEMPTION = """
INSERT INTO redemptions (position, id, holder, nonce, amount, fee, payout_hash, state, burn_event,
 end_to_end_id, returns, created_at, changed_at)
VALUES (1, 'redemption_1', '0xA', '0x01', 1000, 25, '0x02', 'RETURNING', 'burn', 'JZR1', 0,
 '2026-11-19T09:00:00+00:00', '2026-11-19T09:00:00+00:00')
"""
FILE = """
INSERT INTO payout_files (message_id, created_at, execution_date, state, changed_at)
VALUES ('JZM1', '2026-11-19T09:00:00+00:00', '2026-11-19', 'SUBMITTED',
 '2026-11-19T09:00:00+00:00')
"""
POSITION = """
INSERT INTO chain_positions (name, block_number, block_hash, changed_at)
VALUES ('reader', 77, '0x0', '2026-11-19T09:00:00+00:00')
"""


def test_payments_and_sums_are_carried_over(database_url: str) -> None:
    """Each payment with its subject and amount, each file with its sum, each burn with a block."""
    upgrade(database_url, "0007")
    database = Database(database_url)
    with database.transaction() as connection:
        for statement in (
            REDEMPTION,
            FILE,
            "INSERT INTO payouts (end_to_end_id, message_id, position) VALUES ('JZR1', 'JZM1', 0)",
            POSITION,
        ):
            connection.execute(text(statement))
    upgrade(database_url)
    with database.reading() as connection:
        payment = connection.execute(text("SELECT * FROM payments")).one()
        file = connection.execute(text("SELECT * FROM payout_files")).one()
        redemption = connection.execute(text("SELECT * FROM redemptions")).one()
    database.close()
    assert (payment.kind, payment.subject, payment.amount) == ("redemption", "redemption_1", 975)
    assert (file.kind, file.payments, file.total) == ("redemption", 1, 975)
    assert (redemption.burn_block, redemption.returning_from) == (77, "REJECTED")
    assert not redemption.late

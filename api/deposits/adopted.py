"""Deposits: issues that the chain shows and this database never made: it is older than the chain.

After a restore of yesterday's backup the chain tells of numbers that were given out since. They are
kept here until the bank's line that they credited is read again: the line's keyed reference names
it, and then the deposit takes that very number and its end.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from api.kernel.database import Minor, UtcDateTime, metadata

__all__ = ["adopted_issues"]

adopted_issues = Table(
    "adopted_issues",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("reference", LargeBinary(16), nullable=False, index=True),
    Column("holder", String(42), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("event", String(16), nullable=False),
    Column("reason", String(100)),
    Column("event_id", String(200), nullable=False, unique=True),
    Column("block_time", UtcDateTime, nullable=False),
    Column("deposit_id", String(64)),
)

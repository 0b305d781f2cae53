"""Audit: what another life of the database issued, and this one took over: by the chain alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from api.audit.model import Finding
from api.audit.tables import Tables, differing
from api.evidence import Evidence, Log

__all__ = ["check_adopted", "not_ours"]

_TABLE = "adopted_issues"
_ENDS = {"Issued": "ISSUED", "IssueRefused": "REFUSED"}


def not_ours(evidence: Evidence, tables: Tables) -> dict[int, Log]:
    """What ended a number by a transaction that no attempt of ours is, by number."""
    attempts = {row["tx_hash"] for row in tables["chain_attempts"]}
    others = evidence.chain.events.transactions(*_ENDS) - attempts
    if not others:
        return {}
    ended = evidence.chain.events.ended(tables.read_up_to)
    return {number: log for number, log in ended if log.tx_hash in others and log.name in _ENDS}


def check_adopted(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """A number that the chain ended by a transaction of another life is kept as the chain tells
    it, with the deposit that took it over; no other number is."""
    told, rows = not_ours(evidence, tables), tables.by(_TABLE, "number")
    deposits = _deposits(tables)
    for number in sorted(told.keys() - rows.keys()):
        problem = f"missing: the chain ended number {number} by {told[number].event_id}, not by us"
        yield Finding(_TABLE, str(number), "row", problem)
    for number, row in rows.items():
        log = told.get(number)
        if log is None:
            problem = "no transaction of another life ended this number"
            yield Finding(_TABLE, str(number), "row", problem)
            continue
        expected: dict[str, Any] = {
            "reference": log.args["ref"],
            "holder": log.args["holder"],
            "amount": log.args["amount"],
            "event": _ENDS[log.name],
            "event_id": log.event_id,
            "block_time": log.time,
            "deposit_id": deposits.get(number),
        }
        if log.name == "Issued":
            expected["reason"] = None
        yield from differing(_TABLE, number, row, expected, "the chain's event")


def _deposits(tables: Tables) -> dict[int, str]:
    c, taken = tables.table("deposits").c, tables.table(_TABLE).c
    query = select(c.number, c.id).where(c.number.in_(select(taken.number)))
    return {row.number: row.id for row in tables.connection.execute(query)}

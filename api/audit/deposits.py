"""Audit: deposits against the bank's lines and the token's issues; what accounts for each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing
from api.evidence import Evidence, Log, line_reference

__all__ = ["check_deposits", "check_ended", "check_explanations", "issues_of"]

_TABLE = "deposits"
_ENDING = frozenset({"Issued", "IssueRefused", "NumberVoided"})
_BEFORE_END = frozenset({"QUEUED", "ISSUING", "HELD"})
_ROOMS = frozenset({"deposits", "redemption", "refund", "recalls"})
"""Who accounts for lines by a thing of theirs."""
_WAITS = frozenset({"STORED", "CONFLICTING", "QUARANTINED"})


def issues_of(evidence: Evidence, up_to: int) -> dict[int, Log]:
    """What ended each deposit number on chain: the first word on it, up to a block."""
    found: dict[int, Log] = {}
    for log in evidence.chain.logs:
        if log.name in _ENDING and log.block <= up_to:
            found.setdefault(log.args["number"], log)
    return found


def check_deposits(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each number's row says what bank and chain say of it, and no number is missing."""
    issues = issues_of(evidence, tables.read_up_to)
    links, lines = tables.by("links", "id"), tables.by("bank_lines", "id")
    rows = tables.by(_TABLE, "number")
    yield from check_ended(evidence, tables)
    for number in range(1, max([*rows, 0]) + 1):
        if number not in rows and number not in issues:
            yield Finding(_TABLE, str(number), "row", "missing: a later number was given out")
    live: dict[str, int] = {}
    for number, row in sorted(rows.items()):
        if row["state"] != "REFUSED" and live.setdefault(row["line_id"], number) != number:
            problem = f"number {live[row['line_id']]} is of the same line"
            yield Finding(_TABLE, str(number), "line_id", problem)
        yield from _against_line(evidence, row, lines.get(row["line_id"]))
        link = links.get(row["link_id"])
        if link is None:
            yield Finding(_TABLE, str(number), "link_id", f"there is no {row['link_id']}")
        else:
            yield from differing(_TABLE, number, row, {"holder": link["wallet"]}, "its link")


def check_ended(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each deposit number ended as the chain tells, and none that the chain ended is missing."""
    issues = issues_of(evidence, tables.read_up_to)
    rows = tables.by(_TABLE, "number")
    for number in sorted(issues.keys() - rows.keys()):
        problem = f"missing: the chain ended number {number} by {issues[number].event_id}"
        yield Finding(_TABLE, str(number), "row", problem)
    for number, row in sorted(rows.items()):
        yield from _against_chain(row, issues.get(number))


def _against_line(evidence: Evidence, row: Row, line: Row | None) -> Iterator[Finding]:
    number = str(row["number"])
    versions = evidence.bank.versions.get(row["line_id"], [])
    if line is None or not versions:
        yield Finding(_TABLE, number, "line_id", f"no file of the bank tells of {row['line_id']}")
        return
    told = versions[0]
    expected: dict[str, Any] = {
        "amount": told.line.amount.minor,
        "currency": told.line.amount.currency,
        "reference": line_reference(evidence.reference_key, told.account, told.line.bank_id),
    }
    yield from differing(_TABLE, number, row, expected, "the bank's line")
    if told.line.direction != "CREDIT":
        yield Finding(_TABLE, number, "line_id", "its line is a debit")


def _against_chain(row: Row, log: Log | None) -> Iterator[Finding]:
    number = str(row["number"])
    if log is None:
        if row["state"] not in _BEFORE_END:
            problem = f"it is {row['state']}, and the chain has not ended this number"
            yield Finding(_TABLE, number, "state", problem)
        elif row["event_id"] is not None:
            yield Finding(_TABLE, number, "event_id", "the chain has no such event")
        return
    expected = {
        "state": "ISSUED" if log.name == "Issued" else "REFUSED",
        "event_id": log.event_id,
        "updated_at": log.time,
    }
    if log.name != "NumberVoided":
        told = {"holder": "holder", "amount": "amount", "reference": "ref"}
        expected |= {name: log.args[word] for name, word in told.items()}
    yield from differing(_TABLE, number, row, expected, "the chain's event")


def check_explanations(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """What a line says that it is accounted for by is there, and says so too."""
    del evidence  # both sides stand in the database, and each was compared with it
    deposits: dict[str, list[Row]] = {}
    for row in tables[_TABLE]:
        deposits.setdefault(row["line_id"], []).append(row)
    things = {
        row["id"]: row
        for name in ("deposits", "redemptions", "refunds", "recalls")
        for row in tables[name]
    }
    for line in tables["bank_lines"]:
        problem = _explanation(line, deposits.get(line["id"], []), things)
        if problem is not None:
            yield Finding("bank_lines", str(line["id"]), *problem)


def _explanation(line: Row, of_line: list[Row], things: dict[str, Row]) -> tuple[str, str] | None:
    """Which column is wrong, and why."""
    live = [row for row in of_line if row["state"] != "REFUSED"]
    by, ref = line["explained_by"], line["explained_ref"]
    thing = things.get(ref)
    problem: tuple[str, str] | None = None
    if line["state"] in _WAITS:
        if of_line:
            problem = "state", f"it waits, and {of_line[0]['id']} is of it"
    elif line["kind"] != "PAYMENT" and not of_line:
        problem = None if by == "own funds" else ("explained_by", "it is the bank's own money")
    elif by not in _ROOMS:
        problem = "explained_by", f"nothing is «{by}»"
    elif thing is None:
        problem = "explained_ref", f"there is no {ref}"
    elif line["state"] == "REFUSED":
        if by != "deposits" or thing["state"] != "REFUSED" or live:
            problem = "state", f"{ref} is {thing['state']}"
    elif by == "deposits":
        if thing["line_id"] != line["id"] or thing["state"] == "REFUSED":
            problem = "explained_ref", f"{ref} is {thing['state']}, of {thing['line_id']}"
    elif live:
        problem = "explained_ref", f"{live[0]['id']} is of this line"
    return problem

"""Audit: deposits against the bank's lines and the token's issues; what accounts for each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.audit.due import own_lines
from api.audit.lines import NOT_BOOKED, as_told
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing, keyed, together
from api.evidence import Evidence, Log, Version, line_reference

__all__ = ["check_deposits", "check_ended", "check_explanations"]

_TABLE = "deposits"
_BEFORE_END = frozenset({"QUEUED", "ISSUING", "HELD"})
_ROOMS = frozenset({"deposits", "redemption", "refund", "recalls"})
"""Who accounts for lines by a thing of theirs."""
_EXPLAINED = ("explained_by", "explained_ref", "explained_at")
_WAITS = NOT_BOOKED | {"STORED"}


def check_deposits(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each number's row says what bank and chain say of it, and no number is missing."""
    yield from check_ended(evidence, tables)
    links = tables.by("links", "id")
    sides = (
        keyed(tables.ordered(_TABLE, "line_id", "number"), "line_id"),
        evidence.bank.versions.in_order(),
        keyed(tables.ordered("bank_lines", "id"), "id"),
    )
    for _key, (rows, versions, lines) in together(*sides):
        live: Row | None = None
        for row in rows:
            number = str(row["number"])
            if live is not None and row["state"] != "REFUSED":
                problem = f"number {live['number']} is of the same line"
                yield Finding(_TABLE, number, "line_id", problem)
            elif row["state"] != "REFUSED":
                live = row
            yield from _against_line(evidence, row, lines, versions)
            link = links.get(row["link_id"])
            if link is None:
                yield Finding(_TABLE, number, "link_id", f"there is no {row['link_id']}")
            else:
                yield from differing(_TABLE, number, row, {"holder": link["wallet"]}, "its link")


def check_ended(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each deposit number ended as the chain tells, and none is missing: neither one that the
    chain ended, nor one behind which a later number was given out."""
    sides = (
        keyed(tables.ordered(_TABLE, "number"), "number"),
        evidence.chain.events.ended(tables.read_up_to),
    )
    last, next_number = tables.last(_TABLE, "number"), 1
    for number, (rows, ends) in together(*sides):
        for missing in range(next_number, min(number, last)):
            problem = "missing: a later number was given out"
            yield Finding(_TABLE, str(missing), "row", problem)
        next_number = number + 1
        log = ends[0] if ends else None
        if not rows and log is not None:
            problem = f"missing: the chain ended number {number} by {log.event_id}"
            yield Finding(_TABLE, str(number), "row", problem)
        for row in rows:
            yield from _against_chain(row, log)


def _against_line(
    evidence: Evidence, row: Row, lines: list[Row], versions: list[Version]
) -> Iterator[Finding]:
    number = str(row["number"])
    if not lines or not versions:
        yield Finding(_TABLE, number, "line_id", f"no file of the bank tells of {row['line_id']}")
        return
    told = as_told(lines[0], versions)
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
    things = {
        row["id"]: row for name in ("redemptions", "refunds", "recalls") for row in tables[name]
    }
    sides = (
        keyed(tables.ordered("bank_lines", "id"), "id"),
        keyed(tables.ordered(_TABLE, "line_id", "number"), "line_id"),
    )
    borne = own_lines(tables)
    for key, (lines, of_line) in together(*sides):
        own = {row["id"]: row for row in of_line}
        for line in lines:
            if key in borne and not of_line:
                state, ref = borne[key]
                told = {"state": state, "explained_by": "own funds", "explained_ref": ref}
                yield from differing("bank_lines", key, line, told, "two persons' word")
                continue
            ref = line["explained_ref"]
            thing = own.get(ref) or things.get(ref) or _deposit(tables, ref)
            problem = _explanation(line, of_line, thing)
            if problem is not None:
                yield Finding("bank_lines", str(line["id"]), *problem)


def _deposit(tables: Tables, key: str | None) -> Row | None:
    """A deposit that a line of another's names."""
    if key is None:
        return None
    return next(tables.ordered(_TABLE, "number", where=tables.table(_TABLE).c.id == key), None)


def _explanation(line: Row, of_line: list[Row], thing: Row | None) -> tuple[str, str] | None:
    """Which column is wrong, and why."""
    live = [row for row in of_line if row["state"] != "REFUSED"]
    by, ref = line["explained_by"], line["explained_ref"]
    problem: tuple[str, str] | None = None
    if line["state"] in _WAITS:
        named = next((name for name in _EXPLAINED if line[name] is not None), None)
        if of_line:
            problem = "state", f"it waits, and {of_line[0]['id']} is of it"
        elif named is not None:
            problem = named, f"it waits, and it is {line[named]}"
    elif line["state"] == "CLAIMED":
        problem = "state", "no two persons claimed it"
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

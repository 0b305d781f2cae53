"""Audit: statement lines, files and documents against the bank's archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sqlalchemy import func, select

from api.audit.due import decided
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing, keyed, out_of_order, together
from api.bank import BookedLine
from api.evidence import Evidence, Version, held_id, line_id

__all__ = ["NOT_BOOKED", "as_told", "check_documents", "check_files", "check_lines", "in_doubt"]

_LINES = "bank_lines"
_POSTED = "line:"
"""How the posting of a line begins; its id follows."""
_MAX_LINE = 10**15
_NEVER_BOOKED = frozenset({"CONFLICTING", "SET_ASIDE"})
NOT_BOOKED = _NEVER_BOOKED | {"QUARANTINED"}
"""States of lines that nothing acts on."""
_OWN = frozenset({"number", "entry", "amount", "direction", "kind"})
"""Fields of a line that stand under another name or form in the table."""


def check_lines(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every line of every file is there once, as the file tells it, and no other line is."""
    versions = evidence.bank.versions
    posted = tables.table("postings").c.event_id.startswith(_POSTED, autoescape=True)
    rows_of = keyed(tables.ordered(_LINES, "id", "position"), "id")
    posted_of = (
        (row["event_id"].removeprefix(_POSTED), row)
        for row in tables.ordered("postings", "event_id", "number", where=posted)
    )
    doubtful, dismissed = in_doubt(tables), in_doubt(tables, "DISMISSED")
    taken = {row["id"]: row["taken_at"] for row in tables["statement_files"]}
    beside, seen = _beside(tables), decided(tables, "acknowledge", "done")
    for key, (rows, told, postings) in together(rows_of, versions.in_order(), posted_of):
        for row in rows:
            doubted = (row["file_id"], row["statement"]) in doubtful
            if doubted or not postings:
                expected = {"stored_at": taken.get(row["file_id"])}
                yield from differing(_LINES, key, row, expected, "the taking in of its file")
            else:
                expected = {"stored_at": postings[-1]["at"]}
                yield from differing(_LINES, key, row, expected, "its posting")
            yield from _row(row, told or versions.of(line_id(row["account"], row["bank_id"])))
            if row["state"] == "SET_ASIDE" and not doubted and row["id"] not in seen:
                problem = "its statement was never in doubt, and nobody acknowledged it"
                yield Finding(_LINES, str(row["id"]), "state", problem)
        elsewhere = dismissed | beside.get(key, set())
        booked = [each for each in told if _sheet_of(each) not in elsewhere]
        yield from _times(evidence, key, rows, booked)
    yield from out_of_order(
        _LINES,
        (row for row in tables.ordered(_LINES, "position") if row["state"] not in _NEVER_BOOKED),
        "id",
        "stored_at",
    )


def in_doubt(tables: Tables, state: str | None = None) -> set[tuple[str, int]]:
    """Statements that were in doubt when they came, by file and number; or those in a state."""
    return {
        (row["file_id"], row["number"])
        for row in tables["statement_sheets"]
        if (row["doubt"] is not None if state is None else row["state"] == state)
    }


def as_told(row: Row, versions: list[Version]) -> Version:
    """A line as the statement tells it by whose word it stands; else as the first one does."""
    place = (row["file_id"], row["statement"])
    return next((each for each in versions if _sheet_of(each) == place), versions[0])


def _beside(tables: Tables) -> dict[str, set[tuple[str, int]]]:
    """Statements in quarantine that hold a line under another id than its own, by its own."""
    found: dict[str, set[tuple[str, int]]] = {}
    shut = tables.table(_LINES).c.state == "QUARANTINED"
    for row in tables.ordered(_LINES, "position", where=shut):
        own = line_id(row["account"], row["bank_id"])
        if row["id"] != own:
            found.setdefault(own, set()).add((row["file_id"], row["statement"]))
    return found


def _sheet_of(version: Version) -> tuple[str, int]:
    return f"statement_{version.file[:32]}", version.statement


def _row(row: Row, versions: list[Version]) -> Iterator[Finding]:
    words = (row["account"], row["bank_id"])
    ids = {line_id(*words)}
    if row["state"] == "QUARANTINED":
        ids.add(held_id(*words, row["file_id"], row["statement"]))
    if row["state"] not in _NEVER_BOOKED and row["id"] not in ids:
        problem = "its id does not follow from the bank's words"
        yield Finding(_LINES, str(row["id"]), "id", problem)
    yield from _against_files(row, versions)


def _times(evidence: Evidence, key: str, rows: list[Row], told: list[Version]) -> Iterator[Finding]:
    """A line that is told is there, once."""
    count = sum(row["state"] not in _NEVER_BOOKED for row in rows)
    if count > 1:
        yield Finding(_LINES, key, "id", f"it is there {count} times")
    if told and not count and _bookable(evidence, told[0]):
        line = told[0].line
        problem = f"missing: {line.direction} of {line.amount}, the bank's {line.bank_id}"
        yield Finding(_LINES, key, "row", problem)


def _against_files(row: Row, versions: list[Version]) -> Iterator[Finding]:
    told = [each for each in versions if f"statement_{each.file[:32]}" == row["file_id"]]
    if not told:
        known = "its file does not tell of it" if versions else "no file of the bank tells of it"
        yield Finding(_LINES, str(row["id"]), "file_id" if versions else "row", known)
        told = versions
    place = (row["statement"], row["line"])
    version = next((v for v in told if (v.statement, v.line.number) == place), None)
    for each in [version or told[0]] if told else ():
        yield from differing(_LINES, row["id"], row, _columns(each), "the bank's file")


def _columns(version: Version) -> dict[str, Any]:
    line = version.line
    plain = {f.name: getattr(line, f.name) for f in fields(BookedLine) if f.name not in _OWN}
    return plain | {
        "statement": version.statement,
        "line": line.number,
        "account": version.account,
        "amount": line.amount.minor,
        "currency": line.amount.currency,
        "direction": line.direction.value,
        "kind": line.kind.value,
    }


def _bookable(evidence: Evidence, version: Version) -> bool:
    amount = version.line.amount
    return amount.currency == evidence.currency and amount.minor <= _MAX_LINE


def check_files(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every statement file that was taken in, with what it holds."""
    rows = tables.by("statement_files", "sha256")
    brought, conflicting = _brought(tables)
    sums = _sums(evidence)
    for sha256, file in evidence.bank.files.items():
        row = rows.pop(sha256, None)
        if not file.kind.startswith("camt"):
            continue
        key = f"statement_{sha256[:32]}"
        if row is None:
            yield Finding("statement_files", key, "row", f"missing: the bank's {file.name}")
            continue
        expected: dict[str, Any] = {"id": key, "statements": file.statements, "lines": file.lines}
        expected["adds_up"] = sums.get(sha256)
        if row["state"] == "COMPLETE":
            expected["new"] = brought[row["id"]]
            if conflicting[row["id"]] > row["conflicting"]:
                expected["conflicting"] = conflicting[row["id"]]
            parts = ("new", "known", "conflicting", "bad", "skipped")
            if sum(row[part] for part in parts) != row["lines"] == file.lines:
                problem = "its parts do not add up to its lines"
                yield Finding("statement_files", str(row["id"]), "known", problem)
        yield from differing("statement_files", row["id"], row, expected, "the bank's file")
    for row in rows.values():
        problem = "no file of the bank has this digest"
        yield Finding("statement_files", str(row["id"]), "sha256", problem)


def _sums(evidence: Evidence) -> dict[str, bool]:
    """Whether the lines of every statement of a file come to its balances, where it has some."""
    sums: dict[str, bool] = {}
    for each in evidence.bank.sheets:
        if None not in (each.opening, each.closing, each.moved):
            fits = (each.opening or 0) + (each.moved or 0) == each.closing
            sums[each.file] = sums.get(each.file, True) and fits
    return sums


def _brought(tables: Tables) -> tuple[Counter[str], Counter[str]]:
    """How many lines each file brought, and how many that contradict another's.

    A line that was set aside, with its statement or by a sound one, had been brought.
    """
    lines = tables.table(_LINES)
    query = select(lines.c.file_id, func.count()).where(lines.c.state.not_in(_NEVER_BOOKED))
    brought: Counter[str] = Counter()
    for file_id, count in tables.connection.execute(query.group_by(lines.c.file_id)):
        brought[file_id] += count
    conflicting: Counter[str] = Counter()
    for row in tables.ordered(_LINES, "position", where=lines.c.state.in_(_NEVER_BOOKED)):
        set_aside = row["id"] == f"{line_id(row['account'], row['bank_id'])}_{row['position']}"
        (brought if set_aside else conflicting)[row["file_id"]] += 1
    return brought, conflicting


def check_documents(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every document that the bank handed over by itself."""
    for row in tables["bank_documents"]:
        file = evidence.bank.files.get(row["sha256"])
        if file is None:
            problem = "no file of the bank has this digest"
            yield Finding("bank_documents", row["id"], "sha256", problem)
            continue
        if file.kind != "refused":
            expected = {"kind": file.kind}
            yield from differing("bank_documents", row["id"], row, expected, "the bank's file")
    known = {row["sha256"] for row in tables["bank_documents"]}
    handed_in = {row["sha256"] for row in tables["statement_files"]}
    for sha256, file in evidence.bank.files.items():
        if file.kind == "pain.002" and sha256 not in known | handed_in and known:
            yield Finding("bank_documents", sha256, "row", f"missing: the bank's {file.name}")

"""Audit: statement lines, files and documents against the bank's archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing, out_of_order
from api.bank import BookedLine
from api.evidence import Evidence, Version, line_id

__all__ = ["check_documents", "check_files", "check_lines"]

_LINES = "bank_lines"
_MAX_LINE = 10**15
_OWN = frozenset({"number", "entry", "amount", "direction", "kind"})
"""Fields of a line that stand under another name or form in the table."""


def check_lines(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every line of every file is there once, as the file tells it, and no other line is."""
    there: Counter[str] = Counter()
    posted = tables.by("postings", "event_id")
    for row in tables[_LINES]:
        posting = posted.get(f"line:{row['id']}")
        if posting is not None:
            expected = {"stored_at": posting["at"]}
            yield from differing(_LINES, row["id"], row, expected, "its posting")
        key = line_id(row["account"], row["bank_id"])
        if row["state"] != "CONFLICTING":
            there[key] += 1
            if row["id"] != key or there[key] > 1:
                problem = "its id does not follow from the bank's words, or it is there twice"
                yield Finding(_LINES, str(row["id"]), "id", problem)
        yield from _against_files(row, evidence.bank.versions.get(key, []))
    for key, versions in evidence.bank.versions.items():
        first = versions[0]
        if not there[key] and _bookable(evidence, first):
            problem = (
                f"missing: {first.line.direction} of {first.line.amount}, the bank's "
                f"{first.line.bank_id}"
            )
            yield Finding(_LINES, key, "row", problem)
    booked = [row for row in tables[_LINES] if row["state"] != "CONFLICTING"]
    yield from out_of_order(_LINES, booked, "id", "stored_at")


def _against_files(row: Row, versions: list[Version]) -> Iterator[Finding]:
    told = [each for each in versions if f"statement_{each.file[:32]}" == row["file_id"]]
    if not told:
        known = "its file does not tell of it" if versions else "no file of the bank tells of it"
        yield Finding(_LINES, str(row["id"]), "file_id" if versions else "row", known)
        return
    place = (row["statement"], row["line"])
    version = next((v for v in told if (v.statement, v.line.number) == place), told[0])
    yield from differing(_LINES, row["id"], row, _columns(version), "the bank's file")


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
    brought = Counter(row["file_id"] for row in tables[_LINES] if row["state"] != "CONFLICTING")
    conflicting = Counter(row["file_id"] for row in tables[_LINES] if row["state"] == "CONFLICTING")
    for sha256, file in evidence.bank.files.items():
        row = rows.pop(sha256, None)
        if not file.kind.startswith("camt"):
            continue
        key = f"statement_{sha256[:32]}"
        if row is None:
            yield Finding("statement_files", key, "row", f"missing: the bank's {file.name}")
            continue
        expected = {"id": key, "statements": file.statements, "lines": file.lines}
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

"""Audit: statements against the bank's files: what each says, and whether its lines count.

Whether a statement joins the others is worked out once more, in no order of arrival: what counts
must begin or end where another one does, and one statement alone is the beginning of all.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing
from api.evidence import Evidence, Sheet

__all__ = ["check_sheets"]

_TABLE = "statement_sheets"
_BY_PERSONS = "two operators"
_ACTIONS = {"accept-statement": "RELEASED", "dismiss-statement": "DISMISSED"}
_ALONE = "it is SOUND, and begins or ends where no statement that counts does"
_USABLE = frozenset({"SOUND", "RELEASED"})
_PLAIN = frozenset({"file", "moved", "foreign"})

Key = tuple[str, int]


def check_sheets(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every statement of every file is there as the file tells it, and counts if it may."""
    rows = {(row["file_id"], row["number"]): row for row in tables[_TABLE]}
    told = {(f"statement_{each.file[:32]}", each.number): each for each in evidence.bank.sheets}
    taken = {row["id"]: row["taken_at"] for row in tables["statement_files"]}
    decisions = _decisions(tables)
    counting = [told[key] for key in told if key in rows and rows[key]["state"] in _USABLE]
    for key in told.keys() - rows.keys():
        problem = f"missing: the bank's statement {told[key].statement_id}"
        yield Finding(_TABLE, _shown(key), "row", problem)
    beginnings: list[Key] = []
    for key, row in rows.items():
        sheet = told.get(key)
        if sheet is None:
            yield Finding(_TABLE, _shown(key), "row", "no file of the bank tells of it")
            continue
        decided = decisions.get(key)
        expected = _columns(row, sheet) | _judgement(row, sheet, decided)
        yield from differing(_TABLE, _shown(key), row, expected, "the bank's file")
        alone = _has_balances(sheet) and not _joins(sheet, counting)
        if row["state"] == "SOUND" and alone and row["doubt"] is not None:
            yield Finding(_TABLE, _shown(key), "state", _ALONE)
        elif row["state"] == "SOUND" and alone:
            beginnings.append(key)
        if (row["doubt"], row["state"]) == ("chain", "SOUND") and decided is None:
            came = [taken[other[0]] for other in told if other != key and other[0] in taken]
            yield from _let_in(key, row, [*came, *(at for _, at in decisions.values())])
    for key in sorted(beginnings, key=lambda each: _order(told[each]))[1:]:
        yield Finding(_TABLE, _shown(key), "state", _ALONE)


def _decisions(tables: Tables) -> dict[Key, tuple[str, datetime]]:
    """By statement: the state that two persons set it to, and when."""
    found = {}
    for row in tables["operator_actions"]:
        if row["action"] in _ACTIONS and row["step"] == "approved":
            number = int(json.loads(row["parameters"])["statement"])
            found[row["subject"], number] = (_ACTIONS[row["action"]], row["at"])
    return found


def _columns(row: Row, sheet: Sheet) -> dict[str, Any]:
    expected = {name: value for name, value in asdict(sheet).items() if name not in _PLAIN}
    expected |= {
        "kind": sheet.dialect[: len("camt.053")],
        "year": (sheet.closing_on or sheet.to_on or sheet.created_at.date()).year,
    }
    if row["moved"] != sheet.moved and _fits(sheet, row["moved"]) is not True:
        # a bank may show lines of an earlier statement again, and not count them again
        expected["moved"] = sheet.moved
    return expected


def _judgement(row: Row, sheet: Sheet, decided: tuple[str, datetime] | None) -> dict[str, Any]:
    """State, doubt and decision, as far as one file and two persons tell them."""
    if decided is not None:
        state, at = decided
        expected: dict[str, Any] = {"state": state, "decided_by": _BY_PERSONS, "decided_at": at}
    elif row["doubt"] is None:
        expected = {"state": "SOUND", "decided_by": None, "decided_at": None, "said": None}
    elif row["doubt"] == "chain" and row["state"] == "SOUND":
        expected = {}  # the one that was missing came: see `_let_in`
    else:
        expected = {"state": "QUARANTINED", "decided_by": None, "decided_at": None}
    if row["doubt"] != "unsigned":
        if sheet.foreign:
            expected["doubt"] = "currency"
        elif sheet.dialect.startswith("camt.053") and _fits(sheet, row["moved"]) is False:
            expected["doubt"] = "sum"
        elif row["doubt"] in ("sum", "currency") or not _has_balances(sheet):
            expected["doubt"] = None
    return expected


def _let_in(key: Key, row: Row, moments: Collection[datetime]) -> Iterator[Finding]:
    """It joins since another one came, or since two persons let another one in: at that moment."""
    if row["decided_at"] not in moments:
        problem = "no statement came at that moment, and no two persons decided anything"
        yield Finding(_TABLE, _shown(key), "decided_at", problem)
    if row["decided_by"] is None or row["decided_by"] == _BY_PERSONS:
        problem = "by the history no two persons decided it"
        yield Finding(_TABLE, _shown(key), "decided_by", problem)


def _fits(sheet: Sheet, moved: int | None) -> bool | None:
    if sheet.opening is None or sheet.closing is None or moved is None:
        return None
    return sheet.opening + moved == sheet.closing


def _has_balances(sheet: Sheet) -> bool:
    notification = sheet.dialect.startswith("camt.054")
    return not notification and None not in (sheet.opening, sheet.closing, sheet.closing_on)


def _joins(sheet: Sheet, counting: Sequence[Sheet]) -> bool:
    """Whether it begins or ends where another statement does."""
    return any(
        other is not sheet
        and _has_balances(other)
        and (
            other.closing == sheet.opening
            or other.opening == sheet.closing
            or (other.opening, other.opening_on) == (sheet.opening, sheet.opening_on)
            or (other.closing, other.closing_on) == (sheet.closing, sheet.closing_on)
        )
        for other in counting
    )


def _order(sheet: Sheet) -> tuple[Any, ...]:
    return (sheet.closing_on or sheet.created_at.date(), sheet.sequence or 0, sheet.created_at)


def _shown(key: Key) -> str:
    return f"{key[0]} {key[1]}"

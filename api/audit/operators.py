"""Audit: what operators did: a chain that nobody broke, and two persons where it takes two."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from api.audit.model import Finding
from api.audit.tables import Row, Tables
from api.evidence import Evidence

__all__ = ["check_counters", "check_history", "check_proposals"]

_HISTORY = "operator_actions"
_ENDS = {"approved": "APPROVED", "declined": "DECLINED", "withdrawn": "WITHDRAWN"}


def check_history(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every entry is sealed over the one before it."""
    del evidence  # neither bank nor chain knows of operators
    previous, number = "0" * 64, 0
    for row in tables[_HISTORY]:
        number += 1
        if row["number"] != number:
            yield Finding(_HISTORY, str(number), "row", "missing: the chain has a gap")
            number = row["number"]
        elif row["previous"] != previous:
            yield Finding(_HISTORY, str(number), "previous", "it follows another entry")
        if _hash(row) != row["hash"]:
            yield Finding(_HISTORY, str(number), "hash", "the entry is not what was sealed")
        previous = row["hash"]


def _hash(row: Row) -> str:
    words: dict[str, Any] = {
        name: value for name, value in row.items() if name not in ("previous", "hash", "at")
    }
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_json([row["previous"], words | {"at": at}]).encode()).hexdigest()


def check_proposals(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each proposal is as the history tells it: its words, its maker, and who decided."""
    del evidence  # as above
    told: dict[str, dict[str, Row]] = {}
    for row in tables[_HISTORY]:
        if row["proposal_id"] is not None:
            told.setdefault(row["proposal_id"], {})[row["step"]] = row
    for row in tables["proposals"]:
        yield from _proposal(row, told.pop(row["id"], {}))
    for proposal_id in told:
        yield Finding("proposals", proposal_id, "row", "missing: the history tells of it")


def _proposal(row: Row, told: dict[str, Row]) -> Iterator[Finding]:
    key = str(row["id"])
    made = told.get("proposed")
    if made is None:
        yield Finding("proposals", key, "row", "the history does not tell of it")
        return
    for name, word in (("maker", "operator"), ("made_at", "at")):
        if row[name] != made[word]:
            yield Finding("proposals", key, name, f"by the history {made[word]}")
    for name in ("action", "subject", "parameters", "digest", "reason"):
        if row[name] != made[name]:
            yield Finding("proposals", key, name, f"by the history {made[name]}")
    words = _json([row["action"], row["subject"], row["parameters"]])
    if hashlib.sha256(words.encode()).hexdigest() != row["digest"]:
        yield Finding("proposals", key, "digest", "it is not the digest of these words")
    state = next((end for step, end in _ENDS.items() if step in told), None)
    if state is None:
        state = "EXPIRED" if "expired" in told else "PROPOSED"
    if row["state"] != state:
        yield Finding("proposals", key, "state", f"by the history it is {state}")
    decided = told.get("approved") or told.get("declined")
    checker = None if decided is None else decided["operator"]
    if row["state"] == "PROPOSED" and row["decided_at"] is not None:
        yield Finding("proposals", key, "decided_at", "by the history nobody decided")
    elif decided is not None and row["decided_at"] != decided["at"]:
        yield Finding("proposals", key, "decided_at", f"by the history {decided['at']}")
    if row["checker"] != checker or row["checker"] == row["maker"]:
        yield Finding("proposals", key, "checker", f"by the history {checker or 'nobody'}")


def check_counters(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """A counter stands at the last number that was given out."""
    del evidence  # the numbers on chain are compared with the deposits
    last = {row["name"]: row["last"] for row in tables["counters"]}
    given = {
        "deposit": "deposits",
        "link": "links",
        "proposal": "proposals",
        "operator-action": _HISTORY,
    }
    for name, table in given.items():
        number = tables.last(table, "number")
        if last.get(name, 0) != number:
            problem = f"it is {last.get(name, 0)}, the last number is {number}"
            yield Finding("counters", name, "last", problem)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

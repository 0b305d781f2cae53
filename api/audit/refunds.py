"""Audit: refunds against the bank's lines, the orders to it, its word, and two persons' decisions.

A refund's ids are made of the line's, so each row says by itself what it must be of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from api.audit.due import lines_of_payments, undoes
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing
from api.audit.words import NO, YES, Words
from api.evidence import Evidence, Version
from api.kernel.machine import LONGEST_REASON

__all__ = ["check_refunds"]

_TABLE = "refunds"
_UNSENT = frozenset({"CLOSING", "ABANDONED", "AWAITING_ACCOUNT", "READY", "TAKEN_BACK"})
_BACK = frozenset({"RETURNED_BY_BANK", "RETURN_DIFFERS"})
_PAID = frozenset({"SETTLED", *_BACK})


def check_refunds(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each decision has its refund; each refund is of its line, and stands where bank, chain and
    two persons say that it stands."""
    rows = tables.by(_TABLE, "id")
    said = _decisions(tables)
    for line_id, action in said["return-line"].items():
        if _id_of(line_id) not in rows:
            problem = f"missing: {action['operator']} agreed that {line_id} goes back"
            yield Finding(_TABLE, _id_of(line_id), "row", problem)
    of_lines = _lines_of(tables)
    words = Words(evidence, tables)
    for key, row in rows.items():
        versions = evidence.bank.versions.of(row["line_id"])
        if not versions or versions[0].line.direction != "CREDIT":
            problem = f"no file of the bank tells of a credit {row['line_id']}"
            yield Finding(_TABLE, key, "line_id", problem)
            continue
        expected = _expected(row, versions[0], said) | _calls(tables, row)
        lines = of_lines.get(key, [])
        expected["sent_back"] = _sent_back(row, lines)
        if row["state"] not in ("CLOSING", "ABANDONED"):
            expected["deposit_id"] = _closed(evidence, tables, row["line_id"])
        yield from differing(_TABLE, key, row, expected, "bank and two persons")
        yield from _times(tables, row)
        why = _misplaced(evidence, words, row, lines)
        if why is not None:
            yield Finding(_TABLE, key, "state", f"it is {row['state']}, and {why}")


def _decisions(tables: Tables) -> dict[str, dict[str, Row]]:
    """The last entry of an action that was done, by action and subject."""
    said: dict[str, dict[str, Row]] = {"return-line": {}, "refund-account": {}}
    for row in tables["operator_actions"]:
        if row["action"] in said and row["step"] == "approved":
            said[row["action"]][row["subject"]] = row
    return said


def _expected(row: Row, version: Version, said: Mapping[str, Mapping[str, Row]]) -> dict[str, Any]:
    line, line_id = version.line, row["line_id"]
    expected: dict[str, Any] = {
        "id": _id_of(line_id),
        "amount": line.amount.minor,
        "currency": line.amount.currency,
        "end_to_end_id": _end_to_end_id(line_id, row["attempt"]),
        "account": line.payer_account,
        "name": line.payer_name,
    }
    ordered = said["return-line"].get(line_id)
    if ordered is not None:
        reason = json.loads(ordered["parameters"])["reason"]
        expected |= {"reason": reason[:LONGEST_REASON], "created_at": ordered["at"]}
    named = said["refund-account"].get(row["id"])
    if named is not None:
        expected |= {k: json.loads(named["parameters"])[k] for k in ("account", "name")}
    return expected


def _calls(tables: Tables, row: Row) -> dict[str, Any]:
    """What the transactions say that were queued to close its deposit's number."""
    sent = [
        each
        for each in tables["chain_transactions"]
        if each["purpose"] == "void" and each["ref"].partition("#")[0] == row["id"]
    ]
    failed = sum(each["state"] in ("REVERTED", "REFUSED") for each in sent)
    going = [each["id"] for each in sent if each["state"] not in ("REVERTED", "REFUSED")]
    return {"tries": failed, "tx_id": going[-1] if going else None}


def _closed(evidence: Evidence, tables: Tables, line_id: str) -> str | None:
    """The line's deposit whose number was closed for the refund."""
    closed = None
    for row in tables.ordered(
        "deposits", "number", where=tables.table("deposits").c.line_id == line_id
    ):
        log = evidence.chain.events.end_of(row["number"], tables.read_up_to)
        if log is not None and log.name == "NumberVoided":
            closed = row["id"]
    return closed


def _sent_back(row: Row, lines: list[Row]) -> int:
    """What the bank booked back of the payment that it made last."""
    if row["state"] not in _BACK:
        return 0
    back = (each for each in lines if each["direction"] == "CREDIT")
    return sum(each["amount"] for each in back)


def _times(tables: Tables, row: Row) -> Iterator[Finding]:
    if row["changed_at"] < row["created_at"]:
        yield Finding(_TABLE, row["id"], "changed_at", "it is before its making")
    where = {
        "SETTLED": f"settled:{row['end_to_end_id']}",
        "REJECTED": f"rejected:{row['end_to_end_id']}",
    }.get(row["state"])
    if where is None:
        return
    postings = tables.table("postings").c.event_id == where
    for posting in tables.ordered("postings", "number", where=postings):
        expected = {"changed_at": posting["at"]}
        yield from differing(_TABLE, row["id"], row, expected, "its posting")


def _misplaced(evidence: Evidence, words: Words, row: Row, lines: list[Row]) -> str | None:
    """Why a refund cannot stand where it stands; None when it can."""
    key, state = row["end_to_end_id"], row["state"]
    said, order = words.on(key), words.orders.get(key)
    by_persons = row["id"] in words.resolved
    debits = [each for each in lines if each["direction"] == "DEBIT"]
    taken = [each for each in debits if each["id"] not in words.booked and _undoes(evidence, each)]
    problem: str | None = None
    if taken:
        problem = None if state == "TAKEN_BACK" else f"the bank took it back by {taken[0]['id']}"
    elif state == "TAKEN_BACK":
        problem = "no line of the bank takes its credit back"
    elif key in words.paid:
        problem = None if state in _PAID or NO & said else "the bank has booked it"
    elif state in _PAID and not by_persons:
        problem = "the bank has not booked it"
    elif order is None:
        problem = _unsent(row)
    elif state in _UNSENT:
        problem = f"the bank was given it in {order.message_id}"
    elif NO & said:
        problem = None if state == "REJECTED" else "the bank has rejected it"
    elif state == "REJECTED" and not by_persons and key not in words.withdrawn:
        problem = "the bank has not rejected it"
    elif state == "ACCEPTED" and not (YES & said) and not by_persons:
        problem = "the bank has not accepted it"
    return problem


def _unsent(row: Row) -> str | None:
    """The bank was never given this payment."""
    state = row["state"]
    if state not in _UNSENT and state != "PAYING":
        return "the bank was given no order of it"
    if state == "AWAITING_ACCOUNT" and row["account"] and row["name"]:
        return None  # an account or name that no payment can carry
    if state in ("READY", "PAYING") and not (row["account"] and row["name"]):
        return "there is no account, or no name, to pay"
    return None


def _undoes(evidence: Evidence, line: Row) -> bool:
    versions = evidence.bank.versions.of(line["id"])
    return bool(versions) and undoes(versions[0].line)


def _lines_of(tables: Tables) -> dict[str, list[Row]]:
    """Lines that a refund accounts for, by its id; the credit that it pays back is none of them."""
    found: dict[str, list[Row]] = {}
    for row in lines_of_payments(tables):
        found.setdefault(row["explained_ref"], []).append(row)
    return found


def _id_of(line_id: str) -> str:
    return f"refund_{_digest(line_id)}"


def _end_to_end_id(line_id: str, attempt: int) -> str:
    return f"JZF{_digest(line_id if attempt == 1 else f'{line_id}#{attempt}')}"


def _digest(words: str) -> str:
    return hashlib.sha256(f"refund:{words}".encode()).hexdigest()[:32]

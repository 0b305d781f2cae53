"""Audit: the postings that payments call for: by the bank's lines, or by two persons' word.

What two persons decided is in the operators' history, whose own chain is checked beside this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api.audit.tables import Row, Tables
from api.evidence import Evidence

__all__ = ["Due", "decided", "payments_due", "returns_owed"]

_TABLES = {"redemption": "redemptions", "refund": "refunds"}
"""Kind of payment → its table."""
_OWED_AGAIN = {"redemption": "RETURNS", "refund": "PAYOUTS"}
"""Kind of payment → where its money is owed when it comes back."""


@dataclass(frozen=True, slots=True)
class Due:
    """A posting that the evidence calls for; None: not told by it."""

    debit: str
    credit: str
    amount: int
    about: str | None = None
    at: datetime | None = None


def decided(tables: Tables, action: str) -> set[str]:
    """Subjects for which a second person approved an action."""
    return {
        row["subject"]
        for row in tables["operator_actions"]
        if row["action"] == action and row["step"] == "approved"
    }


def returns_owed(tables: Tables) -> set[str]:
    """End-to-end ids whose money moved to RETURNS before the tokens were credited again."""
    owed = set()
    back = {row["about"] for row in tables["postings"] if row["event_id"].startswith("sent-back:")}
    for row in tables["redemptions"]:
        if row["id"] in back:
            owed.add(row["end_to_end_id"])
    for row in tables["postings"]:
        word, _, key = row["event_id"].partition(":")
        if word in ("rejected", "return-ordered"):
            owed.add(key)
    return owed


def payments_due(evidence: Evidence, tables: Tables) -> dict[str, Due]:
    """Everything that lines and decisions on payments call for."""
    due: dict[str, Due] = {}
    posted = {row["event_id"] for row in tables["postings"]}
    returns = decided(tables, "return-burn")
    for row in tables["redemptions"]:
        key, payable = row["end_to_end_id"], row["amount"] - row["fee"]
        ended = row["state"] in ("RETURNING", "RETURNED")
        if row["state"] == "REJECTED" or (ended and f"rejected:{key}" in posted):
            due[f"rejected:{key}"] = Due("PAYOUTS", "RETURNS", payable, row["id"])
        if row["id"] in returns:
            due[f"return-ordered:{key}"] = Due("PAYOUTS", "RETURNS", payable, row["id"])
    for row in tables["refunds"]:
        if row["state"] not in ("CLOSING", "ABANDONED"):
            due[f"refund:{row['line_id']}"] = Due("UNMATCHED", "PAYOUTS", row["amount"], row["id"])
    for row in tables["recalls"]:
        if row["state"] in ("RECALLED", "FROZEN"):
            due[f"recalled:{row['line_id']}"] = Due(
                "RECALLED", "UNMATCHED", row["amount"], row["deposit_id"]
            )
    due.update(_settled(evidence, tables))
    for kind in _TABLES:
        due.update(_sent_back(evidence, tables, kind))
        due.update(_differences(tables, kind, posted))
    return due


def _settled(evidence: Evidence, tables: Tables) -> Iterator[tuple[str, Due]]:
    """PAYOUTS → UNMATCHED when the bank's own line says that the payment was debited."""
    payments, taken_back = _payments(tables), _taken_back(tables)
    for line in tables["bank_lines"]:
        if line["explained_by"] not in _TABLES or line["direction"] != "DEBIT":
            continue
        versions = evidence.bank.versions.get(line["id"])
        found = payments.get(line["end_to_end_id"])
        if versions is None or found is None or line["id"] in taken_back:
            continue
        amount = versions[0].line.amount.minor
        yield f"settled:{line['end_to_end_id']}", Due("PAYOUTS", "UNMATCHED", amount, found)


def _taken_back(tables: Tables) -> set[str]:
    """Debits that the bank booked and took back: the two lines are even, and nothing is posted.

    Such a credit is of the same thing, and gave no money back to anybody.
    """
    posted = {row["event_id"] for row in tables["postings"]}
    of_payments = [line for line in tables["bank_lines"] if line["explained_by"] in _TABLES]
    back = {
        _same(line)
        for line in of_payments
        if line["direction"] == "CREDIT" and f"sent-back:{line['id']}" not in posted
    }
    return {
        line["id"] for line in of_payments if line["direction"] == "DEBIT" and _same(line) in back
    }


def _same(line: Row) -> tuple[object, ...]:
    names = ("explained_by", "explained_ref", "amount", "end_to_end_id")
    return tuple(line[name] for name in names)


def _payments(tables: Tables) -> dict[str, str]:
    """Subject by end-to-end id: of what is in a file, and of what was never in one."""
    found = {
        row["end_to_end_id"]: row["id"]
        for name in ("redemptions", "refunds")
        for row in tables[name]
    }
    return found | {row["end_to_end_id"]: row["subject"] for row in tables["payments"]}


def _sent_back(evidence: Evidence, tables: Tables, kind: str) -> Iterator[tuple[str, Due]]:
    """What the bank booked back of a payment that it had made."""
    owed, taken_back = _OWED_AGAIN[kind], _taken_back(tables)
    even = {line["explained_ref"] for line in tables["bank_lines"] if line["id"] in taken_back}
    for line in tables["bank_lines"]:
        versions = evidence.bank.versions.get(line["id"])
        if line["explained_by"] != kind or line["direction"] != "CREDIT" or versions is None:
            continue
        if line["explained_ref"] in even:
            continue
        amount = versions[0].line.amount.minor
        about = line["explained_ref"]
        yield f"sent-back:{line['id']}", Due("UNMATCHED", owed, amount, about)


def _differences(tables: Tables, kind: str, posted: set[str]) -> Iterator[tuple[str, Due]]:
    """What the bank's own funds bear, when two persons said so."""
    table, owed = _TABLES[kind], _OWED_AGAIN[kind]
    borne = decided(tables, "accept-difference")
    for row in tables[table]:
        key = f"difference:{row['end_to_end_id']}"
        if row["id"] not in borne or key not in posted:
            continue
        amount = row["amount"] - row.get("fee", 0)
        lacking = amount - row["sent_back"]
        accounts = ("OWN_FUNDS", owed) if lacking > 0 else (owed, "OWN_FUNDS")
        yield key, Due(*accounts, abs(lacking), row["id"])

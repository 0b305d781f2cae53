"""Audit: the postings that payments call for: by the bank's lines, or by two persons' word.

What two persons decided is in the operators' history, whose own chain is checked beside this.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_

from api.audit.tables import Row, Tables
from api.bank import BookedLine, Direction
from api.evidence import Evidence, Ordered

__all__ = [
    "Due",
    "Dues",
    "booked_as",
    "decided",
    "decided_as",
    "lines_of_payments",
    "of_payments",
    "own_lines",
    "payments_due",
    "returns_owed",
    "undoes",
]

_POSTINGS = "postings"

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


class Dues:
    """All that is called for, by event id: as many as there are postings, so kept on disk."""

    def __init__(self) -> None:
        self._kept = Ordered()

    def add(self, called: Iterable[tuple[str, Due]]) -> None:
        """Call for more; what calls for the same event again stands in the place of the first."""
        self._kept.add(
            (key, (d.debit, d.credit, d.amount, d.about, d.at and d.at.isoformat()))
            for key, d in called
        )

    def in_order(self) -> Iterator[tuple[str, Due]]:
        """All of them by event id, the one that stands last."""
        for key, (debit, credit, amount, about, at) in self._kept.in_order():
            moment = None if at is None else datetime.fromisoformat(at)
            yield key, Due(debit, credit, amount, about, moment)


def decided(tables: Tables, action: str, step: str = "approved") -> set[str]:
    """Subjects for which a second person approved an action, or one person did it (`done`)."""
    return {
        row["subject"]
        for row in tables["operator_actions"]
        if row["action"] == action and row["step"] == step
    }


def decided_as(tables: Tables, action: str, word: str) -> dict[str, str]:
    """By subject for which a second person approved an action: what they agreed on for `word`,
    the last time."""
    return {
        row["subject"]: json.loads(row["parameters"])[word]
        for row in tables["operator_actions"]
        if row["action"] == action and row["step"] == "approved"
    }


def booked_as(evidence: Evidence, tables: Tables) -> dict[str, str]:
    """Debits of which two persons said what they are the booking of: end-to-end id by line."""
    found = {}
    for key, payment in decided_as(tables, "booked-as", "payment").items():
        versions = evidence.bank.versions.of(key)
        if versions and versions[0].line.direction is Direction.DEBIT:
            found[key] = payment
    return found


def of_payments(evidence: Evidence, tables: Tables) -> list[Row]:
    """Postings of neither a line nor a deposit nor an event of the chain: those of payments."""
    event_id = tables.table(_POSTINGS).c.event_id
    others = ("line:", "deposit:", f"{evidence.caip2}:")
    return list(
        tables.ordered(
            _POSTINGS,
            "number",
            where=and_(*(~event_id.startswith(word, autoescape=True) for word in others)),
        )
    )


def lines_of_payments(tables: Tables) -> list[Row]:
    """Lines that a payment accounts for; the credit that a refund pays back is none of them."""
    lines = tables.table("bank_lines").c
    paid_back = {row["line_id"] for row in tables["refunds"]}
    found = tables.ordered("bank_lines", "position", where=lines.explained_by.in_(_TABLES))
    return [row for row in found if row["id"] not in paid_back]


def returns_owed(evidence: Evidence, tables: Tables) -> set[str]:
    """End-to-end ids whose money moved to RETURNS before the tokens were credited again."""
    owed = set()
    posted = of_payments(evidence, tables)
    back = {row["about"] for row in posted if row["event_id"].startswith("sent-back:")}
    for row in tables["redemptions"]:
        if row["id"] in back:
            owed.add(row["end_to_end_id"])
    for row in posted:
        word, _, key = row["event_id"].partition(":")
        if word in ("rejected", "return-ordered"):
            owed.add(key)
    return owed


def payments_due(evidence: Evidence, tables: Tables) -> dict[str, Due]:
    """Everything that lines and decisions on payments call for."""
    due: dict[str, Due] = {}
    posted = {row["event_id"] for row in of_payments(evidence, tables)}
    lines = lines_of_payments(tables)
    returns = decided(tables, "return-burn")
    booked, payments = booked_as(evidence, tables), _payments(tables)
    after_all = {payments.get(key) for key in booked.values()}
    for row in tables["redemptions"]:
        key, payable = row["end_to_end_id"], row["amount"] - row["fee"]
        ended = row["state"] in ("RETURNING", "RETURNED")
        if row["state"] == "REJECTED" or (ended and f"rejected:{key}" in posted):
            due[f"rejected:{key}"] = Due("PAYOUTS", "RETURNS", payable, row["id"])
        if row["id"] in after_all and f"rejected:{key}" in posted:
            due[f"rejected:{key}"] = Due("PAYOUTS", "RETURNS", payable, row["id"])
            due[f"paid-after-all:{key}"] = Due("RETURNS", "PAYOUTS", payable, row["id"])
        if row["id"] in after_all and f"paid-after-all:{key}" in posted and row["id"] in returns:
            due[f"paid-after-all:{key}"] = Due("RETURNS", "PAYOUTS", payable, row["id"])
        if row["id"] in returns:
            due[f"return-ordered:{key}"] = Due("PAYOUTS", "RETURNS", payable, row["id"])
    for row in tables["refunds"]:
        if row["state"] not in ("CLOSING", "ABANDONED"):
            due[f"refund:{row['line_id']}"] = Due("UNMATCHED", "PAYOUTS", row["amount"], row["id"])
    for row in tables["recalls"]:
        if row["state"] in ("RECALLED", "FROZEN", "THAWED", "CLOSED"):
            due[f"recalled:{row['line_id']}"] = Due(
                "RECALLED", "UNMATCHED", row["amount"], row["deposit_id"]
            )
    even = _taken_back([line for line in lines if line["id"] not in booked], posted)
    by_name = [line for line in lines if line["id"] not in booked.keys() | even]
    due.update(_settled(evidence, by_name, payments))
    due.update(_booked_as(evidence, tables, booked, payments, posted))
    due.update(_own(evidence, tables))
    for kind in _TABLES:
        due.update(_sent_back(evidence, lines, even, kind))
        due.update(_differences(tables, kind, posted))
    return due


def _settled(
    evidence: Evidence, lines: Sequence[Row], payments: Mapping[str, str]
) -> Iterator[tuple[str, Due]]:
    """PAYOUTS → UNMATCHED when the bank's own line says that the payment was debited, or that it
    took the credit back whose refund had not gone yet."""
    for line in lines:
        versions = evidence.bank.versions.of(line["id"])
        if line["direction"] != "DEBIT" or not versions:
            continue
        amount = versions[0].line.amount.minor
        if undoes(versions[0].line):
            about = line["explained_ref"]
            yield f"taken-back:{line['id']}", Due("PAYOUTS", "UNMATCHED", amount, about)
        elif (found := payments.get(line["end_to_end_id"])) is not None:
            yield f"settled:{line['end_to_end_id']}", Due("PAYOUTS", "UNMATCHED", amount, found)


def _booked_as(
    evidence: Evidence,
    tables: Tables,
    booked: Mapping[str, str],
    payments: Mapping[str, str],
    posted: Collection[str],
) -> Iterator[tuple[str, Due]]:
    """The same by two persons' word: so much as was owed. What the bank booked more, its own funds
    bear; what it booked less, they get. What it had sent back is paid from where it is owed."""
    owed = {
        row["id"]: row["amount"] - row.get("fee", 0)
        for table in _TABLES.values()
        for row in tables[table]
    }
    for key, payment in booked.items():
        about = payments.get(payment)
        if about not in owed:
            continue
        again = f"settled-again:{key}"
        if again in posted:
            yield again, Due("RETURNS", "UNMATCHED", owed[about], about)
        else:
            yield f"settled:{payment}", Due("PAYOUTS", "UNMATCHED", owed[about], about)
        more = evidence.bank.versions.of(key)[0].line.amount.minor - owed[about]
        accounts = ("OWN_FUNDS", "UNMATCHED") if more > 0 else ("UNMATCHED", "OWN_FUNDS")
        if more:
            yield f"booked-otherwise:{key}", Due(*accounts, abs(more), about)


def own_lines(tables: Tables) -> dict[str, tuple[str, str]]:
    """Lines that are no payment's and no customer's, by two persons' word: state and explanation.
    A credit gives a debit back."""
    found = dict.fromkeys(decided(tables, "claim"), ("CLAIMED", "claim"))
    found |= dict.fromkeys(decided(tables, "own-cost"), ("EXPLAINED", "cost"))
    for credit, debit in decided_as(tables, "gives-back", "line").items():
        found |= {credit: ("EXPLAINED", debit), debit: ("EXPLAINED", credit)}
    return found


def _own(evidence: Evidence, tables: Tables) -> Iterator[tuple[str, Due]]:
    """What own funds bear of such debits, and what they are given back."""
    for key, (_state, ref) in own_lines(tables).items():
        versions = evidence.bank.versions.of(key)
        if not versions:
            continue
        amount = versions[0].line.amount.minor
        if versions[0].line.direction is Direction.DEBIT:
            yield f"borne:{key}", Due("OWN_FUNDS", "UNMATCHED", amount, key)
        else:
            yield f"given-back:{key}", Due("UNMATCHED", "OWN_FUNDS", amount, ref)


def undoes(line: BookedLine) -> bool:
    """Whether a debit takes a credit back, by the bank's own mark."""
    return line.direction is Direction.DEBIT and (line.reversal or line.return_reason is not None)


def _taken_back(lines: Sequence[Row], posted: set[str]) -> set[str]:
    """Debits that the bank booked and took back: the two lines are even, and nothing is posted.

    Such a credit is of the same thing, and gave no money back to anybody.
    """
    back = {
        _same(line)
        for line in lines
        if line["direction"] == "CREDIT" and f"sent-back:{line['id']}" not in posted
    }
    return {line["id"] for line in lines if line["direction"] == "DEBIT" and _same(line) in back}


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


def _sent_back(
    evidence: Evidence, lines: Sequence[Row], taken_back: set[str], kind: str
) -> Iterator[tuple[str, Due]]:
    """What the bank booked back of a payment that it had made."""
    owed = _OWED_AGAIN[kind]
    even = {line["explained_ref"] for line in lines if line["id"] in taken_back}
    for line in lines:
        about = line["explained_ref"]
        if line["explained_by"] != kind or line["direction"] != "CREDIT" or about in even:
            continue
        versions = evidence.bank.versions.of(line["id"])
        if versions:
            amount = versions[0].line.amount.minor
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

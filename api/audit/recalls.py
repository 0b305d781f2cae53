"""Audit: recalls against the bank's debits that take credits back, and the chain's part in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from api.audit.due import undoes
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing
from api.bank import BookedLine
from api.evidence import Evidence, Log

__all__ = ["check_recalls"]

_TABLE = "recalls"
_PURPOSES = frozenset({"recall-void", "recall-freeze"})
_LOST = frozenset({"RECALLED", "FROZEN", "THAWED", "CLOSED"})
_VAIN = frozenset({"REVERTED", "REFUSED"})


def check_recalls(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each debit that took a deposit back has its recall; each recall is of its two lines, and
    stands where the chain says."""
    rows = tables.by(_TABLE, "id")
    for key, why in sorted(_called_for(tables).items()):
        if key not in rows:
            yield Finding(_TABLE, key, "row", f"missing: {why}")
    frozen = _frozen(evidence, tables)
    for key, row in rows.items():
        debits = evidence.bank.versions.of(row["line_id"])
        credits_ = evidence.bank.versions.of(row["original_id"])
        debit = debits[0].line if debits else None
        credit = credits_[0].line if credits_ else None
        if debit is None or not undoes(debit):
            problem = f"no file of the bank tells that {row['line_id']} takes a credit back"
            yield Finding(_TABLE, key, "line_id", problem)
        elif credit is None or not _means(debit, credit):
            problem = f"{row['line_id']} does not take {row['original_id']} back"
            yield Finding(_TABLE, key, "original_id", problem)
        else:
            expected = _expected(row, debit, _explained(tables, row["line_id"]))
            yield from differing(_TABLE, key, row, expected, "the bank's debit")
            yield from _on_chain(evidence, tables, row, frozen)


def _called_for(tables: Tables) -> dict[str, str]:
    """Recalls that others name, by id: a transaction that was sent for one, a line of one."""
    named = {}
    for each in tables["chain_transactions"]:
        if each["purpose"] in _PURPOSES:
            named[each["ref"].partition("#")[0]] = f"{each['id']} was sent for it"
    lines = tables.table("bank_lines").c
    of_recalls = lines.explained_by == _TABLE
    for line in tables.ordered("bank_lines", "position", where=of_recalls):
        if line["direction"] == "DEBIT":
            named[_id_of(line["id"])] = f"{line['id']} takes a credit back"
    return named


def _means(debit: BookedLine, credit: BookedLine) -> bool:
    """Whether a debit names this credit, in one of the bank's three ways, and its amount."""
    named = (
        (debit.original_reference, credit.bank_id),
        (debit.transaction_id, credit.transaction_id),
        (debit.end_to_end_id, credit.end_to_end_id),
    )
    same = any(word is not None and word == told for word, told in named)
    return same and credit.direction != debit.direction and credit.amount == debit.amount


def _explained(tables: Tables, line_id: str) -> Row | None:
    lines = tables.table("bank_lines").c
    return next(tables.ordered("bank_lines", "id", where=lines.id == line_id), None)


def _expected(row: Row, debit: BookedLine, line: Row | None) -> dict[str, Any]:
    expected: dict[str, Any] = {
        "id": _id_of(row["line_id"]),
        "amount": debit.amount.minor,
        "currency": debit.amount.currency,
        "reason": debit.return_reason or "reversal",
    }
    if line is not None:
        expected["created_at"] = line["explained_at"]
    return expected


def _frozen(evidence: Evidence, tables: Tables) -> dict[str, list[Log]]:
    found: dict[str, list[Log]] = {}
    names = ("AccountFrozen", "AccountUnfrozen")
    for log in evidence.chain.events.named(*names, up_to=tables.read_up_to):
        found.setdefault(log.args["account"], []).append(log)
    return found


def _on_chain(
    evidence: Evidence, tables: Tables, row: Row, frozen: dict[str, list[Log]]
) -> Iterator[Finding]:
    """What became of the credit's deposit, and of the calls that were made for the recall."""
    deposit, issued = _deposit(evidence, tables, row["original_id"])
    calls = _calls(tables, row["id"])
    going = [each["id"] for each in calls if each["state"] not in _VAIN]
    expected: dict[str, Any] = {
        "calls": len(calls),
        "deposit_id": deposit["id"] if issued is not None and deposit is not None else None,
        "holder": issued.args["holder"] if issued is not None else None,
    }
    state, at = row["state"], None
    if issued is not None and row["state"] != "STOPPING":
        since = [log for log in frozen.get(issued.args["holder"], ()) if log.block >= issued.block]
        state, at = _ended(tables, row, since)
        expected["tx_id"] = _last_of(calls, "recall-freeze", going)
    elif row["state"] != "STOPPING":
        original = _explained(tables, row["original_id"])
        state, at = "REVERSED", None if original is None else original["explained_at"]
        expected["tx_id"] = None
    else:
        expected |= {"deposit_id": None, "holder": None}
        expected["tx_id"] = _last_of(calls, "recall-void", going)
    expected["state"] = state
    if at is not None:
        expected["changed_at"] = at
    if not {each["state"] for each in calls} & _VAIN:
        expected["not_before"] = None
    yield from differing(_TABLE, row["id"], row, expected, "the chain")
    if row["changed_at"] < row["created_at"]:
        yield Finding(_TABLE, row["id"], "changed_at", "it is before its making")


def _ended(tables: Tables, row: Row, since: Sequence[Log]) -> tuple[str, datetime | None]:
    """How a loss stands by the freezes and thaws since, and by a person's word; and since when."""
    state, at = "RECALLED", None
    for log in since:
        after = "FROZEN" if log.name == "AccountFrozen" else "THAWED"
        if after != state and (after, state) != ("THAWED", "RECALLED"):
            state, at = after, log.time
    said = any(
        (each["action"], each["step"], each["subject"]) == ("acknowledge", "done", row["id"])
        for each in tables["operator_actions"]
    )
    return ("CLOSED", None) if said and state != "RECALLED" else (state, at)


def _deposit(evidence: Evidence, tables: Tables, line_id: str) -> tuple[Row | None, Log | None]:
    """The last deposit of a line, and the event that issued it, if one did."""
    deposits = tables.table("deposits").c
    own = list(tables.ordered("deposits", "number", where=deposits.line_id == line_id))
    for row in own:
        log = evidence.chain.events.end_of(row["number"], tables.read_up_to)
        if log is not None and log.name == "Issued":
            return row, log
    return (own[-1] if own else None), None


def _calls(tables: Tables, recall: str) -> Sequence[Row]:
    return [
        each
        for each in tables["chain_transactions"]
        if each["purpose"] in _PURPOSES and each["ref"].partition("#")[0] == recall
    ]


def _last_of(calls: Sequence[Row], purpose: str, going: Sequence[str]) -> str | None:
    found = [each["id"] for each in calls if each["purpose"] == purpose and each["id"] in going]
    return found[-1] if found else None


def _id_of(line_id: str) -> str:
    return "recall_" + hashlib.sha256(line_id.encode()).hexdigest()[:32]

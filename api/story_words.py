"""Bridge: what each thing's row says happened, in words: ids, amounts and states, no names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.approvals import Entry
from api.finding import Row
from api.kernel.money import Money

__all__ = ["Chapter", "chapters_of", "entry_words", "posting_words"]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened."""

    at: datetime
    kind: str
    id: str
    says: str


def chapters_of(kind: str, thing_id: str, row: Row, currency: str) -> Iterator[Chapter]:
    """What a thing's row tells, with the times that it keeps."""
    words = _WORDS.get(kind)
    if words is None:
        return
    for column, says in words(row, currency):
        if row.get(column) is not None:
            yield Chapter(row[column], kind, thing_id, says)


def entry_words(entry: Entry) -> str:
    """What an operator did."""
    of = f" ({entry.proposal_id})" if entry.proposal_id else ""
    why = f": {entry.reason}" if entry.reason else ""
    return f"{entry.operator} {entry.step.value} {entry.action} of {entry.subject}{of}{why}"


def posting_words(row: Any) -> str:
    """What a posting moved."""
    amount = Money(row.amount, row.currency)
    return f"{row.kind}: {amount} debit {row.debit}, credit {row.credit} (about {row.about})"


def _line(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    amount = Money(row["amount"], row["currency"])
    booked = f"booked on {row['booked_on']} under the bank's {row['bank_id']}"
    yield "stored_at", f"{row['direction'].lower()} of {amount}, {booked}, stored"
    if row["state"] == "REFUSED":
        yield "explained_at", f"its {row['explained_ref']} was refused: {row['reason']}"
    elif row["explained_ref"]:
        yield "explained_at", f"accounted for by {row['explained_ref']}"


def _deposit(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    amount = Money(row["amount"], row["currency"])
    yield (
        "created_at",
        f"number {row['number']} for {amount} to {row['holder']}, of {row['line_id']}",
    )
    batch = f" in {row['batch']}, transaction {row['tx_id']}" if row["batch"] else ""
    event = f" by event {row['event_id']}" if row["event_id"] else ""
    yield "updated_at", f"{row['state']}{batch}{event}{_because(row)}"


def _redemption(row: Row, currency: str) -> Iterator[tuple[str, str]]:
    paid = Money(row["amount"] - row["fee"], currency)
    burned = Money(row["amount"], currency)
    yield (
        "created_at",
        f"{burned} of {row['holder']}, {paid} to be paid out as {row['end_to_end_id']}",
    )
    event = f", burned by event {row['burn_event']}" if row["burn_event"] else ""
    alarm = f"; ALARM: {row['alarm']}" if row["alarm"] else ""
    yield "changed_at", f"{row['state']}{event}{_because(row)}{alarm}"


def _refund(row: Row, currency: str) -> Iterator[tuple[str, str]]:
    amount = Money(row["amount"], row.get("currency") or currency)
    yield "created_at", f"{amount} of {row['line_id']} goes back to its payer"
    yield "changed_at", f"{row['state']}{_because(row)}"


def _recall(row: Row, currency: str) -> Iterator[tuple[str, str]]:
    amount = Money(row["amount"], row.get("currency") or currency)
    yield "created_at", f"the bank took {amount} of {row['original_id']} back: {row['reason']}"
    word = f" ({row['word']})" if row["word"] else ""
    yield "changed_at", f"{row['state']}{word}"


def _transfer(row: Row, currency: str) -> Iterator[tuple[str, str]]:
    value = Money(row["value"], currency)
    yield "created_at", f"{value} from {row['sender']} to {row['recipient']}"
    by = f" by {row['tx_hash']}" if row["tx_hash"] else ""
    yield "changed_at", f"{row['state']}{by}{_because(row)}"


def _transaction(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield "created_at", f"meant for «{row['purpose']} {row['ref']}», in the {row['lane']}'s lane"
    yield "changed_at", f"{row['state']}{_because(row)}"


def _stranger(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    by = row["tx_hash"] or "no transaction that a block shows"
    to = f" to {row['to_address']}" if row["to_address"] else ""
    yield "seen_at", f"nonce {row['nonce']} of our {row['address']} was used by {by}{to}: not by us"
    if row["state"] == "EXCUSED":
        yield "changed_at", "two persons know of it: the address goes on behind it"


def _link(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield "created_at", f"link number {row['number']} of wallet {row['wallet']} asked for"
    tier = "" if row["tier"] is None else f", tier {row['tier']}"
    yield "updated_at", f"{row['state']}{tier}{_because(row)}"


def _payout_file(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield "created_at", f"payout file saved, for {row['execution_date']}"
    problem = f"; the bank refused it: {row['problem']}" if row["problem"] else ""
    where = f" as {row['location']}" if row["location"] else ""
    yield "changed_at", f"{row['state']}{where}{problem}"


def _statement(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "taken_at",
        (
            f"{row['state']}: {row['lines']} lines, {row['new']} new, {row['known']} known, "
            f"{row['conflicting']} conflicting, {row['bad']} bad ({row['source']})"
        ),
    )


def _document(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield "received_at", f"{row['kind']} {row['state']}{_because(row)}"


def _because(row: Row) -> str:
    return f": {row['reason']}" if row.get("reason") else ""


_WORDS = {
    "statement line": _line,
    "deposit": _deposit,
    "redemption": _redemption,
    "refund": _refund,
    "recall": _recall,
    "transfer": _transfer,
    "transaction": _transaction,
    "foreign transaction": _stranger,
    "link": _link,
    "payout file": _payout_file,
    "statement file": _statement,
    "bank document": _document,
}

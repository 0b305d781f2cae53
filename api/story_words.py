"""Bridge: what each thing's row says happened, in words: ids, amounts and states, no names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.approvals import Entry
from api.finding import Row
from api.kernel.money import Money
from api.texts import told

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
    return told(
        "{operator} {step:said} {action} of {subject}{of}{why:said}",
        operator=entry.operator,
        step=entry.step.value,
        action=entry.action,
        subject=entry.subject,
        of=f" ({entry.proposal_id})" if entry.proposal_id else "",
        why=_why(entry.reason),
    )


def posting_words(row: Any) -> str:
    """What a posting moved."""
    return told(
        "{kind:said}: {amount} debit {debit:said}, credit {credit:said} (about {about})",
        kind=row.kind,
        amount=Money(row.amount, row.currency),
        debit=row.debit,
        credit=row.credit,
        about=row.about,
    )


def _line(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "stored_at",
        told(
            "{direction:said} of {amount}, booked on {booked_on} under the bank's {bank_id}, "
            "stored",
            direction=row["direction"].lower(),
            amount=Money(row["amount"], row["currency"]),
            booked_on=row["booked_on"],
            bank_id=row["bank_id"],
        ),
    )
    if row["state"] == "REFUSED":
        yield (
            "explained_at",
            told(
                "its {ref} was refused: {reason:said}",
                ref=row["explained_ref"],
                reason=row["reason"],
            ),
        )
    elif row["explained_ref"]:
        yield "explained_at", told("accounted for by {ref}", ref=row["explained_ref"])


def _deposit(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "created_at",
        told(
            "number {number} for {amount} to {holder}, of {line}",
            number=row["number"],
            amount=Money(row["amount"], row["currency"]),
            holder=row["holder"],
            line=row["line_id"],
        ),
    )
    batch = (
        told(" in {batch}, transaction {tx_id}", batch=row["batch"], tx_id=row["tx_id"])
        if row["batch"]
        else ""
    )
    event = told(" by event {event}", event=row["event_id"]) if row["event_id"] else ""
    yield "updated_at", _became(row, batch, event, _because(row))


def _redemption(row: Row, currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "created_at",
        told(
            "{burned} of {holder}, {paid} to be paid out as {end_to_end_id}",
            burned=Money(row["amount"], currency),
            holder=row["holder"],
            paid=Money(row["amount"] - row["fee"], currency),
            end_to_end_id=row["end_to_end_id"],
        ),
    )
    event = told(", burned by event {event}", event=row["burn_event"]) if row["burn_event"] else ""
    alarm = told("; ALARM: {alarm:said}", alarm=row["alarm"]) if row["alarm"] else ""
    yield "changed_at", _became(row, event, _because(row), alarm)


def _refund(row: Row, currency: str) -> Iterator[tuple[str, str]]:
    amount = Money(row["amount"], row.get("currency") or currency)
    back = told("{amount} of {line} goes back to its payer", amount=amount, line=row["line_id"])
    yield "created_at", back
    yield "changed_at", _became(row, _because(row))


def _recall(row: Row, currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "created_at",
        told(
            "the bank took {amount} of {line} back: {reason:said}",
            amount=Money(row["amount"], row.get("currency") or currency),
            line=row["original_id"],
            reason=row["reason"],
        ),
    )
    yield "changed_at", _became(row, f" ({row['word']})" if row["word"] else "")


def _transfer(row: Row, currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "created_at",
        told(
            "{value} from {sender} to {recipient}",
            value=Money(row["value"], currency),
            sender=row["sender"],
            recipient=row["recipient"],
        ),
    )
    by = told(" by {tx_hash}", tx_hash=row["tx_hash"]) if row["tx_hash"] else ""
    yield "changed_at", _became(row, by, _because(row))


def _transaction(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "created_at",
        told(
            "meant for «{purpose} {ref}», in the {lane:said}'s lane",
            purpose=row["purpose"],
            ref=row["ref"],
            lane=row["lane"],
        ),
    )
    yield "changed_at", _became(row, _because(row))


def _stranger(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "seen_at",
        told(
            "nonce {nonce} of our {address} was used by {by:said}{to:said}: not by us",
            nonce=row["nonce"],
            address=row["address"],
            by=row["tx_hash"] or "no transaction that a block shows",
            to=told(" to {address}", address=row["to_address"]) if row["to_address"] else "",
        ),
    )
    if row["state"] == "EXCUSED":
        yield "changed_at", told("two persons know of it: the address goes on behind it")


def _link(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "created_at",
        told(
            "link number {number} of wallet {wallet} asked for",
            number=row["number"],
            wallet=row["wallet"],
        ),
    )
    tier = "" if row["tier"] is None else told(", tier {tier}", tier=row["tier"])
    yield "updated_at", _became(row, tier, _because(row))


def _payout_file(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield "created_at", told("payout file saved, for {day}", day=row["execution_date"])
    yield "tried_at", told("begun to be handed in, the last time")
    yield "heard_at", told("the bank spoke of it before its answer was written down")
    problem = ""
    if row["problem"] and row["state"] == "SAVED":
        problem = told("; the bank refused it: {problem:said}", problem=row["problem"])
    elif row["problem"]:
        problem = told("; {problem:said}", problem=row["problem"])
    where = told(" as {location}", location=row["location"]) if row["location"] else ""
    yield "changed_at", _became(row, where, problem)


def _statement(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    names = ("state", "lines", "new", "known", "conflicting", "bad", "source")
    yield (
        "taken_at",
        told(
            "{state:said}: {lines} lines, {new} new, {known} known, "
            "{conflicting} conflicting, {bad} bad ({source:said})",
            **{name: row[name] for name in names},
        ),
    )


def _document(row: Row, _currency: str) -> Iterator[tuple[str, str]]:
    yield (
        "received_at",
        told(
            "{kind} {state:said}{why:said}",
            kind=row["kind"],
            state=row["state"],
            why=_because(row),
        ),
    )


def _became(row: Row, *more: str) -> str:
    """The state, and what is known of how it came."""
    parts = {f"part{place}": part for place, part in enumerate(more)}
    return told(
        "".join(("{state:said}", *(f"{{{name}:said}}" for name in parts))),
        state=row["state"],
        **parts,
    )


def _because(row: Row) -> str:
    return _why(row.get("reason"))


def _why(reason: str | None) -> str:
    return told(": {reason:said}", reason=reason) if reason else ""


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

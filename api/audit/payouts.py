"""Audit: burns, payouts and their files against the chain, the orders and the bank's word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.audit.due import decided, of_payments
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing
from api.audit.words import NO, YES, Words
from api.bank import PayoutBatch
from api.evidence import Evidence, File, Log
from wallet.typed_data import Payout

__all__ = ["check_burns", "check_payout_files", "check_redemptions"]

_TABLE = "redemptions"
_NOT_BURNED = frozenset({"RECEIVED", "BURNING", "REFUSED"})


def check_redemptions(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each burn has its row, each row stands where chain and bank say that it stands."""
    yield from check_burns(evidence, tables)
    words = Words(evidence, tables)
    back = _sent_back(evidence, tables)
    for row in tables[_TABLE]:
        expected = {"sent_back": back[row["id"]]}
        yield from differing(_TABLE, row["id"], row, expected, "the bank's bookings")
        yield from _payout(row)
        yield from _state(words, row)


def _sent_back(evidence: Evidence, tables: Tables) -> Counter[str]:
    """What the bank booked back and has not booked once more, by what it was paid for."""
    back: Counter[str] = Counter()
    for row in of_payments(evidence, tables):
        if row["event_id"].startswith("sent-back:"):
            back[row["about"]] += row["amount"]
        elif row["event_id"].startswith("settled-again:"):
            back[row["about"]] = 0
    return back


def check_burns(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each burn has its row, with its words; each return has its burn's row in its last state."""
    burns, returns = _burns(evidence, tables)
    rows = tables.by(_TABLE, "end_to_end_id")
    for key in sorted(burns.keys() - rows.keys()):
        yield Finding(_TABLE, key, "row", f"missing: burned by {burns[key].event_id}")
    for row in tables[_TABLE]:
        nonce = bytes.fromhex(row["nonce"][2:])
        expected = {"end_to_end_id": evidence.end_to_end_id(row["holder"], nonce)}
        yield from differing(_TABLE, row["id"], row, expected, "holder and nonce")
        yield from _against_burn(row, burns.get(row["end_to_end_id"]))
        yield from _against_return(row, returns.get(row["end_to_end_id"]))


def _burns(evidence: Evidence, tables: Tables) -> tuple[dict[str, Log], dict[str, Log]]:
    """Burns and returns by end-to-end id."""
    up_to = tables.read_up_to
    burns: dict[str, Log] = {}
    returns: dict[str, Log] = {}
    for log in evidence.chain.events.named("Redeemed", "PayoutReturned", up_to=up_to):
        key = evidence.end_to_end_id(log.args["holder"], log.args["nonce"])
        (burns if log.name == "Redeemed" else returns)[key] = log
    return burns, returns


def _against_burn(row: Row, burn: Log | None) -> Iterator[Finding]:
    burned = row["state"] not in _NOT_BURNED
    if burn is None:
        if burned or row["burn_event"] is not None:
            problem = f"it is {row['state']}, and no final burn is known on chain"
            yield Finding(_TABLE, str(row["id"]), "state", problem)
        return
    if not burned:
        problem = f"it is {row['state']}, and the chain burned it: {burn.event_id}"
        yield Finding(_TABLE, str(row["id"]), "state", problem)
    args = burn.args
    expected: dict[str, Any] = {
        "holder": args["holder"],
        "nonce": f"0x{args['nonce'].hex()}",
        "amount": args["amount"],
        "fee": args["fee"],
        "payout_hash": f"0x{args['payoutHash'].hex()}",
        "burn_event": burn.event_id,
        "burn_block": burn.block,
    }
    if row["state"] == "BURNED":
        expected["changed_at"] = burn.time
    yield from differing(_TABLE, row["id"], row, expected, "the chain's burn")


def _against_return(row: Row, back: Log | None) -> Iterator[Finding]:
    state = row["state"]
    if (state == "RETURNED") != (back is not None):
        on_chain = "no return" if back is None else f"the return {back.event_id}"
        yield Finding(_TABLE, str(row["id"]), "state", f"it is {state}, the chain has {on_chain}")
    elif back is not None:
        expected = {"changed_at": back.time}
        yield from differing(_TABLE, row["id"], row, expected, "the chain's return")


def _payout(row: Row) -> Iterator[Finding]:
    """Account, name and reference are the ones whose hash the holder signed."""
    if row["payout_account"] is None:
        return
    payout = Payout(
        account=row["payout_account"],
        name=row["payout_name"],
        reference=row["payout_reference"],
        salt=bytes.fromhex(row["payout_salt"][2:]),
    )
    hashed = f"0x{payout.struct_hash().hex()}"
    if hashed != row["payout_hash"]:
        problem = "account, name, reference and salt do not give the hash that was signed"
        yield Finding(_TABLE, str(row["id"]), "payout_hash", problem)


def _state(words: Words, row: Row) -> Iterator[Finding]:
    """The bank's word and two persons' on what became of a burn."""
    key, state = row["end_to_end_id"], row["state"]
    said, paid = words.on(key), key in words.paid
    by_persons = row["id"] in words.resolved
    wrong = {
        "SETTLED": not paid and row["amount"] > row["fee"],
        "ACCEPTED": not said & YES and not by_persons,
        "REJECTED": not said & NO and not by_persons and key not in words.withdrawn,
        "SUBMITTED": key not in words.orders,
        "RETURNED_BY_BANK": not paid,
        "RETURN_DIFFERS": not paid,
        "RETURN_ORDERED": row["id"] not in words.ordered_back,
    }
    if wrong.get(state, False):
        problem = f"it is {state}, and neither a file of the bank nor two persons say so"
        yield Finding(_TABLE, str(row["id"]), "state", problem)


def check_payout_files(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Every order that the bank was given is saved, as it was given, and no other is."""
    rows = tables.by("payout_files", "message_id")
    payments: dict[str, dict[str, Row]] = {}
    for payment in tables["payments"]:
        payments.setdefault(payment["message_id"], {})[payment["end_to_end_id"]] = payment
    redemptions, subjects = tables.by(_TABLE, "end_to_end_id"), _subjects(tables)
    for message_id, (file, order) in evidence.bank.orders.items():
        row = rows.get(message_id)
        if row is None:
            yield Finding("payout_files", message_id, "row", "missing: the bank was given it")
            continue
        saved = payments.pop(message_id, {})
        yield from _file(row, file, order, saved)
        for place, each in enumerate(order.instructions):
            key = each.end_to_end_id
            told = {"position": place, "amount": each.amount.minor, **subjects.get(key, {})}
            yield from _payment(message_id, key, saved.pop(key, None), told)
            yield from _as_ordered(redemptions.get(key), each)
        for key in saved:
            yield Finding("payments", key, "row", f"the order {message_id} does not pay it")
    yield from _ended_files(evidence, tables)
    for message_id, left in payments.items():
        for key in left if message_id not in rows else ():
            yield Finding("payments", key, "message_id", f"there is no file {message_id}")
        if message_id in rows:
            yield from _ungiven(rows[message_id], list(left.values()))


def _file(row: Row, file: File, order: PayoutBatch, saved: Mapping[str, Row]) -> Iterator[Finding]:
    expected: dict[str, Any] = {
        "created_at": order.created_at,
        "execution_date": order.execution_date,
        "payments": len(order.instructions),
        "total": sum(each.amount.minor for each in order.instructions),
    }
    if row["state"] == "SUBMITTED" and (row["sha256"] or row["heard_at"] is None):
        expected["sha256"] = file.sha256
    if len(kinds := {each["kind"] for each in saved.values()}) == 1:
        expected["kind"] = kinds.pop()
    kept = {**row, "created_at": row["created_at"].replace(microsecond=0)}
    yield from differing("payout_files", row["message_id"], kept, expected, "the order")


def _ungiven(row: Row, saved: Sequence[Row]) -> Iterator[Finding]:
    """A file that the bank was never given: what it is made of, and no proof that it has it."""
    expected = {
        "payments": len(saved),
        "total": sum(each["amount"] for each in saved),
        "kind": saved[0]["kind"],
        "sha256": None,
    }
    yield from differing("payout_files", row["message_id"], row, expected, "its payments")


def _payment(
    message_id: str, key: str, row: Row | None, told: Mapping[str, object]
) -> Iterator[Finding]:
    if row is None:
        problem = f"missing: the order {message_id} pays it"
        yield Finding("payments", key, "row", problem)
    else:
        yield from differing("payments", key, row, told, "the order")


def _subjects(tables: Tables) -> dict[str, dict[str, str]]:
    """Kind and subject of payments, by end-to-end id."""
    return {
        row["end_to_end_id"]: {"kind": kind, "subject": row["id"]}
        for kind, table in (("redemption", _TABLE), ("refund", "refunds"))
        for row in tables[table]
    }


def _ended_files(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """The bank was given what it is said to have; two persons withdrew what is withdrawn."""
    withdrawn = decided(tables, "withdraw-file")
    for row in tables["payout_files"]:
        key, state = row["message_id"], row["state"]
        if state == "SUBMITTED" and key not in evidence.bank.orders:
            yield Finding("payout_files", key, "row", "the bank was given no such order")
        if (state == "WITHDRAWN") != (key in withdrawn):
            said = "two persons withdrew it" if key in withdrawn else "nobody withdrew it"
            yield Finding("payout_files", key, "state", f"it is {state}, and {said}")


def _as_ordered(row: Row | None, each: Any) -> Iterator[Finding]:
    if row is None:
        return
    expected = {"payout_account": each.creditor_account, "payout_name": each.creditor_name}
    yield from differing(_TABLE, row["id"], row, expected, "the order")
    if row["amount"] - row["fee"] != each.amount.minor:
        problem = f"the order pays {each.amount}"
        yield Finding(_TABLE, str(row["id"]), "amount", problem)

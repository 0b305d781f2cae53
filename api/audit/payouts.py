"""Audit: burns, payouts and their files against the chain, the orders and the bank's word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from api.audit.due import decided
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing
from api.evidence import Evidence, Log
from wallet.typed_data import Payout

__all__ = ["check_burns", "check_payout_files", "check_redemptions"]

_TABLE = "redemptions"
_NOT_BURNED = frozenset({"RECEIVED", "BURNING", "REFUSED"})
_NO = frozenset({"RJCT", "CANC"})
_YES = frozenset({"ACCP", "ACSP", "ACSC", "ACWC", "ACCC", "ACFC", "ACWP"})
_IN_FILE = frozenset({"PAYING", "SUBMITTED", "ACCEPTED", "NEVER_HEARD_BACK", "REJECTED"})


def check_redemptions(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Each burn has its row, each row stands where chain and bank say that it stands."""
    yield from check_burns(evidence, tables)
    words = _Words(evidence, tables)
    for row in tables[_TABLE]:
        yield from _payout(row)
        yield from _state(words, row)


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
    for log in evidence.chain.logs:
        if log.name in ("Redeemed", "PayoutReturned") and log.block <= up_to:
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


class _Words:
    """The bank's word and two persons' on each payment, gathered once."""

    def __init__(self, evidence: Evidence, tables: Tables) -> None:
        self.resolved = decided(tables, "resolve")
        self.ordered_back = decided(tables, "return-burn")
        self.order_of = {
            each.end_to_end_id: message_id
            for message_id, (_file, order) in evidence.bank.orders.items()
            for each in order.instructions
        }
        self.paid = {
            version.line.end_to_end_id
            for versions in evidence.bank.versions.values()
            for version in versions
            if version.line.direction == "DEBIT"
        }
        self._said: defaultdict[tuple[str | None, str | None], set[str]] = defaultdict(set)
        for status in evidence.bank.statuses:
            of_order = None if status.end_to_end_id else status.original_message_id
            self._said[status.end_to_end_id, of_order].add(status.status)

    def on(self, key: str) -> set[str]:
        """What the bank said of a payment: by itself, and of the order that holds it."""
        return self._said[key, None] | self._said[None, self.order_of.get(key)]


def _state(words: _Words, row: Row) -> Iterator[Finding]:
    """The bank's word and two persons' on what became of a burn."""
    key, state = row["end_to_end_id"], row["state"]
    said, paid = words.on(key), key in words.paid
    by_persons = row["id"] in words.resolved
    wrong = {
        "SETTLED": not paid and row["amount"] > row["fee"],
        "ACCEPTED": not said & _YES and not by_persons,
        "REJECTED": not said & _NO and not by_persons,
        "SUBMITTED": key not in words.order_of,
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
    redemptions = tables.by(_TABLE, "end_to_end_id")
    for message_id, (file, order) in evidence.bank.orders.items():
        row = rows.get(message_id)
        if row is None:
            yield Finding("payout_files", message_id, "row", "missing: the bank was given it")
            continue
        expected: dict[str, Any] = {
            "created_at": order.created_at,
            "execution_date": order.execution_date,
            "payments": len(order.instructions),
            "total": sum(each.amount.minor for each in order.instructions),
        }
        if row["state"] == "SUBMITTED":
            expected["sha256"] = file.sha256
        kept = {**row, "created_at": row["created_at"].replace(microsecond=0)}
        yield from differing("payout_files", message_id, kept, expected, "the order")
        saved = payments.pop(message_id, {})
        for place, each in enumerate(order.instructions):
            found = saved.pop(each.end_to_end_id, None)
            if found is None:
                problem = f"missing: the order {message_id} pays it"
                yield Finding("payments", each.end_to_end_id, "row", problem)
                continue
            key = each.end_to_end_id
            told = {"position": place, "amount": each.amount.minor}
            yield from differing("payments", key, found, told, "the order")
            yield from _as_ordered(redemptions.get(key), each)
        for key in saved:
            yield Finding("payments", key, "row", f"the order {message_id} does not pay it")
    for message_id, kept_file in rows.items():
        if kept_file["state"] == "SUBMITTED" and message_id not in evidence.bank.orders:
            problem = "the bank was given no such order"
            yield Finding("payout_files", message_id, "row", problem)
    for message_id, saved in payments.items():
        if message_id not in rows:
            for key in saved:
                yield Finding("payments", key, "message_id", f"there is no file {message_id}")


def _as_ordered(row: Row | None, each: Any) -> Iterator[Finding]:
    if row is None:
        return
    expected = {"payout_account": each.creditor_account, "payout_name": each.creditor_name}
    yield from differing(_TABLE, row["id"], row, expected, "the order")
    if row["amount"] - row["fee"] != each.amount.minor:
        problem = f"the order pays {each.amount}"
        yield Finding(_TABLE, str(row["id"]), "amount", problem)

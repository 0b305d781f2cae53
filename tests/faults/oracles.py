"""Tests of faults: the six oracles. Each takes what was found and names what is wrong.

O1 supply and ledger and bank agree; O2 one line, one mint, and one burn, one payout; O3 all is
at rest; O4 the journal is whole; O5 nothing acknowledged is missing; O6 no secret came out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from api.deposits.model import chain_reference
from api.ledger.model import Account, imbalance, signed
from api.redemptions.model import end_to_end_id
from tests.faults.found import Evidence

__all__ = ["ORACLES", "REST", "judge"]

REST = {
    "bank_lines": {"EXPLAINED", "STORED", "REFUSED", "CONFLICTING", "QUARANTINED", "SET_ASIDE"},
    "statement_files": {"COMPLETE"},
    "links": {"ACTIVE", "CLOSED", "REFUSED"},
    "deposits": {"ISSUED", "REFUSED", "HELD"},
    "chain_transactions": {"DONE", "REVERTED", "REFUSED"},
    "transfers": {"FINAL", "FAILED"},
    "redemptions": {"SETTLED", "RETURNED", "REFUSED", "AWAITING_INSTRUCTIONS", "NEVER_HEARD_BACK"},
    "payout_files": {"SUBMITTED", "WITHDRAWN"},
    "refunds": {
        "SETTLED",
        "REJECTED",
        "AWAITING_ACCOUNT",
        "NEVER_HEARD_BACK",
        "RETURNED_BY_BANK",
        "RETURN_DIFFERS",
        "ABANDONED",
    },
    "recalls": {"REVERSED", "RECALLED", "FROZEN", "THAWED", "CLOSED"},
    "relay_batches": {"DONE", "SPLIT"},
    "relay_entries": {"DONE", "FAILED"},
    "statement_sheets": {"SOUND", "QUARANTINED", "RELEASED", "DISMISSED"},
    "chain_strangers": {"HALTING", "EXCUSED"},
    "proposals": {"PROPOSED", "APPROVED", "DECLINED", "WITHDRAWN", "EXPIRED"},
    "bank_documents": {"TAKEN", "REFUSED", "ACKNOWLEDGED"},
}
"""The states in which a thing may stay: it has ended, or a person is shown it and has a way out."""

UNPAID = {"AWAITING_INSTRUCTIONS", "NEVER_HEARD_BACK"}
"""Burned, and neither paid nor returned: parked where it is seen."""


def money(found: Evidence) -> list[str]:
    """O1: supply = mints − burns = the ledger's liability; all of it = what the bank has booked."""
    breaches = []
    minted = sum(args["amount"] for name in _MINTS for args in found.named(name))
    burned = sum(args["amount"] for args in found.named("Redeemed"))
    balances = _balances(found)
    if found.supply != minted - burned:
        breaches.append(f"O1 supply {found.supply} is not {minted} minted less {burned} burned")
    if balances[Account.TOKENS] != found.supply:
        breaches.append(f"O1 ledger owes {balances[Account.TOKENS]}, the chain {found.supply}")
    owed = found.supply + sum(balances[a] for a in Account if a not in _SEPARATE)
    if owed != found.booked:
        breaches.append(f"O1 tokens and money on its way are {owed}, the bank has {found.booked}")
    lost = _lost(found)
    if balances[Account.RECALLED] != -lost:
        words = f"{lost}, for the ledger {-balances[Account.RECALLED]}"
        breaches.append(f"O1 minted and taken back: {words}")
    if balances[Account.RESERVE] != found.booked:
        breaches.append(f"O1 ledger's reserve {balances[Account.RESERVE]} is not the bank's")
    return breaches


def once(found: Evidence) -> list[str]:
    """O2: each bank line minted at most once and never another sum; each burn paid at most once."""
    return [*_mints(found), *_burns(found)]


def at_rest(found: Evidence) -> list[str]:
    """O3: everything has ended or is parked in a named state, and none is in between."""
    breaches = []
    for table, rows in found.rows.items():
        if not rows or "state" not in rows[0]:
            continue
        states = Counter(row["state"] for row in rows)
        may = REST.get(table, set()) | found.parked.get(table, frozenset())
        moving = {s: n for s, n in states.items() if s not in may}
        breaches += [f"O3 {table}: {n} rest in {state}" for state, n in sorted(moving.items())]
    stored = {row["bank_id"] for row in found.rows["bank_lines"]}
    breaches += [f"O3 line {c.bank_id} was lost" for c in found.credits if c.bank_id not in stored]
    return breaches


def journal(found: Evidence) -> list[str]:
    """O4: the journal sums to zero, and its hash chain is intact."""
    gap = imbalance(_balances(found))
    breaches = [f"O4 the journal is out of balance by {gap}"] if gap else []
    events = Counter(row["event_id"] for row in found.rows["postings"])
    breaches += [f"O4 {event} was posted {n} times" for event, n in events.items() if n > 1]
    return [*breaches, *(f"O4 hash chain: {words}" for words in found.chain_intact)]


def kept(found: Evidence) -> list[str]:
    """O5: what was acknowledged is there, and every final event of ours is in the books."""
    breaches = [f"O5 {thing} was acknowledged and is missing" for thing in found.missing]
    known = {(row["holder"], row["nonce"]) for row in found.rows["redemptions"]}
    burns = {(args["holder"], f"0x{args['nonce'].hex()}") for args in found.named("Redeemed")}
    lost = sorted(burns - known)
    return [
        *breaches,
        *(f"O5 the burn {nonce} of {holder} is in no book" for holder, nonce in lost),
    ]


def secrets_stay(found: Evidence) -> list[str]:
    """O6: planted secrets are in no log, no answer, no error and no table."""
    dump = [repr(tuple(row.values())) for rows in found.rows.values() for row in rows]
    return [
        f"O6 {name} came out in {where}"
        for name, secret in found.secrets.items()
        for where, texts in (("a text", found.texts), ("a table", dump))
        if any(secret in text for text in texts)
    ]


ORACLES: dict[str, Callable[[Evidence], list[str]]] = {
    "O1": money,
    "O2": once,
    "O3": at_rest,
    "O4": journal,
    "O5": kept,
    "O6": secrets_stay,
}


def judge(found: Evidence, *, but: Iterable[str] = ()) -> list[str]:
    """Every breach that any oracle names; those of `but` are not asked."""
    return [b for name, oracle in ORACLES.items() if name not in but for b in oracle(found)]


_MINTS = ("Issued", "PayoutReturned")
_SEPARATE = {Account.TOKENS, Account.RESERVE}


def _balances(found: Evidence) -> dict[Account, int]:
    debits, credits_ = defaultdict[str, int](int), defaultdict[str, int](int)
    for row in found.rows["postings"]:
        debits[row["debit"]] += row["amount"]
        credits_[row["credit"]] += row["amount"]
    return {a: signed(a, debits[a.value], credits_[a.value]) for a in Account}


def _lost(found: Evidence) -> int:
    """Minor units of tokens that stand against money which the bank took back."""
    minted = {args["ref"] for args in found.named("Issued")}
    return sum(
        line.minor
        for line in found.taken_back
        if chain_reference(found.key, line.account, line.bank_id) in minted
    )


def _mints(found: Evidence) -> list[str]:
    worth = {chain_reference(found.key, c.account, c.bank_id): c for c in found.credits}
    times = Counter(args["ref"] for args in found.named("Issued"))
    breaches = [
        f"O2 line {worth[ref].bank_id} was minted {n} times"
        for ref, n in times.items()
        if n > 1 and ref in worth
    ]
    for args in found.named("Issued"):
        line = worth.get(args["ref"])
        if line is None:
            breaches.append(f"O2 {args['amount']} were minted for no line of the bank")
        elif line.minor != args["amount"]:
            breaches.append(f"O2 {args['amount']} were minted for {line.bank_id} of {line.minor}")
    return breaches


def _burns(found: Evidence) -> list[str]:
    breaches = []
    told = Counter(payment.end_to_end_id for payment in found.payments)
    breaches += [f"O2 the bank was told {n} times to pay {e}" for e, n in told.items() if n > 1]
    payments = {payment.end_to_end_id: payment for payment in found.payments}
    returned = {(a["holder"], a["nonce"]): a["amount"] for a in found.named("PayoutReturned")}
    states = {row["end_to_end_id"]: row["state"] for row in found.rows["redemptions"]}
    burned = _refunds(found, breaches)
    for args in found.named("Redeemed"):
        name = end_to_end_id(
            found.deployment.caip2, found.deployment.token, args["holder"], args["nonce"]
        )
        burned.add(name)
        due = args["amount"] - args["fee"]
        payment = payments.get(name)
        times = (payment.paid if payment else 0) + ((args["holder"], args["nonce"]) in returned)
        may = UNPAID | found.parked.get("redemptions", frozenset())
        if times > 1 or (times == 0 and due > 0 and states.get(name) not in may):
            breaches.append(f"O2 the burn {name} was paid or returned {times} times")
        if payment is not None and payment.minor != due:
            breaches.append(f"O2 the burn {name} of {due} was paid as {payment.minor}")
        if returned.get((args["holder"], args["nonce"]), due) != due:
            breaches.append(f"O2 the burn {name} of {due} was returned as another sum")
    breaches += [f"O2 {each} was paid for no burn" for each in payments if each not in burned]
    return breaches


def _refunds(found: Evidence, breaches: list[str]) -> set[str]:
    """The end-to-end ids of payments that bring money back to its payer, each line's once."""
    paid = {payment.end_to_end_id: payment.paid for payment in found.payments}
    lines = {row["id"]: row for row in found.rows["bank_lines"]}
    minted = {args["ref"] for args in found.named("Issued")}
    ours = set()
    for refund in found.rows["refunds"]:
        ids = {p["end_to_end_id"] for p in found.rows["payments"] if p["subject"] == refund["id"]}
        ids.add(refund["end_to_end_id"])  # in no file of a database that is older than its payment
        ours |= ids
        line = lines[refund["line_id"]]
        times = sum(paid.get(each, 0) for each in ids)
        times += chain_reference(found.key, line["account"], line["bank_id"]) in minted
        if times > 1:
            breaches.append(f"O2 line {line['bank_id']} was paid back or minted {times} times")
    return ours

"""Audit: the journal. Every posting follows from a line, an event or the bank's word; nothing else.

Sealing and balances are worked out here once more, from the published form of the seal alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from api.audit.deposits import issues_of
from api.audit.due import Due, payments_due, returns_owed
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing
from api.evidence import Evidence

__all__ = ["check_balances", "check_chain_postings", "check_postings", "check_seals"]

_TABLE = "postings"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GENESIS = hashlib.sha256(b"jiaozi journal 1").digest()


def check_postings(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Exactly the postings that bank and chain call for, each with their amounts."""
    due = {
        **_of_lines(evidence, tables),
        **_of_deposits(evidence, tables),
        **_of_burns(evidence, tables),
        **payments_due(evidence, tables),
    }
    yield from _compare(evidence, tables[_TABLE], due)


def check_chain_postings(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Exactly the postings that the token's events call for, each with their amounts."""
    mark = f"{evidence.caip2}:0x"
    rows = [row for row in tables[_TABLE] if row["event_id"].startswith(mark)]
    due = {**_of_deposits(evidence, tables), **_of_burns(evidence, tables)}
    told = {event: wanted for event, wanted in due.items() if event.startswith(mark)}
    yield from _compare(evidence, rows, told)


def _compare(evidence: Evidence, rows: Sequence[Row], due: Mapping[str, Due]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for row in rows:
        event, number = row["event_id"], row["number"]
        seen[event] += 1
        wanted = due.get(event)
        if wanted is None or seen[event] > 1:
            problem = f"neither bank nor chain calls for {event}"
            yield Finding(_TABLE, str(number), "row", problem)
            continue
        expected = {
            "debit": wanted.debit,
            "credit": wanted.credit,
            "amount": wanted.amount,
            "currency": evidence.currency,
        }
        if wanted.about is not None:
            expected["about"] = wanted.about
        if wanted.at is not None:
            expected["at"] = wanted.at
        yield from differing(_TABLE, number, row, expected, f"what called for {event}")
    for event, wanted in due.items():
        if not seen[event]:
            problem = f"missing: {wanted.amount} debit {wanted.debit}, credit {wanted.credit}"
            yield Finding(_TABLE, event, "row", problem)


def _of_lines(evidence: Evidence, tables: Tables) -> dict[str, Due]:
    """RESERVE moves with every line of the bank's files that was stored."""
    due: dict[str, Due] = {}
    for row in tables["bank_lines"]:
        versions = evidence.bank.versions.get(row["id"])
        if versions is None or row["state"] in ("CONFLICTING", "QUARANTINED"):
            continue
        line = versions[0].line
        accounts = ("RESERVE", "UNMATCHED" if line.kind == "PAYMENT" else "OWN_FUNDS")
        debit, credit = accounts if line.direction == "CREDIT" else accounts[::-1]
        due[f"line:{row['id']}"] = Due(
            debit, credit, line.amount.minor, row["id"], row["stored_at"]
        )
    return due


def _of_deposits(evidence: Evidence, tables: Tables) -> dict[str, Due]:
    """UNMATCHED → ISSUING under a number, and on by the chain's word on it."""
    due: dict[str, Due] = {}
    deposits = tables.by("deposits", "number")
    for number, row in deposits.items():
        due[f"deposit:{number}"] = Due(
            "UNMATCHED", "ISSUING", row["amount"], row["id"], row["created_at"]
        )
    for number, log in issues_of(evidence, tables.read_up_to).items():
        row_of = deposits.get(number)
        if row_of is None and log.name == "NumberVoided":
            continue  # closed by hand: no money was on its way under it
        to = "TOKENS" if log.name == "Issued" else "UNMATCHED"
        about = None if row_of is None else row_of["id"]
        amount = log.args["amount"] if "amount" in log.args or row_of is None else row_of["amount"]
        due[log.event_id] = Due("ISSUING", to, amount, about, log.time)
    return due


def _of_burns(evidence: Evidence, tables: Tables) -> dict[str, Due]:
    """TOKENS → PAYOUTS by a burn, and back by a return."""
    up_to = tables.read_up_to
    due: dict[str, Due] = {}
    redemptions = tables.by("redemptions", "end_to_end_id")
    owed_again = returns_owed(tables)
    for log in evidence.chain.logs:
        if log.block > up_to or log.name not in ("Redeemed", "PayoutReturned"):
            continue
        key = evidence.end_to_end_id(log.args["holder"], log.args["nonce"])
        known = redemptions.get(key)
        about = None if known is None else known["id"]
        if log.name == "Redeemed":
            amount, fee = log.args["amount"], log.args["fee"]
            due[log.event_id] = Due("TOKENS", "PAYOUTS", amount, about, log.time)
            if fee:
                due[f"{log.event_id}:fee"] = Due("PAYOUTS", "OWN_FUNDS", fee, about, log.time)
        else:
            source = "RETURNS" if key in owed_again else "PAYOUTS"
            due[log.event_id] = Due(source, "TOKENS", log.args["amount"], about, log.time)
    return due


def check_seals(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """The hash chain over the journal: each posting is sealed at its place, the head is its end."""
    del evidence  # the chain is over the rows as they were
    postings = tables.by(_TABLE, "number")
    previous, place = _GENESIS, 0
    for seal in tables["journal_seals"]:
        place += 1
        if seal["number"] != place:
            yield Finding("journal_seals", str(place), "row", "missing: the chain has a gap")
            place = seal["number"]
            previous = bytes(seal["hash"])
            postings.pop(seal["posting"], None)
            continue
        row = postings.pop(seal["posting"], None)
        if row is None:
            problem = f"the posting {seal['posting']} was sealed and is missing"
            yield Finding("journal_seals", str(place), "posting", problem)
        elif _sealed(place, previous, row) != bytes(seal["hash"]):
            problem = "the posting or its seal is not what was sealed"
            yield Finding("journal_seals", str(place), "hash", problem)
        previous = bytes(seal["hash"])
    for number in postings:
        yield Finding(_TABLE, str(number), "row", "it was never sealed")
    for head in tables["journal_head"]:
        if (head["number"], bytes(head["hash"])) != (place, previous):
            problem = f"it names place {head['number']}, the chain ends at {place}"
            yield Finding("journal_head", str(head["name"]), "number", problem)


def _sealed(place: int, previous: bytes, row: Row) -> bytes:
    at = (row["at"] - _EPOCH) // timedelta(microseconds=1)
    words = ("event_id", "kind", "debit", "credit", "currency", "about")
    text = f"{place}:{row['number']}:{row['amount']}:{at}:" + "".join(
        f"{len(row[word])}:{row[word]}" for word in words
    )
    return hashlib.sha256(previous + text.encode()).digest()


def check_balances(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Kept balances are the sums of the postings, and TOKENS is what the token itself says."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in tables[_TABLE]:
        for account, sign in ((row["debit"], 1), (row["credit"], -1)):
            asset = 1 if account == "RESERVE" else -1
            sums[account, row["currency"]] += sign * asset * row["amount"]
    kept = {(row["account"], row["currency"]): row["minor"] for row in tables["balances"]}
    for key in sorted(sums.keys() | kept.keys()):
        if kept.get(key, 0) != sums.get(key, 0):
            problem = f"it is {kept.get(key, 0)}, by its postings {sums.get(key, 0)}"
            yield Finding("balances", " ".join(key), "minor", problem)
    tokens = kept.get(("TOKENS", evidence.currency), 0)
    outstanding = _outstanding(evidence, tables.read_up_to)
    if tokens != outstanding:
        problem = f"it is {tokens}, by the token's events {outstanding}"
        yield Finding("balances", f"TOKENS {evidence.currency}", "minor", problem)
    if _outstanding(evidence, evidence.chain.head) != evidence.chain.supply:
        problem = "the token's events do not add up to its supply: the node left some out"
        yield Finding("chain", "logs", "supply", problem)


def _outstanding(evidence: Evidence, up_to: int) -> int:
    """Tokens by the events alone, up to a block."""
    signs = {"Issued": 1, "Redeemed": -1, "PayoutReturned": 1}
    return sum(
        signs[log.name] * int(log.args["amount"])
        for log in evidence.chain.logs
        if log.name in signs and log.block <= up_to
    )

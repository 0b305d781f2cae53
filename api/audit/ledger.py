"""Audit: the journal. Every posting follows from a line, an event or the bank's word; nothing else.

Sealing and balances are worked out here once more, from the published form of the seal alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from api.audit.adopted import not_ours
from api.audit.due import Due, Dues, payments_due, returns_owed
from api.audit.lines import NOT_BOOKED, as_told, in_doubt
from api.audit.model import Finding
from api.audit.tables import Row, Tables, differing, keyed, together
from api.evidence import Evidence

__all__ = ["check_balances", "check_chain_postings", "check_postings", "check_seals"]

_TABLE = "postings"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GENESIS = hashlib.sha256(b"jiaozi journal 1").digest()


def check_postings(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Exactly the postings that bank and chain call for, each with their amounts."""
    due = Dues()
    due.add(_of_lines(evidence, tables))
    due.add(_of_deposits(evidence, tables))
    due.add(_of_ends(evidence, tables))
    due.add(_of_burns(evidence, tables).items())
    due.add(payments_due(evidence, tables).items())
    yield from _compare(evidence, tables.ordered(_TABLE, "event_id", "number"), due)


def check_chain_postings(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Exactly the postings that the token's events call for, each with their amounts."""
    mark = f"{evidence.caip2}:0x"
    event_id = tables.table(_TABLE).c.event_id
    told = event_id.startswith(mark, autoescape=True)
    due = Dues()
    due.add(_of_ends(evidence, tables))
    due.add(_of_burns(evidence, tables).items())
    yield from _compare(evidence, tables.ordered(_TABLE, "event_id", "number", where=told), due)


def _compare(evidence: Evidence, rows: Iterable[Row], due: Dues) -> Iterator[Finding]:
    for event, (found, called) in together(keyed(rows, "event_id"), due.in_order()):
        wanted = called[-1] if called else None
        for row in found if wanted is None else found[1:]:
            problem = f"neither bank nor chain calls for {event}"
            yield Finding(_TABLE, str(row["number"]), "row", problem)
        if wanted is not None and found:
            yield from _as_wanted(evidence, found[0], wanted)
        elif wanted is not None:
            problem = f"missing: {wanted.amount} debit {wanted.debit}, credit {wanted.credit}"
            yield Finding(_TABLE, event, "row", problem)


def _as_wanted(evidence: Evidence, row: Row, wanted: Due) -> Iterator[Finding]:
    expected: dict[str, Any] = {
        "debit": wanted.debit,
        "credit": wanted.credit,
        "amount": wanted.amount,
        "currency": evidence.currency,
    }
    if wanted.about is not None:
        expected["about"] = wanted.about
    if wanted.at is not None:
        expected["at"] = wanted.at
    source = f"what called for {row['event_id']}"
    yield from differing(_TABLE, row["number"], row, expected, source)


def _of_lines(evidence: Evidence, tables: Tables) -> Iterator[tuple[str, Due]]:
    """RESERVE moves with every line of the bank's files that was stored."""
    rows_of, doubtful = keyed(tables.ordered("bank_lines", "id"), "id"), in_doubt(tables)
    for key, (rows, versions) in together(rows_of, evidence.bank.versions.in_order()):
        for row in rows:
            if not versions or row["state"] in NOT_BOOKED:
                continue
            line = as_told(row, versions).line
            accounts = ("RESERVE", "UNMATCHED" if line.kind == "PAYMENT" else "OWN_FUNDS")
            debit, credit = accounts if line.direction == "CREDIT" else accounts[::-1]
            # what was in doubt is posted when the doubt ends
            at = None if (row["file_id"], row["statement"]) in doubtful else row["stored_at"]
            yield f"line:{key}", Due(debit, credit, line.amount.minor, key, at)


def _of_deposits(evidence: Evidence, tables: Tables) -> Iterator[tuple[str, Due]]:
    """UNMATCHED → ISSUING under a number."""
    adopted = not_ours(evidence, tables)
    for row in tables.ordered("deposits", "number"):
        mark = ":adopted" if row["number"] in adopted else ""
        about = Due("UNMATCHED", "ISSUING", row["amount"], row["id"], row["created_at"])
        yield f"deposit:{row['number']}{mark}", about


def _of_ends(evidence: Evidence, tables: Tables) -> Iterator[tuple[str, Due]]:
    """ISSUING → on, by the chain's word on a number."""
    sides = (
        evidence.chain.events.ended(tables.read_up_to),
        keyed(tables.ordered("deposits", "number"), "number"),
    )
    adopted = not_ours(evidence, tables)
    for number, (logs, rows) in together(*sides):
        for log in logs:
            if not rows and log.name == "NumberVoided":
                continue  # closed by hand: no money was on its way under it
            to = "TOKENS" if log.name == "Issued" else "UNMATCHED"
            about = rows[0]["id"] if rows else None
            told = log.args.get("amount") or rows[0]["amount"]
            # what another life issued is posted when its line is known
            at = rows[0]["created_at"] if rows and number in adopted else log.time
            yield log.event_id, Due("ISSUING", to, told, about, at)


def _of_burns(evidence: Evidence, tables: Tables) -> dict[str, Due]:
    """TOKENS → PAYOUTS by a burn, and back by a return."""
    up_to = tables.read_up_to
    due: dict[str, Due] = {}
    redemptions = tables.by("redemptions", "end_to_end_id")
    owed_again = returns_owed(evidence, tables)
    for log in evidence.chain.events.named("Redeemed", "PayoutReturned", up_to=up_to):
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
    previous, place = _GENESIS, 0
    for seal in _sealings(tables):
        place += 1
        if seal["place"] != place:
            yield Finding("journal_seals", str(place), "row", "missing: the chain has a gap")
            place = seal["place"]
        elif seal["number"] is None:
            problem = f"the posting {seal['sealed']} was sealed and is missing"
            yield Finding("journal_seals", str(place), "posting", problem)
        elif _sealed(place, previous, seal) != bytes(seal["seal"]):
            problem = "the posting or its seal is not what was sealed"
            yield Finding("journal_seals", str(place), "hash", problem)
        previous = bytes(seal["seal"])
    yield from _not_once(tables)
    for head in tables["journal_head"]:
        if (head["number"], bytes(head["hash"])) != (place, previous):
            problem = f"it names place {head['number']}, the chain ends at {place}"
            yield Finding("journal_head", str(head["name"]), "number", problem)


def _sealings(tables: Tables) -> Iterator[Row]:
    """Each seal with the posting that it names, in the order of their places."""
    seals, postings = tables.table("journal_seals"), tables.table(_TABLE)
    named = (
        seals.c.number.label("place"),
        seals.c.posting.label("sealed"),
        seals.c.hash.label("seal"),
    )
    joined = seals.outerjoin(postings, seals.c.posting == postings.c.number)
    return tables.rows(select(*named, postings).select_from(joined).order_by(seals.c.number))


def _not_once(tables: Tables) -> Iterator[Finding]:
    """Every posting has one seal."""
    seals, postings = tables.table("journal_seals").c, tables.table(_TABLE).c
    found = (
        select(postings.number, func.count(seals.number))
        .outerjoin(tables.table("journal_seals"), seals.posting == postings.number)
        .group_by(postings.number)
        .having(func.count(seals.number) != 1)
    )
    for number, count in tables.connection.execute(found):
        problem = f"it was sealed {count} times" if count else "it was never sealed"
        yield Finding(_TABLE, str(number), "row", problem)


def _sealed(place: int, previous: bytes, row: Row) -> bytes:
    at = (row["at"] - _EPOCH) // timedelta(microseconds=1)
    words = ("event_id", "kind", "debit", "credit", "currency", "about")
    text = f"{place}:{row['number']}:{row['amount']}:{at}:" + "".join(
        f"{len(row[word])}:{row[word]}" for word in words
    )
    return hashlib.sha256(previous + text.encode()).digest()


def check_balances(evidence: Evidence, tables: Tables) -> Iterator[Finding]:
    """Kept balances are the sums of the postings, and TOKENS is what the token itself says."""
    sums = _sums(tables)
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


def _sums(tables: Tables) -> dict[tuple[str, str], int]:
    """What the postings come to, by account and currency: RESERVE is an asset, all else is owed."""
    c = tables.table(_TABLE).c
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for side, sign in ((c.debit, 1), (c.credit, -1)):
        query = select(side, c.currency, func.sum(c.amount)).group_by(side, c.currency)
        for account, currency, total in tables.connection.execute(query):
            sums[account, currency] += sign * (1 if account == "RESERVE" else -1) * int(total)
    return sums


def _outstanding(evidence: Evidence, up_to: int) -> int:
    """Tokens by the events alone, up to a block."""
    signs = {"Issued": 1, "Redeemed": -1, "PayoutReturned": 1}
    return sum(
        signs[log.name] * int(log.args["amount"])
        for log in evidence.chain.events.named(*signs, up_to=up_to)
    )

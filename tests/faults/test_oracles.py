"""Tests of faults: each oracle sees what it is there for (negative controls of all the others)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.api.stage import Stage
from tests.faults.found import BankLine, Evidence, Happened, Payment
from tests.faults.kills import Kills
from tests.faults.oracles import judge
from tests.faults.runs import gather, tell
from tests.faults.story import Story

Tamper = Callable[[Evidence], Evidence]


def rows(found: Evidence, table: str, change: Callable[[dict[str, Any]], Any]) -> Evidence:
    """The first row of a table changed; None takes it out."""
    first, *rest = found.rows[table]
    changed = change(dict(first))
    kept = rest if changed is None else [changed, *rest]
    return replace(found, rows={**found.rows, table: kept})


def events(found: Evidence, name: str, change: Callable[[Mapping[str, Any]], Any]) -> Evidence:
    """The first event of a name changed, or doubled by a list of two."""
    at = next(i for i, event in enumerate(found.events) if event.name == name)
    new = [Happened(name, args) for args in change(found.events[at].args)]
    return replace(found, events=[*found.events[:at], *new, *found.events[at + 1 :]])


def again(payment: Payment) -> Payment:
    """The same payment, made twice."""
    return replace(payment, paid=2)


def said(found: Evidence, secret: str) -> Evidence:
    """A secret in the log."""
    return replace(found, texts=[*found.texts, f"…{found.secrets[secret]}…"])


TAMPERS: dict[str, Tamper] = {
    "O1 supply 1": lambda f: replace(f, supply=1),
    "O1 ledger's reserve": lambda f: rows(f, "postings", lambda r: {**r, "amount": 1}),
    "O1 ledger owes": lambda f: rows(f, "postings", lambda r: {**r, "credit": "TOKENS"}),
    "O1 tokens and money": lambda f: replace(f, booked=f.booked - 1),
    "O1 minted and taken back": lambda f: replace(f, taken_back=[f.credits[0]]),
    "O2 line": lambda f: events(f, "Issued", lambda a: [a, a]),
    "O2 7 were minted for ": lambda f: events(f, "Issued", lambda a: [{**a, "amount": 7}]),
    "O2 9 were minted for no line": lambda f: events(
        f, "Issued", lambda a: [{**a, "ref": b"x" * 16, "amount": 9}]
    ),
    "O2 the bank was told 2 times": lambda f: replace(f, payments=[*f.payments, f.payments[0]]),
    "O2 the burn": lambda f: replace(f, payments=[again(p) for p in f.payments]),
    "O2 nobody": lambda f: replace(f, payments=[*f.payments, Payment("nobody", 1, 1)]),
    "O3 deposits: 1 rest in QUEUED": lambda f: rows(
        f, "deposits", lambda r: {**r, "state": "QUEUED"}
    ),
    "O3 line LOST": lambda f: replace(f, credits=[*f.credits, BankLine("x", "LOST", 1)]),
    "O4 the journal": lambda f: rows(f, "postings", lambda r: {**r, "debit": "NOWHERE"}),
    "O4 hash chain": lambda f: replace(f, chain_intact=["posting 3 does not follow posting 2"]),
    "O5 /v1/links/x": lambda f: replace(f, missing=["/v1/links/x"]),
    "O5 the burn": lambda f: rows(f, "redemptions", lambda _r: None),
    "O6 the operator's token": lambda f: said(f, "the operator's token"),
    "O6 the reference key": lambda f: rows(
        f, "links", lambda r: {**r, "reason": f.secrets["the reference key"]}
    ),
}
"""What is changed in what was found, by the beginning of what an oracle must then say."""


def test_each_oracle_can_fail(sqlite_stage: Stage, texts: list[str]) -> None:
    """On a run without faults all are content; after any one change, one of them is not."""
    story = Story(sqlite_stage)
    tell(sqlite_stage, story, Kills())
    found = gather(sqlite_stage, story, texts)
    assert judge(found) == []
    assert len(found.texts) > 20
    unseen = [
        words
        for words, tamper in TAMPERS.items()
        if not any(breach.startswith(words) for breach in judge(tamper(found)))
    ]
    assert unseen == []

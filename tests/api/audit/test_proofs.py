"""Tests of the auditor: proofs of reserve and their leaves, each way to tamper with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, create_engine, delete, insert, select, update

from api.audit.ledger import check_seals
from api.audit.model import Finding
from api.audit.proofs import check_proofs
from api.audit.tables import Row, Tables
from api.chain import Fees, SigningKey
from api.evidence import Evidence
from api.kernel.database import Database
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from api.ledger.journal import GENESIS, micros, seal
from api.migrations.schema import metadata
from api.proofs import Leaf, Proven
from api.proofs.model import root_over, sorted_leaves
from api.proofs.store import add_proof, mark_published
from tests.api.audit.tampering import bypass_guards
from tests.api.world import ADA, BO, NOW
from wallet.reserve_proof import TAG, digest_of

DAY = "2026-11-19"
PROOFS, LEAVES = metadata.tables["reserve_proofs"], metadata.tables["reserve_proof_leaves"]
POSTINGS, SEALS, HEAD = (
    metadata.tables[name] for name in ("postings", "journal_seals", "journal_head")
)
JOURNAL = [
    Posting(f"line:{n}", "line", Account.RESERVE, Account.UNMATCHED, Money(n, "EUR"), f"{n}", NOW)
    for n in (1, 2, 3)
]
SEALED = 2
"""How many postings there were when the proof was made."""
Tamper = Callable[[Connection], object]


def _seals(kinds: Sequence[str]) -> list[bytes]:
    """What seals the journal when its postings are of these kinds."""
    rows = [
        (n, p.event_id, kind, p.debit, p.credit, p.amount.minor, "EUR", p.about, micros(p.at))
        for n, (p, kind) in enumerate(zip(JOURNAL, kinds, strict=True), 1)
    ]
    return [sealed for _place, _number, sealed in seal(0, GENESIS, rows)]


def _proof() -> tuple[Proven, list[Leaf]]:
    tree = sorted_leaves([Leaf(ADA.wallet, 700, b"\x01" * 32), Leaf(BO.wallet, 300, b"\x02" * 32)])
    head = _seals([posting.kind for posting in JOURNAL])[SEALED - 1]
    statement = {
        "day": DAY,
        "holders": 2,
        "root": f"0x{root_over(tree).hex()}",
        "supply": "1000",
        "journal_postings": SEALED,
        "journal_head": f"0x{head.hex()}",
    }
    digest = digest_of(statement)
    key = SigningKey(b"\x07" * 32)
    signed = key.sign(
        chain_id=1, nonce=3, to=key.address, data=TAG + digest, gas=30_000, fees=Fees(0, 0)
    )
    return Proven(DAY, statement, digest, signed.tx_hash, 3, signed.raw, NOW, None), tree


def findings(database: Database) -> set[tuple[str, str, str]]:
    """What the auditor says when the chain has the proof's transaction."""
    on_chain: Mapping[str, Any] = {_proof()[0].tx_hash: {"status": "0x1"}}
    evidence = SimpleNamespace(chain=SimpleNamespace(transactions=on_chain))
    with database.reading() as connection:
        found = list(check_proofs(cast("Evidence", evidence), Tables(connection)))
    assert all(each.problem for each in found)
    return {(each.table, each.row, each.field) for each in found}


@pytest.fixture
def proven(database: Database) -> Database:
    """A database with one proof that stands on chain, and a posting since."""
    made, tree = _proof()
    for posting in JOURNAL:
        with database.transaction() as connection:
            post(connection, posting)
    with database.transaction() as connection:
        add_proof(connection, made, tree)
        mark_published(connection, DAY, NOW + timedelta(minutes=1))
    return database


def _doubled(connection: Connection) -> None:
    row = connection.execute(select(PROOFS)).one()
    connection.execute(insert(PROOFS).values(dict(row._mapping) | {"day": "2026-11-20"}))


def _leaf_doubled(connection: Connection) -> None:
    row = connection.execute(select(LEAVES).limit(1)).one()
    more = {"position": 2, "holder": "0x"}
    connection.execute(insert(LEAVES).values(dict(row._mapping) | more))


def _sealed_anew(connection: Connection) -> None:
    """A posting says another thing, and every seal from there on is as it has to be."""
    kinds = ["forged", *(posting.kind for posting in JOURNAL[1:])]
    connection.execute(update(POSTINGS).where(POSTINGS.c.number == 1).values(kind=kinds[0]))
    for place, sealed in enumerate(_seals(kinds), 1):
        connection.execute(update(SEALS).where(SEALS.c.number == place).values(hash=sealed))
        connection.execute(update(HEAD).values(number=place, hash=sealed))


def _cut_off(connection: Connection) -> None:
    """All that was posted is gone but the first."""
    connection.execute(delete(POSTINGS).where(POSTINGS.c.number > 1))
    connection.execute(delete(SEALS).where(SEALS.c.number > 1))
    first = _seals([posting.kind for posting in JOURNAL])[0]
    connection.execute(update(HEAD).values(number=1, hash=first))


_CASES: Mapping[str, tuple[Tamper, tuple[str, str, str]]] = {
    "statement edited": (
        lambda c: c.execute(update(PROOFS).values(statement=json.dumps(_richer()))),
        ("reserve_proofs", DAY, "digest"),
    ),
    "digest edited": (
        lambda c: c.execute(update(PROOFS).values(digest=b"\x00" * 32)),
        ("reserve_proofs", DAY, "digest"),
    ),
    "bytes edited": (
        lambda c: c.execute(update(PROOFS).values(raw=b"\x02\xc0")),
        ("reserve_proofs", DAY, "raw"),
    ),
    "transaction edited": (
        lambda c: c.execute(update(PROOFS).values(tx_hash="0x" + "ab" * 32)),
        ("reserve_proofs", DAY, "tx_hash"),
    ),
    "deleted": (lambda c: c.execute(delete(PROOFS)), ("reserve_proofs", DAY, "row")),
    "doubled": (_doubled, ("reserve_proofs", "2026-11-20", "day")),
    "moved in time": (
        lambda c: c.execute(update(PROOFS).values(made_at=NOW + timedelta(days=1))),
        ("reserve_proofs", DAY, "made_at"),
    ),
    "of another day": (
        lambda c: (
            c.execute(update(LEAVES).values(day="2026-11-18")),
            c.execute(update(PROOFS).values(day="2026-11-18")),
        ),
        ("reserve_proofs", "2026-11-18", "day"),
    ),
    "leaf edited": (
        lambda c: c.execute(update(LEAVES).where(LEAVES.c.position == 1).values(balance=999)),
        ("reserve_proof_leaves", DAY, "balance"),
    ),
    "leaf deleted": (
        lambda c: c.execute(delete(LEAVES).where(LEAVES.c.position == 1)),
        ("reserve_proof_leaves", DAY, "position"),
    ),
    "leaf doubled": (_leaf_doubled, ("reserve_proof_leaves", DAY, "position")),
    "journal sealed anew": (_sealed_anew, ("journal_seals", str(SEALED), "hash")),
    "journal cut off": (_cut_off, ("journal_seals", str(SEALED), "row")),
}


def _richer() -> dict[str, Any]:
    return dict(_proof()[0].statement) | {"supply": "2000"}


def test_an_untouched_proof_reports_nothing(proven: Database) -> None:
    """The control of every case."""
    assert findings(proven) == set()


def test_a_day_is_judged_before_the_next_days_leaves_are_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Years of them are never in memory at once: a few rows of the next day, and no more."""
    made, tree = _proof()
    days = [f"2026-11-{number}" for number in range(11, 31)]
    with database.transaction() as connection:
        for day in days:
            add_proof(connection, replace(made, day=day), tree)
    read: list[int] = []
    judged: list[tuple[str, int]] = []

    def leaves(day: str, _statement: object, rows: Sequence[Row]) -> list[Finding]:
        assert len(rows) == len(tree)
        judged.append((day, read[-1]))
        return []

    monkeypatch.setattr("api.audit.proofs._leaves", leaves)
    monkeypatch.setattr("api.audit.tables._TELL_EVERY", 1)
    evidence = SimpleNamespace(chain=SimpleNamespace(transactions={}))
    with database.reading() as connection:
        tables = Tables(connection)
        tables.tell = read.append
        list(check_proofs(cast("Evidence", evidence), tables))
    assert [day for day, _ in judged] == days
    assert all(rows < 4 * (place + 2) for place, (_, rows) in enumerate(judged))


@pytest.mark.parametrize("name", _CASES)
def test_tampering_with_a_proof_is_reported(proven: Database, database_url: str, name: str) -> None:
    """The exact table, day and column."""
    act, wanted = _CASES[name]
    engine = create_engine(database_url)
    with engine.begin() as connection:
        bypass_guards(connection)
        act(connection)
    engine.dispose()
    assert wanted in findings(proven)


@pytest.mark.parametrize("act", [_sealed_anew, _cut_off])
def test_the_seals_alone_do_not_tell_of_it(
    proven: Database, database_url: str, act: Tamper
) -> None:
    """Negative control: whoever seals the journal anew, or cuts it off, leaves it whole."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        bypass_guards(connection)
        act(connection)
        assert list(check_seals(cast("Evidence", None), Tables(connection))) == []
    engine.dispose()


def test_a_proof_that_no_block_holds(proven: Database) -> None:
    """Said to be published, and the chain knows nothing of it."""
    with proven.reading() as connection:
        evidence = SimpleNamespace(chain=SimpleNamespace(transactions={}))
        [found] = check_proofs(cast("Evidence", evidence), Tables(connection))
    assert (found.table, found.row, found.field) == ("reserve_proofs", DAY, "published_at")

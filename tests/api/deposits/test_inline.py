"""Tests of matching while lines are stored: the same deposits as matching them afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.bank import BookedLine
from api.bank.memory import FakeBank
from api.deposits import DepositMatching, list_deposits
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.ledger import Account
from api.links.matching import match as match_links
from api.migrations import upgrade
from api.statements import Matching, take_in
from tests.api import world
from tests.api.deposits.steps import link, match, sheet
from tests.api.world import ADA, BO, KEY, NOW, RESERVE, camt, credit, debit

NAMES = st.sampled_from([None, "ada", "bo", "nobody"])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database in which Ada and Bo are linked; Bo is, and Ada pays in, too."""
    file = tmp_path_factory.mktemp("inline") / "linked.sqlite3"
    upgrade(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    bank = world.bank(FixedClock(NOW))
    for customer in (ADA, BO):
        link(database, bank, customer)
    database.close()
    return file


def lines_of(plan: list[tuple[str | None, str | None, str | None, int, int]]) -> list[BookedLine]:
    """Lines whose words name customers; the last number says what kind of line."""
    accounts = {"ada": ADA.account, "bo": BO.account, "nobody": "NL91ABNA0417164300", None: None}
    virtual = {"ada": VIRTUAL[0], "bo": VIRTUAL[1], "nobody": "NL00NOBODY", None: None}
    references = {"ada": REFERENCES[0], "bo": REFERENCES[1], "nobody": "RF18539007547034"}
    made = []
    for number, (payer, reference, payee, minor, kind) in enumerate(plan):
        words: dict[str, Any] = {
            "payer_account": accounts[payer],
            "structured_reference": references.get(reference or ""),
            "payee_account": virtual[payee],
            "reversal": kind == 1,
            "return_reason": "AC04" if kind == 2 else None,
        }
        made.append((debit if kind == 3 else credit)(f"id-{number}", minor, **words))
    return made


VIRTUAL: list[str | None] = [None, None]
REFERENCES: list[str | None] = [None, None]


def learn(database: Database) -> None:
    """The names that the links were given."""
    with database.reading() as connection:
        rows = connection.execute(
            text("SELECT virtual_account, deposit_reference FROM links ORDER BY number")
        ).all()
    VIRTUAL[:] = [row[0] for row in rows]
    REFERENCES[:] = [row[1] for row in rows]


def outcome(file: Path, copy: Path, lines: list[BookedLine], inline: bool) -> Any:
    """What becomes of the lines, by the bank's id."""
    copy.write_bytes(file.read_bytes())
    database = Database(f"sqlite:///{copy}")
    matching: Matching | None = DepositMatching(KEY) if inline else None
    take_in(
        database,
        camt(lines),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
        matching=matching,
    )
    late = match(database)
    with database.reading() as connection:
        made = list_deposits(connection, state=None, limit=500)
        found = sorted((d.reference, d.holder, d.amount.minor) for d in made)
        numbers = sorted(deposit.number for deposit in made)
    books = sheet(database)
    database.close()
    assert inline is False or late == 0
    # afterwards they are given link by link, so which deposit has which number may differ
    assert numbers == list(range(1, len(made) + 1))
    return found, books


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    plan=st.lists(
        st.tuples(NAMES, NAMES, NAMES, st.integers(1, 10**6), st.sampled_from([0, 0, 0, 1, 2, 3])),
        max_size=12,
    )
)
def test_inline_is_as_good_as_afterwards(
    empty: Path, tmp_path: Path, plan: list[tuple[str | None, str | None, str | None, int, int]]
) -> None:
    """The same deposits, and the same books."""
    database = Database(f"sqlite:///{empty}")
    learn(database)
    database.close()
    lines = lines_of(plan)
    at_once = outcome(empty, tmp_path / "inline.sqlite3", lines, inline=True)
    afterwards = outcome(empty, tmp_path / "later.sqlite3", lines, inline=False)
    assert at_once == afterwards


def test_a_line_is_explained_when_it_is_stored(database: Database, bank: FakeBank) -> None:
    """No moment in which it waits: the deposit is there with it, and both postings."""
    link(database, bank)
    take_in(
        database,
        camt([credit("a", 500, payer_account=ADA.account), credit("b", 70)]),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
        matching=DepositMatching(KEY),
    )
    assert sheet(database) == {Account.RESERVE: 570, Account.ISSUING: 500, Account.UNMATCHED: 70}
    with database.reading() as connection:
        [deposit] = list_deposits(connection, state=None, limit=9)
        [found] = match_links(connection, [credit("x", 1, payer_account=ADA.account)])
    assert found is not None
    assert (deposit.link_id, deposit.holder) == (found.id, found.wallet)

"""Tests with a public sample file, and with generated files in every dialect, down to the books."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.bank import BookedLine, Direction, LineKind, StatementRefused
from api.bank.iso20022 import Statement, write_camt
from api.bank.iso20022.camt_reader import CAMT_LAYOUTS
from api.kernel.database import Database
from api.kernel.money import Money
from api.ledger import Account, balances, imbalance
from api.statements import LineState, SheetState, StatementReport, find_line, take_in
from api.statements.model import line_id
from tests.api.bank.iso20022.strategies import lines
from tests.api.world import NOW, TODAY

SAMPLES = Path(__file__).parents[2] / "vectors" / "bank-samples"
ACCOUNT = "NL26VAYB8060476890"
UNUSED = count(1)
"""A drawn account could be drawn twice, and its bank would use a number again."""


def sample() -> bytes:
    """The public camt.053.001.08, with a closing balance in its account's own currency."""
    content = (SAMPLES / "camt053.v8.xml").read_bytes()
    wrong = content[content.index(b"<Cd>CLBD</Cd>") :].split(b"<Dt>", 1)[0]
    right = wrong.replace(b'Ccy="SEK"', b'Ccy="EUR"').replace(b"DBIT", b"CRDT")
    assert wrong != right
    return content.replace(wrong, right)


def entry_changed(old: bytes, new: bytes) -> bytes:
    """The sample sent again, with something else in its entry."""
    before, entry = sample().split(b"<Ntry>", 1)
    assert old in entry
    before = before.replace(b"CAMT053RIB000000000001", b"AGAIN")
    return before + b"<Ntry>" + entry.replace(old, new, 1)


def take(database: Database, content: bytes, account: str = ACCOUNT) -> StatementReport:
    """Hand a file in."""
    return take_in(
        database,
        io.BytesIO(content),
        currency="EUR",
        reserve_account=account,
        now=NOW,
        source="test",
    )


def books(database: Database) -> dict[Account, int]:
    """The ledger's balances; the identity is checked on the way."""
    with database.reading() as connection:
        found = balances(connection, "EUR")
    assert imbalance(found) == 0
    return found


def test_a_real_file_is_taken_once(database: Database) -> None:
    """Its balances fit, its line is booked; the same again is known."""
    report = take(database, sample())
    [sheet] = report.sheets
    assert (sheet.state, report.new, report.adds_up) == (SheetState.SOUND, 1, True)
    assert take(database, entry_changed(b"</Ntry>", b"</Ntry>")).known == 1
    assert books(database)[Account.UNMATCHED] == 885


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (b'<Amt Ccy="EUR">8.85</Amt>', b'<Amt Ccy="EUR">9.85</Amt>', "amount"),
        (b'<Amt Ccy="EUR">8.85</Amt>', b'<Amt Ccy="EUR">-8.85</Amt>', "Amt"),
        (b'<Amt Ccy="EUR">8.85</Amt>', b'<Amt Ccy="SEK">8.85</Amt>', "Amt@Ccy"),
        (b"NL56AGDH9619008421", b"DE75512108001245126199", "payer_account"),
    ],
)
def test_a_real_file_with_something_else_under_its_id_is_an_alarm(
    database: Database, old: bytes, new: bytes, field: str
) -> None:
    """The amount, the sign, the currency, the payer: never a credit, and the first one stands."""
    take(database, sample())
    report = take(database, entry_changed(old, new))
    assert (report.new, report.conflicting) == (0, 1)
    assert [(each.kind, each.field) for each in report.problems] == [("conflicting", field)]
    assert books(database)[Account.UNMATCHED] == 885


def test_a_real_file_whose_line_turned_around_is_an_alarm(database: Database) -> None:
    """A debit under the id of a credit."""
    take(database, sample())
    turned = entry_changed(b"CRDT", b"DBIT").replace(
        b'<Amt Ccy="SEK">0</Amt>\n                        <CdtDbtInd>CRDT',
        b'<Amt Ccy="SEK">0</Amt>\n                        <CdtDbtInd>DBIT',
    )
    report = take(database, turned)
    assert [(each.kind, each.field) for each in report.problems] == [("conflicting", "direction")]
    assert books(database)[Account.UNMATCHED] == 885


def test_a_real_file_of_another_account_is_refused(database: Database) -> None:
    """The same id on another account is no line of ours."""
    take(database, sample())
    with pytest.raises(StatementRefused, match="another account"):
        take(database, sample().replace(ACCOUNT.encode(), b"NL96JIAO0000000001"))
    assert books(database)[Account.UNMATCHED] == 885


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dialect=st.sampled_from(sorted(CAMT_LAYOUTS)),
    given_lines=st.lists(lines(), max_size=6, unique_by=lambda line: line.bank_id),
    off=st.sampled_from([0, 0, 1]),
)
def test_whatever_a_bank_writes_the_books_say_the_same(
    database: Database, dialect: str, given_lines: list[BookedLine], off: int
) -> None:
    """In every dialect: what fits is booked to the cent, what does not is not booked at all."""
    own = f"ACC{next(UNUSED)}"
    numbered = [
        replace(line, number=n, entry=n, amount=Money(line.amount.minor % 10**9 + 1, "EUR"))
        for n, line in enumerate(given_lines, 1)
    ]
    moved = sum(
        line.amount.minor if line.direction is Direction.CREDIT else -line.amount.minor
        for line in numbered
    )
    opening, closing = (Money(7, "EUR"), TODAY), (Money(7 + moved + off, "EUR"), TODAY)
    out = io.BytesIO()
    head = Statement(
        dialect=dialect,
        message_id="M",
        statement_id="S",
        created_at=NOW,
        account=own,
        owner="Reserve",
        currency="EUR",
        sequence=1,
        opening=opening,
        closing=closing,
    )
    write_camt(out, head, numbered)
    before = books(database)
    report = take(database, out.getvalue(), own)
    after = books(database)
    sound = off == 0 or dialect.startswith("camt.054")
    assert report.new == len(numbered)
    assert [sheet.state for sheet in report.sheets] == [
        SheetState.SOUND if sound else SheetState.QUARANTINED
    ]
    assert after[Account.RESERVE] - before[Account.RESERVE] == (moved if sound else 0)
    for line in numbered:
        with database.reading() as connection:
            stored = find_line(connection, line_id(own, line.bank_id))
        assert stored is not None
        assert (stored.amount, stored.kind) == (line.amount, line.kind)
        wanted = LineState.STORED if line.kind is LineKind.PAYMENT else LineState.EXPLAINED
        assert stored.state is (wanted if sound else LineState.QUARANTINED)
    assert take(database, out.getvalue(), own).repeated

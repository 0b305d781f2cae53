"""Tests of statements that fit together: gaps, repeats, overlaps, what waits in quarantine."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from api.bank import BookedLine, Direction, LineKind, StatementRefused
from api.bank.iso20022 import Statement, write_camt
from api.bank.iso20022.fields import MAX_AMOUNT
from api.kernel.database import Database
from api.kernel.errors import NotFound
from api.kernel.ids import LineId
from api.kernel.machine import IllegalTransition
from api.kernel.money import Money
from api.ledger import Account, balances, imbalance
from api.statements import (
    Doubt,
    LineState,
    Sheet,
    SheetState,
    StatementReport,
    dismiss_statement,
    find_line,
    find_report,
    follow_decisions,
    in_quarantine,
    missing_numbers,
    release_statement,
    take_in,
    waiting_lines,
)
from api.statements.model import line_id
from tests.api.world import ADA, NOW, RESERVE, camt, credit, debit

MONDAY = date(2026, 11, 16)


def day(number: int, lines: Sequence[BookedLine], begins: int, ends: int, **words: Any) -> Any:
    """The camt.053 of the `number`-th day, with its number and balances."""
    on = MONDAY + timedelta(days=number)
    fields = {
        "dialect": "camt.053.001.08",
        "message_id": f"M{number}",
        "statement_id": f"S{number}",
        "created_at": NOW + timedelta(days=number),
        "account": RESERVE,
        "owner": "Jiaozi Reserve",
        "currency": "EUR",
        "sequence": number,
        "period": (on, on),
        "opening": (Money(begins, "EUR"), on),
        "closing": (Money(ends, "EUR"), on),
    } | words
    out = io.BytesIO()
    write_camt(out, Statement(**fields), lines)
    out.seek(0)
    return out


def take(database: Database, file: io.BytesIO) -> StatementReport:
    """Hand a file in, and follow what was decided by it."""
    report = take_in(
        database, file, currency="EUR", reserve_account=RESERVE, now=NOW, source="test"
    )
    follow(database)
    with database.reading() as connection:
        found = find_report(connection, report.id)
    assert found is not None
    return found


def follow(database: Database) -> None:
    """What the worker does until nothing is left."""
    while True:
        with database.transaction() as connection:
            if not follow_decisions(connection, now=NOW):
                return


def sheet(report: StatementReport) -> Sheet:
    """The only statement of a file."""
    [found] = report.sheets
    return found


def state(database: Database, bank_id: str) -> LineState | None:
    """What became of a line."""
    with database.reading() as connection:
        found = find_line(connection, line_id(RESERVE, bank_id))
    return None if found is None else found.state


def books(database: Database) -> dict[Account, int]:
    """The ledger's balances; the identity is checked on the way."""
    with database.reading() as connection:
        found = balances(connection, "EUR")
    assert imbalance(found) == 0
    return found


def test_statements_that_follow_one_another_are_sound(database: Database) -> None:
    """Each opens with what the one before closed with."""
    assert sheet(take(database, day(1, [credit("a", 100)], 500, 600))).state is SheetState.SOUND
    second = sheet(take(database, day(2, [debit("b", 50)], 600, 550)))
    assert (second.state, second.doubt, second.remarks) == (SheetState.SOUND, None, None)
    assert (second.sequence, second.opening, second.closing) == (2, 600, 550)
    assert books(database)[Account.UNMATCHED] == 50


def test_lines_that_do_not_come_to_the_balance_are_not_acted_upon(database: Database) -> None:
    """Stored, seen, and neither booked nor matched."""
    report = take(database, day(1, [credit("a", 100), credit("b", 5)], 0, 100))
    found = sheet(report)
    assert (found.state, found.doubt) == (SheetState.QUARANTINED, Doubt.SUM)
    assert "1.05" in (found.said or "")
    assert report.quarantined
    assert (report.new, report.adds_up) == (2, False)
    assert state(database, "a") is state(database, "b") is LineState.QUARANTINED
    assert books(database)[Account.RESERVE] == 0
    with database.reading() as connection:
        assert waiting_lines(connection, Direction.CREDIT, 9) == []
        assert [each.statement_id for each in in_quarantine(connection)] == ["S1"]


@pytest.mark.parametrize("made", [credit, debit])
def test_lines_that_come_to_more_than_can_be_stored_do_not_fit(
    database: Database, made: Callable[[str, int], BookedLine]
) -> None:
    """What they come to is told as far as a column holds it."""
    lines = [made(f"L{number}", MAX_AMOUNT - 1) for number in range(10)]
    found = sheet(take(database, day(1, lines, 0, 100)))
    assert (found.state, found.doubt) == (SheetState.QUARANTINED, Doubt.SUM)
    assert abs(found.moved or 0) == 2**63 - 1


def test_a_closing_balance_without_a_day_is_held_against_the_lines(database: Database) -> None:
    """It joins no other statement, but its lines must come to it all the same."""
    content = day(1, [credit("a", 100)], 0, 999).getvalue()
    before, after = content.split(b"CLBD")
    undated = re.sub(rb"<Dt>\s*<Dt>[^<]*</Dt>\s*</Dt>", b"", after, count=1)
    found = sheet(take(database, io.BytesIO(before + b"CLBD" + undated)))
    assert (found.closing, found.closing_on) == (999, None)
    assert (found.state, found.doubt) == (SheetState.QUARANTINED, Doubt.SUM)
    assert state(database, "a") is LineState.QUARANTINED


def test_a_missing_statement_holds_back_what_follows_until_it_arrives(database: Database) -> None:
    """Then all of it counts, in one go, and nothing twice."""
    take(database, day(1, [credit("a", 100)], 0, 100))
    for number, name in ((3, "c"), (4, "d")):
        late = day(number, [credit(name, 100)], (number - 1) * 100, number * 100)
        found = sheet(take(database, late))
        assert (found.state, found.doubt) == (SheetState.QUARANTINED, Doubt.CHAIN)
    assert state(database, "c") is LineState.QUARANTINED
    with database.reading() as connection:
        [gap] = missing_numbers(connection, now=NOW)
    assert (gap["first"], gap["last"], gap["kind"]) == (2, 2, "camt.053")
    arrived = sheet(take(database, day(2, [credit("b", 100)], 100, 200)))
    assert arrived.state is SheetState.SOUND
    assert arrived.remarks == "it came late: number 3 is known"
    assert state(database, "c") is state(database, "d") is LineState.STORED
    assert books(database)[Account.UNMATCHED] == 400
    with database.reading() as connection:
        assert in_quarantine(connection) == []
        assert missing_numbers(connection, now=NOW) == []


def test_out_of_order_from_the_first_on(database: Database) -> None:
    """Whichever arrives first is taken as the beginning; an earlier one joins from in front."""
    take(database, day(2, [credit("b", 100)], 100, 200))
    assert sheet(take(database, day(1, [credit("a", 100)], 0, 100))).state is SheetState.SOUND
    stray = sheet(take(database, day(0, [credit("z", 7)], 0, 7)))
    assert (stray.state, stray.doubt) == (SheetState.QUARANTINED, Doubt.CHAIN)


def test_a_weeks_statement_overlaps_its_days(database: Database) -> None:
    """Its lines are known, and it fits."""
    take(database, day(1, [credit("a", 100)], 0, 100))
    take(database, day(2, [credit("b", 100)], 100, 200))
    on = MONDAY + timedelta(days=1)
    week = day(
        3,
        [credit("a", 100), credit("b", 100), credit("c", 100)],
        0,
        300,
        period=(on, on + timedelta(days=2)),
        opening=(Money(0, "EUR"), on),
    )
    report = take(database, week)
    assert (report.new, report.known) == (1, 2)
    assert sheet(report).state is SheetState.SOUND
    assert books(database)[Account.UNMATCHED] == 300


def test_a_number_that_was_used_before(database: Database) -> None:
    """The same statement again is remarked; another under its number is doubted."""
    take(database, day(1, [credit("a", 100)], 0, 100))
    again = sheet(take(database, day(1, [credit("a", 100)], 0, 100, message_id="AGAIN")))
    assert again.state is SheetState.SOUND
    assert again.remarks == "number 1 was used before, by this statement"
    other = sheet(take(database, day(1, [credit("b", 1)], 100, 101, statement_id="OTHER")))
    assert (other.state, other.doubt) == (SheetState.QUARANTINED, Doubt.REUSED)


def test_numbers_begin_anew_with_the_year(database: Database) -> None:
    """Number 1 behind number 250 is neither a repeat nor late."""
    last = date(2026, 12, 31)
    take(database, day(250, [], 0, 0, closing=(Money(0, "EUR"), last), period=(last, last)))
    first = date(2027, 1, 4)
    new = day(1, [], 0, 0, closing=(Money(0, "EUR"), first), period=(first, first))
    found = sheet(take(database, new))
    assert (found.state, found.remarks) == (SheetState.SOUND, None)


def test_notifications_are_numbered_on_their_own_and_have_no_balances(database: Database) -> None:
    """A gap is remarked; nothing is held back for it."""
    words = {"dialect": "camt.054.001.08", "opening": None, "closing": None}
    take(database, day(1, [credit("a", 100)], 0, 0, **words))
    found = sheet(take(database, day(5, [credit("b", 100)], 0, 0, **words)))
    assert (found.state, found.remarks) == (SheetState.SOUND, "number 2 to 4 has not arrived yet")
    assert sheet(take(database, day(1, [credit("a", 100)], 0, 100))).remarks is None
    assert books(database)[Account.UNMATCHED] == 200


def test_a_line_shown_again_that_the_balance_does_not_count(database: Database) -> None:
    """Some banks do that: it is known, and the statement is sound without it."""
    take(database, day(1, [credit("a", 100)], 0, 100))
    report = take(database, day(2, [credit("a", 100), credit("b", 5)], 100, 105))
    assert (report.new, report.known, report.adds_up) == (1, 1, False)
    assert sheet(report).state is SheetState.SOUND
    assert sheet(report).remarks == "it shows lines of earlier statements again"
    wrong = take(database, day(3, [credit("a", 100), credit("c", 5)], 105, 111))
    assert sheet(wrong).doubt is Doubt.SUM


def test_two_operators_release_a_statement(database: Database) -> None:
    """Its lines count, and what waited behind it joins."""
    take(database, day(1, [credit("a", 100)], 0, 100))
    held = take(database, day(3, [credit("c", 100), debit("d", 1)], 200, 299))
    take(database, day(4, [credit("e", 1)], 299, 300))
    with database.transaction() as connection:
        for _ in range(2):
            release_statement(connection, held.id, 1, by="ann and bob", now=NOW)
        with pytest.raises(IllegalTransition):
            dismiss_statement(connection, held.id, 1, by="ann and bob", now=NOW)
        with pytest.raises(NotFound):
            release_statement(connection, held.id, 2, by="ann and bob", now=NOW)
    follow(database)
    assert {state(database, name) for name in "acde"} == {LineState.STORED}
    assert books(database)[Account.UNMATCHED] == 100 + 100 - 1 + 1
    with database.reading() as connection:
        found = find_report(connection, held.id)
        assert in_quarantine(connection) == []
    assert found is not None
    assert (sheet(found).state, sheet(found).decided_by) == (SheetState.RELEASED, "ann and bob")


def test_two_operators_dismiss_a_statement(database: Database) -> None:
    """Its lines are never booked, and their ids are free for what the bank really says."""
    held = take(database, day(1, [credit("a", 999)], 0, 100))
    with database.transaction() as connection:
        dismiss_statement(connection, held.id, 1, by="ann and bob", now=NOW)
    follow(database)
    assert state(database, "a") is None
    assert books(database)[Account.RESERVE] == 0
    report = take(database, day(1, [credit("a", 100)], 0, 100, message_id="CORRECTED"))
    assert (report.new, report.conflicting) == (1, 0)
    assert books(database)[Account.UNMATCHED] == 100


@pytest.mark.parametrize("minor", [100, 999])
def test_a_corrected_statement_takes_the_doubtful_ones_place(
    database: Database, minor: int
) -> None:
    """Its line is booked once; where it differs from the doubtful one, that is said."""
    take(database, day(1, [credit("a", minor), credit("b", 1)], 0, 100))
    report = take(database, day(1, [credit("a", 100)], 0, 100, message_id="CORRECTED"))
    assert sheet(report).state is SheetState.SOUND
    assert state(database, "a") is LineState.STORED
    assert state(database, "b") is LineState.QUARANTINED
    assert books(database)[Account.UNMATCHED] == 100
    assert [problem.field for problem in report.problems] == ([] if minor == 100 else ["amount"])


def test_charges_and_interest_are_our_own_money_at_once(database: Database) -> None:
    """By the bank's code: never unmatched, in either direction, and balanced."""
    lines = [
        debit("fee", 300, kind=LineKind.CHARGE),
        credit("refund of a fee", 100, kind=LineKind.CHARGE),
        credit("interest", 45, kind=LineKind.INTEREST),
        debit("negative interest", 5, kind=LineKind.INTEREST),
        credit("a", 1000),
    ]
    take(database, day(1, lines, 0, 840))
    found = books(database)
    assert (found[Account.OWN_FUNDS], found[Account.UNMATCHED]) == (-160, 1000)
    with database.reading() as connection:
        fee = find_line(connection, line_id(RESERVE, "fee"))
        assert [line.bank_id for line in waiting_lines(connection, Direction.CREDIT, 9)] == ["a"]
        assert waiting_lines(connection, Direction.DEBIT, 9) == []
    assert fee is not None
    assert (fee.state, fee.explained_by, fee.explained_ref, fee.kind) == (
        LineState.EXPLAINED,
        "own funds",
        "charge",
        LineKind.CHARGE,
    )


def test_charges_in_a_doubtful_statement_wait_with_it(database: Database) -> None:
    """And are our own money once it is released."""
    held = take(database, day(1, [debit("fee", 300, kind=LineKind.CHARGE)], 0, 0))
    assert books(database)[Account.OWN_FUNDS] == 0
    with database.transaction() as connection:
        release_statement(connection, held.id, 1, by="ann and bob", now=NOW)
    follow(database)
    assert books(database)[Account.OWN_FUNDS] == -300


def test_a_line_of_zero_is_named(database: Database) -> None:
    """It moves nothing, and is no bad line."""
    content = camt([credit("a", 1000), credit("b", 77)]).getvalue().replace(b">0.77<", b">0.00<")
    report = take(database, io.BytesIO(content))
    assert (report.new, report.skipped, report.bad) == (1, 1, 0)
    [problem] = report.problems
    assert (problem.kind, problem.line) == ("zero", 2)


def test_statements_of_other_accounts_are_passed_over_and_named(database: Database) -> None:
    """In a file that has one of ours; a file without any of ours is refused."""
    ours = camt([credit("a", 1000)], message_id="OURS").getvalue()
    theirs = camt([credit("b", 7), credit("c", 8)], message_id="T", account=ADA.account).getvalue()
    inner = theirs[theirs.index(b"    <Stmt>") : theirs.index(b"  </BkToCstmrStmt>")]
    both = ours.replace(b"  </BkToCstmrStmt>", inner + b"  </BkToCstmrStmt>")
    report = take(database, io.BytesIO(both))
    assert (report.statements, report.lines, report.new) == (2, 1, 1)
    [problem] = report.problems
    assert (problem.kind, problem.statement, problem.line) == ("other account", 2, 0)
    assert state(database, "b") is None
    with pytest.raises(StatementRefused, match="another account"):
        take(database, io.BytesIO(theirs))


def test_a_known_id_in_another_currency_is_an_alarm(database: Database) -> None:
    """Not just a bad line: the bank said something else of it before."""
    take(database, camt([credit("a", 1000), credit("b", 1)], message_id="M1"))
    content = camt([credit("a", 1000)], message_id="M2").getvalue()
    content = content.replace(b'Ccy="EUR"', b'Ccy="USD"')
    report = take(database, io.BytesIO(content))
    assert (report.new, report.conflicting, report.bad) == (0, 1, 0)
    [problem] = report.problems
    assert (problem.kind, problem.field) == ("conflicting", "Amt@Ccy")
    assert books(database)[Account.RESERVE] == 1001


def test_a_bad_line_whose_amount_is_clear_does_not_hold_up_the_others(database: Database) -> None:
    """The sum is right with it; without its amount nothing can be said of the sum."""
    file = day(1, [credit("a", 100), credit("b", 77)], 0, 177).getvalue()
    on = (MONDAY + timedelta(days=1)).isoformat().encode()
    entry = file.rindex(b"<BookgDt>")
    bad_day = file[:entry] + file[entry:].replace(b"<Dt>" + on, b"<Dt>soon", 1)
    assert bad_day == file  # the lines' own day is another
    bad_day = file[:entry] + file[entry:].replace(b"2026-11-19", b"soon", 1)
    report = take(database, io.BytesIO(bad_day))
    assert (report.new, report.bad, sheet(report).state) == (1, 1, SheetState.SOUND)
    unreadable = day(2, [credit("c", 100), credit("d", 77)], 177, 354).getvalue()
    report = take(database, io.BytesIO(unreadable.replace(b">0.77<", b">0.777<")))
    assert (report.new, report.bad, report.adds_up) == (1, 1, None)
    assert sheet(report).state is SheetState.SOUND


def test_the_id_of_a_line_keeps_its_account() -> None:
    """The same reference on another account is another line."""
    assert line_id(RESERVE, "a") != line_id(ADA.account, "a") != LineId("")

"""Tests of `jiaozi-bridge return | payment`: proposed by one, done when another agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from api.bank import BookedLine
from api.bank.memory import FakeBank
from api.kernel.database import Database
from api.migrations import upgrade
from api.paying import ANY_BLOCK, KINDS
from api.payouts import prepare
from api.refunds import list_refunds
from api.statements import take_in
from api.statements.store import bank_lines
from tests.api.cli.test_cli import Run, config, run
from tests.api.cli.test_operating import NAMED
from tests.api.deposits.steps import every, link, match, receive
from tests.api.refunds.steps import RULES
from tests.api.world import BO, NOW, RESERVE, camt, credit, debit

__all__ = ["config", "run"]


@pytest.fixture
def desk(config: Path, database_url: str, bank: FakeBank) -> Iterator[Database]:
    """Two operators, a queued deposit, and a line of nobody."""
    config.write_text(config.read_text() + NAMED)
    for name in ("ada", "bo"):
        (config.parent / name).write_text(name * 20)
    upgrade(database_url)
    database = Database(database_url)
    link(database, bank)
    receive(database, [100])
    match(database)
    line = credit("STRAY", 70, payer_account=BO.account, payer_name=BO.name)
    take_in(
        database,
        camt([line], message_id="S"),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )
    yield database
    database.close()


@pytest.fixture
def ada(config: Path) -> list[str]:
    """Whoever proposes."""
    return ["--token-file", str(config.parent / "ada"), "--json", "--reason", "asked for"]


@pytest.fixture
def bo(config: Path) -> list[str]:
    """Whoever agrees."""
    return ["--token-file", str(config.parent / "bo"), "--json"]


def states(database: Database) -> list[str]:
    """The refunds as they stand."""
    with database.reading() as connection:
        return [refund.state for _, refund in list_refunds(connection, state=None, limit=9)]


def agree(run: Run, out: str, bo: list[str]) -> int:
    """The second person types what they saw."""
    proposal = json.loads(out)["proposal"]
    return run("approve", proposal["id"], "--digest", proposal["digest"], *bo)[0]


def test_a_line_goes_back_when_two_agree(
    run: Run, desk: Database, ada: list[str], bo: list[str]
) -> None:
    """By the bank's reference; nothing happens before the second person."""
    code, out, err = run("return", "STRAY", *ada)
    assert code == 0, err
    assert states(desk) == []
    assert agree(run, out, bo) == 0
    assert states(desk) == ["READY"]


def test_a_deposit_goes_back_by_its_line(
    run: Run, desk: Database, ada: list[str], bo: list[str]
) -> None:
    """Its number is closed first; then an account is given, where the line names none."""
    code, out, err = run("return", every(desk)[0].id, *ada)
    assert code == 0, err
    assert agree(run, out, bo) == 0
    assert states(desk) == ["CLOSING"]


def test_a_debit_is_claimed_and_given_back(
    run: Run, desk: Database, ada: list[str], bo: list[str]
) -> None:
    """With the ids and the way out that `status` shows, and told by `explain`."""

    def told(line: BookedLine) -> dict[str, str]:
        take_in(
            desk,
            camt([line], message_id=line.bank_id),
            currency="EUR",
            reserve_account=RESERVE,
            now=NOW,
            source="test",
        )
        return waits(line.bank_id)

    def waits(bank_id: str) -> dict[str, str]:
        shown = json.loads(run("status", "--json")[1])["waiting"]["unmatched_lines"]["items"]
        return next((each for each in shown if each["bank_reference"] == bank_id), {})

    taken = told(debit("TAKEN", 30))
    assert f"payment {taken['id']} --own-cost (or --claim)" in taken["way_out"]
    assert agree(run, run("payment", taken["id"], "--claim", *ada)[1], bo) == 0
    assert waits("TAKEN")["state"] == "CLAIMED"
    assert f"--gives-back {taken['id']}" in waits("TAKEN")["way_out"]
    back = told(credit("BACK", 30))
    given = run("payment", back["id"], "--gives-back", taken["id"], *ada)[1]
    assert agree(run, given, bo) == 0
    assert (waits("TAKEN"), waits("BACK")) == ({}, {})
    story = run("explain", taken["id"])[1]
    assert "debit borne" in story
    assert "debit given back" in story
    assert back["id"] in story


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--paid"], "no redemption"),
        (["--bear-difference"], "no redemption"),
        (["--not-paid-before"], "no redemption"),
        (["--let-file-go"], "no payout file"),
        (["--to-account", "X1"], "--name"),
        (["--to-account", "X1", "--name", "N"], "no refund"),
        (["--came-back", "JZR1"], "no such line"),
        (["--booked-as", "JZR1"], "no such line"),
        (["--own-cost"], "no line redemption_x"),
        (["--claim"], "no line redemption_x"),
        (["--gives-back", "line_x"], "no line redemption_x"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(
    run: Run, desk: Database, ada: list[str], words: list[str], problem: str
) -> None:
    """Before anybody is asked to agree."""
    code, out, err = run("payment", "redemption_x", *words, *ada)
    assert code == 1
    assert problem in out + err
    assert run("return", "nothing-like-it", *ada)[0] == 1
    for command in ("stop", "withdraw"):
        code, out, err = run(command, "JZM0", *ada)
        assert (code, "no payout file" in out + err) == (1, True)
    assert states(desk) == []


def test_the_same_return_by_another_proposal_is_refused(
    run: Run, desk: Database, ada: list[str], bo: list[str]
) -> None:
    """Two proposals for one line: whoever agrees to the second learns that it is decided."""
    with desk.reading() as connection:
        line = connection.execute(bank_lines.select().where(bank_lines.c.state == "STORED")).one()
    for why in ("unknown payer", "unknown payer indeed"):
        assert run("return", str(line.id), *ada[:-1], why)[0] == 0
    second, first = json.loads(run("proposals", "--json")[1])["proposals"]
    assert run("approve", first["id"], "--digest", first["digest"], *bo)[0] == 0
    code, _, said = run("approve", second["id"], "--digest", second["digest"], *bo)
    assert (code, "goes back already: refund_" in said) == (1, True)
    with desk.reading() as connection:
        assert len(list_refunds(connection, state=None, limit=10)) == 1
    code, _, said = run("return", str(line.id), *ada)
    assert (code, "There is nothing to decide" in said) == (1, True)


def test_a_payout_file_is_stopped_by_one_and_withdrawn_by_two(
    run: Run, desk: Database, ada: list[str], bo: list[str]
) -> None:
    """By the id that status shows; what it was to pay waits for another account."""
    _, out, _ = run("return", "STRAY", *ada)
    assert agree(run, out, bo) == 0
    with desk.transaction() as connection:
        [file] = prepare(connection, KINDS, RULES, up_to=ANY_BLOCK, now=NOW)
    code, out, err = run("withdraw", file, *ada)
    assert (code, f"jiaozi-bridge stop {file}" in out + err) == (1, True)
    code, out, err = run("stop", file, *ada)
    assert (code, json.loads(out)["done"]["state"]) == (0, "STOPPED"), err
    code, out, err = run("withdraw", file, *ada)
    assert code == 0, err
    assert states(desk) == ["PAYING"]
    assert agree(run, out, bo) == 0
    assert states(desk) == ["REJECTED"]


def test_a_contradiction_is_seen_by_one(run: Run, desk: Database, ada: list[str]) -> None:
    """It was never booked, so nothing moves; the line that counts is no contradiction."""
    other = credit("STRAY", 71, payer_account=BO.account, payer_name=BO.name)
    statement = camt([other], message_id="T")
    take_in(desk, statement, currency="EUR", reserve_account=RESERVE, now=NOW, source="test")
    with desk.reading() as connection:
        found = connection.execute(
            select(bank_lines.c.state, bank_lines.c.id).where(bank_lines.c.bank_id == "STRAY")
        )
        lines = {row.state: row.id for row in found}
    ways = {each["id"]: each["way_out"] for each in unmatched(run)}
    assert set(ways) == set(lines.values())
    assert f"acknowledge {lines['CONFLICTING']} " in ways[lines["CONFLICTING"]]
    code, _, said = run("acknowledge", lines["STORED"], *ada)
    assert (code, "it contradicts no other line" in said) == (1, True)
    code, out, _ = run("acknowledge", lines["CONFLICTING"], *ada)
    assert (code, '"bank_reference": "STRAY"' in out) == (0, True)
    code, _, said = run("acknowledge", lines["CONFLICTING"], *ada)
    assert (code, "SET_ASIDE: it contradicts no other line" in said) == (1, True)
    assert [each["id"] for each in unmatched(run)] == [lines["STORED"]]


def unmatched(run: Run) -> list[dict[str, str]]:
    """The lines that status lists."""
    found: list[dict[str, str]] = json.loads(run("status", "--json")[1])["waiting"][
        "unmatched_lines"
    ]["items"]
    return found

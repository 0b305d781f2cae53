"""Tests of history's filters and its CSV: what is asked for, and nothing that runs as a formula."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path

import pytest

from tests.wallet.fakechain import TOKEN
from tests.wallet.world import ADDRESS, PAYEE, World
from wallet.cli.sheet import COLUMNS, csv_text

OTHER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
DAY = 24 * 3600


@pytest.fixture
def busy(world: World) -> World:
    """A deposit, then a payment in and one out on each of three days."""
    chain = world.chain
    world.files.update(lambda book: book.with_contact("Bo", book.contacts.get("Bo", _payee())))
    for day, amount in ((1, 10), (2, 20), (3, 30)):
        chain.mine()
        chain.move(PAYEE, ADDRESS, amount)
        chain.mine()
        chain.move(ADDRESS, OTHER, amount + 1)
        stamp = hex(1_800_000_000 + day * DAY)
        for log in chain.logs[-2:]:
            log["blockTimestamp"] = stamp
    return world


def _payee() -> object:
    from wallet.address import parse_address

    return parse_address(PAYEE)


def amounts(world: World, *options: str) -> list[str]:
    return [each["amount"] for each in world.json("history", *options)["entries"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["100.00", "0.10", "0.11", "0.20", "0.21", "0.30", "0.31"]),
        (("--kind", "received"), ["0.10", "0.20", "0.30"]),
        (("--kind", "issued"), ["100.00"]),
        (("--with", "Bo"), ["0.10", "0.20", "0.30"]),
        (("--with", OTHER), ["0.11", "0.21", "0.31"]),
        (("--with", OTHER.lower(), "--kind", "received"), []),
        (("--limit", "2"), ["0.30", "0.31"]),
        (("--since", "2027-01-17"), ["0.20", "0.21", "0.30", "0.31"]),
        (("--since", "2027-01-17", "--until", "2027-01-17"), ["0.20", "0.21"]),
        (("--until", "2027-01-16"), ["100.00", "0.10", "0.11"]),
        (("--since", "2027-01-17T08:00Z", "--until", "2027-01-18T08:00:00Z"), ["0.20", "0.21"]),
        (("--since", "2027-01-17T08:00:01Z"), ["0.30", "0.31"]),
        (("--limit", "1", "--with", "Bo"), ["0.30"]),
    ],
)
def test_what_is_asked_for(busy: World, options: tuple[str, ...], expected: list[str]) -> None:
    assert amounts(busy, *options) == expected


def test_a_narrowed_history_says_when_nothing_fits(busy: World) -> None:
    assert "Nothing that moved is as you ask." in busy.run("history", "--kind", "seized").out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--kind", "stolen"), "history.kind"),
        (("--since", "yesterday"), "history.time"),
        (("--since", "2027-02-30"), "history.time"),
        (("--until", "9999-12-31"), "history.time"),
        (("--since", "２０２７-01-01"), "history.time"),
        (("--since", "2027-01-01T00:00"), "history.time"),
        (("--with", "Nobody"), "payee.unknown"),
        (("--limit", "0"), "usage.number"),
        (("--csv", "-"), "history.formats"),
    ],
)
def test_what_cannot_be_asked(busy: World, options: tuple[str, ...], code: str) -> None:
    ran = busy.run("history", *options, "--json")
    assert (ran.code, ran.error["code"]) == (2, code)


def test_csv_on_the_output(busy: World) -> None:
    ran = busy.run("history", "--csv", "-", "--with", "Bo")
    assert ran.out.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(ran.out, newline="")))
    assert [row["amount"] for row in rows] == ["0.10", "0.20", "0.30"]
    assert rows[0] | {"tx_hash": "", "log_index": "", "block": ""} == {
        "time": "2027-01-16T08:00:00Z",
        "block": "",
        "kind": "received",
        "direction": "in",
        "amount": "0.10",
        "currency": "EUR",
        "fee": "0.00",
        "counterparty": PAYEE,
        "contact": "Bo",
        "reference": "",
        "note": "",
        "tx_hash": "",
        "log_index": "",
    }


def test_a_file_is_the_owners_and_never_overwritten(busy: World, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    ran = busy.run("history", "--csv", str(file))
    assert "7 entries" in ran.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    data = file.read_bytes()
    assert data.count(b"\r\n") == 8
    assert busy.run("history", "--csv", str(file)).code == 1
    assert file.read_bytes() == data


ENTRY = {
    "time": None, "block": 5, "kind": "sent", "direction": "out", "amount": "1.00",
    "currency": "EUR", "fee": {"amount": "0.00", "currency": "EUR"}, "counterparty": TOKEN,
    "contact": None, "reference": None, "note": None, "tx_hash": "0x00", "log_index": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    "note",
    ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A", "  =1", "\t=1", "\r=1", "\n=1"],
)
def test_no_note_runs_as_a_formula(note: str) -> None:
    text = csv_text([ENTRY | {"note": note, "contact": note}])
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["note"], row["contact"], row["time"]) == ("'" + note, "'" + note, "")


def test_quotes_and_lines_come_back_as_they_were() -> None:
    note = 'said "no", then\r\nleft；留言'
    text = csv_text([ENTRY | {"note": note}])
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["note"], tuple(row)) == (note, COLUMNS)
    assert text.startswith(",".join(COLUMNS) + "\r\n")

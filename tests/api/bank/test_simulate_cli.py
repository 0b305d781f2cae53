"""The operator's counter at the simulated bank, called as the command line calls it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from api.bank import BookedLine, LinkRequest, read_camt
from api.bank.simulate_cli import register
from api.bank.simulated import SimulatedBank
from api.cli.helping import Parser
from api.kernel.clock import SystemClock
from api.kernel.errors import BridgeError, InvalidInput, Misconfigured
from tests.api.bank.contract.kit import WALLET

IBAN = "NL96JIAO0000000001"


class Counter:
    """Runs ``simulate`` commands on one bank."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._path = path
        self._capsys = capsys
        self.parser = Parser()
        register(self.parser.add_subparsers(required=True))

    def say(self, *arguments: str) -> str:
        """What the command prints for a person."""
        args = self.parser.parse_args(["simulate", "--bank", str(self._path), *arguments])
        assert args.handler(args) == 0
        return self._capsys.readouterr().out

    def ask(self, *arguments: str) -> dict[str, Any]:
        """What it prints for a program."""
        found: dict[str, Any] = json.loads(self.say(*arguments, "--json"))
        return found


@pytest.fixture
def counter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Counter:
    """At a bank that was just founded on a Friday."""
    found = Counter(tmp_path / "bank.db", capsys)
    found.say(
        *("found", "--currency", "EUR", "--account", IBAN),
        *("--owner", "Jiaozi Reserve", "--first-day", "2026-01-02"),
    )
    return found


def test_a_day_that_was_closed_alone_can_be_followed(counter: Counter, tmp_path: Path) -> None:
    """Somebody closed the day and was interrupted: the next is opened by itself, once."""
    SimulatedBank.reopen(tmp_path / "bank.db", clock=SystemClock()).close_day()
    assert counter.ask("open-day") == {"open": "2026-01-05"}
    with pytest.raises(BridgeError, match="still open"):
        counter.say("open-day")


def test_a_day_at_the_counter(counter: Counter, tmp_path: Path) -> None:
    """Customers, a deposit, the day's statement, a repeated line the day after."""
    ada = counter.ask("add-customer", "--name", "Ada Love", "--tier", "2")
    assert len(ada["code"]) == len("XXXXX-XXXXX")
    assert counter.ask("customers") == {
        "customers": [{"account": ada["account"], "name": "Ada Love", "tier": 2, "wallet": None}]
    }
    booked = counter.ask(
        *("deposit", "--from", ada["account"], "--name", "Ada Love"),
        *("--amount", "12.34", "--text", "top-up"),
    )
    assert booked["amount"] == "12.34"
    out = tmp_path / "friday.xml"
    closed = counter.ask("close-day", "--out", str(out), "--dialect", "camt.053.001.04")
    assert closed == {"closed": "2026-01-02", "open": "2026-01-05", "file": str(out)}
    assert counter.ask("repeat-line")["bank_id"] == booked["bank_id"]
    again = tmp_path / "monday.xml"
    counter.say("close-day", "--out", str(again))
    for path in (out, again):
        records = read_camt(io.BytesIO(path.read_bytes()))
        [line] = [record for record in records if isinstance(record, BookedLine)]
        assert line.bank_id == booked["bank_id"]
    assert counter.ask("balance")["amount"] == "12.34"
    assert "MS03" in counter.say("reject")


def test_linked_wallets_are_shown_with_their_checksum(counter: Counter, tmp_path: Path) -> None:
    """As the wallet shows them, so that a person can compare the two."""
    ada = counter.ask("add-customer", "--name", "Ada Love")
    bank = SimulatedBank.reopen(tmp_path / "bank.db", clock=SystemClock())
    bank.confirm_link(LinkRequest(ada["account"], "Ada Love", WALLET, ada["code"]))
    assert [each["wallet"] for each in counter.ask("customers")["customers"]] == [WALLET]
    assert WALLET in counter.say("customers")


def test_codes_are_new_each_time(counter: Counter) -> None:
    """And may be chosen for a rehearsal."""
    given = counter.ask("add-customer", "--name", "Ada", "--code", "CHOSEN")
    assert given["code"] == "CHOSEN"
    fresh = [counter.ask("new-code", given["account"])["code"] for _ in range(2)]
    assert len({"CHOSEN", *fresh}) == 3


@pytest.mark.parametrize(
    ("arguments", "error", "named"),
    [
        (("add-customer", "--name", "Ada", "--tier", "9"), InvalidInput, "tier"),
        (("deposit", "--from", IBAN, "--name", "A", "--amount", "1.234"), InvalidInput, "decimals"),
        (("deposit", "--from", IBAN, "--name", "A", "--amount", "-1"), InvalidInput, "-1"),
        (("new-code", "nobody"), BridgeError, "nobody"),
        (("repeat-line", "nothing"), BridgeError, "no such line"),
    ],
)
def test_what_goes_wrong_is_an_error_with_a_remedy(
    counter: Counter, arguments: tuple[str, ...], error: type[BridgeError], named: str
) -> None:
    """Raised for the command line to print; the field is named."""
    with pytest.raises(error, match=named) as caught:
        counter.say(*arguments)
    assert caught.value.remedy


def test_a_bank_that_was_not_founded_is_said_to_be_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the command that founds it."""
    with pytest.raises(Misconfigured, match="simulate found"):
        Counter(tmp_path / "none.db", capsys).say("customers")


def test_every_command_has_help_with_an_example(counter: Counter) -> None:
    """And takes --json."""
    [simulate] = counter.parser._subparsers._group_actions  # type: ignore[union-attr]  # argparse
    commands = simulate.choices["simulate"]._subparsers._group_actions[0].choices  # type: ignore[index, call-overload]  # argparse's own
    assert len(commands) > 25
    for name, parser in commands.items():
        shown = parser.format_help()
        assert f"example:\n  jiaozi-bridge simulate {name}" in shown
        assert "--json" in shown


def test_a_rehearsal_at_the_counter(counter: Counter) -> None:
    """What was asked of the bank is shown until it has happened."""
    deposit = counter.ask("deposit", "--from", IBAN, "--name", "A", "--amount", "12.34")
    assert counter.ask("reverse", deposit["bank_id"])["bank_id"] != deposit["bank_id"]
    assert counter.ask("balance")["amount"] == "0.00"
    counter.say("charge", "1.00")
    counter.say("interest", "2.00", "--to-bank")
    counter.say("recall", deposit["bank_id"])
    counter.say("wrong-debit", "7.00", "--to", IBAN)
    assert counter.ask("balance")["amount"] == "-22.34"
    for command in (
        "withhold-statement",
        "lose-report",
        "swallow-order",
        "refuse-order",
        "lose-reply",
    ):
        assert counter.ask(command) == {"wish": command}
    counter.say("split-statement", "--parts", "3")
    counter.say("late-report", "--minutes", "5")
    counter.say("return-payout", "--charges", "0.50", "--days", "1")
    waiting = counter.ask("pending")
    assert [each["wish"] for each in waiting["wishes"]] == [
        "withhold-statement",
        "lose-report",
        "swallow-order",
        "refuse-order",
        "lose-reply",
        "split-statement",
        "late-report",
        "return-payout",
    ]
    closed = counter.ask("close-day")["closed"]
    assert counter.ask("deliver-statement", closed) == {"day": closed}
    assert counter.ask("change-line", "--amount", "5.00")["bank_id"] == deposit["bank_id"]
    counter.say(
        "foreign-line", "--amount", "5.00", "--currency", "USD", "--from", IBAN, "--name", "A"
    )


def test_the_calendar_at_the_counter(counter: Counter) -> None:
    """Holidays, cut-off and delays; what is not named stays as it is."""
    assert counter.ask("holiday", "2026-12-25") == {"holidays": ["2026-12-25"]}
    assert counter.ask("pace", "--cut-off", "16:00", "--days", "1")["cut_off"] == "16:00"
    shown = counter.ask("pace", "--minutes", "5", "--follow-clock", "yes")
    assert shown == {"cut_off": "16:00", "days": 1, "minutes": 5, "follow_clock": True}
    assert counter.ask("pace", "--cut-off", "none")["cut_off"] is None
    assert counter.ask("unreachable", "--minutes", "5")["until"]
    with pytest.raises(BridgeError, match="does not answer"):
        counter.say("balance")
    counter.say("reachable")
    counter.say("balance")
    assert counter.ask("catch-up")["closed"] == []


def test_scenarios_are_listed_and_begun(counter: Counter) -> None:
    """With what to do then, and what to expect."""
    listed = counter.ask("scenario")["scenarios"]
    assert "missing-statement" in listed
    told = counter.ask("scenario", "missing-statement")
    assert (told["then"], told["expect"]) == (
        listed["missing-statement"]["then"],
        listed["missing-statement"]["expect"],
    )
    with pytest.raises(InvalidInput, match="no scenario"):
        counter.say("scenario", "nothing")

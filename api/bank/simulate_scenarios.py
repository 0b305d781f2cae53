"""Bank: ``jiaozi-bridge simulate scenario``: a list of troubles, each with what must come of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api.bank.port import BankRefused
from api.bank.simulate_common import Subparsers, add, open_bank, say
from api.bank.simulated import SimulatedBank
from api.kernel.clock import SystemClock
from api.kernel.errors import InvalidInput
from api.kernel.money import Money
from api.texts import reading, text

__all__ = ["SCENARIOS", "Scenario", "register_scenario"]

_OUTAGE: Final = timedelta(minutes=5)
_FOUR_DAYS: Final = 4 * 24 * 60
_STRANGER: Final = "GB82WEST12345698765432"
"""An account at another bank; ISO 13616's own example."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One trouble: what the bank does, how to see it, what the bridge must make of it."""

    does: str
    then: str
    expect: str
    begin: Callable[[SimulatedBank], object]


def _last_credit(bank: SimulatedBank) -> str:
    reference = bank.last_credit()
    if reference is None:
        raise BankRefused("No money has come in yet.", remedy="jiaozi-bridge simulate deposit …")
    return reference


SCENARIOS: Final = {
    "repeated-line": Scenario(
        "an earlier line is on today's statement again",
        "simulate close-day",
        "the line is known, nothing is credited twice",
        lambda bank: bank.repeat_line(),
    ),
    "changed-amount": Scenario(
        "an earlier line is shown again with a million",
        "simulate close-day",
        "an alarm: the line is conflicting, no credit",
        lambda bank: bank.rehearse.change_line(None, Money(100_000_000, bank.reserve.currency)),
    ),
    "missing-statement": Scenario(
        "today's statement does not come",
        "simulate close-day, twice; then simulate deliver-statement DAY",
        "the second day is in quarantine until the first arrives",
        lambda bank: bank.rehearse.withhold_statement(),
    ),
    "split-statement": Scenario(
        "today comes in three statements",
        "simulate close-day",
        "three statements that join, each line once",
        lambda bank: bank.rehearse.split_statement(3),
    ),
    "recalled-deposit": Scenario(
        "the last deposit is taken back by its payer's bank",
        "simulate close-day",
        "never issued, or RECALLED with the account frozen",
        lambda bank: bank.rehearse.recall(_last_credit(bank)),
    ),
    "reversed-deposit": Scenario(
        "the bank takes the last deposit back as its own slip",
        "simulate close-day",
        "as recalled-deposit",
        lambda bank: bank.rehearse.reverse(_last_credit(bank)),
    ),
    "wrong-debit": Scenario(
        "the bank takes 7.00 for a payment that nobody ordered",
        "simulate close-day; jiaozi-bridge payment LINE --own-cost (or --claim) by two operators",
        "a break stops issuing until two persons say what it was",
        lambda bank: bank.rehearse.wrong_debit(Money(700, bank.reserve.currency), _STRANGER),
    ),
    "rejected-payout": Scenario(
        "the next payout is refused",
        "redeem",
        "the holder is credited again, once",
        lambda bank: bank.reject_payout(),
    ),
    "returned-payout": Scenario(
        "the next payout comes back two business days after its booking",
        "redeem; simulate close-day, three times",
        "SETTLED first, then the holder is credited again, once",
        lambda bank: bank.rehearse.return_payout(days=2),
    ),
    "never-heard-back": Scenario(
        "the bank takes the next order and is silent",
        "redeem; wait three days of the bridge's clock",
        "NEVER_HEARD_BACK, and nothing is sent again",
        lambda bank: bank.rehearse.swallow_order(),
    ),
    "late-report": Scenario(
        "the report on the next order comes four days late",
        "redeem",
        "NEVER_HEARD_BACK, then the bank's word ends it",
        lambda bank: bank.rehearse.late_report(_FOUR_DAYS),
    ),
    "lost-reply": Scenario(
        "the bank takes the next order, and its answer is lost",
        "redeem",
        "the same file again, paid once",
        lambda bank: bank.rehearse.lose_reply(),
    ),
    "refused-file": Scenario(
        "the bank refuses the next order, however often it is handed in",
        "redeem; then jiaozi-bridge stop, and withdraw by two operators",
        "PAYING until it is withdrawn, then the holder is credited again, once",
        lambda bank: bank.rehearse.refuse_order(),
    ),
    "outage": Scenario(
        "the bank answers nothing for five minutes",
        "anything",
        "work waits and goes on by itself",
        lambda bank: bank.rehearse.unreachable(SystemClock().now() + _OUTAGE),
    ),
    "charges": Scenario(
        "the bank takes 3.00 for the account and pays 1.00 interest",
        "simulate close-day",
        "own funds, at once; never unmatched money",
        lambda bank: (
            bank.rehearse.charge(Money(300, bank.reserve.currency)),
            bank.rehearse.interest(Money(100, bank.reserve.currency)),
        ),
    ),
}
"""By name; each is begun by one call on the bank."""


def register_scenario(commands: Subparsers) -> None:
    """Add ``scenario``."""
    parser = add(
        commands,
        "scenario",
        _scenario,
        "list the troubles that can be rehearsed, or begin one",
        "missing-statement",
    )
    parser.add_argument("name", nargs="?", help="one of the list; without it, the list")


def _scenario(args: argparse.Namespace) -> int:
    if args.name is None:
        shown = {
            name: {"does": each.does, "then": each.then, "expect": each.expect}
            for name, each in SCENARIOS.items()
        }
        width = max(map(len, SCENARIOS))
        lines = [f"{name:{width}}  {reading(each.does)}" for name, each in SCENARIOS.items()]
        return say(args, {"scenarios": shown}, "\n".join(lines))
    scenario = SCENARIOS.get(args.name)
    if scenario is None:
        raise InvalidInput(
            "name", f"There is no scenario «{args.name}».", remedy=", ".join(SCENARIOS) + "."
        )
    scenario.begin(open_bank(args))
    told = {"scenario": args.name, "then": scenario.then, "expect": scenario.expect}
    line = text(
        "Begun: {does:said}.\nThen:   {then:said}\nExpect: {expect:said}",
        does=scenario.does,
        then=scenario.then,
        expect=scenario.expect,
    )
    return say(args, told, line)

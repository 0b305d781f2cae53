"""Tests of the simulation: with a guard taken out, a life shows what it was for."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO

import pytest

from api.bank import PayoutBatch, SubmittedFile
from api.bank.iso20022 import StatementRecord, read_camt
from api.kernel.errors import BridgeError
from tests.faults.kills import Death
from tests.simulation import token
from tests.simulation.backups import Backups
from tests.simulation.bank import LossyBank
from tests.simulation.bridge import SimulatedBridge
from tests.simulation.faults import RARE_EVERY
from tests.simulation.lives import Lives
from tests.simulation.weather import DAY
from wallet.abi import selector, topic

pytestmark = pytest.mark.integration
ISSUE = selector("issue((uint256,bytes16,address,uint256)[])")
ISSUED = topic("Issued(uint256,address,uint256,bytes16)")
SEEDS = range(0, 80 * RARE_EVERY, RARE_EVERY)
"""Lives in one of which a missing guard must show: every kind of fault falls more often."""
Blind = Callable[[pytest.MonkeyPatch], None]


def files_twice(patch: pytest.MonkeyPatch) -> None:
    """A bank that gets each payout file under a second id, too, pays it twice."""

    def twice(bank: LossyBank, batch: PayoutBatch) -> SubmittedFile:
        real(bank, replace(batch, message_id=f"X{batch.message_id[1:]}"))
        return real(bank, batch)

    real = LossyBank.submit_payouts
    patch.setattr(LossyBank, "submit_payouts", twice)


def issues_twice(patch: pytest.MonkeyPatch) -> None:
    """A token credits each deposit twice."""
    name, real, answers = token.FUNCTIONS[ISSUE]

    def twice(call: token.Call, entries: list[tuple[int, bytes, str, int]]) -> None:
        real(call, entries)
        call.logs.extend(log for log in list(call.logs) if log.topics[0] == ISSUED)

    patch.setitem(token.FUNCTIONS, ISSUE, (name, twice, answers))


def any_currency(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the currency: whatever stands in a statement is taken for ours."""

    def read(stream: BinaryIO, currency: str) -> Iterator[StatementRecord]:
        content = stream.read()
        for other in (b"USD", b"JPY"):
            content = content.replace(other, currency.encode())
        return read_camt(io.BytesIO(content), currency)

    patch.setattr("api.statements.reading.read_camt", read)


def leases_of_tomorrow(patch: pytest.MonkeyPatch) -> None:
    """A lease is believed however far ahead its end lies."""
    patch.setattr("api.kernel.lease._APART", timedelta(days=3650))


def strangers_pass(patch: pytest.MonkeyPatch) -> None:
    """What somebody else did with a key of ours passes for a hiccup."""
    for module in ("settling", "history"):
        patch.setattr(f"api.chain.{module}.require_excused", lambda *_: None)


def no_recalls(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks for the credit that a debit takes back."""
    patch.setattr("api.steps.advance", lambda *_args, **_named: 0)


def nothing_taken_over(patch: pytest.MonkeyPatch) -> None:
    """What the chain credited, and the database has forgotten, is nobody's business."""
    patch.setattr("api.deposits.flow.adopt", lambda *_args, **_named: None)
    patch.setattr("api.deposits.flow.take_over", lambda *_args: None)


def orders_unread(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks at what the bank was given before the database that stands now."""
    patch.setattr("api.payouts.orders.Orders.read", lambda *_: None)


def back_once_paid(patch: pytest.MonkeyPatch) -> None:
    """The bank is told to pay for the first time: the database from right before is put back."""

    def change(backups: Backups) -> None:
        bridge = backups._bridge
        if not bridge.bank.told:
            backups._keep()
        elif backups._seen is not None:
            bridge.faults.rare("older database restored", 1, always=True)
            backups._restore(backups._seen)
            backups._seen = None

    patch.setattr(Backups, "change", change)


def die_tomorrow(patch: pytest.MonkeyPatch) -> None:
    """Processes die while their clock is a day ahead, and at no other time."""

    def may_die(bridge: SimulatedBridge, death: Death, _number: int) -> bool:
        ahead = bridge.clock.skew == DAY
        return ahead and bridge.faults.falls(f"killed {death.when}", 0.02)

    patch.setattr(SimulatedBridge, "_may_die", may_die)


def noticed(lives: Lives, blind: Blind, kind: str = "", says: str = "") -> None:
    """With the guard taken out, an oracle objects to a life that meets this kind of fault (or to
    any life, without one), in these words; with it, to nothing in the same life.
    """
    for seed in SEEDS:
        if kind and not lives.live(seed).faults.happened[kind]:
            continue
        with pytest.MonkeyPatch.context() as patch:
            blind(patch)
            try:
                lives.live(seed)
            except (AssertionError, BridgeError) as error:
                if says in f"{error}":
                    return
    pytest.fail(f"in {len(SEEDS)} lives nobody noticed that the guard was out")


def test_a_file_paid_twice_is_seen(lives: Lives) -> None:
    """Negative control of the payouts' oracle."""
    noticed(lives, files_twice)


def test_an_issue_that_counts_twice_is_seen(lives: Lives) -> None:
    """Negative control of the supply's oracle."""
    noticed(lives, issues_twice)


@pytest.mark.parametrize("kind", ["foreign currency line", "statement of a foreign account"])
def test_without_a_look_at_the_currency_money_is_made(lives: Lives, kind: str) -> None:
    """Negative control: dollars and yen would be credited as euros."""
    noticed(lives, any_currency, kind)


def test_without_a_bound_on_leases_everything_waits_until_tomorrow(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: nobody does what a process did that died with its clock a day ahead."""
    die_tomorrow(monkeypatch)
    noticed(lives, leases_of_tomorrow, "clock a day off")


def test_without_halting_a_strangers_nonce_is_passed_over(lives: Lives) -> None:
    """Negative control: the bridge would sign on beside somebody who has its key."""
    noticed(lives, strangers_pass, "stranger signs with our key")


def test_without_following_recalls_a_loss_is_in_no_book(lives: Lives) -> None:
    """Negative control: tokens would stand against money that is gone, and nobody would know."""
    noticed(lives, no_recalls, "credit taken back")


def test_without_taking_over_what_the_chain_credited_it_is_in_no_book(lives: Lives) -> None:
    """Negative control: what a restored database has forgotten would stay forgotten."""
    noticed(lives, nothing_taken_over, "older database restored")


def test_without_a_look_at_what_the_bank_was_given_it_pays_twice(
    lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a burn that was paid since the backup is paid again with others."""
    back_once_paid(monkeypatch)
    noticed(lives, orders_unread, "older database restored", says="O2 the bank was told 2 times")

"""Tests of the backing: never too high, whatever is late; refused when figures contradict."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.attest import (
    DRIFT,
    BankSilent,
    Stale,
    Statement,
    check_age,
    moment,
    state,
    worth_saying,
)
from api.bank import BankBalance
from api.chain import Attested, SupplyView
from api.kernel.errors import Broken
from api.kernel.money import Money
from api.ledger import Account
from api.reserve import Books

AS_OF = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


def books(accepted: int = 0, unexplained: int = 0, **changed: int) -> Books:
    """1000 tokens, 200 being issued, 300 to be paid, 40 to be returned, 50 unmatched, 10 own."""
    figures = {
        "TOKENS": 1000,
        "ISSUING": 200,
        "PAYOUTS": 300,
        "RETURNS": 40,
        "UNMATCHED": 50,
        "OWN_FUNDS": 10,
        "RECALLED": 0,
    } | changed
    balances = {Account(name): minor for name, minor in figures.items()}
    balances[Account.RESERVE] = sum(figures.values())
    return Books("EUR", balances, 5, "0x5", accepted, unexplained)


def bank(minor: int) -> BankBalance:
    """What the bank says."""
    return BankBalance(Money(minor, "EUR"), AS_OF, "test")


def backing(of: Books, booked: int) -> Statement:
    """The statement when the bank has `booked`."""
    return state(of, SupplyView(of.of(Account.TOKENS), 5000, 5, "0x5"), bank(booked))


FULL = 1600
"""The reserve of `books()`."""
OWED = 1240
"""Tokens, issues and returns: what may be tokens."""


def test_a_quiet_day() -> None:
    """The backing is tokens and what is about to become tokens."""
    said = backing(books(), FULL)
    assert (said.backing, said.headroom, said.unexplained) == (OWED, 240, 0)
    assert (said.supply, said.minted, said.block_number) == (1000, 5000, 5)
    assert said.as_of == int(AS_OF.timestamp())


def test_charges_that_own_funds_do_not_cover_back_nothing() -> None:
    """The bank took them out of the holders' money: the backing is less by just that."""
    assert backing(books(OWN_FUNDS=-10), FULL - 20).backing == OWED - 10


def test_a_credit_whose_line_is_not_read_yet() -> None:
    """It backs nothing: nobody knows whose it is."""
    assert backing(books(), FULL + 700).backing == OWED


def test_a_payout_whose_line_is_not_read_yet() -> None:
    """Accepted by the bank: it is subtracted once, as a payout. Else it is missing money."""
    assert backing(books(accepted=300), FULL - 300).backing == OWED
    assert backing(books(accepted=300), FULL - 300).unexplained == 0
    unknown = backing(books(), FULL - 300)
    assert (unknown.backing, unknown.unexplained) == (OWED - 300, 300)
    partly = backing(books(accepted=100), FULL - 300)
    assert (partly.backing, partly.unexplained) == (OWED - 200, 200)


def test_a_credit_and_a_payout_at_once() -> None:
    """The unread credit must not pay for the unread debit, nor the other way round."""
    assert backing(books(accepted=300), FULL + 700 - 300).backing == OWED


def test_money_that_left_for_no_reason() -> None:
    """A booked debit that nothing explains: in full, although «unmatched» hides it."""
    of = books(unexplained=60, UNMATCHED=50 - 60)
    assert backing(of, of.of(Account.RESERVE)).backing == OWED - 60


def test_recalled_deposits_are_not_backed() -> None:
    """Tokens are out, the money is gone: there is less than the supply, and it is said."""
    of = books(RECALLED=-400)
    said = backing(of, of.of(Account.RESERVE))
    assert said.backing == OWED - 400 < said.supply
    assert said.headroom == 0


def test_an_empty_bank() -> None:
    """Zero, never below."""
    assert backing(books(), 0).backing == 0


def test_figures_that_contradict_are_not_attested() -> None:
    """The chain counts other tokens than the ledger at the same block; another currency."""
    for supply in (999, 1001):
        with pytest.raises(Broken, match="Nothing was attested"):
            state(books(), SupplyView(supply, 5000, 5, "0x5"), bank(FULL))
    other = BankBalance(Money(FULL, "CHF"), AS_OF, "test")
    with pytest.raises(Broken, match="CHF"):
        state(books(), SupplyView(1000, 5000, 5, "0x5"), other)


amounts = st.integers(min_value=0, max_value=10**9)


@given(
    figures=st.fixed_dictionaries(
        dict.fromkeys(("TOKENS", "ISSUING", "PAYOUTS", "RETURNS", "UNMATCHED"), amounts)
    ),
    booked=amounts,
    accepted=amounts,
)
def test_never_more_than_what_may_be_tokens(
    figures: dict[str, int], booked: int, accepted: int
) -> None:
    """Whatever the bank has booked: no unread money opens room to issue."""
    of = books(accepted=min(accepted, figures["PAYOUTS"]), **figures)
    said = backing(of, booked)
    most = of.of(Account.TOKENS) + of.of(Account.ISSUING) + of.of(Account.RETURNS)
    assert 0 <= said.backing <= most
    gap = of.of(Account.RESERVE) - booked
    if gap > of.accepted_payouts:
        assert said.backing <= max(most - (gap - of.accepted_payouts), 0)


def attested(**changed: Any) -> Attested:
    """The last word on chain."""
    fields = {
        "backing": OWED,
        "supply": 1000,
        "minted": 5000,
        "as_of": int(AS_OF.timestamp()) - 100,
        "block_number": 4,
        "max_age": 3600,
    }
    return Attested(**fields | changed)


def test_what_is_worth_saying() -> None:
    """News, or a word that is growing old; nothing else costs a transaction."""
    said, now = backing(books(), FULL), int(AS_OF.timestamp())
    assert not worth_saying(said, attested(), now)
    assert worth_saying(said, attested(), now + 1200)
    assert worth_saying(said, attested(backing=1), now)
    assert worth_saying(said, attested(minted=4999), now)
    assert worth_saying(said, attested(backing=0, supply=0, minted=0, as_of=0), now)


def test_a_figure_that_is_not_newer() -> None:
    """The Teller would refuse it: it is not even sent."""
    said, now = backing(books(), FULL), int(AS_OF.timestamp())
    with pytest.raises(Stale):
        worth_saying(said, attested(backing=1, as_of=now), now)


def closing(minor: int = FULL, as_of: datetime = AS_OF) -> BankBalance:
    """A closing balance, as statements say it."""
    return BankBalance(Money(minor, "EUR"), as_of, "camt.053", closed_on=date(2026, 11, 18))


def test_between_two_statements_each_word_is_a_second_younger() -> None:
    """Never ahead of time, never more than ten minutes ahead of the bank's figure."""
    told = int(AS_OF.timestamp())
    now = told + 3_000
    assert moment(closing(), attested(as_of=0), now) == told
    assert moment(closing(), attested(as_of=told), now) == told + 1
    assert moment(closing(), attested(as_of=told + 7), now) == told + 8
    assert moment(closing(), attested(as_of=told + DRIFT), now) == told + DRIFT
    assert moment(closing(), attested(as_of=told + 7), told + 5) == told + 5
    newer = closing(as_of=AS_OF + timedelta(hours=1))
    assert moment(newer, attested(as_of=told + 7), now) == told + 3_600
    # a bank that is asked says its own time
    assert moment(bank(FULL), attested(as_of=told), now) == told


def test_a_day_after_the_closing_balance_is_no_missing_money() -> None:
    """Its lines are in the ledger and cannot be in the figure; without them, a gap shows."""
    of = replace(books(), booked_after=400)
    supply = SupplyView(1000, 5000, 5, "0x5")
    assert state(of, supply, closing(FULL - 400)).unexplained == 0
    assert state(of, supply, closing(FULL - 401)).unexplained == 1
    assert state(books(), supply, closing(FULL - 400)).unexplained == 400


def test_a_bank_that_has_been_silent_for_too_long() -> None:
    """Nothing is said on a figure that the Teller would not believe."""
    told = int(AS_OF.timestamp())
    check_age(closing(), attested(), told + 3_600)
    with pytest.raises(BankSilent, match="3601 seconds old"):
        check_age(closing(), attested(), told + 3_601)

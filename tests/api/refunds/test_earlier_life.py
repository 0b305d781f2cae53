"""Tests of refunds: the bank has paid one, and this database is older than that (a restore)."""

from __future__ import annotations

import pytest

from api.bank.memory import FakeBank
from api.deposits import Deposit, on_number_voided, release
from api.kernel.ids import LineId
from api.ledger import Account
from api.refunds import RefundState, booked_too_early, close_numbers, find
from api.refunds.model import Refund, attempt_of, end_to_end_id, refund_id
from api.statements import LineState, find_line
from api.statements.model import line_id
from tests.api.deposits.steps import every, link, match, queue, receive
from tests.api.refunds.steps import AMOUNT, Counter
from tests.api.world import ADA, NOW, RESERVE, FakeEvent, Outbox, debit, deployment

S = RefundState


def paid(counter: Counter, line: str, attempt: int = 1, minor: int = AMOUNT) -> None:
    """The bank's statement shows what another life of this database paid for a line."""
    name = end_to_end_id(LineId(line), attempt)
    counter.take(debit(f"D{attempt}", minor, end_to_end_id=name))


def refund_of(counter: Counter, line: str) -> Refund | None:
    """The refund that these books have for a line."""
    with counter.database.reading() as connection:
        return find(connection, refund_id(LineId(line)))


def too_early(counter: Counter) -> bool:
    """Whether issuing waits."""
    with counter.database.transaction() as connection:
        return booked_too_early(connection) is not None


@pytest.mark.parametrize("missing", [None, "payer_account"])
@pytest.mark.parametrize("attempt", [1, 3])
def test_the_debit_names_the_line_that_it_pays_back(
    counter: Counter, attempt: int, missing: str | None
) -> None:
    """Taken up at once and settled; nothing is paid, whoever asks; other lines are left alone."""
    line = counter.line(**({} if missing is None else {missing: None}))
    other = counter.line("L2")
    paid(counter, line, attempt)
    counter.follow()
    refund = refund_of(counter, line)
    assert refund is not None
    assert (refund.state, refund.attempt) == (S.SETTLED, attempt)
    assert counter.decide(line).state is S.SETTLED
    assert counter.pay_out() == []
    assert counter.books() == {Account.RESERVE: AMOUNT, Account.UNMATCHED: AMOUNT}
    assert refund_of(counter, other) is None


def test_the_debit_comes_before_its_credit(counter: Counter) -> None:
    """It waits, and issuing with it; once the credit is read, both are at rest."""
    line = line_id(RESERVE, "L1")
    paid(counter, line)
    counter.follow()
    assert too_early(counter)
    assert counter.line() == line
    counter.follow()
    assert not too_early(counter)
    assert counter.books() == {}
    with counter.database.reading() as connection:
        found = find_line(connection, line)
    assert found is not None
    assert found.state is LineState.EXPLAINED


def test_sent_back_and_paid_again_in_that_other_life(counter: Counter) -> None:
    """Each booking in its turn, as the bank tells them: the second attempt follows the first."""
    line = counter.line()
    paid(counter, line)
    counter.follow()
    first = refund_of(counter, line)
    assert first is not None
    paid(counter, line, 2)
    counter.send_back(first)
    assert counter.now(first).state is S.RETURNED_BY_BANK
    counter.follow()
    assert (counter.now(first).state, counter.now(first).attempt) == (S.SETTLED, 2)
    assert counter.books() == {}


def test_sent_back_and_given_another_account_here(counter: Counter) -> None:
    """The next attempt has another id, though no file of these books ever held the first."""
    line = counter.line()
    paid(counter, line)
    counter.follow()
    first = refund_of(counter, line)
    assert first is not None
    counter.send_back(first)
    second = counter.name_account(first, ADA.account)
    assert second.attempt == 2
    counter.pay_out()
    assert counter.payments() == [second.end_to_end_id] != [first.end_to_end_id]


def test_what_is_no_refund_of_a_line_is_left_to_people(counter: Counter) -> None:
    """Another sum, another line's id, a reversal: unexplained, as before."""
    line = counter.line()
    paid(counter, line, minor=AMOUNT - 1)
    paid(counter, line_id(RESERVE, "NONE"), attempt=2)
    name = end_to_end_id(LineId(line), 1)
    counter.take(debit("R", AMOUNT, end_to_end_id=name, return_reason="AC04"))
    counter.follow()
    assert refund_of(counter, line) is None
    assert attempt_of(LineId(line), name) == 1
    assert attempt_of(LineId(line), end_to_end_id(LineId(line), 21)) is None


@pytest.fixture
def deposit(counter: Counter, bank: FakeBank) -> Deposit:
    """Ada's money became a deposit again when its statement was read again; the bank paid it."""
    link(counter.database, bank)
    receive(counter.database, [AMOUNT])
    match(counter.database)
    [made] = every(counter.database)
    paid(counter, made.line_id)
    assert too_early(counter)
    return made


def close(counter: Counter) -> None:
    """The worker's step."""
    with counter.database.transaction() as connection:
        close_numbers(connection, deployment(), now=NOW)


def test_a_deposit_is_closed_first(counter: Counter, deposit: Deposit) -> None:
    """Held at once, its number voided; only then is the debit its refund; nothing is issued."""
    counter.follow()
    assert queue(counter.database, Outbox()) == ""
    refund = refund_of(counter, deposit.line_id)
    assert refund is not None
    assert refund.state is S.CLOSING
    assert too_early(counter)
    close(counter)
    with counter.database.transaction() as connection:
        on_number_voided(connection, FakeEvent("void", {"number": deposit.number}))
    close(counter)
    counter.follow()
    assert counter.now(refund).state is S.SETTLED
    assert counter.now(refund).alarm is None
    assert counter.pay_out() == []
    assert not too_early(counter)
    assert counter.books() == {}


def test_a_deposit_that_somebody_releases_is_held_again(counter: Counter, deposit: Deposit) -> None:
    """The bank's booking outweighs it: issuing waits, and the number is closed after all."""
    counter.follow()
    refund = refund_of(counter, deposit.line_id)
    assert refund is not None
    with counter.database.transaction() as connection:
        release(connection, deposit.id, NOW)
    assert too_early(counter)
    close(counter)
    assert counter.now(refund).state is S.ABANDONED
    assert too_early(counter)
    counter.follow()
    assert counter.now(refund).state is S.CLOSING
    assert queue(counter.database, Outbox()) == ""


def test_without_the_look_it_would_be_issued(
    counter: Counter, deposit: Deposit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: nobody takes the debit up: the credit that went back becomes tokens."""
    monkeypatch.setattr("api.paying.take_up_booked", lambda *_args, **_named: 0)
    counter.follow()
    assert refund_of(counter, deposit.line_id) is None
    assert queue(counter.database, Outbox()) != ""

"""Tests of payouts: saved before submitted, submitted once, ended by the bank's word alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.bank import BankRefused, BankUnreachable, Direction, PaymentStatus
from api.kernel.errors import Conflict
from api.ledger import postings_about
from api.paying import KINDS, take_statuses
from api.payouts import batch_message_id, count_stuck, give_up_waiting
from api.redemptions import (
    Redemption,
    RedemptionState,
    accept_difference,
    count_alarms,
    enqueue_returns,
    on_return_reverted,
    payable_in_state,
    resolve,
    return_burn,
)
from api.redemptions.model import TRANSITIONS, end_to_end_id
from api.statements import LineState, find_line, lines_under
from tests.api.redemptions.desk import (
    FEE,
    PAYABLE,
    STOCK,
    Desk,
    book,
    credit_again,
    order,
    returned,
    say,
    send_back,
)
from tests.api.world import ADA, NOW, TOKEN, deployment
from wallet.typed_data import RedeemOrder

S = RedemptionState


def test_the_whole_way(desk: Desk, paid: Redemption) -> None:
    """Submitted, accepted, settled by the statement; the books are even."""
    assert paid.state is S.SUBMITTED
    desk.hear()
    assert desk.now(paid).state is S.SETTLED
    assert desk.books() == {
        "RESERVE": STOCK - PAYABLE,
        "TOKENS": STOCK - 1000,
        "OWN_FUNDS": FEE,
    }
    assert desk.bank.booked.minor == STOCK - PAYABLE
    [batch] = desk.bank.batches.values()
    [payment] = batch.instructions
    assert (payment.creditor_account, payment.reference) == (ADA.account, "thank you")


def test_ids_are_made_of_what_never_changes() -> None:
    """The same burn, the same id, in any database; a file's id is its content's."""
    one = end_to_end_id("eip155:1", TOKEN, ADA.wallet, b"n" * 32)
    assert one == end_to_end_id("eip155:1", TOKEN, ADA.wallet, b"n" * 32)
    assert one != end_to_end_id("eip155:2", TOKEN, ADA.wallet, b"n" * 32)
    assert batch_message_id(["a", "b"]) == batch_message_id(["b", "a"]) != batch_message_id(["a"])
    assert len(one) == len(batch_message_id([one])) == 35


def test_a_crash_between_any_two_steps(desk: Desk) -> None:
    """Saved, not submitted; submitted, not recorded: the bank has one file, with one payment."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    desk.prepare()
    assert desk.now(redemption).state is S.PAYING  # and here the process dies

    real = desk.bank.submit_payouts

    def die(batch: Any) -> Any:
        real(batch)
        raise KeyboardInterrupt

    desk.bank.submit_payouts = die  # type: ignore[method-assign]  # the process dies inside
    with pytest.raises(KeyboardInterrupt):
        desk.submit()
    desk.bank.submit_payouts = real  # type: ignore[method-assign]  # and starts again
    assert desk.now(redemption).state is S.PAYING
    desk.clock.move(timedelta(days=1))
    assert desk.pay_out() is None
    assert desk.now(redemption).state is S.SUBMITTED
    [batch] = desk.bank.batches.values()
    assert len(batch.instructions) == 1
    assert batch.created_at == NOW


def test_the_bank_speaks_before_we_have_written_that_it_has_the_file(desk: Desk) -> None:
    """The answer counts; the file is submitted once more, which changes nothing."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    desk.prepare()
    say(desk, redemption, "ACSP")
    assert desk.now(redemption).state is S.ACCEPTED
    desk.submit()
    assert desk.now(redemption).state is S.ACCEPTED


def test_a_bank_that_does_not_answer_or_refuses(desk: Desk) -> None:
    """The file stays saved; a refusal is on show, and a later success takes it away."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    desk.bank.failures = [BankUnreachable("down", remedy="wait")]
    with pytest.raises(BankUnreachable):
        desk.pay_out()
    desk.bank.failures = [BankRefused("no", remedy="ask")]
    desk.pay_out()
    assert desk.now(redemption).state is S.PAYING
    with desk.database.reading() as connection:
        assert count_stuck(connection) == 1
    desk.pay_out()
    assert desk.now(redemption).state is S.SUBMITTED
    with desk.database.reading() as connection:
        assert count_stuck(connection) == 0


def test_the_word_on_an_order_is_the_word_on_its_payments(desk: Desk) -> None:
    """Several payments in one file, rejected as a whole."""
    redemptions = []
    for number in range(3):
        one = order(nonce=bytes([number]) * 32)
        redemptions.append(desk.hand_in(one))
        desk.burn(one, f"burn:{number}")
    message_id = desk.pay_out()
    assert message_id is not None
    with desk.write() as connection:
        whole = PaymentStatus(message_id, None, "RJCT", "FF01")
        assert take_statuses(connection, [whole], currency="EUR", now=NOW) == 3
    assert {desk.now(each).state for each in redemptions} == {S.REJECTED}
    assert desk.books()["RETURNS"] == 3 * PAYABLE


@pytest.mark.parametrize("code", ["DU01", "DU02", "DU03", "DU04", "DU05", "AM05"])
def test_a_second_copy_refused_says_nothing_of_the_first(
    desk: Desk, paid: Redemption, code: str
) -> None:
    """Nothing is credited again: a person is told, and the first copy's booking settles it."""
    message_id = batch_message_id([paid.end_to_end_id])
    for word in (
        PaymentStatus(message_id, None, "RJCT", f"{code} seen before"),
        PaymentStatus(message_id, paid.end_to_end_id, "RJCT", code),
    ):
        with desk.write() as connection:
            assert take_statuses(connection, [word], currency="EUR", now=NOW) == 0
        assert code in (desk.now(paid).alarm or "")
    with desk.write() as connection:
        assert enqueue_returns(connection, deployment(), headroom=STOCK, now=NOW) == 0
    assert desk.now(paid).state is S.SUBMITTED
    book(desk, paid)
    assert desk.now(paid).state is S.SETTLED
    assert desk.books()["TOKENS"] == STOCK - 1000
    book(desk, paid, bank_id="D2")  # both copies were paid: this outweighs the first alarm
    assert "booked" in (desk.now(paid).alarm or "")


def test_a_refused_copy_that_also_names_its_payments(desk: Desk, paid: Redemption) -> None:
    """The reason stands above the payments, in whatever order the report tells them."""
    message_id = batch_message_id([paid.end_to_end_id])
    whole = PaymentStatus(message_id, None, "RJCT", "DU01")
    single = PaymentStatus(message_id, paid.end_to_end_id, "RJCT", None)
    for report in ([whole, single], [single, whole]):
        with desk.write() as connection:
            assert take_statuses(connection, report, currency="EUR", now=NOW) == 0
    assert desk.now(paid).state is S.SUBMITTED


def test_a_duplicate_of_another_file_is_not_ours(desk: Desk, paid: Redemption) -> None:
    """Its reason does not soften the word on this payment."""
    other = PaymentStatus("ANOTHER", None, "RJCT", "DU01")
    mine = PaymentStatus("M", paid.end_to_end_id, "RJCT", "AC04")
    with desk.write() as connection:
        assert take_statuses(connection, [other, mine], currency="EUR", now=NOW) == 1
    assert desk.now(paid).state is S.REJECTED


@pytest.mark.parametrize("silent", [False, True])
def test_a_file_refused_after_it_was_accepted(desk: Desk, paid: Redemption, silent: bool) -> None:
    """The whole file cannot be refused any more, only a payment of it, by its id."""
    message_id = batch_message_id([paid.end_to_end_id])
    say(desk, paid, "ACSP")
    if silent:
        with desk.write() as connection:
            give_up_waiting(connection, KINDS, now=NOW + timedelta(days=3))
    before = desk.now(paid).state
    with desk.write() as connection:
        whole = PaymentStatus(message_id, None, "RJCT", "FF01")
        assert take_statuses(connection, [whole], currency="EUR", now=NOW) == 0
    assert desk.now(paid).state is before
    assert "FF01" in (desk.now(paid).alarm or "")
    assert say(desk, paid, "RJCT", "AC04") == 1
    assert desk.now(paid).state is S.REJECTED


def test_a_bank_that_contradicts_itself_raises_an_alarm(desk: Desk, paid: Redemption) -> None:
    """Rejected after it was booked: nothing changes, and a person is told."""
    book(desk, paid)
    assert desk.now(paid).state is S.SETTLED
    say(desk, paid, "RJCT")
    assert desk.now(paid).state is S.SETTLED
    assert "RJCT" in (desk.now(paid).alarm or "")
    with desk.database.reading() as connection:
        assert count_alarms(connection) == 1


@pytest.mark.parametrize(
    "changed", [{"minor": PAYABLE + 1}, {"minor": 1}, {"reversal": True}, {"end_to_end_id": None}]
)
def test_a_debit_that_is_not_the_payout_waits(
    desk: Desk, paid: Redemption, changed: dict[str, Any]
) -> None:
    """Another amount, a reversal, no id: it stays where everybody sees it."""
    line_id = book(desk, paid, **changed)
    assert desk.now(paid).state is S.SUBMITTED
    with desk.database.reading() as connection:
        line = find_line(connection, line_id)
    assert line is not None
    assert line.state is LineState.STORED


def test_booked_twice_is_settled_once(desk: Desk, paid: Redemption) -> None:
    """The second booking is money that left for no reason: it waits, with an alarm."""
    book(desk, paid)
    line_id = book(desk, paid, bank_id="D2")
    with desk.database.reading() as connection:
        line = find_line(connection, line_id)
    assert line is not None
    assert line.state is LineState.STORED
    assert desk.now(paid).alarm is not None
    assert desk.books()["UNMATCHED"] == -PAYABLE


def test_silence_is_a_state_and_only_the_bank_ends_it(desk: Desk, paid: Redemption) -> None:
    """Nothing is sent again; a late booking settles it."""
    desk.bank.answering = False
    with desk.write() as connection:
        assert give_up_waiting(connection, KINDS, now=NOW + timedelta(days=2)) == 0
        assert give_up_waiting(connection, KINDS, now=NOW + timedelta(days=3)) == 1
    assert desk.now(paid).state is S.NEVER_HEARD_BACK
    assert desk.pay_out() is None
    assert len(desk.bank.batches) == 1
    book(desk, paid)
    assert desk.now(paid).state is S.SETTLED


def test_what_promises_nothing_changes_nothing(desk: Desk, paid: Redemption) -> None:
    """Received, pending, unknown codes, another's payment."""
    for status in ("RCVD", "PDNG", "WHAT"):
        assert say(desk, paid, status) == 0
    assert say(desk, replace(paid, end_to_end_id="NOTOURS"), "RJCT") == 0
    assert say(desk, paid, "ACSC") == 1
    with desk.database.reading() as connection:
        assert payable_in_state(connection, {S.ACCEPTED}) == PAYABLE


WORDS = st.lists(
    st.sampled_from(
        [
            "ACCP",
            "ACSC",
            "RJCT",
            "PDNG",
            "book",
            "book wrong",
            "back",
            "back in part",
            "reversed",
            "silence",
            "letter: paid",
            "letter: not paid",
            "bear the difference",
            "return it unpaid",
            "return",
            "revert",
            "credited",
        ]
    ),
    max_size=12,
)


def speak(desk: Desk, mine: RedeemOrder, redemption: Redemption, word: str, unique: str) -> None:
    """One word of the bank, the chain or two persons; what is not allowed is refused by name."""
    match word:
        case "book" | "book wrong":
            book(desk, redemption, f"D{unique}", minor=PAYABLE + (word != "book"))
        case "back" | "back in part":
            send_back(desk, redemption, f"C{unique}", minor=PAYABLE - (word != "back"))
        case "reversed":
            send_back(desk, redemption, f"V{unique}", return_reason=None, reversal=True)
        case "return":
            before = desk.now(redemption)
            credit_again(desk)
            if before.state is not S.RETURNING and desk.now(redemption).state is S.RETURNING:
                require_nothing_paid(desk, before)
        case "credited" if desk.now(redemption).state is S.RETURNING:
            desk.tell("on_payout_returned", replace(returned(mine), event_id=f"return:{unique}"))
        case "revert":
            ref = f"{redemption.id}#{desk.now(redemption).returns + 1}"
            with desk.write() as connection:
                on_return_reverted(connection, ref, "no", now=NOW)
        case "silence":
            with desk.write() as connection:
                give_up_waiting(connection, KINDS, now=NOW + timedelta(days=4))
        case "ACCP" | "ACSC" | "RJCT" | "PDNG":
            say(desk, redemption, word)
        case _:  # the token credits nothing that nobody asked it to credit
            decide(desk, redemption, word)


def decide(desk: Desk, redemption: Redemption, word: str) -> None:
    """Two persons; what the state does not allow is refused, with nothing changed."""
    with suppress(Conflict), desk.write() as connection:
        if word == "bear the difference":
            accept_difference(connection, redemption.id, NOW)
        elif word == "return it unpaid":
            return_burn(connection, redemption.id, NOW)
        elif word.startswith("letter"):
            resolve(connection, redemption.id, word == "letter: paid", NOW, reason="x")


def require_nothing_paid(desk: Desk, redemption: Redemption) -> None:
    """What is credited again has not left the bank, or has come back, or the bank bears it."""
    with desk.database.reading() as connection:
        lines = lines_under(connection, [redemption.end_to_end_id])
    left = sum(
        line.amount.minor if line.direction is Direction.DEBIT else -line.amount.minor
        for line in lines
        if line.state is LineState.EXPLAINED
    )
    waits = [line for line in lines if line.state is LineState.STORED]
    assert not any(line.direction is Direction.DEBIT for line in waits)
    assert left in (0, PAYABLE - redemption.sent_back)
    assert left == 0 or redemption.state is S.RETURNED_BY_BANK


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(words=WORDS, filed=st.booleans(), number=st.integers(min_value=0, max_value=2**200))
def test_whatever_is_said_in_whatever_order(
    desk: Desk, words: list[str], filed: bool, number: int
) -> None:
    """At most one payout and one credit, never both; the books even, no path outside the table."""
    mine = order(nonce=number.to_bytes(32, "big"))
    if desk.hand_in(mine).state is not S.RECEIVED:
        return
    redemption = desk.hand_in(mine)
    desk.burn(mine, f"burn:{number}")
    if filed:
        desk.pay_out()
    states = [desk.now(redemption).state]
    for step, word in enumerate(words):
        speak(desk, mine, redemption, word, f"{number}-{step}")
        if not filed:
            desk.pay_out()
        states.append(desk.now(redemption).state)
        desk.books()
    for before, after in pairwise(states):
        assert before is after or _reachable(before, after)
    payments = [
        each.end_to_end_id for batch in desk.bank.batches.values() for each in batch.instructions
    ]
    assert payments.count(redemption.end_to_end_id) <= 1
    with desk.database.reading() as connection:
        kinds = [posting.kind for posting in postings_about(connection, redemption.id)]
    assert kinds.count("payout returned") == states[-1:].count(S.RETURNED)
    assert kinds.count("payout settled") <= 1


def _reachable(before: RedemptionState, after: RedemptionState) -> bool:
    """In at most three steps of the table: one word may bring two lines, and a file follows."""
    seen = {before}
    for _ in range(3):
        seen |= {state for known in seen for state in TRANSITIONS[known]}
    return after in seen

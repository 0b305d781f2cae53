"""Tests of money that the bank takes back: never issued afterwards, or a loss in plain sight."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest

from api.bank import BookedLine
from api.bank.memory import FakeBank
from api.deposits import Deposit, DepositState, on_issued, release, store
from api.deposits.closing import on_number_voided
from api.kernel.database import Database
from api.ledger import Account
from api.recalls import (
    FREEZE_PURPOSE,
    VOID_PURPOSE,
    Calls,
    Recall,
    RecallState,
    advance,
    on_account_frozen,
    on_call_reverted,
)
from api.recalls.store import open_recalls, recalls
from api.statements import LineState, StoredLine, explain, find_line, take_in, taken_back
from api.statements.model import line_id
from tests.api.deposits.steps import every, link, match, queue, receive, sheet, told
from tests.api.world import ADA, NOW, RESERVE, FakeEvent, Outbox, camt, credit, debit

S = RecallState


@pytest.fixture
def outbox() -> Outbox:
    """What is queued for the chain."""
    return Outbox()


@pytest.fixture
def one(database: Database, bank: FakeBank) -> Deposit:
    """Ada's deposit of 100, queued; its line is «Ada Lovelace-0»."""
    link(database, bank)
    receive(database, [100])
    match(database)
    return every(database)[0]


REFERENCE = f"{ADA.name}-0"


def reversal(minor: int = 100, **words: object) -> BookedLine:
    """The bank's reversal of Ada's credit."""
    fields = {"reversal": True, "original_reference": REFERENCE} | words
    return debit("R-1", minor, **fields)


def take(database: Database, *lines: BookedLine, message: str = "M-R") -> None:
    """A notification with these lines."""
    file = camt(lines, message_id=message)
    take_in(database, file, currency="EUR", reserve_account=RESERVE, now=NOW, source="test")


def step(database: Database, outbox: Outbox, times: int = 3) -> None:
    """The worker's step, often enough."""
    calls = Calls(
        void=outbox,
        freeze=outbox,
        encode_void=lambda number: f"void {number}".encode(),
        encode_freeze=lambda holder: f"freeze {holder}".encode(),
    )
    for _ in range(times):
        with database.transaction() as connection:
            advance(connection, calls, now=NOW, log=logging.getLogger("jiaozi.tests"))


def issue_and_reverse(database: Database, deposit: Deposit, outbox: Outbox) -> None:
    """The deposit's tokens are there when the bank takes its money back."""
    queue(database, Outbox())
    with database.transaction() as connection:
        on_issued(connection, told(deposit))
    take(database, reversal())
    step(database, outbox)


def recall(database: Database) -> Recall | None:
    """The only one."""
    with database.reading() as connection:
        rows = connection.execute(recalls.select()).all()
        assert len(rows) <= 1
        found = open_recalls(connection)
    return found[0] if found else None


def line(database: Database, bank_id: str) -> StoredLine:
    """A line by the bank's reference; reversals have an id of their own."""
    with database.reading() as connection:
        found = find_line(connection, line_id(RESERVE, bank_id))
    assert found is not None
    return found


def voided(database: Database, deposit: Deposit) -> None:
    """The chain closed a number, finally."""
    with database.transaction() as connection:
        on_number_voided(connection, FakeEvent("void", {"number": deposit.number}))


def test_what_nobody_claimed_is_simply_gone_again(database: Database, outbox: Outbox) -> None:
    """Two lines that cancel each other; nothing is asked of the chain."""
    receive(database, [100])
    take(database, reversal())
    step(database, outbox)
    assert sheet(database) == {}
    assert recall(database) is None
    assert (line(database, REFERENCE).state, line(database, REFERENCE).explained_by) == (
        LineState.EXPLAINED,
        "recalls",
    )
    assert outbox.refs == []
    assert match(database) == 0


def test_what_stays_unclear_stands_before_no_other(
    database: Database, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many debits name no credit clearly: the one behind them is followed."""
    monkeypatch.setattr(taken_back, "_LINES_AT_ONCE", 2)
    receive(database, [100])
    unclear = [
        debit(f"R-{number}", 100, reversal=True, original_reference=f"nothing {number}")
        for number in range(2, 7)
    ]
    take(database, *unclear, reversal())
    step(database, outbox)
    assert line(database, REFERENCE).explained_by == "recalls"
    assert sheet(database) == {"RESERVE": -500, "UNMATCHED": -500}


def test_a_deposit_that_is_queued_is_never_issued(
    database: Database, one: Deposit, outbox: Outbox
) -> None:
    """Held at once; when the chain has closed its number, the lines cancel each other."""
    take(database, reversal())
    step(database, outbox)
    assert every(database)[0].state is DepositState.HELD
    assert queue(database, Outbox()) == ""
    assert [purpose for purpose, _ in outbox.queued] == [VOID_PURPOSE]
    assert list(outbox.queued.values()) == [f"void {one.number}".encode()]
    found = recall(database)
    assert found is not None
    assert found.state is S.STOPPING
    voided(database, one)
    step(database, outbox)
    assert sheet(database) == {}
    assert recall(database) is None
    assert every(database)[0].state is DepositState.REFUSED
    assert match(database) == 0


def test_a_deposit_that_is_on_its_way_is_waited_for(
    database: Database, one: Deposit, outbox: Outbox
) -> None:
    """Nothing is said of it until the chain has spoken."""
    queue(database, Outbox())
    take(database, reversal())
    step(database, outbox)
    found = recall(database)
    assert found is not None
    assert (found.state, found.word) == (S.STOPPING, "waits for the end of its transaction")
    assert outbox.refs == []
    with database.transaction() as connection:
        on_issued(connection, told(one))
    step(database, outbox)
    found = recall(database)
    assert found is not None
    assert found.state is S.RECALLED


def test_a_batch_takes_the_deposit_at_this_very_moment(
    database: Database, one: Deposit, outbox: Outbox
) -> None:
    """The step waits for the batch's transaction, and then for the end of what it queued."""
    take(database, reversal())
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as connection:
            [taken] = store.queued(connection, 1)
            store.change_state(connection, [taken], DepositState.ISSUING, now=NOW, batch="B-1")
            stepping = pool.submit(step, database, outbox)
            wait([stepping], timeout=0.5)
        stepping.result()
    found = recall(database)
    assert found is not None
    assert (found.state, found.word) == (S.STOPPING, "waits for the end of its transaction")
    assert outbox.refs == []
    assert every(database)[0].id == one.id


def test_what_was_issued_is_a_loss_and_its_account_is_frozen(
    database: Database, one: Deposit, outbox: Outbox
) -> None:
    """The loss stands in the books, once; the holder's tokens do not move any more."""
    issue_and_reverse(database, one, outbox)
    assert sheet(database) == {Account.TOKENS: 100, Account.RECALLED: -100}
    assert [purpose for purpose, _ in outbox.queued] == [FREEZE_PURPOSE]
    found = recall(database)
    assert found is not None
    assert (found.state, found.holder, found.deposit_id) == (S.RECALLED, ADA.wallet, one.id)
    with database.transaction() as connection:
        on_account_frozen(connection, FakeEvent("f", {"account": ADA.wallet}))
        on_account_frozen(connection, FakeEvent("f", {"account": ADA.wallet}))
    found = recall(database)
    assert found is not None
    assert found.state is S.FROZEN
    step(database, outbox)
    assert len(outbox.refs) == 1
    assert sheet(database) == {Account.TOKENS: 100, Account.RECALLED: -100}


def test_a_call_without_effect_is_made_again_later(
    database: Database, one: Deposit, outbox: Outbox
) -> None:
    """With its reason on show; an older call's end changes nothing."""
    issue_and_reverse(database, one, outbox)
    [first] = outbox.refs
    with database.transaction() as connection:
        on_call_reverted(connection, first, "AccessManagedUnauthorized()", now=NOW)
    step(database, outbox)
    assert outbox.refs == [first]
    found = recall(database)
    assert found is not None
    assert found.word == "AccessManagedUnauthorized()"
    with database.transaction() as connection:
        advance(
            connection,
            Calls(outbox, outbox, lambda number: b"%d" % number, lambda holder: holder.encode()),
            now=NOW + timedelta(minutes=5),
            log=logging.getLogger("jiaozi.tests"),
        )
        on_call_reverted(connection, first, "an old word", now=NOW)
    assert len(outbox.refs) == 2
    found = recall(database)
    assert found is not None
    assert found.tx_id is not None


def test_a_call_put_off_by_a_clock_that_was_wrong_is_due(
    database: Database, one: Deposit, outbox: Outbox
) -> None:
    """The clock was a day ahead when the call failed: nobody waits until then."""
    issue_and_reverse(database, one, outbox)
    [first] = outbox.refs
    with database.transaction() as connection:
        on_call_reverted(connection, first, "TokenPaused()", now=NOW + timedelta(days=1))
    step(database, outbox)
    assert len(outbox.refs) == 2


def test_an_operator_who_lets_it_go_only_loses_the_race_to_the_chain(
    database: Database, one: Deposit, outbox: Outbox
) -> None:
    """It is held again; if the chain issues it first, it is a loss, not a credit out of nothing."""
    take(database, reversal())
    step(database, outbox)
    with database.transaction() as connection:
        release(connection, one.id, NOW)
    step(database, outbox)
    assert every(database)[0].state is DepositState.HELD
    with database.transaction() as connection:
        on_issued(connection, told(one))
    step(database, outbox)
    assert sheet(database) == {Account.TOKENS: 100, Account.RECALLED: -100}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"original_reference": "another"}, False),
        ({"minor": 99}, False),
        ({"reversal": False, "original_reference": None, "return_reason": "FOCR"}, False),
        (
            {
                "reversal": False,
                "original_reference": None,
                "return_reason": "FOCR",
                "end_to_end_id": "E-7",
            },
            True,
        ),
        (
            {
                "reversal": False,
                "original_reference": None,
                "return_reason": "FOCR",
                "transaction_id": "T-7",
            },
            True,
        ),
    ],
)
def test_which_credit_is_meant_must_be_clear(
    database: Database, outbox: Outbox, words: dict[str, object], *, found: bool
) -> None:
    """By reference and amount; what is not clear stays where everybody sees it."""
    take(
        database,
        credit(REFERENCE, 100, end_to_end_id="E-7", transaction_id="T-7"),
        credit("other", 100, end_to_end_id="E-8", transaction_id="T-8"),
        message="M-1",
    )
    words = dict(words)
    minor = words.pop("minor", 100)
    assert isinstance(minor, int)
    taken = reversal(minor, **words)
    take(database, taken, message="M-2")
    step(database, outbox)
    left = sheet(database)[Account.UNMATCHED]
    assert left == 200 - minor
    assert (line(database, REFERENCE).state is LineState.EXPLAINED) is found
    assert line(database, "other").state is LineState.STORED


def test_one_id_of_two_payers_is_told_apart_by_the_payer(
    database: Database, outbox: Outbox
) -> None:
    """Payers choose end-to-end ids; without the payer's account nobody is chosen."""
    words = {"end_to_end_id": "SAME", "payer_account": "DE75512108001245126199"}
    take(
        database,
        credit("theirs", 100, **words),
        credit(REFERENCE, 100, end_to_end_id="SAME", payer_account=ADA.account),
        message="M-1",
    )
    vague = {"reversal": False, "original_reference": None, "return_reason": "FOCR"}
    take(database, reversal(end_to_end_id="SAME", **vague), message="M-2")
    step(database, outbox)
    assert line(database, REFERENCE).state is LineState.STORED
    clear = debit("R-2", 100, return_reason="FOCR", end_to_end_id="SAME", payee_account=ADA.account)
    take(database, clear, message="M-3")
    step(database, outbox)
    assert line(database, REFERENCE).state is LineState.EXPLAINED
    assert line(database, "theirs").state is LineState.STORED


def test_money_that_went_another_way_is_for_a_person(database: Database, outbox: Outbox) -> None:
    """What a refund or an operator accounts for is not taken back by a program."""
    receive(database, [100])
    with database.transaction() as connection:
        explain(connection, line_id(RESERVE, REFERENCE), by="refunds", ref="refund_1", now=NOW)
    take(database, reversal())
    step(database, outbox)
    assert recall(database) is None
    assert sheet(database) == {}


def test_a_credit_is_taken_back_once(database: Database, one: Deposit, outbox: Outbox) -> None:
    """A second debit that names it waits for a person."""
    issue_and_reverse(database, one, outbox)
    take(database, debit("R-2", 100, reversal=True, original_reference=REFERENCE), message="M2")
    step(database, outbox)
    found = sheet(database)
    assert found[Account.RECALLED] == -100
    assert found[Account.UNMATCHED] == -100

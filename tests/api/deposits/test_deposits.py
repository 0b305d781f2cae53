"""Tests of deposits: each line once, each number once, and the chain's word is the last."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from api.bank.memory import FakeBank
from api.deposits import (
    Deposit,
    DepositState,
    WaitingFor,
    check_numbers,
    enqueue_batch,
    find_deposit,
    list_deposits,
    match_waiting,
    on_batch_reverted,
    on_issue_refused,
    on_issued,
)
from api.deposits import store as deposits_store
from api.deposits.model import (
    MAX_ATTEMPTS,
    MAX_BATCH,
    TRANSITIONS,
    chain_reference,
    choose_batch,
)
from api.kernel.counter import next_numbers
from api.kernel.database import Database
from api.kernel.errors import Broken
from api.kernel.ids import DepositId, LineId, LinkId
from api.kernel.money import Money
from api.ledger import Account, balances, imbalance
from api.links import on_tier_set, register
from api.links.proof import read_claim
from api.statements import LineState, find_line, take_in
from tests.api.world import (
    ADA,
    BO,
    DOMAIN,
    KEY,
    NOW,
    RESERVE,
    Customer,
    FakeEvent,
    Outbox,
    camt,
    credit,
    debit,
    link_body,
)
from wallet.keccak import keccak256
from wallet.secret import Secret

AMPLE = 10**15


def selector(error: str) -> bytes:
    """A custom error's four bytes."""
    return keccak256(error.encode())[:4]


FROZEN = selector("FrozenAccount(address)")
NUMBER_USED = selector("NumberUsed(uint256)")


def encode(batch: Sequence[Deposit]) -> bytes:
    """Stands for issue's call data."""
    return b",".join(str(deposit.number).encode() for deposit in batch)


def link(database: Database, bank: FakeBank, customer: Customer = ADA) -> None:
    """An active link."""
    made = register(database, bank, read_claim(DOMAIN, **link_body(customer)), now=NOW)
    with database.transaction() as connection:
        on_tier_set(connection, FakeEvent("t", {"account": customer.wallet, "tier": made.tier}))


def receive(database: Database, amounts: Sequence[int], customer: Customer = ADA) -> None:
    """Credits from a customer's account."""
    lines = [
        credit(f"{customer.name}-{number}", minor, payer_account=customer.account)
        for number, minor in enumerate(amounts)
    ]
    take_in(
        database,
        camt(lines, message_id=customer.name[:3]),
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )


def match(database: Database) -> int:
    """Match what waits."""
    with database.transaction() as connection:
        return match_waiting(connection, reference_key=KEY, now=NOW)


def queue(database: Database, outbox: Outbox, headroom: int = AMPLE, bucket: int = AMPLE) -> str:
    """Fill one batch; its ref, or nothing."""
    with database.transaction() as connection:
        before = len(outbox.refs)
        enqueue_batch(
            connection, headroom=headroom, bucket=bucket, enqueue=outbox, encode=encode, now=NOW
        )
    return outbox.refs[-1] if len(outbox.refs) > before else ""


def every(database: Database) -> list[Deposit]:
    """All deposits by number."""
    with database.reading() as connection:
        return list_deposits(connection, state=None, limit=500)


def sheet(database: Database) -> dict[Account, int]:
    """The ledger's balances other than zero; the identity is checked on the way."""
    with database.reading() as connection:
        found = balances(connection, "EUR")
    assert imbalance(found) == 0
    return {account: minor for account, minor in found.items() if minor}


def told(deposit: Deposit, event_id: str = "e1", **args: object) -> FakeEvent:
    """The token's event on a deposit."""
    return FakeEvent(
        event_id,
        {
            "number": deposit.number,
            "holder": deposit.holder,
            "amount": deposit.amount.minor,
            "ref": deposit.reference,
        }
        | args,
    )


def test_a_line_becomes_a_deposit_and_then_tokens(database: Database, bank: FakeBank) -> None:
    """Money moves UNMATCHED → ISSUING → TOKENS, each step once."""
    link(database, bank)
    receive(database, [1250])
    assert (match(database), match(database)) == (1, 0)
    [deposit] = every(database)
    assert (deposit.number, deposit.holder, deposit.state) == (1, ADA.wallet, DepositState.QUEUED)
    with database.reading() as connection:
        line = find_line(connection, deposit.line_id)
    assert line is not None
    assert (line.state, line.explained_ref) == (LineState.EXPLAINED, deposit.id)
    assert sheet(database) == {Account.RESERVE: 1250, Account.ISSUING: 1250}
    outbox = Outbox()
    assert queue(database, outbox) == "batch-1"
    assert queue(database, outbox) == ""
    assert outbox.queued == {("issue", "batch-1"): b"1"}
    for _ in range(2):
        with database.transaction() as connection:
            on_issued(connection, told(deposit))
        assert sheet(database) == {Account.RESERVE: 1250, Account.TOKENS: 1250}
    assert every(database)[0].state is DepositState.ISSUED


def test_what_matches_nobody_waits(database: Database, bank: FakeBank) -> None:
    """And is matched once its link is active; debits, reversals and returns never are."""
    receive(database, [500])
    own = {"payer_account": ADA.account}
    lines = [
        debit("out", 9, **own),
        credit("undone", 7, reversal=True, **own),
        credit("came back", 5, return_reason="AC04", **own),
    ]
    file = camt(lines, message_id="M9")
    take_in(database, file, currency="EUR", reserve_account=RESERVE, now=NOW, source="test")
    assert match(database) == 0
    assert sheet(database)[Account.UNMATCHED] == 503
    link(database, bank)
    assert match(database) == 1
    assert sheet(database)[Account.ISSUING] == 500


def test_pages_of_waiting_lines_hide_nothing(
    database: Database, bank: FakeBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many lines that match nobody do not stand before one that does."""
    monkeypatch.setattr("api.deposits.flow._LINES_AT_ONCE", 3)
    receive(database, [1] * 10, BO)
    link(database, bank)
    receive(database, [2] * 5, ADA)
    assert match(database) == 5


def test_two_workers_match_each_line_once(database: Database, bank: FakeBank) -> None:
    """What one of them looks at, the other leaves alone."""
    link(database, bank)
    receive(database, [10] * 40)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: match(database), range(8))) == 40
    assert [deposit.number for deposit in every(database)] == list(range(1, 41))
    assert sheet(database)[Account.ISSUING] == 400


def test_two_workers_queue_each_deposit_once(database: Database, bank: FakeBank) -> None:
    """A deposit is in one batch, whoever filled it."""
    link(database, bank)
    receive(database, [10] * 30)
    match(database)
    outbox = Outbox()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: queue(database, outbox), range(8)))
    numbers = [n for data in outbox.queued.values() for n in data.split(b",")]
    committed = [d for d in every(database) if d.state is DepositState.ISSUING]
    assert len(committed) == 30
    assert len({deposit.batch for deposit in committed}) == 1
    assert len(set(numbers)) == 30


def test_the_store_itself_refuses_a_second_deposit_of_a_line(
    database: Database, bank: FakeBank
) -> None:
    """Whatever the flow does; and a number of another deposit, too."""
    link(database, bank)
    receive(database, [10, 20])
    match(database)
    first, second = every(database)
    for copy in (
        replace(first, id=DepositId("deposit_x"), number=9),
        replace(second, id=DepositId("deposit_y"), line_id=LineId("other")),
    ):
        with pytest.raises(IntegrityError), database.transaction() as connection:
            deposits_store.add_deposits(connection, [copy])


def test_a_batch_has_at_most_a_hundred(database: Database, bank: FakeBank) -> None:
    """The others wait for nothing but the next."""
    link(database, bank)
    receive(database, [10] * (MAX_BATCH + 3))
    match(database)
    outbox = Outbox()
    queue(database, outbox)
    waiting = [d for d in every(database) if d.state is DepositState.QUEUED]
    assert [(d.number, d.waiting_for) for d in waiting] == [(n, None) for n in (101, 102, 103)]
    assert queue(database, outbox) == "batch-2"
    assert queue(database, outbox) == ""


def test_what_does_not_fit_shows_what_it_waits_for(database: Database, bank: FakeBank) -> None:
    """It blocks nobody, and goes on when there is room."""
    link(database, bank)
    receive(database, [5000, 100, 900])
    match(database)
    outbox = Outbox()
    assert queue(database, outbox, headroom=1000, bucket=200) == "batch-1"
    big, small, middle = every(database)
    assert (big.state, big.waiting_for) == (DepositState.QUEUED, WaitingFor.BACKING)
    assert small.state is DepositState.ISSUING
    assert (middle.state, middle.waiting_for) == (DepositState.QUEUED, WaitingFor.BUCKET)
    assert queue(database, outbox, headroom=0, bucket=0) == ""
    assert queue(database, outbox) == "batch-2"
    assert {d.waiting_for for d in every(database)} == {None}


def test_a_refused_issue_gives_the_money_back_to_nobody(database: Database, bank: FakeBank) -> None:
    """It is unmatched again, with the token's reason; its line is not matched a second time."""
    link(database, bank)
    receive(database, [700])
    match(database)
    queue(database, Outbox())
    [deposit] = every(database)
    for _ in range(2):
        with database.transaction() as connection:
            on_issue_refused(connection, told(deposit, reason=FROZEN))
    [refused] = every(database)
    assert (refused.state, refused.reason) == (DepositState.REFUSED, "FrozenAccount")
    assert sheet(database) == {Account.RESERVE: 700, Account.UNMATCHED: 700}
    assert match(database) == 0


def test_a_used_number_after_its_end_is_no_news(database: Database, bank: FakeBank) -> None:
    """An old attempt came late: the token did nothing, so nothing is booked."""
    link(database, bank)
    receive(database, [700])
    match(database)
    queue(database, Outbox())
    [deposit] = every(database)
    with database.transaction() as connection:
        on_issued(connection, told(deposit))
        on_issue_refused(connection, told(deposit, "e2", reason=NUMBER_USED))
    assert sheet(database) == {Account.RESERVE: 700, Account.TOKENS: 700}


def test_a_used_number_without_an_end_is_broken(database: Database, bank: FakeBank) -> None:
    """Somebody else used it: nothing goes on until a person has looked."""
    link(database, bank)
    receive(database, [700])
    match(database)
    [deposit] = every(database)
    with pytest.raises(Broken, match="was used"), database.transaction() as connection:
        on_issue_refused(connection, told(deposit, reason=NUMBER_USED))


@pytest.mark.parametrize(
    "wrong", [{"number": 99}, {"holder": BO.wallet}, {"amount": 701}, {"ref": b"\0" * 16}]
)
def test_an_event_that_is_not_ours_is_broken(
    database: Database, bank: FakeBank, wrong: dict[str, object]
) -> None:
    """An unknown number, another holder, amount or reference; and the books stay as they were."""
    link(database, bank)
    receive(database, [700])
    match(database)
    [deposit] = every(database)
    for handler in (on_issued, on_issue_refused):
        event = told(deposit, reason=FROZEN, **wrong)
        with pytest.raises(Broken, match="Stop"), database.transaction() as connection:
            handler(connection, event)
    assert sheet(database) == {Account.RESERVE: 700, Account.ISSUING: 700}


def test_a_number_cannot_end_twice(database: Database, bank: FakeBank) -> None:
    """Two events of one number, in whatever order, are an impossibility on chain."""
    link(database, bank)
    receive(database, [700, 800])
    match(database)
    first, second = every(database)
    with database.transaction() as connection:
        on_issued(connection, told(first, "e1"))
        on_issue_refused(connection, told(second, "e2", reason=FROZEN))
    for handler, deposit in ((on_issued, first), (on_issued, second), (on_issue_refused, first)):
        event = told(deposit, "e9", reason=FROZEN)
        with pytest.raises(Broken, match="twice"), database.transaction() as connection:
            handler(connection, event)


def test_a_reverted_batch_queues_again_and_is_held_after_five(
    database: Database, bank: FakeBank
) -> None:
    """Each time under a new ref; an old ref's word changes nothing."""
    link(database, bank)
    receive(database, [10, 20])
    match(database)
    outbox = Outbox()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        ref = queue(database, outbox)
        for _ in range(2):
            with database.transaction() as connection:
                on_batch_reverted(connection, ref, "BackingStale", now=NOW)
        assert {(d.attempts, d.reason) for d in every(database)} == {(attempt, "BackingStale")}
    assert {deposit.state for deposit in every(database)} == {DepositState.HELD}
    assert len(set(outbox.refs)) == MAX_ATTEMPTS
    assert queue(database, outbox) == ""
    assert sheet(database) == {Account.RESERVE: 30, Account.ISSUING: 30}
    with database.transaction() as connection:  # the chain's word ends even a held one
        on_issued(connection, told(every(database)[0]))
    assert every(database)[0].state is DepositState.ISSUED


def test_a_database_older_than_the_chain_stops(database: Database, bank: FakeBank) -> None:
    """A restored backup would give a number out again: it must not issue anything."""
    link(database, bank)
    receive(database, [10, 20])
    match(database)
    asked: list[int] = []

    def used(number: int) -> bool:
        asked.append(number)
        return number in {1, 2}

    with database.transaction() as connection:
        check_numbers(connection, used)
        assert asked[0] == 3
        with pytest.raises(Broken, match="older than the chain"):
            check_numbers(connection, {1, 2, 7}.__contains__)


def test_a_rolled_back_number_was_never_given_out(database: Database) -> None:
    """So a number on chain is always a committed deposit's."""

    def fail() -> None:
        with database.transaction() as connection:
            next_numbers(connection, "deposit")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.transaction() as connection:
        assert next_numbers(connection, "deposit")[0] == 1


def test_deposits_are_found_by_id_and_state(database: Database, bank: FakeBank) -> None:
    """In pages by number."""
    link(database, bank)
    receive(database, [10] * 5)
    match(database)
    with database.reading() as connection:
        page = list_deposits(connection, state=DepositState.QUEUED, limit=2)
        rest = list_deposits(connection, state=None, limit=9, after=page[-1].number)
        assert [d.number for d in [*page, *rest]] == [1, 2, 3, 4, 5]
        assert list_deposits(connection, state=DepositState.HELD, limit=9) == []
        assert find_deposit(connection, page[0].id) == page[0]
        assert find_deposit(connection, "deposit_none") is None


def test_the_reference_on_chain_is_keyed() -> None:
    """Sixteen bytes; without the key nobody finds the bank's line from it."""
    one = chain_reference(KEY, RESERVE, "a")
    assert len(one) == 16
    others = {
        chain_reference(KEY, RESERVE, "b"),
        chain_reference(KEY, "X", "a"),
        chain_reference(Secret(b"another key"), RESERVE, "a"),
        chain_reference(KEY, RESERVE + "a", ""),
    }
    assert one not in others
    assert len(others) == 4
    assert chain_reference(KEY, RESERVE, "a") == one


def test_what_ended_stays_so() -> None:
    """No transition leads out of issued or refused."""
    assert not TRANSITIONS[DepositState.ISSUED]
    assert not TRANSITIONS[DepositState.REFUSED]


def queued_deposit(number: int, minor: int) -> Deposit:
    """A deposit in the queue."""
    return Deposit(
        id=DepositId(f"deposit_{number}"),
        number=number,
        reference=bytes(16),
        line_id=LineId(f"line_{number}"),
        link_id=LinkId("link_1"),
        holder=ADA.wallet,
        amount=Money(minor, "EUR"),
        state=DepositState.QUEUED,
        reason=None,
        waiting_for=None,
        attempts=0,
        batch=None,
        tx_id=None,
        event_id=None,
        created_at=NOW,
        updated_at=NOW + timedelta(),
    )


@given(
    st.lists(st.integers(1, 10**6), max_size=130),
    st.integers(0, 10**7),
    st.integers(0, 10**7),
)
def test_a_batch_stays_within_backing_and_bucket(
    amounts: list[int], headroom: int, bucket: int
) -> None:
    """To the unit; in order; and each deposit is in it, waits for a reason, or for the next."""
    queue_ = [queued_deposit(n, minor) for n, minor in enumerate(amounts, start=1)]
    batch, waiting = choose_batch(queue_, headroom=headroom, bucket=bucket)
    taken = sum(deposit.amount.minor for deposit in batch)
    assert taken <= min(headroom, bucket)
    assert len(batch) <= MAX_BATCH
    assert [d.number for d in batch] == sorted(d.number for d in batch)
    assert not {d.id for d in batch} & waiting.keys()
    for deposit in queue_:
        if deposit in batch:
            continue
        if deposit.id in waiting:
            limit = headroom if waiting[deposit.id] is WaitingFor.BACKING else bucket
            assert taken + deposit.amount.minor > limit or len(batch) == MAX_BATCH
        else:
            assert len(batch) == MAX_BATCH


@given(st.lists(st.integers(1, 100), min_size=1, max_size=30), st.data())
def test_without_the_limits_a_batch_would_exceed_them(
    amounts: list[int], data: st.DataObject
) -> None:
    """The control: the sum of all that wait is above a smaller limit, so something must wait."""
    queue_ = [queued_deposit(n, minor) for n, minor in enumerate(amounts, start=1)]
    limit = data.draw(st.integers(0, sum(amounts) - 1))
    _, waiting = choose_batch(queue_, headroom=limit, bucket=sum(amounts))
    assert waiting
    assert choose_batch(queue_, headroom=sum(amounts), bucket=sum(amounts)) == (queue_, {})

"""Tests of debits that pay nothing of ours: named, borne by own funds, given back, and no plug."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from api.bank import Direction
from api.bank.memory import FakeBank
from api.chain import SupplyView
from api.chain.memory import MemoryChain
from api.chain.store import set_position
from api.kernel.database import Database
from api.kernel.errors import Conflict, NotFound
from api.kernel.ids import LineId
from api.kernel.machine import IllegalTransition
from api.kernel.money import Money
from api.ledger import balances
from api.reserve import Reconciliation, bear, claim, clear, give_back, issuing_allowed, reconcile
from api.statements import LineState, explain, find_line, take_as_own, take_in
from api.statements.model import line_id
from tests.api.world import NOW, RESERVE, camt, credit, debit

LOG = logging.getLogger("jiaozi.tests")
TAKEN = line_id(RESERVE, "TAKEN")
BACK = line_id(RESERVE, "BACK")
Look = Callable[[int], Reconciliation]


@pytest.fixture
def look(database: Database, bank: FakeBank) -> Look:
    """A look after so many seconds; 1000 cents are unmatched, 30 were taken by mistake."""
    told(database, "S1", [credit("IN", 1000), debit("TAKEN", 30), debit("OTHER", 5)])
    bank.booked = Money(965, "EUR")
    chain = MemoryChain(supplies={5: SupplyView(0, 0, 5, "0x5")})
    with database.transaction() as connection:
        set_position(connection, None, (5, "0x5"), NOW)
        explain(connection, line_id(RESERVE, "OTHER"), by="refund", ref="refund_1", now=NOW)

    def run(seconds: int) -> Reconciliation:
        now = NOW + timedelta(seconds=seconds)
        return reconcile(database, chain, bank, "EUR", now=now, log=LOG)

    return run


def told(database: Database, name: str, lines: list[object]) -> None:
    """The bank tells of lines."""
    take_in(
        database,
        camt(lines, message_id=name),  # type: ignore[arg-type]  # lines of a bank
        currency="EUR",
        reserve_account=RESERVE,
        now=NOW,
        source="test",
    )


def given_back(database: Database, bank: FakeBank, minor: int) -> None:
    """A credit comes by which the bank gives something back."""
    told(database, "S2", [credit("BACK", minor, return_reason="AM05")])
    bank.booked += Money(minor, "EUR")


def books(database: Database) -> dict[str, int]:
    """The accounts that are not zero."""
    with database.reading() as connection:
        found = balances(connection, "EUR")
    return {account.value: minor for account, minor in found.items() if minor}


def stand(database: Database, key: LineId) -> tuple[LineState, str | None, str | None]:
    """How a line stands."""
    with database.reading() as connection:
        found = find_line(connection, key)
    assert found is not None
    return found.state, found.explained_by, found.explained_ref


Deed = Callable[..., object]


def do(database: Database, deed: Deed, *ids: str) -> None:
    """What two persons decided, once."""
    with database.transaction() as connection:
        deed(connection, *ids, now=NOW)


@pytest.mark.parametrize(
    ("deed", "state", "ref"),
    [(bear, LineState.EXPLAINED, "cost"), (claim, LineState.CLAIMED, "claim")],
)
def test_a_break_ends_once_own_funds_bear_it(
    database: Database, look: Look, deed: Deed, state: LineState, ref: str
) -> None:
    """Issuing goes on as soon as somebody has said that it is understood."""
    look(0)
    [broken] = look(150).breaks
    assert broken.item.subject == TAKEN
    do(database, deed, TAKEN)
    assert stand(database, TAKEN) == (state, "own funds", ref)
    assert books(database) == {"RESERVE": 965, "UNMATCHED": 995, "OWN_FUNDS": -30}
    assert look(160).differences == ()
    with database.transaction() as connection:
        clear(connection, broken.number, by="ada", why="a slip of the bank", now=NOW)
        assert issuing_allowed(connection)


@pytest.mark.parametrize("minor", [30, 28])
@pytest.mark.parametrize("before", [None, bear, claim])
def test_what_the_bank_gives_back(
    database: Database, bank: FakeBank, look: Look, before: Deed | None, minor: int
) -> None:
    """Of a debit that waits, was borne or claimed; what it lacks, own funds bear."""
    if before is not None:
        do(database, before, TAKEN)
    given_back(database, bank, minor)
    do(database, give_back, BACK, TAKEN)
    assert stand(database, TAKEN) == (LineState.EXPLAINED, "own funds", BACK)
    assert stand(database, BACK) == (LineState.EXPLAINED, "own funds", TAKEN)
    lacking = {"OWN_FUNDS": minor - 30} if minor < 30 else {}
    assert books(database) == {"RESERVE": 965 + minor, "UNMATCHED": 995} | lacking
    assert look(0).differences == ()
    with pytest.raises(Conflict, match="EXPLAINED"):
        do(database, give_back, BACK, TAKEN)
    told(database, "S3", [credit("MORE", 1, return_reason="AM05")])
    with pytest.raises(Conflict, match="own funds bear"):
        do(database, give_back, line_id(RESERVE, "MORE"), TAKEN)


@pytest.mark.parametrize("deed", [bear, claim])
def test_only_a_debit_that_waits_is_borne(database: Database, look: Look, deed: Deed) -> None:
    """No credit, no payment of ours, nothing twice, nothing that is not there."""
    for word in ("IN", "OTHER"):
        with pytest.raises(Conflict, match="a debit that nobody") as refused:
            do(database, deed, line_id(RESERVE, word))
        assert refused.value.slug == "line-not-waiting"
    with pytest.raises(NotFound):
        do(database, deed, "line_x")
    do(database, deed, TAKEN)
    with pytest.raises(Conflict, match="a debit that nobody"):
        do(database, claim, TAKEN)
    assert books(database)["OWN_FUNDS"] == -30


def test_what_was_claimed_in_vain_is_a_cost(database: Database, look: Look) -> None:
    """Nothing more is posted: own funds bear it already."""
    do(database, claim, TAKEN)
    do(database, bear, TAKEN)
    assert stand(database, TAKEN) == (LineState.EXPLAINED, "own funds", "cost")
    with pytest.raises(Conflict, match="a debit that nobody"):
        do(database, bear, TAKEN)
    assert books(database)["OWN_FUNDS"] == -30


def test_what_is_not_given_back(database: Database, bank: FakeBank, look: Look) -> None:
    """More than was taken; what a payment of ours took; a debit as what gives back."""
    given_back(database, bank, 31)
    before = books(database)
    for credit_, debit_, says in (
        (BACK, TAKEN, "was taken"),
        (BACK, line_id(RESERVE, "OTHER"), "own funds bear"),
        (BACK, line_id(RESERVE, "IN"), "own funds bear"),
        (TAKEN, TAKEN, "a credit that nobody"),
    ):
        with pytest.raises(Conflict, match=says):
            do(database, give_back, credit_, debit_)
    assert books(database) == before
    assert stand(database, TAKEN)[0] is LineState.STORED


def test_a_claim_is_no_other_rooms(database: Database, look: Look) -> None:
    """Nothing matches it by itself any more."""
    do(database, claim, TAKEN)
    with (
        pytest.raises(IllegalTransition, match="is CLAIMED"),
        database.transaction() as connection,
    ):
        explain(connection, TAKEN, by="refund", ref="refund_1", now=NOW)
    assert stand(database, TAKEN)[0] is LineState.CLAIMED


def test_two_who_decide_at_once(database: Database, look: Look) -> None:
    """What was read before another changed it is not changed again."""
    with database.reading() as connection:
        line = find_line(connection, TAKEN)
    assert line is not None
    assert line.direction is Direction.DEBIT
    do(database, bear, TAKEN)
    with pytest.raises(Conflict, match="somebody else"), database.transaction() as connection:
        take_as_own(connection, line, LineState.CLAIMED, ref="claim", now=NOW)
    assert stand(database, TAKEN) == (LineState.EXPLAINED, "own funds", "cost")

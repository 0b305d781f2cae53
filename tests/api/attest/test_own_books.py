"""Tests of the attestor's own books: a ledger that lies raises no backing, whatever it lies about.

Each lie has its control: by the ledger's own figures, as the bank's balance alone would have let
them pass, there would be room to issue tokens that nobody paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from api.approvals import Action, approve, propose
from api.attest import BooksDiffer, state
from api.bank import PaymentStatus
from api.bank.iso20022 import StatusReport, write_pain002
from api.chain import RawLog, event_types
from api.evidence import EventSums
from api.kernel.database import metadata
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from api.operations import build_actions
from api.reserve import prove
from api.statements import take_in
from tests.api import world
from tests.api.stage import Stage
from tests.api.world import ADA, BO, NOW

STRANGER = "NL91ABNA0417164300"
LIE = 9_900
"""What a stranger paid in, and what every lie is about."""
THEFT = 1_000
"""A debit that nobody knows of."""


@dataclass(frozen=True)
class Lie:
    """A change of the bridge's database, its undoing, and what the attestor must say."""

    name: str
    tell: Callable[[Connection], None]
    undo: Callable[[Connection], None]
    says: str


def _move(name: str, debit: Account, credit: Account) -> Lie:
    """A posting that nothing called for."""

    def booked(event: str, one: Account, other: Account) -> Callable[[Connection], None]:
        money = Money(LIE, "EUR")
        posting = Posting(f"{event}:{name}", "a lie", one, other, money, "x", NOW)
        return lambda connection: (post(connection, posting), None)[1]

    return Lie(
        name,
        booked("lie", debit, credit),
        booked("truth", credit, debit),
        "postings without a line",
    )


def _line(connection: Connection, bank_id: str) -> Any:
    lines = metadata.tables["bank_lines"]
    return connection.execute(select(lines).where(lines.c.bank_id == bank_id)).one()


def _as_adas(name: str, bank_id: str, says: str, **changed: Any) -> Lie:
    """A deposit of Ada's of a line that is not hers."""
    t = metadata.tables
    money = Money(LIE, "EUR")

    def tell(connection: Connection) -> None:
        known = connection.execute(select(t["deposits"]).limit(1)).one()._mapping
        number = 1_000 + len(name)
        row = dict(known) | {
            "id": f"deposit_{name}",
            "number": number,
            "reference": name.encode().ljust(16)[:16],
            "line_id": _line(connection, bank_id).id,
            "amount": LIE,
            "state": "QUEUED",
            "tx_id": None,
            "event_id": None,
        }
        connection.execute(insert(t["deposits"]).values(row | changed))
        connection.execute(
            update(t["counters"]).where(t["counters"].c.name == "deposit").values(last=number)
        )
        lie = Posting(
            f"deposit:{number}", "deposit", Account.UNMATCHED, Account.ISSUING, money, "x", NOW
        )
        post(connection, lie)

    def undo(connection: Connection) -> None:
        connection.execute(delete(t["deposits"]).where(t["deposits"].c.id == f"deposit_{name}"))
        back = Posting(
            f"undone:{name}", "deposit", Account.ISSUING, Account.UNMATCHED, money, "x", NOW
        )
        post(connection, back)

    return Lie(name, tell, undo, says)


def _explained(name: str) -> Lie:
    """A debit that the bridge says is a payout's, and is nothing's."""
    lines = metadata.tables["bank_lines"]

    def set_to(**values: Any) -> Callable[[Connection], None]:
        def act(connection: Connection) -> None:
            connection.execute(update(lines).where(lines.c.bank_id == "THEFT").values(**values))

        return act

    return Lie(
        name,
        set_to(state="EXPLAINED", explained_by="redemption", explained_ref="redemption_x"),
        set_to(state="STORED", explained_by=None, explained_ref=None),
        "by what neither bank nor chain has room for",
    )


LIES = (
    _move("unmatched money on its way to be tokens", Account.UNMATCHED, Account.ISSUING),
    _move("own funds on their way to be tokens", Account.OWN_FUNDS, Account.ISSUING),
    _move("a payout in flight to be credited again", Account.PAYOUTS, Account.RETURNS),
    _move("a recall that never was", Account.PAYOUTS, Account.RECALLED),
    _as_adas("stranger", "STRANGER", "does not name its link"),
    _as_adas("unregistered", "STRANGER", "not registered", holder=BO.wallet),
    _as_adas("debit", "THEFT", "is no credit of"),
    _explained("a theft as a payout"),
)


@contextmanager
def told(stage: Stage, lie: Lie) -> Iterator[None]:
    """The database with a lie in it."""
    database = stage.parts.bridge.database
    with database.transaction() as connection:
        lie.tell(connection)
    yield
    with database.transaction() as connection:
        lie.undo(connection)


def deliver(stage: Stage, *lines: Any) -> None:
    """The bank books lines and tells of them."""
    for line in lines:
        stage.bank.booked += line.amount if line.direction == "CREDIT" else -line.amount
    name = f"S-{lines[0].bank_id}"
    stage.bank.deliver("camt.053", world.camt(lines, message_id=name).getvalue())


def by_the_ledger(stage: Stage) -> int:
    """The backing if the ledger were believed."""
    bridge = stage.parts.bridge
    proof = prove(bridge.database, stage.parts.chain, stage.bank, "EUR")
    return state(proof.books, proof.supply, proof.bank).backing


@pytest.fixture
def busy(ready: Stage) -> Stage:
    """A stranger's money, own funds, a theft, and a payout of which nothing was heard."""
    ready.bank.answering = False
    body = ready.redemption_body(ADA, ready.order(ADA, 2 * LIE))
    made = ready.post("/v1/redemptions", body).json()
    ready.run(lambda: ready.state("/v1/redemptions", made["id"]) == "SUBMITTED")
    interest = world.credit("INTEREST", 2 * LIE, kind="INTEREST")
    deliver(ready, world.credit("STRANGER", LIE, payer_account=STRANGER))
    deliver(ready, interest)
    deliver(ready, world.debit("THEFT", THEFT, payee_account=STRANGER))
    for _ in range(4):
        ready.worker.cycle()
        ready.deployed.mine()
    ready.clock.move(timedelta(seconds=5))
    said = ready.attestor.once().statement
    assert (said.headroom, said.unexplained) == (0, THEFT)
    return ready


def test_no_lie_of_the_ledger_gives_room(busy: Stage) -> None:
    """Every kind of money that is not tokens, said to be tokens: refused, and named."""
    before = busy.deployed.teller.functions.attestation().call()
    for lie in LIES:
        honest = by_the_ledger(busy)
        with told(busy, lie):
            busy.clock.move(timedelta(seconds=5))
            assert by_the_ledger(busy) > honest, lie.name
            with pytest.raises(BooksDiffer, match="Nothing was attested") as refused:
                busy.attestor.once()
            assert lie.says in refused.value.detail, (lie.name, refused.value.detail)
    assert busy.deployed.teller.functions.attestation().call() == before
    busy.clock.move(timedelta(seconds=5))
    assert busy.attestor.work_out(busy.parts.chain.attested()).headroom == 0


def test_the_banks_papers_decide_what_is_missing(busy: Stage) -> None:
    """Payouts said to be accepted hide no money that is gone: the bank's own word is needed."""
    redemptions = metadata.tables["redemptions"]
    database = busy.parts.bridge.database
    with database.transaction() as connection:
        connection.execute(update(redemptions).values(state="ACCEPTED"))
    busy.bank.booked -= Money(5_000, "EUR")
    busy.clock.move(timedelta(seconds=5))
    proof = prove(database, busy.parts.chain, busy.bank, "EUR")
    last = busy.parts.chain.attested()
    assert state(proof.books, proof.supply, proof.bank).unexplained == THEFT
    said = busy.attestor.work_out(last)
    assert (said.unexplained, said.headroom) == (THEFT + 5_000, 0)
    [order] = busy.bank.batches.values()
    taken = PaymentStatus(order.message_id, order.instructions[0].end_to_end_id, "ACSP", None)
    report = StatusReport("S-1", busy.clock.now(), order.message_id, (taken,))
    busy.bank.file(write_pain002(report))
    assert busy.attestor.work_out(last).unexplained == THEFT


def test_what_the_bridge_has_not_read_is_not_a_lie(busy: Stage) -> None:
    """Papers that lie ready: less backing at once, no refusal, and none of a stranger's money."""
    deliver(busy, world.credit("NEW", 700, payer_account=ADA.account))
    deliver(busy, world.debit("NEWS", 300, payee_account=STRANGER))
    busy.clock.move(timedelta(seconds=5))
    said = busy.attestor.work_out(busy.parts.chain.attested())
    assert (said.unexplained, said.headroom) == (THEFT + 300, 0)


def test_a_statement_that_the_bank_never_told_gives_no_room(busy: Stage) -> None:
    """Handed in by hand, in the bank's name: refused until a copy lies where the attestor reads."""
    content = world.camt([world.credit("FORGED", 4_000, payer_account=ADA.account)], message_id="F")
    bridge = busy.parts.bridge
    take_in(
        bridge.database,
        content,
        currency="EUR",
        reserve_account=world.RESERVE,
        now=busy.clock.now(),
        source="test",
        matching=bridge.matching,
    )
    busy.bank.booked += Money(4_000, "EUR")
    busy.clock.move(timedelta(seconds=5))
    with pytest.raises(BooksDiffer, match="no file of the bank tells of"):
        busy.attestor.once()
    busy.bank.file(content.getvalue())
    assert busy.attestor.once().statement.backing == by_the_ledger(busy)


def test_what_was_given_to_one_link_counts_for_no_other(ready: Stage) -> None:
    """Two persons give a stranger's money to Bo's link; the database says that it is Ada's."""
    ready.link(BO)
    deliver(ready, world.credit("GIVEN", LIE, payer_account=STRANGER))
    ready.worker.cycle()
    database, now = ready.parts.bridge.database, ready.clock.now()
    actions = build_actions(ready.parts.bridge.secrets.reference_key, world.no_bank)
    deposits, links = metadata.tables["deposits"], metadata.tables["links"]
    with database.transaction() as connection:
        ids = {row.wallet: row.id for row in connection.execute(select(links))}
        given = Action("assign", _line(connection, "GIVEN").id, {"link": ids[BO.wallet]})
        made = propose(connection, actions, given, maker="ada", reason="theirs", now=now)
        approve(connection, actions, made.id, digest=made.digest, checker="bo", now=now)
        of_it = deposits.c.line_id == given.subject
        connection.execute(update(deposits).where(of_it).values(state="HELD"))
    ready.clock.move(timedelta(seconds=5))
    ready.attestor.work_out(ready.parts.chain.attested())
    with database.transaction() as connection:
        hers = {"link_id": ids[ADA.wallet], "holder": ADA.wallet}
        assert connection.execute(update(deposits).where(of_it).values(hers)).rowcount == 1
    ready.attestor.own._books = None  # what it has read, it does not ask for again
    with pytest.raises(BooksDiffer, match="to another link"):
        ready.attestor.work_out(ready.parts.chain.attested())


@pytest.mark.parametrize("again", [1, 2 * LIE])
def test_a_credit_that_was_told_twice_is_taken_back(ready: Stage, again: int) -> None:
    """Under one id with two amounts: an alarm. Which one the bridge met first is the one that went
    back, in whatever order the attestor reads the papers."""
    stranger = {"payer_account": STRANGER}
    deliver(ready, world.credit("TWICE", LIE, **stranger))
    ready.worker.cycle()
    short = world.camt([world.credit("TWICE", again, **stranger)], message_id="F")
    ready.bank.deliver("camt.053", short.getvalue())
    ready.worker.cycle()
    deliver(ready, world.debit("BACK", LIE, reversal=True, original_reference="TWICE"))
    for _ in range(3):
        ready.worker.cycle()
        ready.deployed.mine()
    ready.clock.move(timedelta(seconds=5))
    ready.attestor.own._books = None  # it starts anew: small papers are read first
    said = ready.attestor.once().statement
    assert said.unexplained == 0
    assert said.backing == by_the_ledger(ready)


def test_what_is_tokens_keeps_its_amount(ready: Stage) -> None:
    """Of two amounts the smaller one, by the bridge's word, would hide money that is gone."""
    deliver(ready, world.credit("TWICE", LIE, payer_account=ADA.account))
    ready.run(lambda: ready.deployed.token.functions.balanceOf(ADA.wallet).call() > 50_000)
    short = world.camt([world.credit("TWICE", 1, payer_account=ADA.account)], message_id="F")
    ready.bank.deliver("camt.053", short.getvalue())
    ready.worker.cycle()
    lines = metadata.tables["bank_lines"]
    of_it = (lines.c.bank_id == "TWICE") & (lines.c.state == "EXPLAINED")
    with ready.parts.bridge.database.transaction() as connection:
        assert connection.execute(update(lines).where(of_it).values(amount=1)).rowcount == 1
        [key] = connection.execute(select(lines.c.id).where(of_it)).scalars()
    ready.clock.move(timedelta(seconds=5))
    ready.attestor.own._books = None
    ready.attestor.work_out(ready.parts.chain.attested())
    books = ready.attestor.own._books
    assert books is not None
    assert books.of_several_amounts() == [key]
    assert books.bank.lines[key].amount == LIE


def test_a_restored_database_is_read_again(busy: Stage) -> None:
    """Deposit numbers that were given out before are given out again: all claims are asked for."""
    counters = metadata.tables["counters"]
    before = busy.attestor.work_out(busy.parts.chain.attested())
    with busy.parts.bridge.database.transaction() as connection:
        connection.execute(update(counters).where(counters.c.name == "deposit").values(last=0))
    assert busy.attestor.work_out(busy.parts.chain.attested()) == before


def test_an_event_that_the_node_hid_is_read_later(
    ready: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No supply shows that a registration is missing: books that differ for long are read anew."""
    with monkeypatch.context() as patch:
        patch.setattr(EventSums, "_fetch", _without_registrations)
        ready.link(BO)
        ready.pay_in(BO, 700)
        for _ in range(4):
            ready.worker.cycle()
            ready.deployed.mine()
        ready.clock.move(timedelta(seconds=5))
        with pytest.raises(BooksDiffer, match="is not registered on chain"):
            ready.attestor.once()
    with pytest.raises(BooksDiffer):  # what it has read, it does not read again at once
        ready.attestor.once()
    ready.clock.move(timedelta(minutes=1))
    with pytest.raises(BooksDiffer):
        ready.attestor.once()
    ready.run(lambda: ready.balance(BO) == 700)


_fetch = EventSums._fetch


def _without_registrations(sums: EventSums, first: int, last: int) -> tuple[Sequence[RawLog], int]:
    logs, last = _fetch(sums, first, last)
    types = event_types("DepositToken")
    return [log for log in logs if types[log.topics[0]].name != "TierSet"], last


def decided(stage: Stage, deed: str, bank_id: str, **parameters: str) -> None:
    """Two persons decide about a line."""
    bridge, now = stage.parts.bridge, stage.clock.now()
    actions = build_actions(bridge.secrets.reference_key, world.no_bank)
    with bridge.database.transaction() as connection:
        asked = Action(deed, _line(connection, bank_id).id, parameters)
        made = propose(connection, actions, asked, maker="ada", reason="a slip", now=now)
        approve(connection, actions, made.id, digest=made.digest, checker="bo", now=now)


def test_what_own_funds_bear_is_not_unexplained(busy: Stage) -> None:
    """A debit that two persons claim, what comes back of it, and no more backing than there is."""
    decided(busy, "claim", "THEFT")
    busy.clock.move(timedelta(seconds=5))
    said = busy.attestor.once().statement
    assert (said.unexplained, said.backing) == (0, by_the_ledger(busy))
    own = busy.attestor.own._books
    assert own is not None
    deliver(busy, world.credit("BACK", THEFT - 1))
    busy.worker.cycle()
    with busy.parts.bridge.database.reading() as connection:
        debit, credit = (_line(connection, word).id for word in ("THEFT", "BACK"))
    decided(busy, "gives-back", "BACK", line=debit)
    for _ in range(2):
        busy.clock.move(timedelta(seconds=5))
        said = busy.attestor.work_out(busy.parts.chain.attested())
    assert said.backing == by_the_ledger(busy)
    assert own._own == {debit: 1}
    assert own.deposits._elsewhere(credit) is not None


def test_own_funds_that_cannot_bear_a_debit_back_less(ready: Stage) -> None:
    """Whatever the bridge says of it: the money is gone."""
    before = ready.attestor.work_out(ready.parts.chain.attested()).backing
    deliver(ready, world.debit("THEFT", THEFT, payee_account=STRANGER))
    ready.worker.cycle()
    unexplained = by_the_ledger(ready)
    decided(ready, "own-cost", "THEFT")
    ready.clock.move(timedelta(seconds=5))
    said = ready.attestor.work_out(ready.parts.chain.attested())
    assert said.backing == by_the_ledger(ready) == unexplained == before - THEFT

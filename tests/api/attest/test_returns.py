"""Tests of the attestor's own books: what the bridge says came back, and of what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from api.approvals import Action, approve, propose
from api.attest import BooksDiffer, claims
from api.kernel.database import metadata
from api.kernel.money import Money
from api.ledger import Account, Posting, post
from api.operations import build_actions
from api.paying import KINDS
from api.payouts import give_up_waiting
from api.redemptions import Redemption, RedemptionState
from tests.api import world
from tests.api.attest.test_own_books import LIE, STRANGER, by_the_ledger, decided, deliver
from tests.api.redemptions.conftest import desk, paid
from tests.api.redemptions.desk import Desk
from tests.api.stage import Stage
from tests.api.world import ADA, NOW

__all__ = ["desk", "paid"]

OUT = 2 * LIE - 25
"""What was paid out, without the fee, and what a stranger paid in."""


@pytest.fixture
def settled(ready: Stage) -> Stage:
    """A redemption that the bank has paid and booked, and a stranger's money of the same sum."""
    body = ready.redemption_body(ADA, ready.order(ADA, 2 * LIE))
    made = ready.post("/v1/redemptions", body).json()
    deliver(ready, world.credit("STRANGER", OUT, payer_account=STRANGER))
    ready.run(lambda: ready.state("/v1/redemptions", made["id"]) == "SETTLED")
    ready.clock.move(timedelta(seconds=5))
    said = ready.attestor.once().statement
    assert (said.headroom, said.unexplained) == (0, 0)
    return ready


def test_a_strangers_money_is_no_return(settled: Stage) -> None:
    """The database says that it came back of a payment: nothing is attested, and why is said."""
    t = metadata.tables
    lines, money = t["bank_lines"], Money(OUT, "EUR")
    with settled.parts.bridge.database.transaction() as connection:
        [redemption] = connection.execute(select(t["redemptions"].c.id)).scalars()
        connection.execute(update(t["redemptions"]).values(state="RETURNED_BY_BANK"))
        of = {"state": "EXPLAINED", "explained_by": "redemption", "explained_ref": redemption}
        connection.execute(update(lines).where(lines.c.bank_id == "STRANGER").values(of))
        lie = Posting("lie:1", "a lie", Account.UNMATCHED, Account.RETURNS, money, "x", NOW)
        post(connection, lie)
    settled.clock.move(timedelta(seconds=5))
    with pytest.raises(BooksDiffer, match="failed or came back"):
        settled.attestor.once()


def test_two_persons_say_what_came_back(settled: Stage) -> None:
    """The control: the bank did not mark it, and its money is to be credited again."""
    [order] = settled.bank.batches.values()
    decided(settled, "came-back", "STRANGER", payment=order.instructions[0].end_to_end_id)
    settled.clock.move(timedelta(seconds=5))
    said = settled.attestor.once().statement
    assert (said.headroom, said.backing) == (OUT, by_the_ledger(settled))
    settled.attestor.own._books = None  # it starts anew
    assert settled.attestor.work_out(settled.parts.chain.attested()).backing == said.backing


@pytest.mark.parametrize("was_paid", [False, True])
def test_only_what_was_not_paid_is_decided(desk: Desk, paid: Redemption, was_paid: bool) -> None:
    """Two persons wrote down that the bank has paid: that credits nothing again."""
    later = NOW + timedelta(days=3)
    actions = build_actions(world.KEY, lambda: desk.bank)
    asked = Action("resolve", paid.id, {"paid": was_paid, "reason": "letter"})
    with desk.write() as connection:
        assert give_up_waiting(connection, KINDS, now=later) == 1
        made = propose(connection, actions, asked, maker="ada", reason="letter", now=later)
        approve(connection, actions, made.id, digest=made.digest, checker="bo", now=later)
    after = RedemptionState.ACCEPTED if was_paid else RedemptionState.REJECTED
    assert desk.now(paid).state is after
    with desk.write() as connection:
        connection.execute(update(metadata.tables["redemptions"]).values(state="REJECTED"))
        [owed] = claims._owed(connection)
    assert owed.decided is not was_paid

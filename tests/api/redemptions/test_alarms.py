"""Tests of alarms on payments: one that a person has looked at stands no more, another one does."""

from __future__ import annotations

import pytest

from api.approvals import Action, act, newest_entries
from api.kernel.errors import BridgeError, Conflict
from api.operations import build_actions
from api.payouts import alarms
from api.redemptions import Redemption, RedemptionState
from api.ways import way_on
from tests.api.redemptions.desk import PAYABLE, Desk, book
from tests.api.world import KEY, NOW, no_bank

S = RedemptionState


def looked_at(desk: Desk, subject: str) -> str:
    """A person has looked at what stands on it, and says so."""
    action = Action("acknowledge", subject)
    with desk.write() as connection:
        done = act(
            connection,
            build_actions(KEY, no_bank),
            action,
            operator="ada",
            reason="a letter",
            now=NOW,
        )
    return str(done["alarm"])


def test_an_alarm_that_was_looked_at_stands_no_more(desk: Desk, paid: Redemption) -> None:
    """Though the line that it is about is met again at each look; nothing else changes."""
    book(desk, paid)
    first = book(desk, paid, bank_id="D2")
    alarm = looked_at(desk, paid.id)
    assert first in alarm
    desk.follow()
    assert (desk.now(paid).state, desk.now(paid).alarm) == (S.SETTLED, None)
    assert desk.books()["UNMATCHED"] == -PAYABLE
    with desk.database.reading() as connection:
        [entry] = newest_entries(connection, 10)
    assert (entry.operator, entry.action, entry.subject, entry.reason) == (
        "ada",
        "acknowledge",
        paid.id,
        "a letter",
    )
    assert alarm in (entry.result or "")  # the history keeps what was acknowledged
    second = book(desk, paid, bank_id="D3")  # another one is another alarm
    assert second in looked_at(desk, paid.id)
    desk.follow()
    assert desk.now(paid).alarm is None


def test_what_has_no_alarm_has_none_to_acknowledge(desk: Desk, paid: Redemption) -> None:
    """By its name; and so has what is no payment."""
    with pytest.raises(Conflict, match="No alarm stands"):
        looked_at(desk, paid.id)
    for stranger in ("refund_0", "redemption_0", "deposit_0", paid.end_to_end_id):
        with pytest.raises(BridgeError, match="is no redemption, refund, recall, line or document"):
            looked_at(desk, stranger)


def test_without_a_memory_it_stands_again(
    desk: Desk, paid: Redemption, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(alarms, "standing", lambda _connection, _subject, alarm: alarm)
    book(desk, paid)
    book(desk, paid, bank_id="D2")
    looked_at(desk, paid.id)
    desk.follow()
    assert desk.now(paid).alarm is not None


def test_an_alarm_has_a_way_out_beside_the_states() -> None:
    """Of what has ended, and of what waits for a person anyway."""
    ended = way_on("redemption", "SETTLED", "r", alarm="booked twice")
    assert (ended.needs_person, ended.command) == (
        True,
        'jiaozi-bridge acknowledge r --reason "…"',
    )
    differs = way_on("redemption", "RETURN_DIFFERS", "r", alarm="a part came back")
    assert "--bear-difference" in (differs.command or "")
    assert "; then jiaozi-bridge acknowledge r" in (differs.command or "")

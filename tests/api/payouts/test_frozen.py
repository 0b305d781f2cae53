"""Tests of when payments may leave: never while the chain is in doubt, never before it is final."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.chain import AlarmKind, SupplyView
from api.chain.alarms import lower, raise_alarm
from api.chain.store import set_position
from api.kernel.errors import Unavailable
from api.paying import pay_out, why_frozen
from api.payouts import Orders
from api.redemptions import Redemption, RedemptionState
from api.web.context import Bridge
from tests.api.redemptions.conftest import desk
from tests.api.redemptions.desk import Desk, burned, order
from tests.api.world import NOW

__all__ = ["desk"]

S = RedemptionState


@pytest.fixture
def waiting(desk: Desk) -> Redemption:
    """Burned in block 7."""
    redemption = desk.hand_in(order())
    desk.tell("on_redeemed", replace(burned(order()), block_number=7))
    return redemption


def run(bridge: Bridge, desk: Desk) -> bool:
    """The worker's step."""
    return pay_out(bridge, desk.chain, desk.database, Orders(desk.bank))


@pytest.mark.parametrize(
    "kind",
    [
        AlarmKind.DEEP_REORG,
        AlarmKind.NODES_DISAGREE,
        AlarmKind.FOREIGN,
        AlarmKind.WRONG_CHAIN,
    ],
)
@pytest.mark.parametrize("saved", [False, True])
def test_nothing_leaves_while_the_chain_is_in_doubt(
    bridge: Bridge, desk: Desk, waiting: Redemption, kind: AlarmKind, saved: bool
) -> None:
    """No file is made, and none that was saved is handed in, until the alarm is over."""
    desk.chain.final = 100
    if saved:
        assert desk.prepare() is not None
    before = desk.now(waiting).state
    with desk.write() as connection:
        raise_alarm(connection, kind, "it", "looks wrong", NOW)
    with desk.database.reading() as connection:
        assert why_frozen(connection) == "looks wrong"
    assert not run(bridge, desk)
    assert desk.now(waiting).state is before
    assert desk.bank.batches == {}
    with desk.write() as connection:
        lower(connection, kind)
    assert run(bridge, desk)
    assert desk.now(waiting).state is S.SUBMITTED


@pytest.mark.parametrize("kind", [AlarmKind.FEE_CEILING, AlarmKind.NODE_BEHIND, AlarmKind.NO_COIN])
def test_other_alarms_hold_no_payout(
    bridge: Bridge, desk: Desk, waiting: Redemption, kind: AlarmKind
) -> None:
    """What stands in the way of signing alone does not make a burn doubtful."""
    desk.chain.final = 100
    with desk.write() as connection:
        raise_alarm(connection, kind, "it", "is in the way", NOW)
    assert run(bridge, desk)
    assert desk.now(waiting).state is S.SUBMITTED


def test_a_burn_waits_until_it_is_finalized(
    bridge: Bridge, desk: Desk, waiting: Redemption
) -> None:
    """One block short is not final."""
    desk.chain.final = 6
    assert not run(bridge, desk)
    desk.chain.final = 7
    assert run(bridge, desk)
    assert desk.now(waiting).state is S.SUBMITTED


@pytest.mark.parametrize("final", [None, 0])
def test_where_the_depth_counts(
    bridge: Bridge, desk: Desk, waiting: Redemption, final: int | None
) -> None:
    """The settings ask for no more, whether the chain has finality or not."""
    desk.chain.final = final
    chain = replace(bridge.settings.chain, payouts_wait_for="depth")
    bridge = replace(bridge, settings=replace(bridge.settings, chain=chain))
    assert run(bridge, desk)
    assert desk.now(waiting).state is S.SUBMITTED


def test_a_chain_that_does_not_say_what_is_final(
    bridge: Bridge, desk: Desk, waiting: Redemption
) -> None:
    """The depth never stands in by itself: it is asked again, and nothing leaves."""
    desk.chain.final = None
    with pytest.raises(Unavailable):
        run(bridge, desk)
    assert desk.now(waiting).state is S.BURNED
    assert desk.bank.batches == {}


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize("there", [False, True])
def test_a_chain_that_was_exchanged_under_the_reader(
    bridge: Bridge, desk: Desk, waiting: Redemption, there: bool, saved: bool
) -> None:
    """A deep reorganisation that the reader has not met yet: the burn may be gone."""
    if saved:
        assert desk.prepare() is not None
    before = desk.now(waiting).state
    with desk.write() as connection:
        set_position(connection, None, (9, "0xours"), NOW)
    desk.chain.supplies[9] = SupplyView(0, 0, 9, "0xours" if there else "0xtheirs")
    assert run(bridge, desk) is there
    assert desk.now(waiting).state is (S.SUBMITTED if there else before)


def test_a_chain_that_does_not_answer(bridge: Bridge, desk: Desk, waiting: Redemption) -> None:
    """It is asked again; nothing leaves meanwhile."""
    desk.chain.down = True
    with pytest.raises(Unavailable):
        run(bridge, desk)
    assert desk.now(waiting).state is S.BURNED


def test_without_the_look_at_the_alarms_it_would_leave(
    bridge: Bridge, desk: Desk, waiting: Redemption, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr("api.paying.why_frozen", lambda _connection: None)
    desk.chain.final = 100
    with desk.write() as connection:
        raise_alarm(connection, AlarmKind.DEEP_REORG, "it", "looks wrong", NOW)
    assert run(bridge, desk)
    assert desk.now(waiting).state is S.SUBMITTED

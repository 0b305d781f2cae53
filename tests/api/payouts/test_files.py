"""Tests of payout files: their day, their ceilings, and what they wait for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from api.kernel.errors import Conflict, NotFound
from api.paying import KINDS
from api.payouts import BusinessDays, FileState, Limits, count_files, files_in_state, release_file
from api.redemptions import Redemption, RedemptionState
from tests.api.redemptions.conftest import desk
from tests.api.redemptions.desk import PAYABLE, RULES, Desk, burned, order

__all__ = ["desk"]

S = RedemptionState
BERLIN = BusinessDays(
    time(16), ZoneInfo("Europe/Berlin"), frozenset({date(2026, 12, 24), date(2026, 12, 25)})
)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-19T14:59:59", "2026-11-19"),  # 15:59:59 in Berlin
        ("2026-11-19T15:00:00", "2026-11-20"),
        ("2026-11-19T23:30:00", "2026-11-20"),  # half past midnight there: Friday already
        ("2026-11-20T15:00:00", "2026-11-23"),
        ("2026-11-21T09:00:00", "2026-11-23"),
        ("2026-12-23T15:00:00", "2026-12-28"),
        ("2026-12-24T08:00:00", "2026-12-28"),
        ("2026-07-01T13:59:59", "2026-07-01"),  # summer time: two hours ahead
        ("2026-07-01T14:00:00", "2026-07-02"),
        ("2027-01-01T08:00:00", "2027-01-01"),  # no holiday unless it is listed
    ],
)
def test_the_day_on_which_the_bank_pays(now: str, day: str) -> None:
    """Before the cut-off of a business day, else the next one, in the bank's own time."""
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert BERLIN.execution_date(at) == date.fromisoformat(day)


def burn(desk: Desk, count: int) -> list[Redemption]:
    """Burned redemptions."""
    made = []
    for number in range(count):
        one = order(nonce=bytes([number]) * 32)
        made.append(desk.hand_in(one))
        desk.burn(one, f"burn:{number}")
    return made


def files(desk: Desk, state: FileState) -> list[tuple[int, int, date]]:
    """Payments, sum and day of the files in a state."""
    with desk.database.reading() as connection:
        found = files_in_state(connection, state, 10)
    return [(file.payments, file.total, file.execution_date) for file in found]


def test_most_payments_of_a_file(desk: Desk) -> None:
    """What is above goes into the next file, each payment into one."""
    burn(desk, 3)
    rules = replace(RULES, limits=Limits(2, 10**15, 10**15))
    for left in (2, 1):
        assert desk.prepare(rules=rules) is not None
        assert desk.submit() == 1
        assert [len(b.instructions) for b in desk.bank.batches.values()][-1] == left
    assert desk.prepare(rules=rules) is None
    assert len(desk.bank.batches) == 2


@pytest.mark.parametrize(
    "limits", [Limits(500, PAYABLE - 1, 10**15), Limits(500, 10**15, PAYABLE - 1)]
)
def test_above_a_ceiling_two_persons_let_it_go(desk: Desk, limits: Limits) -> None:
    """Held with the reason on show; released once, and handed in as it was saved."""
    [redemption] = burn(desk, 1)
    message_id = desk.prepare(rules=replace(RULES, limits=limits))
    assert message_id is not None
    assert desk.submit() == 0
    assert files(desk, FileState.HELD) == [(1, PAYABLE, date(2026, 11, 19))]
    with desk.database.reading() as connection:
        assert count_files(connection, FileState.HELD) == 1
        assert "ceiling" in (files_in_state(connection, FileState.HELD, 1)[0].problem or "")
    with desk.write() as connection:
        release_file(connection, KINDS, message_id, now=desk.clock.now())
    with desk.write() as connection, pytest.raises(Conflict, match="neither held"):
        release_file(connection, KINDS, message_id, now=desk.clock.now())
    with desk.write() as connection, pytest.raises(NotFound):
        release_file(connection, KINDS, "JZM0", now=desk.clock.now())
    assert desk.submit() == 1
    assert desk.now(redemption).state is S.SUBMITTED


def test_the_day_s_ceiling_counts_all_files(desk: Desk) -> None:
    """A scheduler that runs again and again comes to the same ceiling."""
    rules = replace(RULES, limits=Limits(1, 10**15, 2 * PAYABLE))
    burn(desk, 3)
    for _ in range(3):
        desk.prepare(rules=rules)
    assert desk.submit() == 2
    assert len(files(desk, FileState.HELD)) == 1


def test_payouts_wait_until_their_burn_is_final(desk: Desk) -> None:
    """By the block of the burn, not by the reader's position."""
    desk.hand_in(order())
    desk.tell("on_redeemed", replace(burned(order()), block_number=7))
    assert desk.prepare(up_to=6) is None
    assert desk.prepare(up_to=7) is not None

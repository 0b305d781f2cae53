"""Tests of redemptions: the desk, on both stores."""

from __future__ import annotations

import pytest

from api.bank.memory import FakeBank
from api.chain.memory import MemoryChain
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from api.redemptions import Redemption
from tests.api.redemptions.desk import SECONDS, Desk, order


@pytest.fixture
def desk(database: Database, clock: FixedClock, bank: FakeBank) -> Desk:
    """An open desk."""
    made = Desk(database, MemoryChain(now=SECONDS), clock, bank)
    made.open()
    return made


@pytest.fixture
def paid(desk: Desk) -> Redemption:
    """A redemption whose payout file the bank has."""
    redemption = desk.hand_in(order())
    desk.burn(order())
    assert desk.pay_out() is not None
    return desk.now(redemption)

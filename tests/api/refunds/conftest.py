"""Tests of refunds: the counter, on both stores."""

from __future__ import annotations

import pytest

from api.bank.memory import FakeBank
from api.kernel.clock import FixedClock
from api.kernel.database import Database
from tests.api.refunds.steps import Counter


@pytest.fixture
def counter(database: Database, clock: FixedClock, bank: FakeBank) -> Counter:
    """An open counter; the bank answers nothing by itself."""
    bank.answering = False
    return Counter(database, clock, bank)

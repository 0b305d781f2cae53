"""Fixtures of the wallet's tests: a world with a chain, a bank and a home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wallet.fakebank import FakeBank
from tests.wallet.fakechain import FakeChain
from tests.wallet.world import FakeClock, World, serve


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[World]:
    """A world in which no wallet has been made yet."""
    chain = FakeChain()
    bank = FakeBank(chain)
    with serve(chain, bank) as url:
        yield World(tmp_path / "home", chain, bank, url, url, FakeClock(chain))


@pytest.fixture
def world(bare: World) -> World:
    """A world with a funded wallet that knows its bank."""
    bare.create()
    return bare

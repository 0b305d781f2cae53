"""Tests of scripts.bench.chain on a real one: equal in every run, and no failure is a figure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.bench import BenchError
from scripts.bench.chain import BEGIN, DAY, DEPLOYER, TRANSFER, Chain, start_chain
from scripts.bench.people import person

pytestmark = pytest.mark.integration

# push topic; push 0, 0; log1 — whatever it is called with, it says that money moved once.
MOVES = bytes.fromhex("7f" + TRANSFER[2:] + "5f5fa1")
REVERTS = bytes.fromhex("63deadbeef5f526004601cfd")
IDLE = b"\x00"
PLAIN = 21_000


def creating(code: bytes) -> bytes:
    """Code that creates a contract with this code: copy it and return it."""
    size = len(code)
    # push size; dup; push 9, where the code begins; push 0; codecopy; push 0; return
    return bytes((0x60, size, 0x80, 0x60, 9, 0x5F, 0x39, 0x5F, 0xF3)) + code


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    """One chain for all."""
    with start_chain() as started:
        yield started


def test_a_call_costs_what_the_yellow_paper_says(chain: Chain) -> None:
    """Four bytes of selector, none zero; push32, two push0, log1 with no data."""
    place = chain.deploy(creating(MOVES))
    sender = person("payer").address
    assert chain.gas(sender, place, "transfer()", moves=1) == PLAIN + 4 * 16 + 3 + 2 + 2 + 750


def test_money_that_does_not_move_as_expected_is_no_figure(chain: Chain) -> None:
    place = chain.deploy(creating(MOVES))
    with pytest.raises(BenchError, match="moved money 1 times, not 2 times"):
        chain.gas(DEPLOYER, place, "transfer()", moves=2)
    with pytest.raises(BenchError, match="moved money 0 times, not 1 times"):
        chain.gas(DEPLOYER, chain.deploy(creating(IDLE)), "transfer()", moves=1)


def test_a_refusal_is_no_figure(chain: Chain) -> None:
    place = chain.deploy(creating(REVERTS))
    with pytest.raises(BenchError, match="refused with 0xdeadbeef"):
        chain.gas(DEPLOYER, place, "transfer()")


def test_time_is_the_chains_own(chain: Chain) -> None:
    """A second a block and a day when told, from a fixed beginning."""
    place = chain.deploy(creating(IDLE))
    before = chain.now()
    assert 0 < before - BEGIN < DAY // 2
    chain.gas(DEPLOYER, place, "transfer()")
    assert chain.now() == before + 1
    chain.next_day()
    chain.gas(DEPLOYER, place, "transfer()")
    chain.gas(DEPLOYER, place, "transfer()")
    assert chain.now() == before + 1 + DAY + 1

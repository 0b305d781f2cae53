"""Tests of the relay's words: what fits into one transaction, and in which parts it travels on."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from api.relay.model import (
    ALLOWANCE,
    FLOOR,
    MOST_ENTRIES,
    MOST_GAS,
    Entry,
    EntryState,
    Kind,
    fitting,
    gas_limit,
    reckoned,
    split,
)
from tests.api.world import ADA

ENTRY = Entry(
    position=1,
    kind=Kind.TRANSFER,
    subject="transfer_1",
    signer=ADA.wallet,
    nonce="0x01",
    data=bytes(200) + b"\x01" * 120,
    gas=100_000,
    state=EntryState.WAITING,
    batch=None,
    failures=0,
)


def some(count: int, **changed: int) -> list[Entry]:
    """Entries in order."""
    return [replace(ENTRY, position=number, **changed) for number in range(count)]


def test_call_data_is_counted() -> None:
    """Four for a zero byte, sixteen for another (EIP-2028)."""
    assert reckoned(bytes(10) + b"\x01" * 3, uses=7) == 7 + 40 + 48


def test_a_batch_leaves_the_allowance_before_its_last_entry() -> None:
    """Whatever is in it: the Teller undoes all of it otherwise."""
    assert gas_limit(some(1)) > FLOOR + 100_000
    assert gas_limit(some(3)) - gas_limit(some(2)) == 100_000


def test_what_failed_as_a_whole_is_reckoned_twice_as_much() -> None:
    """Up to the whole allowance, which no entry can pass."""
    once, often = gas_limit(some(1, failures=1)), gas_limit(some(1, failures=40))
    assert once - gas_limit(some(1)) == 100_000
    assert often == gas_limit(some(1)) - 100_000 + reckoned(ENTRY.data, uses=ALLOWANCE)


@given(st.integers(1, 400), st.integers(30_000, 720_000), st.integers(0, 5))
def test_what_fits_is_a_beginning_within_the_limits(count: int, gas: int, failures: int) -> None:
    """At least one, at most a transaction's worth, in order."""
    given_ = some(count, gas=gas, failures=failures)
    taken = fitting(given_)
    assert taken == given_[: len(taken)]
    assert 1 <= len(taken) <= MOST_ENTRIES
    assert len(taken) == 1 or gas_limit(taken) <= MOST_GAS


@given(st.integers(2, 200), st.integers(30_000, 720_000), st.integers(0, 5))
def test_a_split_loses_none_and_gets_smaller(count: int, gas: int, failures: int) -> None:
    """Every part is smaller than the whole, so the splitting ends."""
    whole = some(count, gas=gas, failures=failures)
    parts = split(whole)
    assert [entry for part in parts for entry in part] == whole
    assert all(0 < len(part) < count for part in parts)

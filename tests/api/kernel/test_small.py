"""Tests of the kernel's small parts: money, clock, ids, counters, leases, states, fields."""

from __future__ import annotations

import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from api.kernel.clock import FixedClock, SystemClock
from api.kernel.counter import last_number, next_numbers
from api.kernel.database import Database
from api.kernel.errors import Broken, InvalidInput, NotFound
from api.kernel.fields import read_address, read_bytes, read_id, read_text, read_uint
from api.kernel.ids import new_id, new_ids
from api.kernel.lease import (
    LeaseLost,
    acquire,
    count_others,
    forget_expired,
    leases,
    release,
    renew,
)
from api.kernel.machine import IllegalTransition, Transitions
from api.kernel.money import Money, parse_decimal
from tests.api.world import ADA, NOW
from wallet.errors import AmountError

MINUTE = timedelta(minutes=1)


def test_what_a_process_starts_with_is_no_garbage() -> None:
    """The collector never goes through it again; what is made later it does."""
    script = (
        "import gc, api.bootstrap\n"
        "from api.kernel.garbage import spare_start\n"
        "before = len(gc.get_objects())\n"
        "spare_start()\n"
        "later = [[] for _ in range(10)]\n"
        "print(before > 50_000, len(gc.get_objects()) < 1_000, gc.get_freeze_count() > 50_000)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["True"] * 3


class Light(StrEnum):
    """A machine for the tests."""

    OFF = "OFF"
    ON = "ON"
    BROKEN = "BROKEN"


LIGHT = Transitions(
    "light", {Light.OFF: {Light.ON}, Light.ON: {Light.OFF, Light.BROKEN}, Light.BROKEN: set()}
)


def test_only_the_table_changes_a_state() -> None:
    """Everything else is an error that says what was tried."""
    assert LIGHT.check(Light.OFF, Light.ON) is Light.ON
    with pytest.raises(IllegalTransition, match="light that is BROKEN cannot become ON"):
        LIGHT.check(Light.BROKEN, Light.ON)
    assert LIGHT.into(Light.OFF) == {Light.ON}
    assert dict(LIGHT)[Light.BROKEN] == frozenset()


def test_a_table_that_forgets_a_state_cannot_be_made() -> None:
    """The first import shows it."""
    with pytest.raises(ValueError, match="lacks ON, BROKEN"):
        Transitions("light", {Light.OFF: set()})


def test_numbers_are_never_given_twice(database: Database) -> None:
    """From many threads; and a rollback leaves no gap."""

    def take(count: int) -> list[int]:
        with database.transaction() as connection:
            return list(next_numbers(connection, "n", count))

    with ThreadPoolExecutor(8) as pool:
        taken = [number for part in pool.map(take, [1, 2, 3] * 8) for number in part]
    assert sorted(taken) == list(range(1, 49))

    def fail() -> None:
        with database.transaction() as connection:
            next_numbers(connection, "n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.transaction() as connection:
        assert last_number(connection, "n") == 48
        assert next_numbers(connection, "n") == range(49, 50)
        assert last_number(connection, "other") == 0
        with pytest.raises(ValueError, match="at least one"):
            next_numbers(connection, "n", 0)


def test_a_lease_has_one_holder_and_a_growing_fence(database: Database) -> None:
    """Whoever comes second waits for its end; the first one finds out."""
    with database.transaction() as connection:
        first = acquire(connection, "work", "a", now=NOW, lasting=MINUTE)
        assert first is not None
        assert acquire(connection, "work", "b", now=NOW, lasting=MINUTE) is None
    later = NOW + MINUTE
    with database.transaction() as connection:
        second = acquire(connection, "work", "b", now=later, lasting=MINUTE)
    assert second is not None
    assert second.fence > first.fence
    with pytest.raises(LeaseLost), database.transaction() as connection:
        renew(connection, first, now=later, lasting=MINUTE)
    with database.transaction() as connection:
        held = renew(connection, second, now=later, lasting=MINUTE)
        release(connection, first, now=later)  # the late one cannot take it from the new holder
        assert acquire(connection, "work", "c", now=later, lasting=MINUTE) is None
        release(connection, held, now=later)
        assert acquire(connection, "work", "c", now=later, lasting=MINUTE) is not None


def test_a_lease_of_a_clock_that_was_wrong_is_nobodys(database: Database) -> None:
    """Its holder may have died since: nobody waits a day for its end; if it lives, it finds out."""
    tomorrow = NOW + timedelta(days=1)
    with database.transaction() as connection:
        wrong = acquire(connection, "work", "a", now=tomorrow, lasting=MINUTE)
        assert wrong is not None
        assert count_others(connection, "work", "b", now=NOW, lasting=MINUTE) == 0
        assert acquire(connection, "work", "b", now=NOW, lasting=MINUTE) is not None
        # clocks of two machines that are a little apart are no wrong clocks
        assert acquire(connection, "work", "c", now=NOW - MINUTE, lasting=MINUTE) is None
    with pytest.raises(LeaseLost), database.transaction() as connection:
        renew(connection, wrong, now=NOW, lasting=MINUTE)
    with database.transaction() as connection:
        acquire(connection, "gone", "a", now=tomorrow, lasting=MINUTE)
        forget_expired(connection, "", now=NOW, lasting=MINUTE)
        found = connection.execute(select(leases.c.name)).scalars().all()
    assert found == ["work"]


def test_a_lease_that_somebody_has_in_hand_is_not_waited_for(postgres_url: str) -> None:
    """He works under it, or froze there: it is neither taken nor dropped until he has ended."""
    database = Database(postgres_url)
    with database.transaction() as connection:
        held = acquire(connection, "work", "a", now=NOW, lasting=MINUTE)
        assert held is not None
    later = NOW + 2 * MINUTE
    with database.transaction() as frozen:
        renew(frozen, held, now=NOW, lasting=MINUTE)
        with database.transaction() as connection:
            connection.execute(text("SET LOCAL lock_timeout = 2000"))
            assert acquire(connection, "work", "b", now=later, lasting=MINUTE) is None
            forget_expired(connection, "", now=later, lasting=MINUTE)
    with database.transaction() as connection:
        taken = acquire(connection, "work", "b", now=later, lasting=MINUTE)
        assert taken is not None
        assert taken.fence == held.fence + 1
    database.close()


def test_of_many_that_want_a_lease_one_gets_it(database: Database) -> None:
    """Also when its row does not exist yet."""

    def want(number: int) -> bool:
        with database.transaction() as connection:
            lease = acquire(connection, "work", f"w{number}", now=NOW, lasting=MINUTE)
        return lease is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(want, range(16))) == 1


def test_money_is_whole_and_of_one_currency() -> None:
    """No float, no bool, no adding of unlike."""
    assert str(Money(-5, "EUR")) == "-0.05 EUR"
    assert Money(7, "JPY").to_json() == {"amount": "7", "currency": "JPY"}
    assert -(Money(5, "KWD") - Money(7, "KWD")) + Money(1, "KWD") == Money(3, "KWD")
    for wrong in (1.0, True, "1"):
        with pytest.raises(TypeError):
            Money(wrong, "EUR")  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(ValueError, match="cannot be added"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(AmountError):
        Money(1, "XXX")


@given(st.integers(0, 2**96 - 1), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_money_survives_its_decimal_form(minor: int, currency: str) -> None:
    """To the last minor unit."""
    money = Money(minor, currency)
    assert parse_decimal(money.decimal(), currency) == money


def test_clocks() -> None:
    """The fixed one stands still and goes on only by word; the real one is aware."""
    clock = FixedClock(NOW)
    clock.sleep(90)
    clock.move(timedelta(seconds=-30))
    assert (clock.now(), clock.monotonic()) == (NOW + MINUTE, 90.0)
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001 - naive on purpose
    real = SystemClock()
    before = real.monotonic()
    real.sleep(0)
    assert real.now().tzinfo is UTC
    assert real.monotonic() >= before


def test_ids_that_are_made_together_lie_together() -> None:
    """In the order of their making, all different, and alike in their beginning alone."""
    first, second = new_ids("deposit", 500), new_ids("deposit", 500)
    assert first == sorted(first)
    assert len({*first, *second}) == 1000
    assert {each[:-8] for each in first} == {first[0][:-8]} != {second[0][:-8]}
    assert {len(each) for each in first} == {len(new_id("deposit"))}


def test_ids_are_random_and_read_strictly() -> None:
    """Anything that is no id of the kind does not exist; the answer does not repeat it."""
    made = new_id("link")
    assert read_id("link", made) == made != new_id("link")
    for wrong in ("link_", made + "0", made.upper(), made + "\n", "deposit_" + made[5:], "\0"):
        with pytest.raises(NotFound) as caught:
            read_id("link", wrong)
        assert wrong not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "01",
        "1.0",
        "1e3",
        " 1",
        "1\n",
        "１",
        "٣",
        "0x1",
        "NaN",
        str(2**256),
        "9" * 99,
    ],
)
def test_numbers_that_are_none(text: str) -> None:
    """Signs, blanks, exponents, digits of other scripts, one too large."""
    with pytest.raises(InvalidInput) as caught:
        read_uint("value", text)
    assert caught.value.field == "value"


@given(st.integers(0, 2**256 - 1))
def test_numbers_up_to_256_bits(number: int) -> None:
    """Every one of them, to the last digit."""
    assert read_uint("value", str(number)) == number


def test_a_number_of_a_million_digits_costs_nothing() -> None:
    """It is refused by its length; int() of it would raise or take seconds."""
    with pytest.raises(InvalidInput):
        read_uint("value", "9" * 1_000_000)


def test_bytes_and_addresses() -> None:
    """Exactly so long, in hex; with the right checksum."""
    raw = secrets.token_bytes(32)
    assert read_bytes("nonce", "0x" + raw.hex(), length=32) == raw
    for wrong in (raw.hex(), "0x" + raw.hex()[1:], "0x" + "zz" * 32, "0x" + "００" * 32):
        with pytest.raises(InvalidInput):
            read_bytes("nonce", wrong, length=32)
    assert read_address("wallet", ADA.wallet) == ADA.wallet
    swapped = ADA.wallet.swapcase().replace("0X", "0x")
    for wrong in (swapped, ADA.wallet[:-1], "0x" + "0" * 40, ADA.wallet + " "):
        with pytest.raises(InvalidInput) as caught:
            read_address("wallet", wrong)
        assert caught.value.remedy


@pytest.mark.parametrize(
    "text", ["", "  ", "a\nb", "a\0b", "\u202eevil", "a\u200bb", "\ud800", "\ue000", "x" * 71]
)
def test_texts_that_could_mislead(text: str) -> None:
    """Line ends, control and reordering characters, half characters, one too long."""
    with pytest.raises(InvalidInput) as caught:
        read_text("name", text, longest=70)
    assert caught.value.field == "name"


@pytest.mark.parametrize("text", ["Ada Lovelace", "张博", "Jean-Noël d'Été", "Ærøskøbing 3"])
def test_names_of_people_are_kept_as_they_are(text: str) -> None:
    """What was signed is not changed by a letter."""
    assert read_text("name", text, longest=70) == text


def test_an_optional_text_may_be_empty() -> None:
    """Only where the field says so."""
    assert read_text("reference", "", longest=5, empty=True) == ""


def test_a_broken_invariant_is_no_ordinary_error() -> None:
    """It is told apart by its class."""
    assert issubclass(IllegalTransition, Broken)

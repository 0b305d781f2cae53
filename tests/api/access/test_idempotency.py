"""Tests of the Idempotency-Key: one effect, one answer, however often and from however many."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, text

from api.access import KEPT_FOR, Answer, Once, prune, with_key
from api.access.idempotency import STALE, canonical
from api.access.store import idempotency_keys
from api.kernel.clock import FixedClock
from api.kernel.counter import last_number, next_numbers
from api.kernel.errors import BridgeError, Conflict, InvalidInput, Malformed
from api.kernel.settings import Secrets
from api.web.context import Bridge
from tests.api.world import ADA, BO
from wallet.secret import Secret

BODY = b'{"value": "1", "code": "484912"}'


def once(bridge: Bridge, key: str = "k", body: bytes = BODY, path: str = "/v1/x") -> Once:
    """A request."""
    return with_key(bridge, key, path, body)


def effect(connection: Connection) -> Answer:
    """An effect that can be counted."""
    return Answer(201, {"number": next_numbers(connection, "effect")[0], "name": "é"})


def effects(bridge: Bridge) -> int:
    """How many there were."""
    with bridge.database.reading() as connection:
        return last_number(connection, "effect")


def around(bridge: Bridge) -> Callable[[], Answer]:
    """The same effect in a transaction of its own."""

    def work() -> Answer:
        with bridge.database.transaction() as connection:
            return effect(connection)

    return work


def test_the_same_request_again_gets_the_stored_answer(bridge: Bridge) -> None:
    """To the byte, and without a second effect."""
    first = once(bridge).within(ADA.wallet, effect)
    again = once(bridge).within(ADA.wallet, effect)
    assert (
        (first.status_code, first.body)
        == (again.status_code, again.body)
        == (
            201,
            '{"number": 1, "name": "é"}'.encode(),
        )
    )
    assert effects(bridge) == 1


def test_the_order_of_names_and_blanks_do_not_make_another_body(bridge: Bridge) -> None:
    """A client may write the same JSON anew; the route compares it in one form."""
    assert canonical({"a": 1, "b": [1, 2]}) == canonical({"b": [1, 2], "a": 1})
    assert canonical({"a": [2, 1]}) != canonical({"a": [1, 2]})


def test_another_body_under_the_same_key_is_refused(bridge: Bridge) -> None:
    """Also while the first still runs."""
    once(bridge).within(ADA.wallet, effect)
    with pytest.raises(InvalidInput) as caught:
        once(bridge, body=b"{}").within(ADA.wallet, effect)
    assert caught.value.slug == "idempotency-key-reused"
    assert effects(bridge) == 1


def test_keys_of_different_askers_and_paths_are_apart(bridge: Bridge) -> None:
    """Nobody can meet a key that somebody else chose."""
    for asker, path in ((ADA.wallet, "/a"), (BO.wallet, "/a"), (ADA.wallet, "/b")):
        once(bridge, path=path).within(asker, effect)
    assert effects(bridge) == 3


@pytest.mark.parametrize("key", [None, "", " ", "a b", "é", "k" * 129, "k\n"])
def test_a_key_that_is_none(bridge: Bridge, key: str | None) -> None:
    """Missing or not 1 to 128 visible ASCII characters."""
    with pytest.raises(Malformed) as caught:
        with_key(bridge, key, "/v1/x", BODY)
    assert caught.value.slug.startswith("idempotency-key-")


@pytest.mark.parametrize("kind", ["within", "around"])
def test_many_threads_one_effect(bridge: Bridge, kind: str) -> None:
    """Fifty at once: one runs, the others get its answer or are told that it runs."""

    def run(_: int) -> bytes | str:
        try:
            if kind == "within":
                return bytes(once(bridge).within(ADA.wallet, effect).body)
            return bytes(once(bridge).around(ADA.wallet, around(bridge)).body)
        except Conflict as error:
            return error.slug

    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(run, range(50)))
    assert len(found - {"idempotency-key-running"}) == 1
    assert effects(bridge) == 1


def test_while_it_runs_others_are_told_so(bridge: Bridge) -> None:
    """409, and afterwards the answer."""
    inside, leave = threading.Event(), threading.Event()

    def slow() -> Answer:
        inside.set()
        assert leave.wait(10)
        return Answer(202, {"ok": True})

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(once(bridge).around, ADA.wallet, slow)
        assert inside.wait(10)
        with pytest.raises(Conflict) as caught:
            once(bridge).around(ADA.wallet, around(bridge))
        assert caught.value.slug == "idempotency-key-running"
        leave.set()
        assert running.result(10).status_code == 202
    assert once(bridge).around(ADA.wallet, around(bridge)).status_code == 202
    assert effects(bridge) == 0


def test_a_failure_is_not_remembered(bridge: Bridge) -> None:
    """Its effect is undone with it, and the same request may be tried again at once."""

    def fails(connection: Connection) -> Answer:
        effect(connection)
        raise BridgeError("No.", remedy="Again.")

    with pytest.raises(BridgeError):
        once(bridge).within(ADA.wallet, fails)
    assert effects(bridge) == 0
    assert once(bridge).within(ADA.wallet, effect).status_code == 201


def test_a_key_whose_process_died_is_free_after_a_minute(bridge: Bridge, clock: FixedClock) -> None:
    """Not before; and only for the same request."""
    once(bridge).within(ADA.wallet, effect)
    with bridge.database.transaction() as connection:  # as if it had died before its answer
        connection.execute(idempotency_keys.update().values(status=None, body=None))
    clock.move(STALE - timedelta(seconds=1))
    with pytest.raises(Conflict):
        once(bridge).within(ADA.wallet, effect)
    clock.move(timedelta(seconds=1))
    with pytest.raises(InvalidInput):
        once(bridge, body=b"{}").within(ADA.wallet, effect)
    assert once(bridge).within(ADA.wallet, effect).status_code == 201


def test_a_key_of_a_clock_that_was_wrong_is_free(bridge: Bridge, clock: FixedClock) -> None:
    """It was taken tomorrow, by a process that died: nobody waits until then."""
    clock.move(timedelta(days=1))
    once(bridge).within(ADA.wallet, effect)
    with bridge.database.transaction() as connection:
        connection.execute(idempotency_keys.update().values(status=None, body=None))
    clock.move(timedelta(days=-1))
    assert once(bridge).within(ADA.wallet, effect).status_code == 201


def test_who_was_given_up_cannot_answer_any_more(bridge: Bridge, clock: FixedClock) -> None:
    """A request that slept past its minute is undone: the repetition's answer stands."""

    def sleeps(connection: Connection) -> Answer:
        clock.move(STALE)
        raced = Answer(200, {"from": "the late one"})
        # what the repetition does meanwhile, in its own transaction before this one began
        connection.execute(idempotency_keys.update().values(claim="claim_of_another"))
        return raced

    with pytest.raises(Conflict) as caught:
        once(bridge).within(ADA.wallet, sleeps)
    assert caught.value.slug == "idempotency-claim-lost"


def test_nothing_of_the_request_can_be_found_in_the_store(bridge: Bridge) -> None:
    """A one-time code is short: its hash is keyed, so it cannot be guessed from a dump."""
    once(bridge).within(ADA.wallet, effect)
    with bridge.database.reading() as connection:
        [row] = connection.execute(select(idempotency_keys)).all()
    assert "484912" not in json.dumps([str(value) for value in row])
    other = replace(bridge, secrets=Secrets(Secret(b"o"), Secret(b"another key")))
    with pytest.raises(InvalidInput):
        once(other).within(ADA.wallet, effect)


def test_without_the_key_each_request_would_have_its_effect(bridge: Bridge) -> None:
    """The control: the work itself is not idempotent."""
    for number in range(3):
        once(bridge, key=f"k{number}").within(ADA.wallet, effect)
    assert effects(bridge) == 3


def test_without_the_unique_key_two_would_run(bridge: Bridge) -> None:
    """The control: the claim stands on the store's primary key."""
    once(bridge).within(ADA.wallet, effect)
    with bridge.database.transaction() as connection:
        connection.execute(text("DELETE FROM idempotency_keys"))
    once(bridge).within(ADA.wallet, effect)
    assert effects(bridge) == 2


def test_keys_are_forgotten_after_a_month(bridge: Bridge, clock: FixedClock) -> None:
    """Not before, and not one whose request has not ended."""
    once(bridge, key="old").within(ADA.wallet, effect)
    once(bridge, key="running").within(ADA.wallet, effect)
    with bridge.database.transaction() as connection:
        running = idempotency_keys.c.key == "running"
        connection.execute(idempotency_keys.update().where(running).values(status=None))
    clock.move(KEPT_FOR)
    once(bridge, key="new").within(ADA.wallet, effect)
    with bridge.database.transaction() as connection:
        assert prune(connection, now=clock.now()) == 0
    clock.move(timedelta(seconds=1))
    with bridge.database.transaction() as connection:
        assert prune(connection, now=clock.now()) == 1
        left = connection.execute(select(idempotency_keys.c.key)).scalars().all()
    assert sorted(left) == ["new", "running"]

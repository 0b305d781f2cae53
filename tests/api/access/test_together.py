"""Tests of requests that are answered together: each has one effect and one answer of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from fastapi.responses import Response
from sqlalchemy import Connection

from api.access import Answer, Asked, Together, store, with_key
from api.access.together import Outcome
from api.kernel.counter import last_number, next_numbers
from api.kernel.errors import BridgeError, Conflict, InvalidInput
from api.web.context import Bridge
from tests.api.world import ADA


class Counting:
    """An effect that can be counted; what is «bad» is refused by the check, «late» in the end."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.together = Together(bridge.database, bridge.clock, self.check, self.take)
        self.checked: list[list[str]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def check(self, given: Sequence[str]) -> list[str | BridgeError]:
        """Outside of any transaction."""
        self.checked.append(list(given))
        self.meanwhile()
        if "poison" in given:
            raise ZeroDivisionError
        return [_refused() if each == "bad" else each for each in given]

    def take(self, connection: Connection, checked: Sequence[str]) -> list[Answer | BridgeError]:
        """In the transaction of all of them."""
        return [
            _refused()
            if each == "late"
            else Answer(202, {"number": next_numbers(connection, "effect")[0], "for": each})
            for each in checked
        ]

    def asked(self, key: str, given: str) -> Asked[str]:
        """A request."""
        return with_key(self.bridge, key, "/v1/x", given.encode()).asked(ADA.wallet, given)

    def answer(self, *requests: tuple[str, str]) -> list[Outcome]:
        """The outcomes of requests (key, given) that come together."""
        return self.together._answer_all([self.asked(*each) for each in requests])

    def effects(self) -> int:
        """How many there were."""
        with self.bridge.database.reading() as connection:
            return last_number(connection, "effect")


def _refused() -> Conflict:
    return Conflict("No.", remedy="None.")


def said(outcome: Outcome) -> object:
    """The text of an answer, or the kind of error."""
    return bytes(outcome.body) if isinstance(outcome, Response) else type(outcome)


@pytest.fixture
def counting(bridge: Bridge) -> Counting:
    """On both stores."""
    return Counting(bridge)


def test_each_has_its_answer(counting: Counting) -> None:
    """In one transaction, and the same again later without another effect."""
    first = counting.answer(("a", "x"), ("b", "y"))
    again = counting.answer(("b", "y"), ("a", "x"))
    assert [said(each) for each in first] == [
        b'{"number": 1, "for": "x"}',
        b'{"number": 2, "for": "y"}',
    ]
    assert [said(each) for each in again] == [said(first[1]), said(first[0])]
    assert counting.effects() == 2
    assert counting.checked == [["x", "y"]]


def test_what_is_refused_takes_nobody_along(counting: Counting) -> None:
    """Refused before or in the transaction: nothing is kept, and the key may be used again."""
    outcomes = counting.answer(("a", "x"), ("b", "bad"), ("c", "late"), ("d", "y"))
    assert [isinstance(each, Conflict) for each in outcomes] == [False, True, True, False]
    assert counting.effects() == 2
    assert said(counting.answer(("b", "z"))[0]) == b'{"number": 3, "for": "z"}'


def test_equal_keys_in_one_group(counting: Counting) -> None:
    """The first one's answer for all that ask the same; another body is refused."""
    outcomes = counting.answer(("a", "x"), ("a", "x"), ("b", "y"), ("a", "other"), ("a", "x"))
    assert said(outcomes[1]) == said(outcomes[4]) == said(outcomes[0])
    assert isinstance(outcomes[3], InvalidInput)
    assert outcomes[3].slug == "idempotency-key-reused"
    assert counting.effects() == 2
    assert counting.checked == [["x", "y"]]


def test_a_key_that_another_process_answers_meanwhile(counting: Counting, bridge: Bridge) -> None:
    """Its answer stands for both; what came with it is done once."""
    other = Counting(bridge)

    def meanwhile() -> None:
        other.answer(("a", "x"))

    counting.meanwhile = meanwhile
    outcomes = counting.answer(("a", "x"), ("b", "y"))
    assert [said(each) for each in outcomes] == [
        b'{"number": 1, "for": "x"}',
        b'{"number": 2, "for": "y"}',
    ]
    assert counting.effects() == 2


def test_without_the_unique_key_both_would_have_an_effect(
    counting: Counting, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(store, "answered_all", lambda *_, **__: True)
    other = Counting(bridge)

    def meanwhile() -> None:
        other.answer(("a", "x"))

    counting.meanwhile = meanwhile
    counting.answer(("a", "x"))
    assert counting.effects() == 2


def test_one_that_breaks_the_group_breaks_alone(counting: Counting) -> None:
    """Nobody foresaw it: the others are answered, and it gets its own error."""
    gathering = counting.together._gathering
    with gathering._guard:
        gathering._running = True  # as if a group were at work
    futures = [
        gathering.hand_in(counting.asked(key, given))
        for key, given in (("a", "x"), ("b", "poison"), ("c", "y"))
    ]
    gathering._thread.submit(gathering._run)
    assert [type(each.exception(10)) for each in futures] == [
        type(None),
        ZeroDivisionError,
        type(None),
    ]
    assert counting.effects() == 2

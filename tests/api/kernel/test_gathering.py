"""Tests of gathering: each caller gets its own result, and a failure is its own alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from api.kernel.gathering import MOST, Gathering

WAIT = 10


class Squares:
    """Squares numbers, and notes which came together; a negative one fails what it is part of."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.inside, self.leave = threading.Event(), threading.Event()
        self.gathering: Gathering[int, int] = Gathering(self.handle)

    def handle(self, items: Sequence[int]) -> list[int | Exception]:
        """The first group is held until the others have gathered."""
        self.groups.append(list(items))
        if len(self.groups) == 1:
            self.inside.set()
            assert self.leave.wait(WAIT)
        if any(item < 0 for item in items):
            raise ValueError("no")
        return [ZeroDivisionError() if item == 0 else item * item for item in items]

    def together(self, items: Sequence[int]) -> list[Future[int]]:
        """Hand the first one in, the others while it is at work."""
        first = self.gathering.hand_in(items[0])
        assert self.inside.wait(WAIT)
        rest = [self.gathering.hand_in(item) for item in items[1:]]
        return [first, *rest]

    def results(self, items: Sequence[int]) -> list[object]:
        """Result or exception of each."""
        futures = self.together(items)
        self.leave.set()
        return [future.exception(WAIT) or future.result(WAIT) for future in futures]


@pytest.fixture
def squares() -> Squares:
    """A gathering whose first group waits."""
    return Squares()


def test_what_waits_is_handled_together(squares: Squares) -> None:
    """Nine callers, two groups, nine results."""
    assert squares.results(range(1, 10)) == [n * n for n in range(1, 10)]
    assert squares.groups == [[1], list(range(2, 10))]


def test_a_group_has_an_end(squares: Squares) -> None:
    """What is more waits for the next one."""
    items = range(1, MOST + 3)
    assert squares.results(items) == [n * n for n in items]
    assert [len(group) for group in squares.groups] == [1, MOST, 1]


def test_what_is_refused_is_refused_alone(squares: Squares) -> None:
    """An exception in place of a result is raised for its caller."""
    found = squares.results([1, 0, 3])
    assert [type(each) for each in found] == [int, ZeroDivisionError, int]
    assert len(squares.groups) == 2


def test_a_failure_is_its_callers_alone(squares: Squares) -> None:
    """A group that fails as a whole is handled item by item."""
    found = squares.results([1, 2, -3, 4])
    assert [type(each) for each in found] == [int, int, ValueError, int]
    assert squares.groups == [[1], [2, -3, 4], [2], [-3], [4]]


def test_it_goes_on_after_a_rest(squares: Squares) -> None:
    """A thread that found nothing to do is woken by the next item."""
    assert squares.results([1, 2]) == [1, 4]
    assert squares.gathering.hand_in(5).result(WAIT) == 25


def test_whoever_has_gone_away_costs_nothing(squares: Squares) -> None:
    """An item that was called off before its group began is not handled."""
    first, gone, last = squares.together([1, 2, 3])
    assert gone.cancel()
    squares.leave.set()
    assert (first.result(WAIT), last.result(WAIT)) == (1, 9)
    assert squares.groups == [[1], [3]]

"""Tests of scripts.bench.measure: which of the three times counts as what."""

from __future__ import annotations

from itertools import count
from typing import cast

import pytest

from scripts.bench.chain import Chain
from scripts.bench.measure import hundredth, measured
from scripts.bench.rows import ROWS


class Days:
    """A chain of which only the day is asked."""

    def __init__(self) -> None:
        self.day = 0

    def next_day(self) -> None:
        self.day += 1


def test_the_second_is_the_first_of_a_day_and_the_third_counts() -> None:
    days, told = Days(), list[tuple[int, int]]()
    numbers = count(1)

    def operation() -> int:
        told.append((days.day, next(numbers)))
        return told[-1][1]

    found = measured(cast("Chain", days), {"transfer": operation})
    assert told == [(0, 1), (1, 2), (1, 3)]
    assert (found.first_of_day["transfer"], found.later["transfer"]) == (2, 3)


def test_what_a_contender_cannot_do_is_none() -> None:
    found = measured(cast("Chain", Days()), {})
    assert found.later == found.first_of_day == dict.fromkeys((row.name for row in ROWS), None)


@pytest.mark.parametrize(("gas", "share"), [(100, 1), (101, 2), (200, 2), (4_700_001, 47_001)])
def test_a_hundredth_is_rounded_up(gas: int, share: int) -> None:
    assert hundredth(gas) == share

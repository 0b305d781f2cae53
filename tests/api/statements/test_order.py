"""Tests of the chain of statements alone: any order of arrival, any hole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.kernel.ids import StatementId
from api.statements import Doubt, Sheet, SheetState
from api.statements.chain import fitting, joins
from tests.api.world import NOW, RESERVE

MONDAY = date(2026, 11, 16)


def _sheet(number: int, opening: int, closing: int) -> Sheet:
    on = MONDAY + timedelta(days=number)
    return Sheet(
        file_id=StatementId(f"file{number}"),
        number=1,
        account=RESERVE,
        dialect="camt.053.001.08",
        statement_id=f"S{number}",
        sequence=number,
        legal_sequence=None,
        created_at=NOW + timedelta(days=number),
        from_on=on,
        to_on=on,
        opening=opening,
        opening_on=on,
        closing=closing,
        closing_on=on,
        moved=closing - opening,
        lines=0,
        state=SheetState.SOUND,
        doubt=Doubt.CHAIN,
        said=None,
        remarks=None,
    )


@settings(max_examples=200)
@given(
    moves=st.lists(st.integers(-500, 500).filter(bool), min_size=1, max_size=12),
    order=st.randoms(use_true_random=False),
)
def test_in_whatever_order_statements_arrive_all_are_sound_in_the_end(
    moves: list[int], order: Any
) -> None:
    """The chain has no memory of the order: only what never arrives holds anything back."""
    chain, at = [], 0
    for number, move in enumerate(moves, 1):
        chain.append(_sheet(number, at, at + move))
        at += move
    order.shuffle(chain)
    known: list[Sheet] = []
    waiting: list[Sheet] = []
    for each in chain:
        (known if joins(each, known) else waiting).append(each)
        joined = fitting(waiting, known)
        known += joined
        waiting = [one for one in waiting if one not in joined]
    assert waiting == []


@settings(max_examples=200)
@given(moves=st.lists(st.integers(1, 500), min_size=3, max_size=8), data=st.data())
def test_nothing_behind_a_hole_is_sound(moves: list[int], data: st.DataObject) -> None:
    """Money came in on each day, so no later balance looks like an earlier one."""
    hole = data.draw(st.integers(2, len(moves) - 1))
    known: list[Sheet] = []
    at = 0
    for number, move in enumerate(moves, 1):
        each = _sheet(number, at, at + move)
        at += move
        if number == hole:
            continue
        assert joins(each, known) == (number < hole)
        if number < hole:
            known.append(each)

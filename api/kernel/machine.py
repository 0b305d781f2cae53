"""Kernel: state machines. A room's `model.py` has one table of them and no other way to change.

::

    class Light(StrEnum):
        OFF = "OFF"
        ON = "ON"

    TRANSITIONS = Transitions("light", {Light.OFF: {Light.ON}, Light.ON: {Light.OFF}})
    TRANSITIONS.check(Light.OFF, Light.ON)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from enum import StrEnum
from typing import Final, TypeVar

from api.kernel.errors import Broken

__all__ = ["LONGEST_REASON", "IllegalTransition", "Transitions"]

LONGEST_REASON: Final = 500
"""Characters of why something stands in its state: as many as a column holds."""

StateT = TypeVar("StateT", bound=StrEnum)


class IllegalTransition(Broken):
    """Something tried to change a state in a way that the transition table does not know."""

    slug = "illegal-transition"


class Transitions(Mapping[StateT, frozenset[StateT]]):
    """Which states may follow which; a state that nothing may follow is an end."""

    def __init__(self, thing: str, table: Mapping[StateT, Set[StateT]]) -> None:
        self.thing = thing
        self._table = {state: frozenset(after) for state, after in table.items()}
        missing = [state for state in type(next(iter(table))) if state not in table]
        if missing:
            raise ValueError(f"the transition table of a {thing} lacks {', '.join(missing)}")

    def __getitem__(self, state: StateT) -> frozenset[StateT]:
        return self._table[state]

    def __iter__(self) -> Iterator[StateT]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def check(self, before: StateT, after: StateT) -> StateT:
        """`after`, when it may follow `before`; else `IllegalTransition`."""
        if after not in self._table[before]:
            raise IllegalTransition(
                f"A {self.thing} that is {before} cannot become {after}.",
                remedy="Nothing was changed. Look at what led here before going on.",
            )
        return after

    def into(self, after: StateT) -> frozenset[StateT]:
        """The states that `after` may follow."""
        return frozenset(before for before, follow in self._table.items() if after in follow)

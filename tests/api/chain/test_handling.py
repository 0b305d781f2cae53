"""Tests of handling: in which order final events reach the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection

from api.chain import BulkHandler
from api.chain.handling import Handlers, handle
from tests.api.world import FakeEvent

NO_CONNECTION = cast("Connection", None)


class Named(FakeEvent):
    """An event of a name."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__(f"e:{number}", {})
        object.__setattr__(self, "name", name)


def test_bulk_first_as_they_are_given_then_one_by_one() -> None:
    """Whatever comes first in the block: an order of kinds is an order of handlers."""
    seen: list[object] = []

    def one(_: Connection, event: Any) -> None:
        seen.append(event.event_id)

    def many(_: Connection, events: Sequence[Any]) -> None:
        seen.append([event.event_id for event in events])

    handlers: Handlers = {
        "Single": one,
        "First": BulkHandler(many),
        "Second": BulkHandler(many),
        "Never": BulkHandler(many),
    }
    names = ["Second", "Single", "First", "Second", "Single", "First"]
    events: Any = [Named(name, number) for number, name in enumerate(names)]
    handle(NO_CONNECTION, handlers, events)
    assert seen == [["e:2", "e:5"], ["e:0", "e:3"], "e:1", "e:4"]


def test_a_handler_of_two_names_gets_both_in_their_order() -> None:
    """One says what the other is about; another handler of the same function is another one."""
    seen: list[object] = []

    def many(_: Connection, events: Sequence[Any]) -> None:
        seen.append([event.event_id for event in events])

    both = BulkHandler(many)
    handlers: Handlers = {"Used": both, "Else": BulkHandler(many), "Moved": both}
    names = ["Moved", "Used", "Else", "Moved", "Used"]
    events: Any = [Named(name, number) for number, name in enumerate(names)]
    handle(NO_CONNECTION, handlers, events)
    assert seen == [["e:0", "e:1", "e:3", "e:4"], ["e:2"]]

"""Chain: how final events reach the rooms: one at a time in the chain's order, or many of a kind.

A bulk handler gets all events of its names of a transaction at once, before the other events of
the same blocks; bulk handlers run in the order in which they are given. That is for events that
no other event of these blocks has to come before, but those of bulk handlers given earlier; a
handler that cares for the order takes one event at a time. A transaction of ours holds whole
blocks, so what the chain logged side by side is handled together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from api.chain.model import ChainEvent, EventHandler

__all__ = ["BulkHandler", "Handlers", "handle"]


@dataclass(frozen=True, slots=True, eq=False)
class BulkHandler:
    """Takes the events of one name together, in the chain's order; of several names together,
    when it is given under each of them."""

    run: Callable[[Connection, Sequence[ChainEvent]], None]


Handlers = Mapping[str, EventHandler | BulkHandler]
"""By the event's name, in the order in which bulk handlers run."""


def handle(connection: Connection, handlers: Handlers, events: Sequence[ChainEvent]) -> None:
    """Give every event to the handler of its name."""
    together: dict[BulkHandler, list[ChainEvent]] = {
        each: [] for each in handlers.values() if isinstance(each, BulkHandler)
    }
    alone: list[tuple[EventHandler, ChainEvent]] = []
    for event in events:
        handler = handlers[event.name]
        if isinstance(handler, BulkHandler):
            together[handler].append(event)
        else:
            alone.append((handler, event))
    for bulk, of_names in together.items():
        if of_names:
            bulk.run(connection, of_names)
    for single, event in alone:
        single(connection, event)

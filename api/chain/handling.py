"""Chain: how final events reach the rooms: one at a time in the chain's order, or many of a kind.

A bulk handler gets all events of its name of a transaction at once, before the other events of
the same blocks. That is for events that no other event of these blocks has to come before; a
handler that cares for the order takes one event at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from api.chain.model import ChainEvent, EventHandler

__all__ = ["BulkHandler", "Handlers", "handle"]


@dataclass(frozen=True, slots=True)
class BulkHandler:
    """Takes the events of one name together, in their order."""

    run: Callable[[Connection, Sequence[ChainEvent]], None]


Handlers = Mapping[str, EventHandler | BulkHandler]
"""By the event's name."""


def handle(connection: Connection, handlers: Handlers, events: Sequence[ChainEvent]) -> None:
    """Give every event to the handler of its name."""
    together: dict[str, list[ChainEvent]] = {}
    alone: list[tuple[EventHandler, ChainEvent]] = []
    for event in events:
        handler = handlers[event.name]
        if isinstance(handler, BulkHandler):
            together.setdefault(event.name, []).append(event)
        else:
            alone.append((handler, event))
    for name, those in together.items():
        bulk = handlers[name]
        if isinstance(bulk, BulkHandler):
            bulk.run(connection, those)
    for single, event in alone:
        single(connection, event)

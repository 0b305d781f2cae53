"""Relay: what holders signed, brought to the chain in batches of many."""

from api.relay.model import BatchState, EntryState, Kind, Subject
from api.relay.store import add_entry, count_batches, count_entries

__all__ = [
    "BatchState",
    "EntryState",
    "Kind",
    "Subject",
    "add_entry",
    "count_batches",
    "count_entries",
]

"""Relay: what holders signed, brought to the chain in batches of many."""

from api.relay.flow import PURPOSE, Relay
from api.relay.model import ALLOWANCE, BatchState, EntryState, Kind, NewEntry, Subject, reckoned
from api.relay.store import add_entries, count_batches, count_entries

__all__ = [
    "ALLOWANCE",
    "PURPOSE",
    "BatchState",
    "EntryState",
    "Kind",
    "NewEntry",
    "Relay",
    "Subject",
    "add_entries",
    "count_batches",
    "count_entries",
    "reckoned",
]

"""Inbox: the bank's documents, stored before they are acknowledged."""

from api.inbox.flow import Inbox
from api.inbox.model import DocumentState, Received
from api.inbox.store import acknowledge, count_by_state, find

__all__ = ["DocumentState", "Inbox", "Received", "acknowledge", "count_by_state", "find"]

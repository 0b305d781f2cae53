"""Inbox: the bank's documents, stored before they are acknowledged."""

from api.inbox.flow import Inbox
from api.inbox.model import DocumentState, Received
from api.inbox.store import count_by_state

__all__ = ["DocumentState", "Inbox", "Received", "count_by_state"]

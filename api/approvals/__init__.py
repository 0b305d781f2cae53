"""Approvals: what operators did, and what takes two of them.

An action is a name, a subject and parameters. One that one person may do is done at once and
written down. One that takes two is proposed by a named operator and done when another approves
it, in the approving transaction. Names come from tokens (`api.access`), never from a form.
"""

from api.approvals.flow import act, approve, decline, kind_of, list_proposals, propose
from api.approvals.model import (
    LASTING,
    Action,
    Actions,
    Entry,
    Kind,
    Proposal,
    ProposalState,
    digest_of,
)
from api.approvals.store import entries, find_proposal, history_of, newest_entries

__all__ = [
    "LASTING",
    "Action",
    "Actions",
    "Entry",
    "Kind",
    "Proposal",
    "ProposalState",
    "act",
    "approve",
    "decline",
    "digest_of",
    "entries",
    "find_proposal",
    "history_of",
    "kind_of",
    "list_proposals",
    "newest_entries",
    "propose",
]

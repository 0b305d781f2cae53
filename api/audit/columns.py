"""Audit: columns that neither bank nor chain tells, each with the reason why.

A test edits every column of every compared table: what is not named here is found in any row, and
what is named here is not found in one row at least. A time is given here where in some state of
its row nothing else fixes it.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["UNDERIVED"]

_WHEN = "a moment of the bridge's own clock"
_WORDS = "words for a person, about what the other columns say"
_TRIES = "how often something was tried, of which nothing else is left"
_PLACE = "in which order rows were stored: it decides nothing"
_UNGIVEN = "of a file that the bank was never given, nobody else has it; else the order is compared"
_STEP = "steps that the bridge alone takes; the last one is compared"

UNDERIVED: Mapping[str, Mapping[str, str]] = {
    "bank_documents": {
        "id": "the name of a document in the inbox; its digest is compared",
        "state": "whether it was read; what it says is compared",
        "reason": _WORDS,
        "received_at": _WHEN,
    },
    "bank_lines": {
        "position": _PLACE,
        "explained_at": _WHEN,
        "reason": _WORDS,
    },
    "chain_attempts": {
        "number": "in which order attempts were made; their nonce and bytes are compared",
        "created_at": _WHEN,
        "sent_at": _WHEN,
        "at_block": "where the chain stood when it was sent",
    },
    "chain_positions": {"changed_at": _WHEN},
    "chain_transactions": {
        "number": _PLACE,
        "lane": "the bridge's name for a key; the sender is compared",
        "purpose": "the bridge's name for a call; its bytes are compared",
        "state": _STEP,
        "reason": _WORDS,
        "gas": "an estimate; what was signed is compared",
        "created_at": _WHEN,
    },
    "deposits": {
        "reason": _WORDS,
        "waiting_for": "what it waits for at this moment",
        "attempts": _TRIES,
        "waits": _TRIES,
        "not_before": "when it is tried again",
        "bulk": "in which queue it stood",
        "batch_limit": "how large its next batch may be",
        "batch": "with whom it travelled; its transaction is compared",
        "updated_at": _WHEN,
    },
    "journal_head": {"name": "what the one head is called"},
    "links": {
        "name": "what the bank calls its customer; it tells no file",
        "issued_at": "when the wish to be linked was signed; the signature is not kept",
        "nonce": "part of the wish to be linked; the signature is not kept",
        "state": "what the bank answered; whether the tier stands on chain is compared",
        "reason": _WORDS,
        "attempts": _TRIES,
        "waits": _TRIES,
        "not_before": "when it is tried again",
        "virtual_account": "the bank gave it with its answer; it tells no file",
        "lines_due": "up to where earlier lines are still to be looked through",
        "created_at": _WHEN,
    },
    "payout_files": {
        "created_at": _UNGIVEN,
        "execution_date": _UNGIVEN,
        "tried_at": _WHEN,
        "heard_at": _WHEN,
        "location": "where the bank put the file",
        "problem": _WORDS,
        "changed_at": _WHEN,
    },
    "proposals": {
        "expires_at": "how long it stood open; that it was decided is compared",
        "result": "what the deed gave back; the deed itself is compared",
    },
    "recalls": {"word": _WORDS},
    "redemptions": {
        "position": _PLACE,
        "deadline": "part of the order that the chain took, and does not repeat",
        "reason": _WORDS,
        "alarm": _WORDS,
        "returns": _TRIES,
        "late": "whether the burn was heard of too late; it ends as any other",
        "returning_from": "where it stood before it was credited again",
        "created_at": _WHEN,
        "changed_at": _WHEN,
    },
    "refunds": {
        "position": _PLACE,
        "word": _WORDS,
        "alarm": _WORDS,
    },
    "statement_files": {
        "source": "by which way the file came",
        "state": _STEP,
        "taken_at": _WHEN,
    },
    "statement_sheets": {
        "doubt": "which doubt it was, where its sum is right",
        "said": _WORDS,
        "remarks": _WORDS,
    },
    "transfers": {
        "used_in": "noted when its nonce was used, for whichever message; the chain is asked anew",
        "reason": _WORDS,
        "created_at": _WHEN,
    },
}

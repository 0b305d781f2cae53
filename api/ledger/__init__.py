"""Ledger: double entry, append-only. The invariant of the bridge lives here.

Every posting debits one account and credits another by the same amount, so at each posting

    RESERVE = TOKENS + ISSUING + PAYOUTS + RETURNS + UNMATCHED + OWN_FUNDS + RECALLED

A posting carries the id of the event that caused it: the same event twice posts once, and the
same id with another content stops the bridge. Postings are sealed in one hash chain, and the store
keeps each account's balance: `verify_chain` finds the first row that somebody changed.
"""

from api.ledger.journal import GENESIS
from api.ledger.model import Account, Posting, imbalance
from api.ledger.store import BelowZero, balances, journal_head, post, post_all, postings_about
from api.ledger.verify import ChainReport, WrongRow, verify_chain

__all__ = [
    "GENESIS",
    "Account",
    "BelowZero",
    "ChainReport",
    "Posting",
    "WrongRow",
    "balances",
    "imbalance",
    "journal_head",
    "post",
    "post_all",
    "postings_about",
    "verify_chain",
]

"""Ledger: double entry, append-only. The invariant of the bridge lives here.

Every posting debits one account and credits another by the same amount, so at each posting

    RESERVE = TOKENS + ISSUING + PAYOUTS + RETURNS + UNMATCHED + OWN_FUNDS + RECALLED

A posting carries the id of the event that caused it: the same event twice posts once, and the
same id with another content stops the bridge.
"""

from api.ledger.model import Account, Posting, imbalance
from api.ledger.store import balances, post, post_all, postings_about

__all__ = ["Account", "Posting", "balances", "imbalance", "post", "post_all", "postings_about"]

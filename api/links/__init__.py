"""Links: which wallet belongs to which bank account, and both proofs of it.

A link needs the wallet's signature over the account and the bank's word over the one-time code
that it gave the account's holder. It is ACTIVE once the wallet's tier stands on chain, and
CLOSED when its wallet has signed that it ends; the tier then goes back to 0.
"""

from api.links.flow import (
    PURPOSE,
    close,
    enqueue_registrations,
    on_registration_reverted,
    on_tier_set,
    on_tiers_set,
    register,
    registrations_wait,
)
from api.links.matching import Matched, PaidIn, match
from api.links.model import Link, LinkState
from api.links.store import due_links, find_link, live_link_of_wallet, set_lines_due

__all__ = [
    "PURPOSE",
    "Link",
    "LinkState",
    "Matched",
    "PaidIn",
    "close",
    "due_links",
    "enqueue_registrations",
    "find_link",
    "live_link_of_wallet",
    "match",
    "on_registration_reverted",
    "on_tier_set",
    "on_tiers_set",
    "register",
    "registrations_wait",
    "set_lines_due",
]

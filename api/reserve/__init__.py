"""Reserve: the proof that tokens and money on its way are covered by the bank's balance.

`prove` shows it to whoever asks; `reconcile` compares bank, ledger and chain again and again,
writes down what differs, and stops issuing at a break.
"""

from api.reserve.debits import bear, claim, give_back
from api.reserve.differences import GRACE, Item, ItemKind
from api.reserve.flow import books_at, none_read, prove, read_books, require_identity
from api.reserve.model import Books, Difference, Proof
from api.reserve.reconciling import (
    Reconciler,
    Reconciliation,
    clear,
    issuing_allowed,
    reconcile,
)
from api.reserve.store import Seen, list_open, standing_breaks

__all__ = [
    "GRACE",
    "Books",
    "Difference",
    "Item",
    "ItemKind",
    "Proof",
    "Reconciler",
    "Reconciliation",
    "Seen",
    "bear",
    "books_at",
    "claim",
    "clear",
    "give_back",
    "issuing_allowed",
    "list_open",
    "none_read",
    "prove",
    "read_books",
    "reconcile",
    "require_identity",
    "standing_breaks",
]

"""Proofs: once a day, what everybody holds and what backs it, in one statement on the chain.

`holders` replays who holds what, `flow` makes and publishes the statement, `store` keeps it and
its leaves, `routes` shows them, with the tree that `newest` keeps. `wallet.reserve_proof` has the
tree's bytes, so that whoever verifies does not trust this room.
"""

from api.proofs.daily import Daily
from api.proofs.flow import Prover
from api.proofs.model import Leaf, Proven, statement_of
from api.proofs.store import find_proof, leaves_of, list_proofs

__all__ = [
    "Daily",
    "Leaf",
    "Proven",
    "Prover",
    "find_proof",
    "leaves_of",
    "list_proofs",
    "statement_of",
]

"""Attest: says on chain how much bank money backs the tokens, with a key of its own."""

from api.attest.flow import Attestor, RefusedByTeller, Said
from api.attest.model import Stale, Statement, state, worth_saying

__all__ = [
    "Attestor",
    "RefusedByTeller",
    "Said",
    "Stale",
    "Statement",
    "state",
    "worth_saying",
]

"""Attest: says on chain how much bank money backs the tokens, with a key of its own."""

from api.attest.books import BooksDiffer, OwnView
from api.attest.flow import Attestor, RefusedByTeller, Said, Sent
from api.attest.model import (
    DRIFT,
    BankSilent,
    Stale,
    Statement,
    check_age,
    moment,
    state,
    worth_saying,
)
from api.attest.watching import Watch

__all__ = [
    "DRIFT",
    "Attestor",
    "BankSilent",
    "BooksDiffer",
    "OwnView",
    "RefusedByTeller",
    "Said",
    "Sent",
    "Stale",
    "Statement",
    "Watch",
    "check_age",
    "moment",
    "state",
    "worth_saying",
]

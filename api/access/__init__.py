"""Access: who may ask, and that asking twice does a thing once."""

from api.access.idempotency import (
    KEPT_FOR,
    Answer,
    Asked,
    Once,
    OnceDep,
    Work,
    once_of,
    prune,
    with_key,
)
from api.access.operator import ANYBODY, NamedOperatorDep, OperatorDep, who_has
from api.access.together import Together

__all__ = [
    "ANYBODY",
    "KEPT_FOR",
    "Answer",
    "Asked",
    "NamedOperatorDep",
    "Once",
    "OnceDep",
    "OperatorDep",
    "Together",
    "Work",
    "once_of",
    "prune",
    "who_has",
    "with_key",
]

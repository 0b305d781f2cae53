"""Access: who may ask, and that asking twice does a thing once."""

from api.access.idempotency import KEPT_FOR, Answer, Once, OnceDep, Work, prune, with_key
from api.access.operator import ANYBODY, NamedOperatorDep, OperatorDep, who_has

__all__ = [
    "ANYBODY",
    "KEPT_FOR",
    "Answer",
    "NamedOperatorDep",
    "Once",
    "OnceDep",
    "OperatorDep",
    "Work",
    "prune",
    "who_has",
    "with_key",
]

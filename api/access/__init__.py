"""Access: who may ask, and that asking twice does a thing once."""

from api.access.idempotency import Answer, Once, OnceDep, Work, with_key
from api.access.operator import ANYBODY, NamedOperatorDep, OperatorDep, who_has

__all__ = [
    "ANYBODY",
    "Answer",
    "NamedOperatorDep",
    "Once",
    "OnceDep",
    "OperatorDep",
    "Work",
    "who_has",
    "with_key",
]

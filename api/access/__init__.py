"""Access: who may ask, and that asking twice does a thing once."""

from api.access.idempotency import Answer, Once, OnceDep, with_key
from api.access.operator import OperatorDep

__all__ = ["Answer", "Once", "OnceDep", "OperatorDep", "with_key"]

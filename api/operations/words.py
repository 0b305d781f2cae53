"""Operations: the words of an action, as its handler needs them."""

from __future__ import annotations

from api.approvals import Action
from api.kernel.errors import InvalidInput

__all__ = ["text_of"]


def text_of(action: Action, name: str) -> str:
    """A parameter that must be a text, and not an empty one. Raises `InvalidInput`."""
    value = action.parameters.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(
            name, f"«{action.name}» needs a {name}.", remedy=f"Give it as the parameter {name}."
        )
    return value

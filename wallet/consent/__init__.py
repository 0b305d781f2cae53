"""Wallet: nothing is signed blind: what a signature does, how it is shown, what is dangerous.

`acts` and `known` say what a message or transaction does, `display` shows it in the user's words,
by the ERC-7730 descriptors of `descriptors` where it is ours and field by field where it is not,
and `risks` names what must be accepted by its name. All are pure; the commands bring the facts.
Each name is loaded when it is first used: a text needs little of it.
"""

from __future__ import annotations

from wallet.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from wallet.consent.acts import (
        Act,
        ActKind,
        acts_of_sign_in,
        acts_of_text,
    )
    from wallet.consent.display import (
        Row,
        Shown,
        View,
        show_sign_in,
        show_text,
        show_transaction,
        show_typed,
    )
    from wallet.consent.known import (
        acts_of_transaction,
        acts_of_typed,
    )
    from wallet.consent.risks import (
        RISKS,
        Facts,
        Risk,
        risks_of_acts,
        risks_of_contact,
        risks_of_name,
        risks_of_sign_in,
        risks_of_text,
        risks_of_typed,
    )
    from wallet.consent.siwe import (
        SignIn,
        looks_like_sign_in,
        parse_sign_in,
    )

__all__ = [
    "RISKS",
    "Act",
    "ActKind",
    "Facts",
    "Risk",
    "Row",
    "Shown",
    "SignIn",
    "View",
    "acts_of_sign_in",
    "acts_of_text",
    "acts_of_transaction",
    "acts_of_typed",
    "looks_like_sign_in",
    "parse_sign_in",
    "risks_of_acts",
    "risks_of_contact",
    "risks_of_name",
    "risks_of_sign_in",
    "risks_of_text",
    "risks_of_typed",
    "show_sign_in",
    "show_text",
    "show_transaction",
    "show_typed",
]

_MODULES = {
    "acts": (
        "Act",
        "ActKind",
        "acts_of_sign_in",
        "acts_of_text",
    ),
    "display": (
        "Row",
        "Shown",
        "View",
        "show_sign_in",
        "show_text",
        "show_transaction",
        "show_typed",
    ),
    "known": (
        "acts_of_transaction",
        "acts_of_typed",
    ),
    "risks": (
        "RISKS",
        "Facts",
        "Risk",
        "risks_of_acts",
        "risks_of_contact",
        "risks_of_name",
        "risks_of_sign_in",
        "risks_of_text",
        "risks_of_typed",
    ),
    "siwe": (
        "SignIn",
        "looks_like_sign_in",
        "parse_sign_in",
    ),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'wallet.consent' has no attribute {name!r}")
    return getattr(__import__(f"wallet.consent.{_HOME[name]}", fromlist=[name]), name)

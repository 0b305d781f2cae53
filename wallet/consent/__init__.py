"""Wallet: nothing is signed blind: what a signature does, how it is shown, what is dangerous.

`acts` says what a message or transaction does, `display` shows it in the user's words, by the
ERC-7730 descriptors of `descriptors` where it is ours and field by field where it is not, and
`risks` names what must be accepted by its name. All are pure; the commands bring the facts.
"""

from __future__ import annotations

from wallet.consent.acts import (
    Act,
    ActKind,
    acts_of_sign_in,
    acts_of_text,
    acts_of_transaction,
    acts_of_typed,
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
from wallet.consent.siwe import SignIn, looks_like_sign_in, parse_sign_in

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

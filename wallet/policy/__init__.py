"""Wallet: the owner's policy: who may be paid, how much, by what, when; declared in policy.toml.

`model` says what a rule and a request are, `parse` reads the file, `decide` is the pure judgment,
`seal` the owner's signature over the file, `log` the record of every decision, and `guard` stands
before a signer and lets pass only what was decided and written down.
"""

from __future__ import annotations

from wallet.policy.decide import decide
from wallet.policy.guard import Guard, GuardedSigner, load_policy, read_policy
from wallet.policy.model import Decision, Place, Policy, Request, Rule
from wallet.policy.parse import parse_policy

__all__ = [
    "Decision",
    "Guard",
    "GuardedSigner",
    "Place",
    "Policy",
    "Request",
    "Rule",
    "decide",
    "load_policy",
    "parse_policy",
    "read_policy",
]

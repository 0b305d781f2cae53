"""Kernel: identifiers with types, so that one kind is never taken for another."""

from __future__ import annotations

import secrets
from typing import NewType

from wallet.address import Address

__all__ = [
    "Address",
    "DepositId",
    "LineId",
    "LinkId",
    "RedemptionId",
    "StatementId",
    "TransferId",
    "TxId",
    "new_id",
    "new_ids",
]

StatementId = NewType("StatementId", str)
LineId = NewType("LineId", str)
LinkId = NewType("LinkId", str)
DepositId = NewType("DepositId", str)
RedemptionId = NewType("RedemptionId", str)
TransferId = NewType("TransferId", str)
TxId = NewType("TxId", str)


def new_id(prefix: str) -> str:
    """A fresh id such as ``link_9f0c…`` with 128 random bits: it cannot be guessed."""
    return f"{prefix}_{secrets.token_hex(16)}"


def new_ids(prefix: str, count: int) -> list[str]:
    """Fresh ids for things that are made together: the same 96 random bits, then counted up.

    Alike in their beginning, they lie side by side in every index, which then writes a few pages
    instead of one an id. For what only operators see: who knows one can guess the others.
    """
    common = secrets.token_hex(12)
    return [f"{prefix}_{common}{number:08x}" for number in range(count)]

"""Bank: the id under which a statement line is stored, so that no line counts twice.

1. Where the bank gives its own reference (``AcctSvcrRef``), that is the id. It is unique within
   the account; the same reference with other content is an alarm for whoever stores it.
2. A payment inside a batch entry, and a reversal, are further bookings under a reference that is
   taken: their id is derived from that reference and from what tells them apart.
3. Without any reference the id is derived from the content: account, day, amount, direction,
   references, payer, and how many equal lines came before it *in the same statement*.

The trade-off of 3: when a bank that gives no references splits one day over several statements,
two truly equal payments in different ones look like one payment told twice. The second then waits
until reconciliation finds it; the other choice would pay a repeated line twice, and tokens once
issued do not come back. A bank that gives references has neither problem.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter

__all__ = ["BankIds", "own_reference"]

MAX_REFERENCE = 35
"""ISO 20022 Max35Text. Derived ids are longer, so no reference can imitate one."""
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF", "NONE"})


def own_reference(text: str | None) -> str | None:
    """The reference, or None where the bank only says that it has none."""
    return None if text is None or text.upper() in _NO_REFERENCE else text


class BankIds:
    """Gives ids to the lines of one statement; remembers only digests of unreferenced ones."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._equal: Counter[bytes] = Counter()

    def referenced(self, reference: str, *, reversal: bool) -> str:
        """The bank's own reference, unless it is a reversal under it, or too long to be one."""
        if reversal or len(reference) > MAX_REFERENCE:
            return self._derive("reference", reference, str(reversal))
        return reference

    def in_batch(self, entry_reference: str, own: str, *, reversal: bool) -> str:
        """One payment of a batch entry; `own` tells it apart from the others in the entry."""
        return self._derive("batch", entry_reference, own, str(reversal))

    def from_content(self, content: list[str | None]) -> str:
        """An unreferenced line: its content and how many equal ones the statement had before."""
        key = self._digest("content", *content)
        self._equal[key] += 1
        return self._derive("content", key.hex(), str(self._equal[key]))

    def _derive(self, *parts: str | None) -> str:
        return f"derived:{self._digest(*parts).hex()}"

    def _digest(self, *parts: str | None) -> bytes:
        # JSON keeps the parts apart: ("ab", "c") and ("a", "bc") differ
        return hashlib.sha256(json.dumps([self._account, *parts]).encode()).digest()

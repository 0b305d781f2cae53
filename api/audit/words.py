"""Audit: the bank's word and two persons' on each payment, gathered once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from api.audit.due import booked_as, decided
from api.audit.tables import Tables
from api.bank import PayoutInstruction
from api.evidence import Evidence

__all__ = ["NO", "YES", "Words"]

NO = frozenset({"RJCT", "CANC"})
YES = frozenset({"ACCP", "ACSP", "ACSC", "ACWC", "ACCC", "ACFC", "ACWP"})


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A payment as an order tells it."""

    message_id: str
    instruction: PayoutInstruction


class Words:
    """What was said of payments, by end-to-end id."""

    def __init__(self, evidence: Evidence, tables: Tables) -> None:
        self.resolved = decided(tables, "resolve")
        self.ordered_back = decided(tables, "return-burn")
        files = decided(tables, "withdraw-file")
        self.withdrawn = {
            row["end_to_end_id"] for row in tables["payments"] if row["message_id"] in files
        }
        self.orders = {
            each.end_to_end_id: _Ordered(message_id, each)
            for message_id, (_file, order) in evidence.bank.orders.items()
            for each in order.instructions
        }
        self.booked = booked_as(evidence, tables)
        by_name = evidence.bank.versions.payments()
        # a debit is the booking of what two persons said, whatever it names itself
        self.paid = {*self.booked.values(), *(self.booked.get(*each) for each in by_name)}
        self._said: defaultdict[tuple[str | None, str | None], set[str]] = defaultdict(set)
        for status in evidence.bank.statuses:
            of_order = None if status.end_to_end_id else status.original_message_id
            self._said[status.end_to_end_id, of_order].add(status.status)

    def on(self, key: str) -> set[str]:
        """What the bank said of a payment: by itself, and of the order that holds it."""
        order = self.orders.get(key)
        of_order = self._said[None, order.message_id] if order is not None else set()
        return self._said[key, None] | of_order

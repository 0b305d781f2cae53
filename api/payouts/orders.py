"""Payouts: the orders that the bank was given, each read once by this process.

One that this database did not make was given by another life of it: a restored backup does not
know what was paid since. The bank knows an order by its id alone, so a payment of such a one must
never be given again in another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from api.bank import Bank, BankPaper, PayoutBatch, StatementRefused
from api.bank.iso20022 import is_order, read_pain001
from api.chain import Work
from api.payouts import store

__all__ = ["Orders"]

_BEGINNING = 65_536


@dataclass(slots=True)
class Orders:
    """What has passed between bridge and bank, as far as it was looked at."""

    bank: Bank
    strange: dict[str, str] = field(default_factory=dict)
    """Message ids of orders that no file here stands for, by the end-to-end ids in them."""
    _known: set[str] = field(default_factory=set)

    def read(self, work: Work) -> None:
        """Look at what has passed since. Raises `BankUnreachable`: then nothing may be given."""
        for paper in self.bank.passed(self._known):
            try:
                order = _order(paper)
            except OSError:  # it lies elsewhere by now, and is found there
                continue
            if order is not None and not _is_ours(work, order):
                for each in order.instructions:
                    self.strange[each.end_to_end_id] = order.message_id
            self._known.add(paper.id)

    def forget(self, end_to_end_ids: Iterable[str]) -> None:
        """These payments are parked: two persons may give them again."""
        for each in end_to_end_ids:
            del self.strange[each]


def _order(paper: BankPaper) -> PayoutBatch | None:
    """The payment order in a paper; None for any other document, and for one that is unreadable:
    no bank pays it."""
    with paper.open() as stream:
        if not is_order(stream.read(_BEGINNING)):
            return None
        stream.seek(0)
        try:
            order, _debtor = read_pain001(stream)
        except StatementRefused:
            return None
    return order


def _is_ours(work: Work, order: PayoutBatch) -> bool:
    with work.reading() as connection:
        return store.find_file(connection, order.message_id) is not None

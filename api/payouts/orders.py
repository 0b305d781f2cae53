"""Payouts: the orders that the bank was given; a worker reads each once.

One that this database did not make was given by another life of it: a restored backup does not
know what was paid since. The bank knows an order by its id alone, so a payment of such a one must
never be given again in another, nor be owed again, before two persons have looked what became of
the order. That they have is remembered like an alarm that was acknowledged.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from api.bank import Bank, BankPaper, PayoutBatch, StatementRefused
from api.bank.iso20022 import is_order, read_pain001
from api.chain import Work
from api.payouts import store
from api.payouts.alarms import remember, standing

__all__ = ["Orders", "look_at", "orders_with", "unseen", "why_given"]

_BEGINNING = 65_536
_PAYS = re.compile(rb"EndToEndId>([^<]*)<")


@dataclass(slots=True)
class Orders:
    """What has passed between bridge and bank, as far as it was looked at."""

    bank: Bank
    strange: dict[str, list[str]] = field(default_factory=dict)
    """Message ids of orders that no file here stands for, by the end-to-end ids in them."""
    _known: set[str] = field(default_factory=set)

    def read(self, work: Work) -> None:
        """Look at what has passed since. Raises `BankUnreachable`: then nothing may be given."""
        for paper in self.bank.passed(self._known):
            try:
                order = _order(paper)
            except OSError:  # it lies elsewhere by now, and is found there
                continue
            if order is not None and not _made_here(work, order):
                for each in order.instructions:
                    self.strange.setdefault(each.end_to_end_id, []).append(order.message_id)
            self._known.add(paper.id)

    def forget(self, end_to_end_ids: Iterable[str]) -> None:
        """These payments are parked, or two persons let them be given again."""
        for each in end_to_end_ids:
            del self.strange[each]


def orders_with(
    connection: Connection, bank: Bank, end_to_end_ids: Collection[str]
) -> dict[str, list[str]]:
    """By those of the payments that such orders hold: these orders' message ids.

    Looks through all that has passed, for the decision of a person: no worker need have looked.
    Raises `BankUnreachable`: then nothing may be decided.
    """
    found: dict[str, list[str]] = {}
    wanted = {each.encode() for each in end_to_end_ids}
    for paper in bank.passed(frozenset()) if wanted else ():
        try:
            order = _order(paper, wanted)
        except OSError:  # only a document, or an order of ours, is moved
            continue
        if order is None or _is_ours(connection, order):
            continue
        for each in order.instructions:
            if each.end_to_end_id in end_to_end_ids:
                found.setdefault(each.end_to_end_id, []).append(order.message_id)
    return found


def why_given(message_id: str) -> str:
    """Why a payment waits for two persons that such an order holds."""
    return f"order {message_id}, unknown here, gave it to the bank already"


def unseen(connection: Connection, subject: str, message_ids: Iterable[str]) -> list[str]:
    """Those of the orders that nobody has looked at for this subject's payment."""
    return [
        each for each in message_ids if standing(connection, subject, why_given(each)) is not None
    ]


def look_at(
    connection: Connection, subject: str, message_ids: Iterable[str], *, now: datetime
) -> None:
    """Two persons say that none of these orders has paid it."""
    for each in message_ids:
        remember(connection, subject, why_given(each), now=now)


def _order(paper: BankPaper, paying: Collection[bytes] = ()) -> PayoutBatch | None:
    """The payment order in a paper, if it pays one of `paying`, where these are given; None for
    any other document, and for one that is unreadable: no bank pays it."""
    with paper.open() as stream:
        if not is_order(stream.read(_BEGINNING)) or not _pays(stream, paying):
            return None
        stream.seek(0)
        try:
            order, _debtor = read_pain001(stream)
        except StatementRefused:
            return None
    return order


def _pays(stream: BinaryIO, paying: Collection[bytes]) -> bool:
    """Whether one of the ids stands in an order: far quicker than to read it as what it is."""
    if not paying:
        return True
    stream.seek(0)
    return not set(_PAYS.findall(stream.read())).isdisjoint(paying)


def _made_here(work: Work, order: PayoutBatch) -> bool:
    with work.reading() as connection:
        return _is_ours(connection, order)


def _is_ours(connection: Connection, order: PayoutBatch) -> bool:
    return store.find_file(connection, order.message_id) is not None

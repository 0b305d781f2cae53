"""Redemptions: burns whose payment the bank was given by another life of this database.

A restored backup holds a burn as unpaid that was paid since. In a file of other payments the bank
would take it for a new one, so it is parked: the bank's booking settles it, or two persons say
that it was not paid (`release-burn`), and the order counts no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.payouts import unseen, why_given
from api.redemptions import store
from api.redemptions.model import RedemptionState

__all__ = ["park_given"]

_S = RedemptionState


def park_given(
    connection: Connection, orders: Mapping[str, Sequence[str]], now: datetime
) -> list[str]:
    """Park those of the payments that no file here holds; the end-to-end ids that this ends.

    `orders` are message ids by the end-to-end ids in them. A burn that was not heard of yet stays
    among them.
    """
    ended = []
    for end_to_end_id, found in store.by_end_to_end_id(connection, list(orders)).items():
        if found.state in (_S.RECEIVED, _S.BURNING, _S.REFUSED):
            continue
        ended.append(end_to_end_id)
        given = unseen(connection, found.id, orders[end_to_end_id])
        if given and found.state in (_S.BURNED, _S.AWAITING_INSTRUCTIONS):
            store.set_fields(connection, found, late=True)
        if given and found.state is _S.BURNED:
            why = why_given(given[0])
            store.change_state(connection, found, _S.PARKED, now=now, reason=why)
    return ended

"""Bridge: all payments that leave the reserve account, of every kind, and when they may.

A payout waits until its burn is final in the chain's own sense, and none is prepared or handed in
while the chain is in doubt: a payment cannot be called back, a burn that vanishes can be waited
for. What the bank says is followed all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from api import payouts
from api.bank import PaymentStatus
from api.chain import AlarmKind, ChainView, Work, frozen, list_alarms, position
from api.kernel.errors import Broken
from api.kernel.log import note
from api.payouts import BusinessDays, FileState, Limits, Orders, PaymentKind, Rules
from api.redemptions import PAYOUTS, RedemptionState, any_in_state, park_given
from api.refunds import REFUNDS, RefundState, count_by_state, drop_taken_back, take_up_booked
from api.web.context import Bridge

__all__ = [
    "ANY_BLOCK",
    "KINDS",
    "follow_bookings",
    "pay_out",
    "rules",
    "take_statuses",
    "why_frozen",
]

KINDS: Final[tuple[PaymentKind, ...]] = (PAYOUTS, REFUNDS)
ANY_BLOCK: Final = 2**62
"""Above every block: what the reader has handled has the configured depth already."""

# a foreign transaction: another life of this bridge signs, or did so before a restore
_DOUBTS = frozenset({AlarmKind.NODES_DISAGREE, AlarmKind.FOREIGN, AlarmKind.WRONG_CHAIN})


def take_statuses(
    connection: Connection, statuses: Iterable[PaymentStatus], *, currency: str, now: datetime
) -> int:
    """Follow the bank's word on payments of every kind; see `payouts.take_statuses`."""
    return payouts.take_statuses(connection, statuses, KINDS, currency=currency, now=now)


def follow_bookings(connection: Connection, *, now: datetime) -> int:
    """Match the bank's bookings with payments of every kind, and name those it is silent on."""
    moved = take_up_booked(connection, now=now)
    moved += payouts.settle(connection, KINDS, now=now) + drop_taken_back(connection, now=now)
    return moved + payouts.give_up_waiting(connection, KINDS, now=now)


def pay_out(bridge: Bridge, chain: ChainView, work: Work, orders: Orders) -> bool:
    """Save the next payout files, hand saved ones in; nothing while the chain is in doubt.

    Raises `Unavailable` when the chain cannot say what is final, or the bank does not answer: what
    it was given before must be known.
    """
    with work.reading() as connection:
        doubt = why_frozen(connection)
        saved = payouts.files_in_state(connection, FileState.SAVED, 1)
        burned = any_in_state(connection, RedemptionState.BURNED)
        refunds = count_by_state(connection).get(RefundState.READY)
        read_to = position(connection) if saved or burned else None
    if not (saved or burned or refunds):
        return False
    if doubt is None and read_to is not None and not _on_chain(chain, read_to):
        doubt = "the chain no longer has the last block that was read"
    if doubt is not None:
        note(bridge.log, "payouts are frozen", level=logging.WARNING, reason=doubt)
        return False
    up_to = _final_block(bridge, chain)
    orders.read(work)
    with work.transaction() as connection:
        now = bridge.clock.now()
        ended = park_given(connection, orders.strange, now)
        given = orders.strange.keys() - set(ended)
        prepared = payouts.prepare(
            connection, KINDS, rules(bridge), up_to=up_to, now=now, given=given
        )
    orders.forget(ended)
    submitted = payouts.submit(
        work, bridge.bank, bridge.clock, KINDS, currency=bridge.currency, log=bridge.log
    )
    return bool(prepared) or submitted > 0


def why_frozen(connection: Connection) -> str | None:
    """Why no payment may be prepared or handed in now; None when it may."""
    reason = frozen(connection)
    if reason is not None:
        return reason
    return next((alarm.detail for alarm in list_alarms(connection) if alarm.kind in _DOUBTS), None)


def rules(bridge: Bridge) -> Rules:
    """The bank's calendar and ceilings, as they are set."""
    bank, limits = bridge.settings.bank, bridge.settings.payouts
    return Rules(
        days=BusinessDays(bank.cut_off, bank.time_zone, bank.holidays),
        limits=Limits(limits.most_payments, limits.file_total, limits.day_total),
        currency=bridge.currency,
    )


def _on_chain(chain: ChainView, block: tuple[int, str]) -> bool:
    """Whether the chain still has a block that was read: the reader may not have looked yet."""
    try:
        chain.supply_at(*block)
    except Broken:
        return False
    return True


def _final_block(bridge: Bridge, chain: ChainView) -> int:
    """Up to which block burns are paid; the depth counts only where the settings say so."""
    by_depth = bridge.settings.chain.payouts_wait_for == "depth"
    return ANY_BLOCK if by_depth else chain.finalized()

"""Tests of the simulation: what the bank's operators decide, of what waits for a person's word."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from api.chain import excuse_strangers, halting_strangers, resume, what_halts
from api.chain.attempts import attempts
from api.chain.strangers import StrangerState, strangers_of
from api.kernel.errors import Conflict
from api.paying import KINDS
from api.payouts import (
    FileState,
    acknowledge,
    files_in_state,
    find_payment,
    ids_in_file,
    orders_with,
    stop_file,
    withdraw_file,
)
from api.payouts.store import payout_files
from api.redemptions import RedemptionState, release, return_burn
from api.redemptions.store import redemptions
from api.reserve import clear, standing_breaks

if TYPE_CHECKING:
    from tests.simulation.bridge import SimulatedBridge

__all__ = ["Operators"]

AFTER = {
    "clock jumped",
    "credit taken back",
    "clock a day off",
    "bank's clock a day off",
    "stranger signs with our key",
    "older database restored",
}
"""Faults after which something may wait for a person."""


class Operators:
    """They look at what stands in the way, and take the way out that the bridge names for it."""

    def __init__(self, bridge: SimulatedBridge) -> None:
        self._bridge = bridge

    def decide(self) -> None:
        """One look, in the calm."""
        with self._bridge.parts.bridge.database.transaction() as connection:
            self._withdraw_files(connection)
            if AFTER.isdisjoint(self._bridge.faults.happened):
                return
            self._clear_breaks(connection)
            self._acknowledge_rejections(connection)
            self._release_burns(connection)
            self._excuse_strangers(connection)
            if not self._bridge.bank.waiting:
                resume(connection)
                self._ask_for_words(connection)

    def _ask_for_words(self, connection: Connection) -> None:
        """A file that the bank refuses because it has it, from an earlier life of the database:
        its words on that file, which nobody could understand then, are handed in again.
        """
        refused = select(payout_files.c.message_id).where(
            payout_files.c.state == FileState.SAVED.value, payout_files.c.problem.is_not(None)
        )
        paying = select(redemptions.c.id).where(redemptions.c.state == RedemptionState.PAYING.value)
        if all(connection.execute(query).first() is not None for query in (refused, paying)):
            self._bridge.bank.hand_out_again(but=self._bridge.crowd.forged)

    def _withdraw_files(self, connection: Connection) -> None:
        """They stop each payout file that the bank refuses for good, and withdraw it."""
        now = self._bridge.clock.now()
        for file in files_in_state(connection, FileState.SAVED, 100):
            if file.message_id in self._bridge.bank.refused_files:
                stop_file(connection, file.message_id, now=now)
        for file in files_in_state(connection, FileState.STOPPED, 100):
            given = orders_with(
                connection, self._bridge.bank, ids_in_file(connection, file.message_id)
            )
            with suppress(Conflict):  # it may still be on its way
                withdraw_file(connection, KINDS, file.message_id, now=now, given=given)

    def _clear_breaks(self, connection: Connection) -> None:
        """A difference that is no more is understood: timing, that a wrong clock made old."""
        for seen in standing_breaks(connection):
            if seen.ended_at is not None:
                now = self._bridge.clock.now()
                clear(connection, seen.number, by="Ada", why="it was timing", now=now)

    def _excuse_strangers(self, connection: Connection) -> None:
        """They know of it, and the key is safe again."""
        for address in sorted({each.address for each in halting_strangers(connection)}):
            seen = what_halts(connection, address)
            excuse_strangers(connection, address, seen, self._bridge.clock.now())

    def unknown(self) -> list[str]:
        """Breaches: behind which foreign transaction the bridge signed without their word.

        What a key did before the bridge first signed with it is its own history.
        """
        chain, found = self._bridge.chain, []
        with self._bridge.parts.bridge.database.reading() as connection:
            for tx_hash in self._bridge.weather.strangers:
                if tx_hash not in chain.by_hash:
                    continue
                signed = chain.by_hash[tx_hash][1].signed
                first, last = connection.execute(
                    select(func.min(attempts.c.nonce), func.max(attempts.c.nonce)).where(
                        attempts.c.address == signed.sender
                    )
                ).one()
                excused = strangers_of(connection, signed.sender, StrangerState.EXCUSED)
                if (
                    first is not None
                    and first <= signed.transaction.nonce <= last
                    and tx_hash not in {each.tx_hash for each in excused}
                ):
                    found.append(f"O2 something was signed behind the foreign {tx_hash}")
        return found

    def _release_burns(self, connection: Connection) -> None:
        """A burn that seems old is paid, unless the bank was told to pay it already: what it has
        rejected is credited again, and the rest is its to book.
        """
        parked = select(redemptions.c.id, redemptions.c.end_to_end_id).where(
            redemptions.c.state == RedemptionState.PARKED.value
        )
        bank, now = self._bridge.bank, self._bridge.clock.now()
        told = {
            payment.end_to_end_id
            for batch in bank.batches.values()
            for payment in batch.instructions
        }
        for redemption, end_to_end_id in connection.execute(parked).all():
            if end_to_end_id not in told:
                release(connection, redemption, now)
            elif end_to_end_id in bank.rejects:
                orders = orders_with(connection, bank, [end_to_end_id])[end_to_end_id]
                release(connection, redemption, now, orders=orders)
                return_burn(connection, redemption, now, orders=orders)

    def _acknowledge_rejections(self, connection: Connection) -> None:
        """The bank's word on a payment that it was given by an earlier life of the database is a
        contradiction, until a person has understood whose order it was.
        """
        for end_to_end_id in self._bridge.bank.rejects:
            found = find_payment(connection, KINDS, end_to_end_id)
            if found is not None and found[1].alarm is not None:
                acknowledge(connection, *found, now=self._bridge.clock.now())

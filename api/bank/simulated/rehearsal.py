"""Bank: all that the simulated bank can be told to do, right or wrong, for a rehearsal.

Each method is one of ``jiaozi-bridge simulate …``; what it changes is durable at once. References
are the bank's own, as its statements and `book_deposit` give them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from api.bank.iso20022 import Direction, LineKind
from api.bank.port import BankRefused
from api.bank.simulated import bookings, calendar, orders, returns, wishes
from api.bank.simulated.calendar import Pace
from api.bank.simulated.store import Store
from api.bank.simulated.wishes import Wish
from api.kernel.clock import Clock
from api.kernel.errors import InvalidInput
from api.kernel.money import Money

__all__ = ["Rehearsal"]

_MOST_PARTS = 9


class Rehearsal:
    """The bank's knobs; see the module."""

    def __init__(
        self, store: Store, clock: Clock, currency: str, deliver: Callable[[date], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._currency = currency
        self._deliver = deliver

    # --- calendar ---------------------------------------------------------------------------

    def add_holiday(self, day: date) -> None:
        """The bank is closed on `day`: it opens no such day, and no delay counts it."""
        with self._store.writing() as connection:
            calendar.add_holiday(connection, day)

    def set_pace(self, wanted: Pace) -> None:
        """Cut-off time, business days and minutes that an order takes; following the clock."""
        with self._store.writing() as connection:
            calendar.set_pace(connection, wanted)

    def pace(self) -> Pace:
        """As it is set."""
        with self._store.reading() as connection:
            return calendar.pace(connection)

    def holidays(self) -> list[date]:
        """Every holiday that was added."""
        with self._store.reading() as connection:
            return calendar.holidays(connection)

    # --- money that comes back ----------------------------------------------------------------

    def return_payout(
        self, subject: str | None = None, *, reason: str = "AC04", days: int = 0, charges: int = 0
    ) -> None:
        """The next payout (or the next with this end-to-end id or account) comes back, `days`
        business days after its booking, less `charges` minor units. One that is booked already,
        named by its end-to-end id, comes back counted from today."""
        with self._store.writing() as connection:
            booked = connection.execute(
                "SELECT reference FROM bookings WHERE end_to_end_id = ? AND direction = 'DEBIT'",
                (subject,),
            ).fetchone()
            if booked is None:
                terms = returns.return_terms(reason, days, charges)
                wishes.wish(connection, Wish.RETURN_PAYOUT, terms, subject)
                return
            returns.plan(connection, booked["reference"], reason, days, charges)
            if days == 0:
                returns.book_due(connection)

    def reverse(self, reference: str) -> str:
        """The bank takes a booking of its own back (``RvslInd``); the reversal's reference."""
        with self._store.writing() as connection:
            return returns.reverse(connection, reference)

    def recall(self, reference: str, reason: str = "FOCR") -> str:
        """A payer's bank takes a credit back; the debit's reference."""
        with self._store.writing() as connection:
            return returns.recall(connection, reference, reason)

    # --- the bank's own money ----------------------------------------------------------------

    def charge(self, amount: Money) -> str:
        """The bank takes its price for the account; the reference."""
        return self._own(amount, LineKind.CHARGE, Direction.DEBIT)

    def interest(self, amount: Money, *, to_bank: bool = False) -> str:
        """Interest on the account, paid to the bank when it is negative; the reference."""
        return self._own(
            amount, LineKind.INTEREST, Direction.DEBIT if to_bank else Direction.CREDIT
        )

    # --- wrong lines --------------------------------------------------------------------------

    def change_line(self, reference: str | None, amount: Money) -> str:
        """Today's statement shows an earlier line again, with another amount under its old id."""
        self._check(amount)
        with self._store.writing() as connection:
            return bookings.repeat(connection, reference, amount.minor)

    def foreign_line(self, amount: Money, payer_account: str, payer_name: str) -> str:
        """A credit in a currency that the account is not kept in; the balance does not count it."""
        if amount.currency == self._currency or amount.minor <= 0:
            raise InvalidInput("currency", f"The account is in {self._currency}.", remedy="Other.")
        booking = bookings.Booking(
            Direction.CREDIT,
            amount.minor,
            payer_account=payer_account,
            payer_name=payer_name,
            foreign_currency=amount.currency,
        )
        with self._store.writing() as connection:
            return bookings.book(connection, booking)

    def wrong_debit(self, amount: Money, payee_account: str) -> str:
        """The bank takes the account's money for a payment that nobody ordered; the reference."""
        self._check(amount)
        booking = bookings.Booking(Direction.DEBIT, amount.minor, payee_account=payee_account)
        with self._store.writing() as connection:
            return bookings.book(connection, booking)

    # --- documents and answers ------------------------------------------------------------------

    def withhold_statement(self) -> None:
        """The next day that closes gives no statement until `deliver_statement`."""
        self._wish(Wish.WITHHOLD_STATEMENT)

    def deliver_statement(self, day: date) -> None:
        """Lay the statement of a closed day ready, late or once more."""
        self._deliver(day)

    def split_statement(self, parts: int = 2) -> None:
        """The next day that closes is told in several statements, each with its own balances."""
        if not 1 < parts <= _MOST_PARTS:
            raise InvalidInput("parts", "A day has 2 to 9 parts.", remedy="Choose another number.")
        self._wish(Wish.SPLIT_STATEMENT, str(parts))

    def lose_report(self) -> None:
        """The next order is carried out, and its pain.002 and camt.054 are lost."""
        self._wish(Wish.LOSE_REPORT)

    def late_report(self, minutes: int) -> None:
        """The pain.002 and camt.054 on the next order come `minutes` later."""
        if minutes <= 0:
            raise InvalidInput("minutes", "That is not later.", remedy="Give more than 0.")
        self._wish(Wish.LATE_REPORT, str(minutes))

    def swallow_order(self) -> None:
        """The bank takes the next order and never speaks of it."""
        self._wish(Wish.SWALLOW_ORDER)

    def refuse_order(self) -> None:
        """The bank refuses the next order that is new to it, however often it is handed in."""
        self._wish(Wish.REFUSE_ORDER)

    def lose_reply(self) -> None:
        """The bank takes the next order, and its answer is lost: submitting it looks failed."""
        self._wish(Wish.LOSE_REPLY)

    def unreachable(self, until: datetime) -> None:
        """The bank answers nothing before `until`."""
        with self._store.writing() as connection:
            wishes.set_unreachable(connection, until)

    def reachable(self) -> None:
        """The bank answers again."""
        with self._store.writing() as connection:
            wishes.set_unreachable(connection, None)

    def waiting(self) -> list[tuple[Wish, str | None, str]]:
        """What was wished for and has not happened yet."""
        with self._store.reading() as connection:
            return wishes.waiting(connection)

    def orders(self) -> list[orders.Waiting]:
        """Orders that wait, with the time at which each is carried out."""
        with self._store.reading() as connection:
            return orders.list_waiting(connection)

    def _wish(self, kind: Wish, value: str = "") -> None:
        with self._store.writing() as connection:
            wishes.wish(connection, kind, value)

    def _own(self, amount: Money, kind: LineKind, direction: Direction) -> str:
        self._check(amount)
        booking = bookings.Booking(direction, amount.minor, kind=kind, remittance=kind.lower())
        with self._store.writing() as connection:
            return bookings.book(connection, booking)

    def _check(self, amount: Money) -> None:
        if amount.currency != self._currency or amount.minor <= 0:
            raise BankRefused(
                f"{amount} cannot be booked.", remedy=f"Give more than 0 {self._currency}."
            )

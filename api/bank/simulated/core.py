"""Bank: the simulated core bank, a real adapter behind the port, with knobs for rehearsal.

It has no process of its own: it does the work that waits (orders become debits and reports)
when it is asked for documents or a balance. Money, days and documents are durable in its file.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.bank.iso20022 import Debtor, Direction, Statement, write_camt
from api.bank.port import (
    BankBalance,
    BankDocument,
    LinkAnswer,
    LinkRequest,
    PayoutBatch,
    SubmittedFile,
)
from api.bank.simulated import bookings, customers, documents, orders
from api.bank.simulated.store import Store
from api.bank.simulated.virtual import is_virtual_account
from api.kernel.clock import Clock
from api.kernel.errors import InvalidInput, Misconfigured
from api.kernel.money import Money

__all__ = ["Deposit", "SimulatedBank"]

_MAX_TEXT = 140


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money that somebody sends to the reserve account."""

    payer_account: str
    payer_name: str
    amount: Money
    structured_reference: str | None = None
    remittance: str | None = None
    payee_account: str | None = None
    """The virtual account that the payer paid to; None for the reserve account itself."""


class SimulatedBank:
    """A bank in one SQLite file; satisfies `api.bank.Bank` and can be told to misbehave."""

    def __init__(self, store: Store, clock: Clock, reserve: orders.Reserve) -> None:
        self._store = store
        self._clock = clock
        self.reserve = reserve

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        clock: Clock,
        currency: str,
        reserve: Debtor,
        first_day: date | None = None,
    ) -> SimulatedBank:
        """Open the bank at `path`; the first time, found it with `first_day` (or today) open.

        Raises `Misconfigured` when the file belongs to another reserve account or currency.
        """
        store = Store(path)
        day = first_day or clock.now().date()
        with store.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO bank (id, currency, account, owner, bic)"
                " VALUES (1, ?, ?, ?, ?)",
                (currency, reserve.account, reserve.name, reserve.bic),
            )
            connection.execute(
                "INSERT INTO days (day, sequence) SELECT ?, 1"
                " WHERE NOT EXISTS (SELECT 1 FROM days)",
                (day.isoformat(),),
            )
            known = _reserve(connection)
        if known is None or (known.debtor.account, known.currency) != (reserve.account, currency):
            raise Misconfigured(
                "bank.reserve_account",
                f"The simulated bank at {path} keeps another reserve account or currency.",
                remedy="Name its own account and currency, or choose another path for a new bank.",
            )
        return cls(store, clock, known)

    @classmethod
    def reopen(cls, path: Path, *, clock: Clock) -> SimulatedBank:
        """Open a bank that was founded before; `Misconfigured` when there is none at `path`."""
        known = None
        if path.exists():
            store = Store(path)
            with store.reading() as connection:
                known = _reserve(connection)
        if known is None:
            raise Misconfigured(
                "bank.path",
                f"There is no simulated bank at {path}.",
                remedy="Found it with: jiaozi-bridge simulate found.",
            )
        return cls(Store(path), clock, known)

    # --- the port ---------------------------------------------------------------------------

    def confirm_link(self, request: LinkRequest) -> LinkAnswer:
        """See `Bank.confirm_link`; this bank always knows, so it never answers PENDING."""
        with self._store.writing() as connection:
            return customers.confirm(connection, request)

    def submit_payouts(self, batch: PayoutBatch) -> SubmittedFile:
        """See `Bank.submit_payouts`; the order waits until the bank works on it."""
        with self._store.writing() as connection:
            return orders.submit(connection, batch, self.reserve, self._clock.now())

    def collect(self) -> list[BankDocument]:
        """See `Bank.collect`; waiting orders are carried out first."""
        self._work()
        with self._store.reading() as connection:
            return documents.unacknowledged(connection)

    def acknowledge(self, document_id: str) -> None:
        """See `Bank.acknowledge`."""
        with self._store.writing() as connection:
            documents.acknowledge(connection, document_id, self._clock.now())

    def balance(self) -> BankBalance:
        """See `Bank.balance`; bookings of the open day count."""
        self._work()
        with self._store.reading() as connection:
            minor = bookings.booked_balance(connection)
            day = bookings.current_day(connection)
        state = "open" if day.closed_at is None else "closed"
        return BankBalance(
            amount=Money(minor, self.reserve.currency),
            as_of=self._clock.now(),
            read_from=f"the simulated bank's books, business day {day.day} ({state})",
        )

    # --- the bank's own counter -------------------------------------------------------------

    def add_customer(
        self, name: str, *, tier: int, account: str | None = None, code: str | None = None
    ) -> customers.NewCode:
        """Open an account for a customer; see `customers.add_customer`."""
        with self._store.writing() as connection:
            return customers.add_customer(connection, name, tier=tier, account=account, code=code)

    def new_link_code(self, account: str) -> customers.NewCode:
        """Give the account's holder a new code; the old one, and its link, are void."""
        with self._store.writing() as connection:
            return customers.new_code(connection, account)

    def customers(self) -> list[customers.Customer]:
        """Everyone with an account, without any code."""
        with self._store.reading() as connection:
            return customers.customers(connection)

    def book_deposits(self, deposits: Iterable[Deposit]) -> list[str]:
        """Credit the reserve account, all of them or none; returns the bank's references."""
        checked = [_credit(deposit, self.reserve.currency) for deposit in deposits]
        with self._store.writing() as connection:
            for account in {booking.payee_account for booking in checked} - {None}:
                _require_virtual(connection, account or "")
            return [bookings.book(connection, booking) for booking in checked]

    def book_deposit(self, deposit: Deposit) -> str:
        """Credit the reserve account once."""
        return self.book_deposits([deposit])[0]

    def business_day(self) -> bookings.Day:
        """The day that is open, or was closed last."""
        with self._store.reading() as connection:
            return bookings.current_day(connection)

    def open_day(self) -> date:
        """Open the next business day; `BankRefused` while one is open."""
        with self._store.writing() as connection:
            return bookings.open_next(connection).day

    def close_day(self, *, deliver: bool = True) -> date:
        """Close the open day after carrying out what waits; lay its statement ready.

        With `deliver` false the statement is only to be had by `statement`, to be handed in.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            orders.process_waiting(connection, self.reserve, now)
            closed = bookings.close(connection, now)
            if deliver:
                content = self._render(connection, closed, "camt.053.001.08")
                documents.put(connection, "camt.053", content)
        return closed.day

    def statement(self, day: date, dialect: str = "camt.053.001.08") -> bytes:
        """The camt.053 of a closed day, the same bytes whenever it is asked for."""
        with self._store.reading() as connection:
            found = bookings.find_day(connection, day)
            if found.closed_at is None:
                raise InvalidInput("day", f"{day} is still open.", remedy="Close the day first.")
            return self._render(connection, found, dialect)

    def papers(self, end_to_end_id: str) -> list[documents.Paper]:
        """Every order and document so far that names a payment, oldest first."""
        with self._store.reading() as connection:
            return documents.naming(connection, end_to_end_id)

    # --- wrong behaviour on demand ----------------------------------------------------------

    def repeat_line(self, reference: str | None = None) -> str:
        """Show a line of an earlier day on today's statement again; see `bookings.repeat`."""
        with self._store.writing() as connection:
            return bookings.repeat(connection, reference)

    def reject_payout(self, subject: str | None = None, reason: str = "MS03") -> None:
        """Refuse one payment: the next, or the next with this end-to-end id or account."""
        with self._store.writing() as connection:
            orders.reject(connection, subject, reason)

    def _work(self) -> None:
        with self._store.reading() as connection:
            idle = not orders.waiting(connection)
        if idle:  # most calls: no need to take the lock that writers share
            return
        with self._store.writing() as connection:
            orders.process_waiting(connection, self.reserve, self._clock.now())

    def _render(self, connection: sqlite3.Connection, day: bookings.Day, dialect: str) -> bytes:
        currency = self.reserve.currency
        opening = Money(bookings.balance_before(connection, day.day), currency)
        closing = Money(bookings.booked_balance(connection, day.day), currency)
        out = io.BytesIO()
        head = Statement(
            dialect=dialect,
            message_id=f"STATEMENT-{day.day:%Y%m%d}-{day.sequence}",
            statement_id=f"{self.reserve.debtor.account}-{day.sequence}",
            created_at=day.closed_at or self._clock.now(),
            account=self.reserve.debtor.account,
            owner=self.reserve.debtor.name,
            currency=currency,
            sequence=day.sequence,
            opening=(opening, day.day),
            closing=(closing, day.day),
        )
        write_camt(out, head, bookings.lines_of(connection, day.day, currency))
        return out.getvalue()


def _credit(deposit: Deposit, currency: str) -> bookings.Booking:
    """A deposit as a booking; `InvalidInput` for what no bank would book."""
    if deposit.amount.currency != currency or deposit.amount.minor <= 0:
        raise InvalidInput(
            "amount",
            f"{deposit.amount} cannot be booked.",
            remedy=f"Pay in more than 0 {currency}.",
        )
    for field, text in (
        ("payer_name", deposit.payer_name),
        ("payer_account", deposit.payer_account),
        ("payee_account", deposit.payee_account or ""),
        ("structured_reference", deposit.structured_reference or ""),
        ("remittance", deposit.remittance or ""),
    ):
        if len(text) > _MAX_TEXT or not text.isprintable():
            raise InvalidInput(
                field,
                f"{field} is not one line of at most {_MAX_TEXT} characters.",
                remedy="Shorten it, without line breaks.",
            )
    return bookings.Booking(
        direction=Direction.CREDIT,
        minor=deposit.amount.minor,
        structured_reference=deposit.structured_reference,
        payer_account=_plain(deposit.payer_account),
        payer_name=deposit.payer_name,
        remittance=deposit.remittance,
        payee_account=_plain(deposit.payee_account) if deposit.payee_account else None,
    )


def _plain(account: str) -> str:
    return "".join(account.split()).upper()


def _require_virtual(connection: sqlite3.Connection, account: str) -> None:
    if not is_virtual_account(connection, account):
        raise InvalidInput(
            "payee_account",
            f"{account} is no virtual account of this bank.",
            remedy="Pay to the account that a confirmed link was given, or to none.",
        )


def _reserve(connection: sqlite3.Connection) -> orders.Reserve | None:
    row = connection.execute("SELECT currency, account, owner, bic FROM bank").fetchone()
    if row is None:
        return None
    return orders.Reserve(Debtor(row["owner"], row["account"], row["bic"]), row["currency"])

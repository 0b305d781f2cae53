"""Bank: the simulated core bank, a real adapter behind the port, with knobs for rehearsal.

It has no process of its own: it does the work that waits (orders become debits and reports)
when it is asked for documents or a balance. Money, days and documents are durable in its file.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.bank.iso20022 import Debtor, Direction, Statement, write_camt
from api.bank.port import (
    BankBalance,
    BankDocument,
    BankPaper,
    BankRefused,
    BankUnreachable,
    LinkAnswer,
    LinkRequest,
    PayoutBatch,
    SubmittedFile,
    Untaken,
)
from api.bank.simulated import bookings, calendar, customers, documents, orders, returns, wishes
from api.bank.simulated.rehearsal import Rehearsal
from api.bank.simulated.store import Store
from api.bank.simulated.virtual import is_virtual_account
from api.bank.simulated.wishes import Wish
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
    end_to_end_id: str | None = None


class SimulatedBank:
    """A bank in one SQLite file; satisfies `api.bank.Bank` and can be told to misbehave."""

    def __init__(self, store: Store, clock: Clock, reserve: orders.Reserve) -> None:
        self._store = store
        self._clock = clock
        self.reserve = reserve
        self.rehearse = Rehearsal(store, clock, reserve.currency, self.deliver_statement)
        """Everything that it can be told to do, right or wrong."""

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
        with self._answering() as connection:
            return customers.confirm(connection, request)

    def submit_payouts(self, batch: PayoutBatch) -> SubmittedFile:
        """See `Bank.submit_payouts`; the order waits until the bank works on it."""
        with self._answering() as connection:
            taken = orders.submit(connection, batch, self.reserve, self._clock.now())
            lost = taken is not None and wishes.take(connection, Wish.LOSE_REPLY) is not None
        if taken is None:
            raise BankRefused(
                f"The simulated bank refuses order {batch.message_id}, and will go on doing so.",
                remedy=f"Stop it: jiaozi-bridge stop {batch.message_id}.",
            )
        if lost:
            raise BankUnreachable(
                "The simulated bank's answer was lost.", remedy="Submit the same order again."
            )
        return taken

    def collect(self) -> list[BankDocument]:
        """See `Bank.collect`; waiting orders are carried out first."""
        self._work()
        with self._store.reading() as connection:
            return documents.unacknowledged(connection, self._clock.now())

    def acknowledge(self, document_id: str) -> None:
        """See `Bank.acknowledge`."""
        with self._answering() as connection:
            documents.acknowledge(connection, document_id, self._clock.now())

    def passed(self, known: Container[str]) -> list[BankPaper]:
        """See `Bank.passed`."""
        with self._store.reading() as connection:
            return documents.passed(connection, known, self._clock.now())

    def untaken(self) -> list[Untaken]:
        """See `Bank.untaken`: it hands over what it keeps itself, and that can be read."""
        return []

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

    def last_credit(self) -> str | None:
        """The bank's reference of the money that came in last."""
        with self._store.reading() as connection:
            return bookings.last_credit(connection)

    def business_day(self) -> bookings.Day:
        """The day that is open, or was closed last."""
        with self._store.reading() as connection:
            return bookings.current_day(connection)

    def open_day(self) -> date:
        """Open the next business day; `BankRefused` while one is open."""
        with self._store.writing() as connection:
            opened = bookings.open_next(connection).day
            returns.book_due(connection)
            return opened

    def close_day(self, *, deliver: bool = True) -> date:
        """Close the open day after carrying out what waits; lay its statement ready.

        With `deliver` false the statement is only to be had by `statement`, to be handed in.
        """
        with self._store.writing() as connection:
            return self._close(connection, deliver=deliver)

    def catch_up(self) -> list[date]:
        """Close and open days until the bank's day is the clock's; the days that were closed.

        On a weekend or a holiday the last day stays closed. A day ahead of the clock stays.
        """
        with self._store.writing() as connection:
            return self._catch_up(connection)

    def deliver_statement(self, day: date) -> None:
        """Lay the statement of a closed day ready, late or once more."""
        with self._store.writing() as connection:
            found = _closed(connection, day)
            for part in range(found.parts):
                content = self._render(connection, found, "camt.053.001.08", part)
                documents.put(connection, "camt.053", content)

    def statement(self, day: date, dialect: str = "camt.053.001.08", part: int = 0) -> bytes:
        """The camt.053 of a closed day, the same bytes whenever it is asked for.

        A day that was split has several, counted from 0.
        """
        with self._store.reading() as connection:
            return self._render(connection, _closed(connection, day), dialect, part)

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

    @contextmanager
    def _answering(self) -> Iterator[sqlite3.Connection]:
        """A transaction of the port: the bank may be out of reach."""
        with self._store.writing() as connection:
            wishes.require_reachable(connection, self._clock.now())
            yield connection

    def _work(self) -> None:
        now = self._clock.now()
        with self._store.reading() as connection:
            wishes.require_reachable(connection, now)
            follow = calendar.pace(connection).follow_clock
            idle = not orders.waiting(connection, now) and not (
                follow and bookings.current_day(connection).day < now.date()
            )
        if idle:  # most calls: no need to take the lock that writers share
            return
        with self._store.writing() as connection:
            if follow:
                self._catch_up(connection)
            orders.process_waiting(connection, self.reserve, now)

    def _catch_up(self, connection: sqlite3.Connection) -> list[date]:
        today = self._clock.now().date()
        closed = []
        while (day := bookings.current_day(connection)).day < today:
            if day.closed_at is None:
                closed.append(self._close(connection, deliver=True))
            if calendar.next_business_day(connection, day.day) > today:
                break
            bookings.open_next(connection)
        return closed

    def _close(self, connection: sqlite3.Connection, *, deliver: bool) -> date:
        now = self._clock.now()
        orders.process_waiting(connection, self.reserve, now)
        parts = int(wishes.take(connection, Wish.SPLIT_STATEMENT) or 1)
        closed = bookings.close(connection, now, parts)
        withheld = wishes.take(connection, Wish.WITHHOLD_STATEMENT) is not None
        if deliver and not withheld:
            for part in range(parts):
                content = self._render(connection, closed, "camt.053.001.08", part)
                documents.put(connection, "camt.053", content)
        return closed.day

    def _render(
        self, connection: sqlite3.Connection, day: bookings.Day, dialect: str, part: int
    ) -> bytes:
        if not 0 <= part < day.parts:
            raise InvalidInput("part", f"{day.day} has {day.parts} parts.", remedy="Another one.")
        currency = self.reserve.currency
        lines, before, after = bookings.part_of(connection, day, part, currency)
        opening, closing = Money(before, currency), Money(after, currency)
        sequence = day.sequence + part
        out = io.BytesIO()
        head = Statement(
            dialect=dialect,
            message_id=f"STATEMENT-{day.day:%Y%m%d}-{sequence}",
            statement_id=f"{self.reserve.debtor.account}-{sequence}",
            created_at=day.closed_at or self._clock.now(),
            account=self.reserve.debtor.account,
            owner=self.reserve.debtor.name,
            currency=currency,
            sequence=sequence,
            period=(day.day, day.day),
            opening=(opening, day.day),
            closing=(closing, day.day),
        )
        write_camt(out, head, lines)
        return out.getvalue()


def _closed(connection: sqlite3.Connection, day: date) -> bookings.Day:
    found = bookings.find_day(connection, day)
    if found.closed_at is None:
        raise InvalidInput("day", f"{day} is still open.", remedy="Close the day first.")
    return found


def _credit(deposit: Deposit, currency: str) -> bookings.Booking:
    """A deposit as a booking; `InvalidInput` for what no bank would book."""
    if deposit.amount.currency != currency or deposit.amount.minor <= 0:
        raise InvalidInput(
            "amount",
            f"{deposit.amount} cannot be booked.",
            remedy=f"Pay in more than 0 {currency}.",
        )
    texts = "payer_name payer_account payee_account structured_reference remittance"
    for field in texts.split():
        text = getattr(deposit, field) or ""
        if len(text) > _MAX_TEXT or not text.isprintable():
            raise InvalidInput(
                field,
                f"{field} is not one line of at most {_MAX_TEXT} characters.",
                remedy="Shorten it, without line breaks.",
            )
    return bookings.Booking(
        direction=Direction.CREDIT,
        minor=deposit.amount.minor,
        end_to_end_id=deposit.end_to_end_id,
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

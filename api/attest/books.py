"""Attest: the attestor's own books beside the bridge's, and what it says when they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from api.attest.claims import Claims, read_amounts, read_answers, read_claims
from api.attest.model import Statement
from api.bank import Bank, BankBalance, BankPaper, Folders
from api.chain import Deployment, Node, SupplyView
from api.evidence import BankWords, EventSums, Figures, OwnBooks
from api.kernel.clock import Clock
from api.kernel.database import Database
from api.kernel.errors import Broken, Unavailable
from api.ledger import Account
from wallet.secret import Secret

__all__ = ["BooksDiffer", "OwnView"]

_PIECE = 0.1
"""Seconds that a look spends on reading papers, while many lines wait to be read."""
_READ_AGAIN = 60.0
"""Seconds after which books that differ are thrown away: a node may have hidden an event once."""


class BooksDiffer(Broken):
    """The ledger counts more as tokens than bank files and chain give."""

    slug = "books-differ"


@dataclass(slots=True)
class OwnView:
    """What the attestor knows by itself. It is thrown away with its process, and made again."""

    bank: Bank
    node: Node
    deployment: Deployment
    clock: Clock
    account: str
    reference_key: Secret
    more: Folders
    """Further directories with the bank's files."""
    _books: OwnBooks | None = field(default=None, init=False)
    _last: int = field(default=0, init=False)
    _made: float = field(default=0.0, init=False)
    """When the own books were begun, by the clock that only grows."""

    def claims(self, database: Database, closed_on: date | None) -> Claims:
        """The bridge's books and its new claims. After a restore of an older database, all."""
        if self._books is None:
            self._last = 0
        while True:
            with database.reading() as connection:
                found = read_claims(connection, self.deployment.currency, closed_on, self._last)
            if found.last_number >= self._last:
                return found
            self._books, self._last = None, 0

    def figures(
        self,
        database: Database,
        claims: Claims,
        supply: SupplyView,
        balance: BankBalance,
        *,
        hurried: bool,
    ) -> Figures:
        """The own figures beside these claims. Who is `hurried` gets them before all papers are
        read; what is not read yet is no backing yet.

        Raises `Broken` (everything is read again), `Unavailable`.
        """
        books = self._books = self._books or self._new()
        try:
            books.chain.read(supply.block_number, supply.block_hash)
        except Broken:
            self._books = None
            raise
        if books.chain.supply != supply.supply:
            self._books = None  # the next time all is read again
            raise Unavailable(
                f"The token's events come to {books.chain.supply} minor units at block "
                f"{supply.block_number}, its supply is {supply.supply}.",
                remedy="They are read again. If it lasts, the node leaves events out: name another "
                "in chain.rpc_url.",
                slug="events-missing",
            )
        self._read(books, hurried)
        books.follow(claims.deposits)
        self._last = claims.last_number
        with database.reading() as connection:
            # which of several amounts the bridge met first decides what its other words mean
            books.take(read_amounts(connection, books.of_several_amounts()))
            answers = read_answers(connection, books.open_lines(), books.lacking(claims.owed))
        books.hear(answers)
        return books.figures(
            answers,
            claims.owed,
            balance=balance.amount.minor,
            closed_on=balance.closed_on,
            unsound=claims.unsound,
        )

    def read_ahead(self) -> bool:
        """Read a piece of what the bank has told meanwhile, so that no word waits for it; True
        while there is more."""
        if self._books is None:
            return False
        self._read(self._books, hurried=True)
        return not self._books.bank.complete

    @property
    def complete(self) -> bool:
        """Whether every paper that is known of was read to its end."""
        return self._books is not None and self._books.bank.complete

    def confirm(self, said: Statement, claims: Claims, own: Figures) -> Statement:
        """The statement as far as the own figures bear it out.

        Raises `BooksDiffer` when the ledger counts more than bank files and chain give, all of
        them read. If that lasts, everything is read anew: what the supply does not show, a
        registration or a number that ended, a node may have left out.
        """
        books = claims.books
        ledger = sum(
            books.of(account)
            for account in (Account.TOKENS, Account.ISSUING, Account.RETURNS, Account.RECALLED)
        )
        ledger -= books.unexplained_debits + claims.stopping
        if ledger > own.of_tokens and self.complete:
            if self.clock.monotonic() - self._made >= _READ_AGAIN:
                self._books = None
            raise _differ(ledger, own, self.deployment.currency)
        return replace(
            said,
            backing=min(said.backing, own.backing),
            unexplained=max(said.unexplained, own.unexplained + own.missing),
        )

    def _new(self) -> OwnBooks:
        self._made = self.clock.monotonic()
        account = "".join(self.account.split()).upper()
        bank = BankWords(account, self.deployment.currency, self.reference_key.reveal())
        return OwnBooks(bank, EventSums(self.node, self.deployment))

    def _read(self, books: OwnBooks, hurried: bool) -> None:
        end = self.clock.monotonic() + _PIECE
        known = books.bank.known
        papers: Sequence[BankPaper] = [*self.bank.passed(known), *self.more.passed(known)]
        books.bank.read(papers, lambda: hurried and self.clock.monotonic() >= end)


def _differ(ledger: int, own: Figures, currency: str) -> BooksDiffer:
    why = "; ".join(own.problems) or "postings without a line, an event or a word of the bank"
    return BooksDiffer(
        f"The ledger counts {ledger} minor units of {currency} as tokens, or about to be; bank "
        f"files and chain give {own.of_tokens}: {why}.",
        remedy="Nothing was attested, so issuing closes by itself. Find the rows with "
        "jiaozi-bridge audit. A statement that came by other ways than the bank's channel must "
        "lie in a directory of attest.files too.",
    )

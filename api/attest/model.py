"""Attest: how much bank money backs the tokens, worked out. Pure: figures in, a statement out.

The Teller issues only while `minted so far + new ≤ minted + (backing − supply)`. So a backing
that is too high lets the operator issue tokens that nobody paid for, and one that is too low
stops customers' deposits. The rule is: **never too high; too low only for moments.**

The ledger's own view is `reserve − payouts − unmatched − own funds`: what remains is tokens,
issues and returns in flight (money that is about to become tokens must be part of the backing,
or it never could). Recalled deposits stay subtracted, because their account is negative. Ledger
and chain are taken at *the same block*: a burn lowers the supply and raises `payouts` there
together, so none is counted as free money.

Then the bank's own balance, read by this process, is set against the ledger's reserve:

- *more at the bank*: a credit whose line is not read yet. It is not backing: nobody knows whose
  it is. It becomes «unmatched» with its line, and backing with its match. So the ledger's view
  stands, and a credit is never counted twice.
- *less at the bank*: a debit whose line is not read yet. If the bank has said (pain.002) that it
  carries payouts out, those are already subtracted as `payouts`; as much of the gap as they
  explain is not subtracted again, or each payout run would close issuing until the statement
  comes. What they do not explain is money that left for no known reason: subtracted in full.
- *lines of a later day than the bank's closing balance* are no part of it, so they are left out
  of that comparison (`booked_after`).
- *booked debits that nothing explains* lower «unmatched» in the ledger; as that would hide them,
  they are subtracted too.

What can still be wrong, and by how much: an unknown debit of at most the accepted payouts stays
hidden until the next statement. A ledger that lies about unmatched money is believed.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.bank import BankBalance
from api.chain import Attested, SupplyView
from api.kernel.errors import Broken, Conflict
from api.ledger import Account
from api.reserve import Books

__all__ = [
    "DRIFT",
    "BankSilent",
    "Stale",
    "Statement",
    "check_age",
    "moment",
    "state",
    "worth_saying",
]


DRIFT = 600
"""Seconds by which an attestation may say to be younger than the closing balance behind it."""


class BankSilent(Conflict):
    """The bank has said nothing new for too long: nothing is attested."""

    slug = "bank-silent"


class Stale(Conflict):
    """The bank's figure is not newer than what was attested before: there is nothing to say."""

    slug = "attestation-not-newer"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed and sent to the Teller; minor units, seconds since 1970."""

    backing: int
    supply: int
    minted: int
    as_of: int
    block_number: int
    unexplained: int
    """Minor units that are missing at the bank for no known reason; 0 on a good day."""

    @property
    def headroom(self) -> int:
        """What may be issued on top of `minted`."""
        return max(self.backing - self.supply, 0)


def moment(bank: BankBalance, last: Attested, now: int) -> int:
    """The second that an attestation speaks of; `now` is seconds since 1970.

    A bank that is asked says its own time. A closing balance stays of one second until the next
    statement, while what is known of its money goes on (a line of it is matched, a deposit of
    the next day is told): then each word is one second younger than the last one, but never
    more than `DRIFT` ahead of the bank's figure, and never ahead of time.
    """
    told = int(bank.as_of.timestamp())
    if bank.closed_on is None or told > last.as_of:
        return told
    return min(last.as_of + 1, told + DRIFT, now)


def check_age(bank: BankBalance, last: Attested, now: int) -> None:
    """Raise `BankSilent` when the bank's figure is older than the Teller would believe."""
    age = now - int(bank.as_of.timestamp())
    if age > last.max_age:
        raise BankSilent(
            f"The bank's newest figure is {age} seconds old ({bank.read_from}); the Teller takes "
            f"none that is older than {last.max_age}.",
            remedy="Nothing was attested, so issuing closes by itself. See why the bank's "
            "statements do not come.",
        )


def state(
    books: Books, supply: SupplyView, bank: BankBalance, as_of: int | None = None
) -> Statement:
    """Work the backing out; `Broken` when the figures contradict one another.

    `as_of` is the second that it speaks of, by default the bank's own.
    """
    if bank.amount.currency != books.currency:
        raise Broken(
            f"The bank's balance is in {bank.amount.currency}, the token's in {books.currency}.",
            remedy="Check bank.reserve_account in the settings; nothing was attested.",
        )
    tokens = books.of(Account.TOKENS)
    if supply.supply != tokens:
        raise Broken(
            f"At block {supply.block_number} the chain counts {supply.supply} minor units of "
            f"tokens, the ledger {tokens}.",
            remedy="Nothing was attested, so issuing closes by itself. Find the difference first.",
            slug="supply-differs",
        )
    reserve = books.of(Account.RESERVE)
    # own funds below zero are charges that nobody has paid in for: they back nothing either
    own = max(books.of(Account.OWN_FUNDS), 0)
    owed = books.of(Account.PAYOUTS) + books.of(Account.UNMATCHED) + own
    gap = max(reserve - books.booked_after - bank.amount.minor, 0)
    missing = gap - min(gap, books.accepted_payouts) + books.unexplained_debits
    return Statement(
        backing=max(reserve - owed - missing, 0),
        supply=supply.supply,
        minted=supply.minted,
        as_of=int(bank.as_of.timestamp()) if as_of is None else as_of,
        block_number=supply.block_number,
        unexplained=missing,
    )


def worth_saying(statement: Statement, last: Attested, now: int) -> bool:
    """Whether it says something new, or the last one has used up a third of its life.

    `now` is chain time. Raises `Stale` when there is something to say but the bank's figure is
    not newer than the last one: the Teller would refuse it.
    """
    same = (statement.backing, statement.supply, statement.minted) == (
        last.backing,
        last.supply,
        last.minted,
    )
    if same and last.as_of and now - last.as_of <= last.max_age // 3:
        return False
    if statement.as_of <= last.as_of:
        raise Stale(
            f"The bank's figure is of second {statement.as_of}; the last attestation speaks of "
            f"{last.as_of} already.",
            remedy="Attest again when the bank has a newer figure.",
        )
    return True

"""Wallet: what a policy says, and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wallet.address import Address
from wallet.consent.acts import Act
from wallet.errors import RefusedError
from wallet.money import Currency, format_amount

#: Words of a rule that stand for more than one: anybody; the contacts; the owner's bank account;
#: the bank's two contracts.
ANY = "*"
CONTACTS = "contacts"
BANK = "bank"
TOKEN = "token"  # noqa: S105  # the deposit token, no secret
TELLER = "teller"


@dataclass(frozen=True, slots=True)
class Hours:
    """When it may be signed: minutes of the day, `start` to `end` (past midnight where `end` is
    the smaller), on some days of the week (0 is Monday), by a clock `offset` minutes from UTC.
    """

    start: int = 0
    end: int = 24 * 60
    days: frozenset[int] = frozenset(range(7))
    offset: int = 0

    def day(self, now: int) -> int:
        """The day's number, for daily sums: `now` is seconds since 1970."""
        return (now + self.offset * 60) // 86_400

    def open(self, now: int) -> bool:
        """Whether it may be signed now. The hours past midnight belong to the day before."""
        minute = (now // 60 + self.offset) % (24 * 60)
        weekday = (self.day(now) + 3) % 7  # 1 January 1970 was a Thursday
        if self.start < self.end:
            return self.start <= minute < self.end and weekday in self.days
        late, early = minute >= self.start, minute < self.end
        return (late and weekday in self.days) or (early and (weekday - 1) % 7 in self.days)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one account or one agent token may sign. None is «not restricted».

    `pay` are payees and spenders: addresses, contacts' names, or one of the words above;
    `messages` the names of messages and calls; `contracts` where they may hold; amounts are
    minor units of `currency`; `max_fee` is wei for one transaction. `secret_hash` is the
    SHA-256 of an agent token's secret, and `accounts` are those that it may use.
    """

    name: str
    pay: frozenset[str] | None = None
    per_payment: int | None = None
    per_day: int | None = None
    currency: Currency | None = None
    messages: frozenset[str] | None = None
    contracts: frozenset[str] | None = None
    max_fee: int | None = None
    hours: Hours = field(default_factory=Hours)
    secret_hash: bytes | None = None
    accounts: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """All of policy.toml: rules by account (its name, number, address, or "*"), and by token.

    With `tokens_only` the agent serves nobody who brings no token, its owner included.
    """

    accounts: Mapping[str, Rule]
    tokens: Mapping[str, Rule]
    tokens_only: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The network that a wallet is used on."""

    chain_id: int
    token: Address
    teller: Address | None
    currency: Currency


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to have signed.

    `names` are the ways in which a policy may call the account: its name, number and address;
    `token` is the agent token that asks, None for the owner at the wallet itself. `spent` is
    what the same asker was granted today, minor units; `fee` wei that a transaction may cost.
    """

    names: frozenset[str]
    account: Address
    acts: tuple[Act, ...]
    place: Place
    now: int
    contacts: Mapping[str, Address] = field(default_factory=dict)
    token: str | None = None
    spent: int = 0
    fee: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, with the reason: a code, and the values that its sentence names.

    `amount` is what a yes adds to the day's sum, minor units, and what a no would have; `rule`
    is the rule that decided, None where there was none.
    """

    allowed: bool
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    amount: int = 0
    rule: Rule | None = None

    def error(self) -> RefusedError:
        """A no as an error."""
        return RefusedError(self.code, **self.values)


def shown(amount: int | None, currency: Currency) -> str:
    """An amount for a sentence."""
    return "-" if amount is None else f"{format_amount(amount, currency)} {currency.code}"

"""Tests: the states of the matrix. Alice pays, bob receives, carol spends, relay brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.contracts.conftest import World
from tests.contracts.orders import order_of, redeem
from tests.contracts.support import FOREVER, LIMITS, REF, ZERO, Party
from wallet.typed_data import RedeemOrder

PER_PAYMENT, PER_DAY, ON_BALANCE = LIMITS[1]
AMOUNT = 100
BALANCE = 4_000  # alice's
HELD = 1_000  # bob's
RETURNED = 395  # of bob's redemption, whose payout came back


@dataclass(frozen=True)
class Cast:
    """Who plays, and bob's redemption whose payout came back."""

    world: World
    people: dict[str, Party]
    officers: tuple[Party, ...]
    burned: RedeemOrder

    def __getitem__(self, name: str) -> Party:
        """A person by name."""
        return self.people[name]

    def freeze(self, *names: str) -> None:
        """Freeze these people."""
        for name in names:
            self.freeze_all(self[name].address)

    def freeze_all(self, *accounts: object) -> None:
        """Freeze these accounts."""
        for account in accounts:
            self.world.token.freeze(account, {"from": self.world.compliance})

    def set_tier(self, name: str, tier: int) -> None:
        """Put a person into a tier."""
        self.world.token.setTier(self[name].address, tier, {"from": self.world.compliance})

    def credit(self, name: str, amount: int) -> None:
        """Add to a person's balance, by a deposit of its own."""
        number = 7_000 + self.world.token.totalMinted()
        entry = (number, REF, self[name].address, amount)
        self.world.token.issue([entry], {"from": self.world.issuer})


def begin(world: World, people: dict[str, Party], officers: tuple[Party, ...]) -> Cast:
    """What all states share: carol may spend alice's, and bob has redeemed 400 with a fee of 5."""
    order = order_of(people["bob"])
    cast = Cast(world, people, officers, order)
    world.token.approve(people["carol"].address, FOREVER, people["alice"].sends())
    cast.credit("bob", order.amount)
    redeem(world.token, order, people["bob"], world.domain, people["relay"])
    return cast


@dataclass(frozen=True)
class Column:
    """A state: how it comes about, how much is paid in it, and to whom."""

    name: str
    arrange: Callable[[Cast], None]
    amount: int = AMOUNT
    to: Callable[[Cast], object] = lambda cast: cast["bob"].address


def _nothing(_: Cast) -> None:
    """All is as at the beginning."""


def _freeze_everybody_who_signs(cast: Cast) -> None:
    cast.freeze("alice")
    cast.freeze_all(*(officer.address for officer in cast.officers))


def _freeze_everybody_who_brings(cast: Cast) -> None:
    """The relay, every key with a role, and the Teller itself."""
    cast.freeze("relay")
    cast.freeze_all(*cast.world.by_role().values(), cast.world.teller)


def _unregistered_bringers(cast: Cast) -> None:
    for account in (cast["relay"].address, cast.world.teller, *cast.world.by_role().values()):
        assert cast.world.token.getAccount(account)[2] == 0


def _unregistered_spender(cast: Cast) -> None:
    assert cast.world.token.getAccount(cast["carol"].address)[2] == 0


def _pause(cast: Cast) -> None:
    cast.world.token.pause({"from": cast.world.guardian})


def _as_deployed(cast: Cast) -> None:
    """A deployment leaves the Teller frozen."""
    cast.freeze_all(cast.world.teller)


def _spend(cast: Cast) -> None:
    """Leave 500 of alice's limit for the day."""
    for _ in range(2):
        cast.world.token.transfer(cast["vip"].address, PER_PAYMENT, cast["alice"].sends())


def _fill(cast: Cast) -> None:
    """Leave room for exactly one payment in bob's account."""
    cast.credit("bob", ON_BALANCE - HELD - AMOUNT)


def _all_against_the_sender(cast: Cast) -> None:
    """Paused, frozen, unregistered, nothing left of the day, and whoever brings is frozen."""
    _spend(cast)
    cast.set_tier("alice", 0)
    _freeze_everybody_who_signs(cast)
    _freeze_everybody_who_brings(cast)
    _pause(cast)


def _all_against_the_recipient(cast: Cast) -> None:
    """Paused, frozen, unregistered, and full."""
    _fill(cast)
    cast.set_tier("bob", 0)
    cast.freeze("bob")
    _pause(cast)


FROZEN_SENDER = "frozen sender"
FROZEN_RECIPIENT = "frozen recipient"
FROZEN_SPENDER = "frozen spender"
FROZEN_SIGNER = "frozen signer"
FROZEN_REDEEMER = "frozen redeemer"
FROZEN_BRINGER = "frozen bringer"
UNREGISTERED_SENDER = "unregistered sender"
UNREGISTERED_RECIPIENT = "unregistered recipient"
UNREGISTERED_SPENDER = "unregistered spender"
UNREGISTERED_BRINGER = "unregistered bringer"
PAUSED = "paused"
TO_NOBODY = "to nobody"
TO_THE_TOKEN = "to the token"
TO_THE_TELLER = "to the Teller"
TO_ONESELF = "to oneself"
PAYMENT_AT = "payment at its limit"
PAYMENT_OVER = "payment over its limit"
DAY_AT = "day at its limit"
DAY_OVER = "day over its limit"
BALANCE_AT = "balance at its limit"
BALANCE_OVER = "balance over its limit"
ALL = "all of the balance"
MORE = "more than the balance"
ALL_AGAINST_SENDER = "everything against the sender"
ALL_AGAINST_RECIPIENT = "everything against the recipient"

COLUMNS = {
    column.name: column
    for column in (
        Column(FROZEN_SENDER, lambda cast: cast.freeze("alice")),
        Column(FROZEN_RECIPIENT, lambda cast: cast.freeze("bob")),
        Column(FROZEN_SPENDER, lambda cast: cast.freeze("carol")),
        Column(FROZEN_SIGNER, _freeze_everybody_who_signs),
        # Alice, whose order comes, and bob, whose payout came back.
        Column(FROZEN_REDEEMER, lambda cast: cast.freeze("alice", "bob")),
        Column(FROZEN_BRINGER, _freeze_everybody_who_brings),
        Column(UNREGISTERED_SENDER, lambda cast: cast.set_tier("alice", 0)),
        Column(UNREGISTERED_RECIPIENT, lambda cast: cast.set_tier("bob", 0)),
        Column(UNREGISTERED_SPENDER, _unregistered_spender),
        Column(UNREGISTERED_BRINGER, _unregistered_bringers),
        Column(PAUSED, _pause),
        Column(TO_NOBODY, _nothing, to=lambda _: ZERO),
        Column(TO_THE_TOKEN, _nothing, to=lambda cast: cast.world.token),
        Column(TO_THE_TELLER, _as_deployed, to=lambda cast: cast.world.teller),
        Column(TO_ONESELF, _nothing, to=lambda cast: cast["alice"].address),
        Column(PAYMENT_AT, _nothing, PER_PAYMENT),
        Column(PAYMENT_OVER, _nothing, PER_PAYMENT + 1),
        Column(DAY_AT, _spend, PER_DAY - 2 * PER_PAYMENT),
        Column(DAY_OVER, _spend, PER_DAY - 2 * PER_PAYMENT + 1),
        Column(BALANCE_AT, _fill),
        Column(BALANCE_OVER, _fill, AMOUNT + 1),
        Column(ALL, lambda cast: cast.set_tier("alice", 5), BALANCE),
        Column(MORE, lambda cast: cast.set_tier("alice", 5), BALANCE + 1),
        Column(ALL_AGAINST_SENDER, _all_against_the_sender, PER_DAY - 2 * PER_PAYMENT + 1),
        Column(ALL_AGAINST_RECIPIENT, _all_against_the_recipient, AMOUNT + 1),
    )
}

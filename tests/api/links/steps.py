"""Tests of links: claims, links with both proofs, and the token's event, as steps."""

from __future__ import annotations

from datetime import datetime

from api import links
from api.bank import Bank
from api.bank.memory import FakeBank
from api.kernel.database import Database
from api.links import (
    Link,
    find_link,
    on_tier_set,
)
from api.links.proof import LinkClaim, read_claim
from tests.api.world import ADA, DOMAIN, KEY, NOW, Customer, FakeEvent, link_body


def claim(customer: Customer = ADA, **options: object) -> LinkClaim:
    """A claim whose signature holds."""
    return read_claim(DOMAIN, **link_body(customer, **options))  # type: ignore[arg-type] # options of link_body


def register(database: Database, bank: Bank, made: LinkClaim, *, now: datetime) -> Link:
    """As the route does it, with the bridge's key."""
    return links.register(database, bank, made, key=KEY, now=now)


def encode(wallet: str, tier: int) -> bytes:
    """Stands for setTier's call data."""
    return f"{wallet} {tier}".encode()


def activate(database: Database, bank: FakeBank, customer: Customer = ADA, nonce: int = 1) -> Link:
    """A link with both proofs and its tier on chain."""
    link = register(database, bank, claim(customer, nonce=nonce), now=NOW)
    with database.transaction() as connection:
        on_tier_set(connection, tier_set(customer, link.tier))
        found = find_link(connection, link.id)
    assert found is not None
    return found


def tier_set(customer: Customer, tier: int | None) -> FakeEvent:
    """The token's event."""
    return FakeEvent("eip155:31337:0x01:0", {"account": customer.wallet, "tier": tier})

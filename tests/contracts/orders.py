"""Tests: redemption orders, as the holder signs them and as the chain receives them."""

from __future__ import annotations

from typing import Any

from tests.contracts.support import Party, fresh_nonce, now
from wallet.keccak import keccak256
from wallet.typed_data import Domain, Payout, RedeemOrder

PAYOUT = Payout("DE02120300000000202051", "Alice Ä.", "rent", keccak256(b"salt"))
NONE, BURNED, CANCELED, RETURNED = range(4)


def order_of(holder: Party, amount: int = 400, fee: int = 5) -> RedeemOrder:
    """Good for an hour."""
    return RedeemOrder(holder.address, amount, PAYOUT, fee, fresh_nonce(), now() + 3_600)


def as_struct(order: RedeemOrder) -> tuple[Any, ...]:
    """The contract's struct: the payout only as its hash."""
    return (
        order.holder,
        order.amount,
        order.payout.struct_hash(),
        order.fee,
        order.nonce,
        order.deadline,
    )


def redeem(token: Any, order: RedeemOrder, holder: Party, domain: Domain, relay: Party) -> Any:
    """Signed by `holder`, brought by `relay`."""
    return token.redeem(as_struct(order), holder.sign(order, domain), relay.sends())

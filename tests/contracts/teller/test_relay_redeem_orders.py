"""Tests: relayRedeemOrders. What holds for both relays stands in the kit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from tests.contracts.conftest import World
from tests.contracts.orders import BURNED, NONE, PAYOUT, as_struct
from tests.contracts.support import Party, events, fresh_nonce, now, raw, selector
from tests.contracts.teller.relay_kit import AMOUNT, Cargo, RelayKit, Signed
from wallet.address import Address
from wallet.typed_data import CancelRedeem, RedeemOrder


def signed(order: RedeemOrder, signature: bytes) -> Signed:
    """As the Teller takes it."""
    return Signed(order.holder, order.nonce, (as_struct(order), signature))


class Orders(Cargo):
    """Redemption orders with a fee of 5."""

    function = "relayRedeemOrders"
    used = "OrderUsed(address,bytes32)"
    expired = "OrderExpired(uint256)"

    def make(
        self,
        world: World,
        who: Party | Address,
        *,
        amount: int = AMOUNT,
        expired: bool = False,
        by: Party | bytes | None = None,
    ) -> Signed:
        """See Cargo."""
        holder = who.address if isinstance(who, Party) else who
        deadline = now() - 1 if expired else now() + 3_600
        order = RedeemOrder(holder, amount, PAYOUT, min(5, amount), fresh_nonce(), deadline)
        signer = by if by is not None else who
        if isinstance(signer, Party):
            return signed(order, signer.sign(order, world.domain))
        assert isinstance(signer, bytes)
        return signed(order, signer)

    def alone(self, world: World, signed: Signed) -> str:
        """See Cargo."""
        return str(world.token.redeem.encode_input(*signed.row))

    def cancel(self, world: World, who: Party, signed: Signed) -> None:
        """See Cargo."""
        world.token.cancelRedeemOrder(who.address, signed.nonce, b"", who.sends())


class TestRelayRedeemOrders(RelayKit):
    """See the kit; and what only an order can get wrong."""

    cargo: ClassVar[Cargo] = Orders()

    def test_burns_as_the_holder_signed(
        self, world: World, token: Any, alice: Party, relay: Party
    ) -> None:
        supply = token.totalSupply()
        one = self.cargo.make(world, alice)
        done = self.cargo.bring(world, relay, one)
        assert token.totalSupply() == supply - AMOUNT
        assert tuple(token.getRedemption(alice.address, one.nonce)) == (BURNED, AMOUNT - 5)
        (redeemed,) = events(done, "Redeemed")
        assert (redeemed["amount"], redeemed["fee"]) == (AMOUNT, 5)
        assert raw(redeemed["payoutHash"]) == PAYOUT.struct_hash()

    def test_what_makes_no_sense(self, world: World, people: dict[str, Party]) -> None:
        alice = people["alice"]
        (row, _) = self.cargo.make(world, alice).row
        order = RedeemOrder(alice.address, row[1], PAYOUT, row[3], row[4], row[5])
        for bad, error in (
            (replace(order, nonce=fresh_nonce(), amount=0, fee=0), "ZeroAmount()"),
            (replace(order, fee=AMOUNT + 1), "FeeExceedsAmount(uint256,uint256)"),
        ):
            middle = signed(bad, alice.sign(bad, world.domain))
            self.only_the_middle_fails(world, people, middle, selector(error))
            assert tuple(world.token.getRedemption(alice.address, bad.nonce)) == (NONE, 0)

    def test_another_payout(self, world: World, people: dict[str, Party]) -> None:
        """Who brings an order cannot send its money elsewhere."""
        one = self.cargo.make(world, people["alice"])
        order, signature = one.row
        stolen = ((*order[:2], b"\x01" * 32, *order[3:]), signature)
        middle = replace(one, row=stolen)
        self.only_the_middle_fails(world, people, middle, selector("InvalidSignature(address)"))

    def test_a_cancellation_is_no_order(self, world: World, people: dict[str, Party]) -> None:
        alice = people["alice"]
        one = self.cargo.make(world, alice)
        cancel = alice.sign(CancelRedeem(alice.address, one.nonce), world.domain)
        middle = replace(one, row=(one.row[0], cancel))
        self.only_the_middle_fails(world, people, middle, selector("InvalidSignature(address)"))

"""Tests: relayTransfers. What holds for both relays stands in the kit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from tests.contracts.authorizations import BYTES, fields
from tests.contracts.conftest import World
from tests.contracts.support import ZERO, Party, events, fresh_nonce, now, selector
from tests.contracts.teller.relay_kit import AMOUNT, Cargo, RelayKit, Signed, failures
from wallet.address import Address
from wallet.keccak import keccak256
from wallet.signer import LocalSigner
from wallet.typed_data import (
    CancelAuthorization,
    ReceiveAuthorization,
    TransferAuthorization,
)

PAYEE = LocalSigner(keccak256(b"carol")).address


def authorization(payer: Address, amount: int = AMOUNT) -> TransferAuthorization:
    """To carol, good from a minute ago for an hour."""
    return TransferAuthorization(payer, PAYEE, amount, now() - 60, now() + 3_600, fresh_nonce())


def signed(message: TransferAuthorization, signature: bytes) -> Signed:
    """As the Teller takes it."""
    return Signed(message.from_, message.nonce, (*fields(message), signature))


class Transfers(Cargo):
    """EIP-3009 transfers to carol."""

    function = "relayTransfers"
    used = "AuthorizationUsedOrCanceled(address,bytes32)"
    expired = "AuthorizationExpired(uint256)"

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
        message = authorization(who.address if isinstance(who, Party) else who, amount)
        if expired:
            message = replace(message, valid_before=now())
        signer = by if by is not None else who
        if isinstance(signer, Party):
            return signed(message, signer.sign(message, world.domain))
        assert isinstance(signer, bytes)
        return signed(message, signer)

    def alone(self, world: World, signed: Signed) -> str:
        """See Cargo."""
        return str(world.token.transferWithAuthorization[BYTES].encode_input(*signed.row))

    def cancel(self, world: World, who: Party, signed: Signed) -> None:
        """See Cargo."""
        word = who.sign(CancelAuthorization(who.address, signed.nonce), world.domain)
        world.token.cancelAuthorization["address,bytes32,bytes"](
            who.address, signed.nonce, word, who.sends()
        )


class TestRelayTransfers(RelayKit):
    """See the kit; and what only a transfer can get wrong."""

    cargo: ClassVar[Cargo] = Transfers()

    def test_pays_as_the_payer_signed(
        self, world: World, token: Any, alice: Party, carol: Party, relay: Party
    ) -> None:
        one = self.cargo.make(world, alice)
        done = self.cargo.bring(world, relay, one)
        wanted = {"from": alice.address, "to": carol.address, "value": AMOUNT}
        assert events(done, "Transfer") == [wanted]
        assert token.authorizationState(alice.address, one.nonce) is True
        assert token.getAccount(alice.address)[1] == AMOUNT

    def test_one_that_is_not_good_yet(self, world: World, people: dict[str, Party]) -> None:
        alice = people["alice"]
        message = replace(authorization(alice.address), valid_after=now() + 1_000)
        middle = signed(message, alice.sign(message, world.domain))
        reason = selector("AuthorizationNotYetValid(uint256)")
        self.only_the_middle_fails(world, people, middle, reason)

    @pytest.mark.parametrize(
        ("state", "error"),
        [
            ("frozen", "FrozenAccount(address)"),
            ("unregistered", "BalanceLimitExceeded(address,uint256,uint256)"),
            ("full", "BalanceLimitExceeded(address,uint256,uint256)"),
        ],
    )
    def test_a_recipient_who_cannot_receive(
        self, world: World, people: dict[str, Party], state: str, error: str
    ) -> None:
        alice, relay = people["alice"], people["relay"]
        if state == "frozen":
            world.token.freeze(relay.address, {"from": world.compliance})
        if state == "full":
            world.give(relay, 1, 5_000, 90)
        message = replace(authorization(alice.address), to=relay.address)
        middle = signed(message, alice.sign(message, world.domain))
        self.only_the_middle_fails(world, people, middle, selector(error))

    def test_to_nobody_and_to_the_token(self, world: World, people: dict[str, Party]) -> None:
        alice = people["alice"]
        reason = selector("ERC20InvalidReceiver(address)")
        message = replace(authorization(alice.address), to=Address(str(world.token.address)))
        middle = signed(message, alice.sign(message, world.domain))
        self.only_the_middle_fails(world, people, middle, reason)
        row = (middle.row[0], ZERO, *middle.row[2:])
        done = self.cargo.bring(world, people["relay"], replace(middle, row=row))
        assert failures(done)[0][3] == selector("InvalidSignature(address)")

    def test_a_changed_field(self, world: World, people: dict[str, Party]) -> None:
        one = self.cargo.make(world, people["alice"])
        for place, value in ((1, people["vip"].address), (2, AMOUNT + 1)):
            row = (*one.row[:place], value, *one.row[place + 1 :])
            done = self.cargo.bring(world, people["relay"], replace(one, row=row))
            assert failures(done)[0][3] == selector("InvalidSignature(address)")

    def test_a_receive_authorization_is_not_relayed(
        self, world: World, alice: Party, relay: Party
    ) -> None:
        """Only its payee brings it, and the Teller is nobody's payee."""
        message = authorization(alice.address)
        receive = ReceiveAuthorization(*fields(message))
        one = signed(message, alice.sign(receive, world.domain))
        done = self.cargo.bring(world, relay, one)
        assert failures(done)[0][3] == selector("InvalidSignature(address)")

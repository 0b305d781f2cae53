"""Tests: what the two EIP-3009 payments share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.contracts.support import Party, fresh_nonce, now, split
from wallet.typed_data import ReceiveAuthorization, TransferAuthorization

AUTHORIZATION = "address,address,uint256,uint256,uint256,bytes32"
VRS = f"{AUTHORIZATION},uint8,bytes32,bytes32"
BYTES = f"{AUTHORIZATION},bytes"
Authorization = TransferAuthorization | ReceiveAuthorization


@dataclass(frozen=True)
class Kind:
    """Transfer or receive: the message, the function, and who brings it."""

    message: type[Authorization]
    function: str

    def make(self, payer: Party, payee: Party, value: int = 300) -> Authorization:
        """Good from a minute ago for an hour."""
        return self.message(
            payer.address, payee.address, value, now() - 60, now() + 3_600, fresh_nonce()
        )

    def bring(
        self, token: Any, message: Authorization, signature: bytes, who: Party, form: str = BYTES
    ) -> Any:
        """Send it in one of its forms."""
        proof = split(signature) if form == VRS else (signature,)
        return getattr(token, self.function)[form](*fields(message), *proof, who.sends())


def fields(message: Authorization) -> tuple[Any, ...]:
    """In the order of the function's parameters."""
    return (
        message.from_,
        message.to,
        message.value,
        message.valid_after,
        message.valid_before,
        message.nonce,
    )


TRANSFER = Kind(TransferAuthorization, "transferWithAuthorization")
RECEIVE = Kind(ReceiveAuthorization, "receiveWithAuthorization")

"""Wallet: call data for the token's functions; every signature the wallet uses stands here."""

from __future__ import annotations

from wallet.abi import encode_call
from wallet.address import Address
from wallet.hints import Final
from wallet.typed_data import (
    CancelAuthorization,
    CancelRedeem,
    Permit,
    ReceiveAuthorization,
    RedeemOrder,
    TransferAuthorization,
)

TRANSFER: Final = "transfer(address,uint256)"
APPROVE: Final = "approve(address,uint256)"
_AUTHORIZATION: Final = "(address,address,uint256,uint256,uint256,bytes32,bytes)"
TRANSFER_WITH_AUTHORIZATION: Final = "transferWithAuthorization" + _AUTHORIZATION
RECEIVE_WITH_AUTHORIZATION: Final = "receiveWithAuthorization" + _AUTHORIZATION
CANCEL_AUTHORIZATION: Final = "cancelAuthorization(address,bytes32,bytes)"
PERMIT: Final = "permit(address,address,uint256,uint256,bytes)"
REDEEM: Final = "redeem((address,uint256,bytes32,uint256,bytes32,uint256),bytes)"
CANCEL_REDEEM: Final = "cancelRedeemOrder(address,bytes32,bytes)"
#: All of the above, for the comparison with the ABI.
SIGNATURES: Final = (
    TRANSFER,
    APPROVE,
    TRANSFER_WITH_AUTHORIZATION,
    RECEIVE_WITH_AUTHORIZATION,
    CANCEL_AUTHORIZATION,
    PERMIT,
    REDEEM,
    CANCEL_REDEEM,
)


def transfer(to: Address, amount: int) -> bytes:
    """ERC-20: the caller pays `amount` minor units to `to`."""
    return encode_call(TRANSFER, to, amount)


def approve(spender: Address, amount: int) -> bytes:
    """ERC-20: `spender` may take up to `amount` minor units from the caller."""
    return encode_call(APPROVE, spender, amount)


def transfer_with_authorization(message: TransferAuthorization, signature: bytes) -> bytes:
    """EIP-3009, signature as bytes; anybody may bring it."""
    return encode_call(TRANSFER_WITH_AUTHORIZATION, *_parts(message), signature)


def receive_with_authorization(message: ReceiveAuthorization, signature: bytes) -> bytes:
    """EIP-3009, signature as bytes; only the payee may bring it."""
    return encode_call(RECEIVE_WITH_AUTHORIZATION, *_parts(message), signature)


def cancel_authorization(message: CancelAuthorization, signature: bytes) -> bytes:
    """EIP-3009: close a nonce unused."""
    return encode_call(CANCEL_AUTHORIZATION, message.authorizer, message.nonce, signature)


def permit(message: Permit, signature: bytes) -> bytes:
    """EIP-2612, signature as bytes."""
    return encode_call(
        PERMIT, message.owner, message.spender, message.value, message.deadline, signature
    )


def redeem(order: RedeemOrder, signature: bytes) -> bytes:
    """Burn by a signed order. The payout itself stays here; its hash alone goes on chain."""
    return encode_call(REDEEM, order_tuple(order), signature)


def cancel_redeem(message: CancelRedeem, signature: bytes) -> bytes:
    """Close an order unburned; an empty signature where the holder itself calls."""
    return encode_call(CANCEL_REDEEM, message.holder, message.nonce, signature)


def order_tuple(order: RedeemOrder) -> tuple[Address, int, bytes, int, bytes, int]:
    """The order as the contract's struct: payoutHash in the place of the payout."""
    return (
        order.holder,
        order.amount,
        order.payout.struct_hash(),
        order.fee,
        order.nonce,
        order.deadline,
    )


def _parts(
    message: TransferAuthorization | ReceiveAuthorization,
) -> tuple[Address, Address, int, int, int, bytes]:
    return (
        message.from_,
        message.to,
        message.value,
        message.valid_after,
        message.valid_before,
        message.nonce,
    )

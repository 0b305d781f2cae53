"""Tests of the chain: by `eth_abi`, the bytes of the calls that the bridge puts together itself."""

from __future__ import annotations

from collections.abc import Sequence

from eth_abi.abi import encode

from api.deposits import Deposit
from wallet.keccak import keccak256
from wallet.typed_data import RedeemOrder, TransferAuthorization


def issue(batch: Sequence[Deposit]) -> bytes:
    """Teller.issue."""
    rows = [(each.number, each.reference, each.holder, each.amount.minor) for each in batch]
    return _call("issue", ["(uint256,bytes16,address,uint256)[]"], [rows])


def transfer_with_authorization(order: TransferAuthorization, signature: bytes) -> bytes:
    """DepositToken.transferWithAuthorization in its `bytes signature` form (EIP-3009)."""
    return _call(
        "transferWithAuthorization",
        ["address", "address", "uint256", "uint256", "uint256", "bytes32", "bytes"],
        [
            order.from_,
            order.to,
            order.value,
            order.valid_after,
            order.valid_before,
            order.nonce,
            signature,
        ],
    )


def redeem(order: RedeemOrder, signature: bytes) -> bytes:
    """DepositToken.redeem: only the payout's hash goes along."""
    values = (
        order.holder,
        order.amount,
        order.payout.struct_hash(),
        order.fee,
        order.nonce,
        order.deadline,
    )
    return _call(
        "redeem",
        ["(address,uint256,bytes32,uint256,bytes32,uint256)", "bytes"],
        [values, signature],
    )


def _call(name: str, kinds: Sequence[str], values: Sequence[object]) -> bytes:
    selector = keccak256(f"{name}({','.join(kinds)})".encode())[:4]
    return selector + encode(kinds, values)

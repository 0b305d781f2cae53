"""Chain: the bytes of every call that the bridge makes, built from the ABIs by `eth_abi`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eth_abi.abi import encode

from api.kernel.ids import Address
from wallet.keccak import keccak256
from wallet.typed_data import RedeemOrder, TransferAuthorization

__all__ = [
    "IssueEntry",
    "attest",
    "freeze",
    "issue",
    "redeem",
    "return_payout",
    "set_tier",
    "transfer_with_authorization",
    "void_number",
]

_REF_BYTES = 16


@dataclass(frozen=True, slots=True)
class IssueEntry:
    """One deposit that is credited: its number, the bank line's keyed hash, who, how much."""

    number: int
    ref: bytes
    """16 bytes."""
    holder: Address
    amount: int
    """Minor units."""

    def __post_init__(self) -> None:
        if len(self.ref) != _REF_BYTES:
            raise ValueError(f"a deposit's reference has {_REF_BYTES} bytes")


def issue(entries: Sequence[IssueEntry]) -> bytes:
    """Teller.issue: credit deposits; what cannot be credited is refused by an event."""
    rows = [(entry.number, entry.ref, entry.holder, entry.amount) for entry in entries]
    return _call("issue", ["(uint256,bytes16,address,uint256)[]"], [rows])


def void_number(number: int) -> bytes:
    """Teller.voidNumber: close a deposit number that was never sent."""
    return _call("voidNumber", ["uint256"], [number])


def return_payout(holder: Address, nonce: bytes) -> bytes:
    """Teller.returnPayout: credit a burned redemption again, once."""
    return _call("returnPayout", ["address", "bytes32"], [holder, nonce])


def attest(*, backing: int, supply: int, minted: int, as_of: int, block_number: int) -> bytes:
    """Teller.attest: what backs the tokens; see `api.attest`."""
    return _call(
        "attest",
        ["uint256", "uint256", "uint256", "uint64", "uint64"],
        [backing, supply, minted, as_of, block_number],
    )


def set_tier(account: Address, tier: int) -> bytes:
    """DepositToken.setTier: register an account; 0 closes it."""
    return _call("setTier", ["address", "uint8"], [account, tier])


def freeze(account: Address) -> bytes:
    """DepositToken.freeze: nothing leaves or reaches the account until compliance lifts it."""
    return _call("freeze", ["address"], [account])


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
    """DepositToken.redeem: burn by the holder's order. Only the payout's hash goes along."""
    return _call(
        "redeem",
        ["(address,uint256,bytes32,uint256,bytes32,uint256)", "bytes"],
        [
            (
                order.holder,
                order.amount,
                order.payout.struct_hash(),
                order.fee,
                order.nonce,
                order.deadline,
            ),
            signature,
        ],
    )


def _call(name: str, kinds: Sequence[str], values: Sequence[object]) -> bytes:
    selector = keccak256(f"{name}({','.join(kinds)})".encode())[:4]
    return selector + encode(kinds, values)

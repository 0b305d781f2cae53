"""Chain: the bytes of the bridge's own calls, by `eth_abi`.

Those that come in bulks, issues and relayed messages, are put together without it: see
`api.deposits.calls` and `api.chain.relaying`.
"""

from __future__ import annotations

from collections.abc import Sequence

from eth_abi.abi import encode

from api.kernel.ids import Address
from wallet.keccak import keccak256

__all__ = ["attest", "freeze", "return_payout", "set_tier", "void_number"]


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


def _call(name: str, kinds: Sequence[str], values: Sequence[object]) -> bytes:
    selector = keccak256(f"{name}({','.join(kinds)})".encode())[:4]
    return selector + encode(kinds, values)
